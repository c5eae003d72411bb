/**
 * Adds batch after batch to a segment's offset and time index: while it is appended to, recovered, or its indexes are built anew.
 */
import type { OffsetIndex } from './offset-index.ts';
import type { TimeIndex, TimestampOffset } from './time-index.ts';

/** Fixed when a segment is opened, as in Kafka. */
export interface IndexSettings {
  /** `index.interval.bytes`: bytes of batches between two entries, at least. */
  readonly indexIntervalBytes: number;
  /** `segment.index.bytes`. */
  readonly indexBytesMax: number;
}

export interface LoadedIndexes {
  readonly offsets: OffsetIndex;
  readonly times: TimeIndex;
}

export class IndexBuilder {
  readonly offsets: OffsetIndex;
  readonly times: TimeIndex;
  readonly #settings: IndexSettings;
  /** The largest so far, -1 for none, and the last offset of the batch that brought it. */
  maxTimestamp: number;
  offsetOfMaxTimestamp: number;
  /** Bytes since the last entry. */
  bytesSinceEntry = 0;

  constructor({ offsets, times }: LoadedIndexes, settings: IndexSettings) {
    this.offsets = offsets;
    this.times = times;
    this.#settings = settings;
    this.maxTimestamp = times.lastTimestamp;
    this.offsetOfMaxTimestamp = times.lastOffset;
  }

  get largest(): TimestampOffset {
    return { timestamp: this.maxTimestamp, offset: this.offsetOfMaxTimestamp };
  }

  set largest({ timestamp, offset }: TimestampOffset) {
    this.maxTimestamp = timestamp;
    this.offsetOfMaxTimestamp = offset;
  }

  /** Whether an index has no room for another entry. */
  get isFull(): boolean {
    const { indexBytesMax } = this.#settings;
    return this.offsets.isFull(indexBytesMax) || this.times.isFull(indexBytesMax);
  }

  /** Counts a batch, and adds entries for it when they are due. A full index takes no more: it is time to roll. */
  add(position: number, sizeBytes: number, lastOffset: number, maxTimestamp: number): void {
    if (maxTimestamp > this.maxTimestamp) {
      this.maxTimestamp = maxTimestamp;
      this.offsetOfMaxTimestamp = lastOffset;
    }
    if (this.bytesSinceEntry > this.#settings.indexIntervalBytes) {
      this.#addEntries(position, lastOffset);
      this.bytesSinceEntry = 0;
    }
    this.bytesSinceEntry += sizeBytes;
  }

  /** The last word of the time index, due when a segment is rolled, closed or recovered. */
  finish(): void {
    this.times.maybeAppend(this.maxTimestamp, this.offsetOfMaxTimestamp);
  }

  #addEntries(position: number, lastOffset: number): void {
    const { indexBytesMax } = this.#settings;
    if (!this.offsets.isFull(indexBytesMax)) this.offsets.append(lastOffset, position);
    if (!this.times.isFull(indexBytesMax)) this.times.maybeAppend(this.maxTimestamp, this.offsetOfMaxTimestamp);
  }
}
