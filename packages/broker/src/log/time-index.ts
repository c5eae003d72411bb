/**
 * The time index of a segment (`.timeindex`): the largest timestamp so far, and the last offset of the batch that brought it.
 *
 *     0 timestamp  int64      8 offset - base offset  int32
 *
 * Written beside each entry of the offset index when there is a larger timestamp to tell, and once more when the segment is
 * rolled or closed, so that its last entry tells the largest of all.
 */
import { assert } from '@ottla/runtime';
import {
  checkIndexLength,
  CorruptIndexError,
  IndexEntries,
  INT32_MAX,
  int64At,
  isZeros,
  putInt64,
} from './index-file.ts';

export const TIME_INDEX_ENTRY_BYTES = 12;

export interface TimestampOffset {
  /** Unix milliseconds, -1 for none. */
  readonly timestamp: number;
  readonly offset: number;
}

export class TimeIndex {
  readonly baseOffset: number;
  readonly #entries: IndexEntries;

  constructor(baseOffset: number, entries = new IndexEntries(TIME_INDEX_ENTRY_BYTES)) {
    this.baseOffset = baseOffset;
    this.#entries = entries;
  }

  /**
   * Reads the content of a time index file; what Kafka preallocated at its end is left out. Keeps `bytes`.
   *
   * @throws {CorruptIndexError} the length is no multiple of an entry, or the entries do not ascend.
   */
  static decode(baseOffset: number, bytes: Uint8Array, path: string): TimeIndex {
    checkIndexLength(path, bytes.length, TIME_INDEX_ENTRY_BYTES);
    const entries = new IndexEntries(TIME_INDEX_ENTRY_BYTES, bytes);
    const { view, count } = entries;
    let timestamp = -1;
    let offset = 0;
    let ascending = 0;
    for (; ascending < count; ascending++) {
      const nextTimestamp = int64At(view, ascending * TIME_INDEX_ENTRY_BYTES);
      const nextOffset = view.getInt32(ascending * TIME_INDEX_ENTRY_BYTES + 8);
      if (nextTimestamp <= timestamp || nextOffset < offset || !Number.isSafeInteger(nextTimestamp)) break;
      timestamp = nextTimestamp;
      offset = nextOffset;
    }
    if (!isZeros(bytes, ascending * TIME_INDEX_ENTRY_BYTES)) {
      throw new CorruptIndexError(path, `entry ${ascending} does not ascend`);
    }
    // Zeros are an entry, too: a record of 1970 at the base offset. Alone in its file, it is one.
    entries.keep(ascending === 1 && count > 1 && timestamp === 0 && offset === 0 ? 0 : ascending);
    return new TimeIndex(baseOffset, entries);
  }

  get entries(): number {
    return this.#entries.count;
  }

  get heldBytes(): number {
    return this.#entries.heldBytes;
  }

  /** Timestamp of the last entry, -1 when there is none. */
  get lastTimestamp(): number {
    return this.entries === 0 ? -1 : this.timestampAt(this.entries - 1);
  }

  /** Offset of the last entry; the base offset when there is none. */
  get lastOffset(): number {
    return this.entries === 0 ? this.baseOffset : this.offsetAt(this.entries - 1);
  }

  timestampAt(entry: number): number {
    assert(entry >= 0 && entry < this.entries, 'an entry is looked at that there is');
    return int64At(this.#entries.view, entry * TIME_INDEX_ENTRY_BYTES);
  }

  offsetAt(entry: number): number {
    assert(entry >= 0 && entry < this.entries, 'an entry is looked at that there is');
    return this.baseOffset + this.#entries.view.getInt32(entry * TIME_INDEX_ENTRY_BYTES + 8);
  }

  /** Whether `indexBytesMax` leaves room for no more than the entry that is due at the roll. */
  isFull(indexBytesMax: number): boolean {
    return this.entries >= Math.floor(indexBytesMax / TIME_INDEX_ENTRY_BYTES) - 1;
  }

  /** Adds an entry if the timestamp is larger than the last one's. */
  maybeAppend(timestamp: number, offset: number): void {
    if (timestamp <= this.lastTimestamp) return;
    const relative = offset - this.baseOffset;
    assert(offset >= this.lastOffset && relative <= INT32_MAX, 'offsets in a time index ascend');
    const at = this.#entries.add();
    putInt64(this.#entries.view, at, timestamp);
    this.#entries.view.setInt32(at + 8, relative);
  }

  /** The last entry at or below `timestamp`, -1 when there is none. */
  entryFor(timestamp: number): number {
    let low = 0;
    let high = this.entries;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timestampAt(middle) <= timestamp) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** That entry, or timestamp -1 at the base offset. All records before its batch are older than its timestamp. */
  lookup(timestamp: number): TimestampOffset {
    const entry = this.entryFor(timestamp);
    return entry < 0
      ? { timestamp: -1, offset: this.baseOffset }
      : { timestamp: this.timestampAt(entry), offset: this.offsetAt(entry) };
  }

  /** Keeps the entries below `offset`. */
  truncateTo(offset: number): void {
    let kept = this.entries;
    while (kept > 0 && this.offsetAt(kept - 1) >= offset) kept--;
    this.#entries.count = kept;
  }

  /** The entries from `fromEntry` on as the file holds them; a view, valid until the next entry is added. */
  encode(fromEntry = 0): Uint8Array {
    return this.#entries.bytes(fromEntry);
  }
}
