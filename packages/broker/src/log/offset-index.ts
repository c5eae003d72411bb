/**
 * The offset index of a segment (`.index`): for some batches, the last offset and where the batch starts.
 *
 *     0 last offset - base offset  int32      4 position in the .log  int32
 *
 * Both ascend strictly, and neither is ever 0: an entry stands only for a batch with others before it.
 */
import { assert } from '@ottla/runtime';
import { checkIndexLength, CorruptIndexError, IndexEntries, INT32_MAX, isZeros } from './index-file.ts';

export const OFFSET_INDEX_ENTRY_BYTES = 8;

export interface OffsetPosition {
  readonly offset: number;
  readonly position: number;
}

export class OffsetIndex {
  readonly baseOffset: number;
  readonly #entries: IndexEntries;

  constructor(baseOffset: number, entries = new IndexEntries(OFFSET_INDEX_ENTRY_BYTES)) {
    this.baseOffset = baseOffset;
    this.#entries = entries;
  }

  /**
   * Reads the content of an index file; what Kafka preallocated at its end is left out. Keeps `bytes`.
   *
   * @throws {CorruptIndexError} the length is no multiple of an entry, the entries do not ascend, or one points beyond the
   *   segment of `logBytes`.
   */
  static decode(baseOffset: number, bytes: Uint8Array, logBytes: number, path: string): OffsetIndex {
    checkIndexLength(path, bytes.length, OFFSET_INDEX_ENTRY_BYTES);
    const entries = new IndexEntries(OFFSET_INDEX_ENTRY_BYTES, bytes);
    const { view, count } = entries;
    let offset = 0;
    let position = 0;
    let ascending = 0;
    for (; ascending < count; ascending++) {
      const nextOffset = view.getInt32(ascending * OFFSET_INDEX_ENTRY_BYTES);
      const nextPosition = view.getInt32(ascending * OFFSET_INDEX_ENTRY_BYTES + 4);
      if (nextOffset <= offset || nextPosition <= position) break;
      offset = nextOffset;
      position = nextPosition;
    }
    if (!isZeros(bytes, ascending * OFFSET_INDEX_ENTRY_BYTES)) {
      throw new CorruptIndexError(path, `entry ${ascending} does not ascend`);
    }
    if (ascending > 0 && position >= logBytes) {
      throw new CorruptIndexError(path, `it points to byte ${position} of a segment of ${logBytes} bytes`);
    }
    entries.keep(ascending);
    return new OffsetIndex(baseOffset, entries);
  }

  get entries(): number {
    return this.#entries.count;
  }

  /** Of the last entry; the base offset when there is none. */
  get lastOffset(): number {
    return this.entries === 0 ? this.baseOffset : this.offsetAt(this.entries - 1);
  }

  get heldBytes(): number {
    return this.#entries.heldBytes;
  }

  offsetAt(entry: number): number {
    assert(entry >= 0 && entry < this.entries, 'an entry is looked at that there is');
    return this.baseOffset + this.#entries.view.getInt32(entry * OFFSET_INDEX_ENTRY_BYTES);
  }

  positionAt(entry: number): number {
    assert(entry >= 0 && entry < this.entries, 'an entry is looked at that there is');
    return this.#entries.view.getInt32(entry * OFFSET_INDEX_ENTRY_BYTES + 4);
  }

  /** Whether `indexBytesMax` (`segment.index.bytes`) leaves no room for another entry. */
  isFull(indexBytesMax: number): boolean {
    return this.entries >= Math.floor(indexBytesMax / OFFSET_INDEX_ENTRY_BYTES);
  }

  /** Whether the distance from the base offset fits an entry. */
  canHold(offset: number): boolean {
    return offset >= this.baseOffset && offset - this.baseOffset <= INT32_MAX;
  }

  append(offset: number, position: number): void {
    assert(this.canHold(offset) && offset > this.lastOffset, 'offsets in an offset index ascend');
    const at = this.#entries.add();
    this.#entries.view.setInt32(at, offset - this.baseOffset);
    this.#entries.view.setInt32(at + 4, position);
  }

  /** The last entry at or below `offset`, -1 when there is none. */
  entryFor(offset: number): number {
    const relative = offset - this.baseOffset;
    let low = 0;
    let high = this.entries;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#entries.view.getInt32(middle * OFFSET_INDEX_ENTRY_BYTES) <= relative) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Where to begin to look for `offset`: that entry, or the segment's start. */
  lookup(offset: number): OffsetPosition {
    const entry = this.entryFor(offset);
    return entry < 0
      ? { offset: this.baseOffset, position: 0 }
      : { offset: this.offsetAt(entry), position: this.positionAt(entry) };
  }

  /** The first entry at or beyond `position`: all offsets of what lies before it are below that entry's. */
  upperBound(position: number): OffsetPosition | null {
    let low = 0;
    let high = this.entries;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.positionAt(middle) < position) low = middle + 1;
      else high = middle;
    }
    return low === this.entries ? null : { offset: this.offsetAt(low), position: this.positionAt(low) };
  }

  /** Keeps the entries below `offset`. */
  truncateTo(offset: number): void {
    this.#entries.count = this.entryFor(offset - 1) + 1;
  }

  /** The entries from `fromEntry` on as the file holds them; a view, valid until the next `append`. */
  encode(fromEntry = 0): Uint8Array {
    return this.#entries.bytes(fromEntry);
  }
}
