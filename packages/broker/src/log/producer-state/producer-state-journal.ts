/** What appends changed in the producer state, for as long as they may have to be taken back. */
import { assert } from '@ottla/runtime';
import type { ProducerStateEntry } from './producer-state-entry.ts';
import type { VerificationStateEntry } from './verification-state.ts';

/** One batch of a producer. */
export interface ProducerStateChange {
  readonly producerId: number;
  /** Null when it was not known. */
  readonly before: ProducerStateEntry | null;
  /** First offset of the transaction that it began, -1 for none. */
  readonly startedAt: number;
  /** Whether it decided a transaction. */
  readonly hasCompleted: boolean;
  /** What waited for it. */
  readonly verification: VerificationStateEntry | null;
}

/** A moment to go back to. */
export interface ProducerStateMark {
  readonly change: number;
  readonly mapEndOffset: number;
}

/** Released changes are dropped once there are this many, and as many others: then each is moved at most once. */
const DROPPED_MIN = 64;

export class ProducerStateJournal {
  #changes: ProducerStateChange[] = [];
  /** Number of `#changes[0]`. */
  #start = 0;
  /** Changes before it are final. */
  #released = 0;

  /** Number of the next change. */
  get end(): number {
    return this.#start + this.#changes.length;
  }

  add(change: ProducerStateChange): void {
    this.#changes.push(change);
  }

  /** The last one, which is no longer there. */
  take(): ProducerStateChange {
    assert(this.end > this.#released, 'only what was not released is taken back');
    return this.#changes.pop()!;
  }

  release(change: number): void {
    assert(change >= this.#released && change <= this.end, 'a mark is released once, and before it is reverted');
    this.#released = change;
    const finalCount = change - this.#start;
    if (finalCount === this.#changes.length) this.#changes.length = 0;
    else if (finalCount >= DROPPED_MIN && finalCount * 2 >= this.#changes.length) this.#changes.splice(0, finalCount);
    else return;
    this.#start = change;
  }

  /** Voids all marks. */
  clear(): void {
    this.#start = this.end + 1;
    this.#released = this.#start;
    this.#changes.length = 0;
  }
}
