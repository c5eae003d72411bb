/**
 * The transaction index of a segment (`.txnindex`): the transactions whose abort marker lies in it. The file is made with the
 * first of them, so that most segments have none.
 *
 *      0 version, 0  int16      2 producer id       int64     10 first offset        int64
 *                              18 last offset       int64     26 last stable offset  int64
 *
 * Unlike the other indexes it cannot be read off the segment: that takes the producers' state where the segment begins.
 */
import { assert } from '@ottla/runtime';
import { checkIndexLength, CorruptIndexError, IndexEntries, int64At, putInt64 } from './index-file.ts';

export const TRANSACTION_INDEX_ENTRY_BYTES = 34;

const PRODUCER_ID_AT = 2;
const FIRST_OFFSET_AT = 10;
const LAST_OFFSET_AT = 18;
const LAST_STABLE_OFFSET_AT = 26;

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
  /** Of its marker. */
  readonly lastOffset: number;
  /** What the last stable offset became with the marker; on a follower it may be beyond it. */
  readonly lastStableOffset: number;
}

export class TransactionIndex {
  readonly #entries: IndexEntries;

  constructor(entries = new IndexEntries(TRANSACTION_INDEX_ENTRY_BYTES)) {
    this.#entries = entries;
  }

  /**
   * Reads the content of a transaction index file. Keeps `bytes`.
   *
   * @throws {CorruptIndexError} the length is no multiple of an entry, or an entry cannot be.
   */
  static decode(baseOffset: number, bytes: Uint8Array, path: string): TransactionIndex {
    checkIndexLength(path, bytes.length, TRANSACTION_INDEX_ENTRY_BYTES);
    const index = new TransactionIndex(new IndexEntries(TRANSACTION_INDEX_ENTRY_BYTES, bytes));
    let lastOffset = baseOffset - 1;
    for (let entry = 0; entry < index.entries; entry++) {
      const version = index.#entries.view.getInt16(entry * TRANSACTION_INDEX_ENTRY_BYTES);
      if (version !== 0) throw new CorruptIndexError(path, `entry ${entry} has version ${version}, expected 0`);
      const transaction = index.at(entry);
      if (!isPossible(transaction) || transaction.lastOffset <= lastOffset) {
        throw new CorruptIndexError(path, `entry ${entry} cannot be: ${JSON.stringify(transaction)}`);
      }
      lastOffset = transaction.lastOffset;
    }
    return index;
  }

  get entries(): number {
    return this.#entries.count;
  }

  get heldBytes(): number {
    return this.#entries.heldBytes;
  }

  at(entry: number): AbortedTransaction {
    assert(entry >= 0 && entry < this.entries, 'an entry is looked at that there is');
    const { view } = this.#entries;
    const at = entry * TRANSACTION_INDEX_ENTRY_BYTES;
    return {
      producerId: int64At(view, at + PRODUCER_ID_AT),
      firstOffset: int64At(view, at + FIRST_OFFSET_AT),
      lastOffset: int64At(view, at + LAST_OFFSET_AT),
      lastStableOffset: int64At(view, at + LAST_STABLE_OFFSET_AT),
    };
  }

  append(transaction: AbortedTransaction): void {
    assert(isPossible(transaction), 'an aborted transaction has offsets in order');
    assert(
      this.entries === 0 || transaction.lastOffset > this.#lastOffsetAt(this.entries - 1),
      'abort markers come in the order of their offsets',
    );
    const at = this.#entries.add();
    const { view } = this.#entries;
    view.setInt16(at, 0);
    putInt64(view, at + PRODUCER_ID_AT, transaction.producerId);
    putInt64(view, at + FIRST_OFFSET_AT, transaction.firstOffset);
    putInt64(view, at + LAST_OFFSET_AT, transaction.lastOffset);
    putInt64(view, at + LAST_STABLE_OFFSET_AT, transaction.lastStableOffset);
  }

  /**
   * Adds to `into` those that a reader of `[fetchOffset, upperBoundOffset)` has to know.
   *
   * @returns whether that is all: if not, segments after this one may have more.
   */
  collect(fetchOffset: number, upperBoundOffset: number, into: AbortedTransaction[]): boolean {
    for (let entry = 0; entry < this.entries; entry++) {
      const transaction = this.at(entry);
      if (transaction.lastOffset >= fetchOffset && transaction.firstOffset < upperBoundOffset) into.push(transaction);
      if (transaction.lastStableOffset >= upperBoundOffset) return true;
    }
    return false;
  }

  /** Keeps the transactions whose marker is below `offset`. */
  truncateTo(offset: number): void {
    let kept = 0;
    while (kept < this.entries && this.#lastOffsetAt(kept) < offset) kept++;
    this.#entries.count = kept;
  }

  /** The entries from `fromEntry` on as the file holds them; a view, valid until the next `append`. */
  encode(fromEntry = 0): Uint8Array {
    return this.#entries.bytes(fromEntry);
  }

  #lastOffsetAt(entry: number): number {
    return int64At(this.#entries.view, entry * TRANSACTION_INDEX_ENTRY_BYTES + LAST_OFFSET_AT);
  }
}

/** Whether the numbers fit together, as far as that can be told without the log. */
function isPossible({ producerId, firstOffset, lastOffset, lastStableOffset }: AbortedTransaction): boolean {
  return (
    Number.isSafeInteger(producerId) &&
    Number.isSafeInteger(lastOffset) &&
    Number.isSafeInteger(lastStableOffset) &&
    producerId >= 0 &&
    firstOffset >= 0 &&
    firstOffset <= lastOffset &&
    lastStableOffset >= 0
  );
}
