/** Reads a segment as stretches of whole batches, each with its verdict; while one is worked on, the next is read. */
import { BatchIterator, batchCompression, legacyCompression, RecordBatchError } from '@ottla/protocol';
import type { Segment } from '../segment.ts';
import { CorruptSegmentError } from '../segment-errors.ts';

export interface JudgedStretch {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whole batches fill the bytes up to here. */
  readonly end: number;
  readonly isCompressed: boolean;
  readonly verdicts: Uint8Array;
  /** Of the first byte, in the segment. */
  readonly position: number;
}

/** Told of each batch once, in order, a stretch ahead of `next`. */
export type JudgeBatch = (bytes: Uint8Array, position: number, magic: number) => number;

export class StretchReader {
  readonly #segment: Segment;
  readonly #bufferBytes: number;
  readonly #judge: JudgeBatch;
  readonly #batches = new BatchIterator(new Uint8Array(0));
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];
  readonly #end: number;
  #position: number;
  #ahead: Promise<JudgedStretch> | null = null;

  /** @param position where a batch starts. @param bufferBytes of a stretch; one with a larger batch has that alone. */
  constructor(segment: Segment, position: number, bufferBytes: number, judge: JudgeBatch) {
    this.#segment = segment;
    this.#position = position;
    this.#end = segment.sizeBytes;
    this.#bufferBytes = bufferBytes;
    this.#judge = judge;
  }

  /** The next stretch, null at the end. @throws {CorruptSegmentError} what follows is no batch. @throws {DiskError} */
  async next(): Promise<JudgedStretch | null> {
    if (this.#ahead === null && this.#position === this.#end) return null;
    const stretch = await (this.#ahead ?? this.#read(this.#position));
    this.#ahead = null;
    this.#position = stretch.position + stretch.end;
    if (this.#position < this.#end) {
      this.#ahead = this.#read(this.#position);
      // It is thrown once it is awaited.
      this.#ahead.catch(() => {});
    }
    return stretch;
  }

  /** Gives back the bytes of a stretch that nobody needs any more. */
  recycle(bytes: Uint8Array): void {
    const isOurs = bytes.byteLength === this.#bufferBytes && bytes.buffer instanceof ArrayBuffer;
    if (isOurs) this.#spare.push(bytes as Uint8Array<ArrayBuffer>);
  }

  /** Waits until nothing is read any more. */
  async close(): Promise<void> {
    await this.#ahead?.catch(() => {});
    this.#ahead = null;
  }

  async #read(position: number): Promise<JudgedStretch> {
    const bytes = this.#spare.pop() ?? new Uint8Array(this.#bufferBytes);
    const filled = await this.#segment.read(bytes, position);
    const stretch = this.#walk(bytes, filled, position);
    if (stretch.end > 0) return stretch;
    const size = this.#batches.trailingBatchSize;
    const left = this.#end - position;
    if (size === 0 || size > left) throw this.#corrupt(position, `${left} bytes, a batch of ${size} was begun`);
    const larger = new Uint8Array(size);
    return this.#walk(larger, await this.#segment.read(larger, position), position);
  }

  #walk(bytes: Uint8Array<ArrayBuffer>, filled: number, position: number): JudgedStretch {
    const batches = this.#batches;
    const verdicts: number[] = [];
    let end = 0;
    let isCompressed = false;
    batches.open(bytes, 0, filled);
    try {
      while (batches.next()) {
        const { position: at, magic } = batches;
        verdicts.push(this.#judge(bytes, at, magic));
        isCompressed ||= (magic < 2 ? legacyCompression(bytes, at) : batchCompression(bytes, at)) !== 0;
        end = at + batches.size;
      }
    } catch (error) {
      if (!(error instanceof RecordBatchError)) throw error;
      throw this.#corrupt(position + error.position, error.reason, error);
    }
    return { bytes, end, isCompressed, verdicts: Uint8Array.from(verdicts), position };
  }

  #corrupt(position: number, reason: string, cause?: Error): CorruptSegmentError {
    return new CorruptSegmentError(this.#segment.path, position, reason, { cause });
  }
}
