import {
  appendChange,
  openInterval,
  record,
  removeNewest,
  removeOldest,
  settle,
  undo,
  type Change,
  type Tracked,
} from './change.ts';
import type { Timeline } from './timeline.ts';

/** A single value on a timeline: replaced, never changed in place. */
export class TimelineValue<T> implements Tracked {
  readonly #timeline: Timeline;
  #latest: T;
  /** Of the changes that are not committed, the oldest. */
  #pending: Change | null = null;

  /** @param initial also what reads at committed see from the start. */
  constructor(timeline: Timeline, initial: T) {
    this.#timeline = timeline;
    this.#latest = initial;
  }

  get(): T {
    return this.#latest;
  }

  getCommitted(): T {
    return this.#pending === null ? this.#latest : (this.#pending.before as T);
  }

  set(value: T): void {
    if (value === this.#latest) return;
    if (this.#pending === null) {
      this.#pending = this.#timeline[record](this, undefined, this.#latest);
    } else if (this.#pending.older.interval !== this.#timeline[openInterval]) {
      appendChange(this.#pending, this.#timeline[record](this, undefined, this.#latest));
    }
    this.#latest = value;
  }

  /** True while an older value is kept. */
  get isPending(): boolean {
    return this.#pending !== null;
  }

  [undo](change: Change): void {
    this.#latest = change.before as T;
    this.#pending = removeNewest(this.#pending!, change);
  }

  [settle](change: Change): void {
    this.#pending = removeOldest(change);
  }
}
