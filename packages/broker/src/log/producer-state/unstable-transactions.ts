/**
 * The transactions that hold back readers of committed data: those that are open, and those that are decided by a marker
 * which is not below the high watermark yet, and so may still be lost.
 */
import { assert } from '@ottla/runtime';

interface UnstableTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
  /** Of the marker, -1 while the transaction is open. */
  lastOffset: number;
}

export class UnstableTransactions {
  /** By first offset, ascending: transactions begin at the end of the log, and those at the end are undone first. */
  readonly #unstable = new Map<number, UnstableTransaction>();
  /** The open ones of them, ascending too. */
  readonly #ongoing = new Map<number, UnstableTransaction>();
  /** The decided ones, by marker, ascending, from `#firstCompleted` on. */
  #completed: UnstableTransaction[] = [];
  #firstCompleted = 0;

  start(producerId: number, firstOffset: number): void {
    const transaction: UnstableTransaction = { producerId, firstOffset, lastOffset: -1 };
    this.#unstable.set(firstOffset, transaction);
    this.#ongoing.set(firstOffset, transaction);
  }

  /** @returns whether that transaction was open. */
  complete(producerId: number, firstOffset: number, markerOffset: number): boolean {
    const transaction = this.#ongoing.get(firstOffset);
    if (transaction === undefined || transaction.producerId !== producerId) return false;
    this.#ongoing.delete(firstOffset);
    transaction.lastOffset = markerOffset;
    this.#completed.push(transaction);
    return true;
  }

  undoStart(firstOffset: number): void {
    this.#ongoing.delete(firstOffset);
    this.#unstable.delete(firstOffset);
  }

  /** Undoes the last `complete` that is not undone. */
  undoComplete(): void {
    const transaction = this.#completed.pop();
    assert(transaction !== undefined && this.#completed.length >= this.#firstCompleted, 'a marker is undone once');
    transaction.lastOffset = -1;
    const ongoing = [...this.#ongoing.values(), transaction].toSorted((a, b) => a.firstOffset - b.firstOffset);
    this.#ongoing.clear();
    for (const each of ongoing) this.#ongoing.set(each.firstOffset, each);
  }

  /** Transactions whose marker is below are decided for good. */
  settleBelow(offset: number): void {
    const completed = this.#completed;
    let first = this.#firstCompleted;
    for (; first < completed.length && completed[first]!.lastOffset < offset; first++) {
      this.#unstable.delete(completed[first]!.firstOffset);
    }
    // A moving start instead of a shift for each: with many open transactions that would be quadratic.
    if (first === completed.length) {
      if (first > 0) this.#completed = [];
      first = 0;
    } else if (first > 64 && first * 2 > completed.length) {
      this.#completed = completed.slice(first);
      first = 0;
    }
    this.#firstCompleted = first;
  }

  clear(): void {
    this.#unstable.clear();
    this.#ongoing.clear();
    this.#completed = [];
    this.#firstCompleted = 0;
  }

  get isEmpty(): boolean {
    return this.#unstable.size === 0;
  }

  get hasCompleted(): boolean {
    return this.#completed.length > this.#firstCompleted;
  }

  /** Null when everything below the high watermark is decided. */
  get firstUnstableOffset(): number | null {
    for (const firstOffset of this.#unstable.keys()) return firstOffset;
    return null;
  }

  /** First offset of the oldest open transaction. */
  get firstUndecidedOffset(): number | null {
    for (const firstOffset of this.#ongoing.keys()) return firstOffset;
    return null;
  }

  /** Whose transaction is the oldest open one. */
  get oldestProducerId(): number | null {
    for (const { producerId } of this.#ongoing.values()) return producerId;
    return null;
  }

  /** First offset of the oldest open transaction that is not this producer's. */
  firstUndecidedOffsetBeside(producer: number): number | null {
    for (const { producerId, firstOffset } of this.#ongoing.values()) if (producerId !== producer) return firstOffset;
    return null;
  }
}
