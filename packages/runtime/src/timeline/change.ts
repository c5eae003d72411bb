/**
 * What a timeline remembers of the past: for each snapshot interval, and each key changed in it, the value before.
 *
 * Changes hang in two lists. One is that of their interval, for commit and revert, which go interval by interval. The other
 * is that of their key, oldest first, for reads at the committed offset (the value before the oldest change) and for
 * telling in O(1) whether the open interval has changed the key already.
 */

/** Methods that a timeline and its collections call on each other, and nobody else. */
export const record = Symbol('timeline.record');
export const openInterval = Symbol('timeline.openInterval');
export const undo = Symbol('timeline.undo');
export const settle = Symbol('timeline.settle');

/** A collection on a timeline. */
export interface Tracked {
  /** Puts back the value before `change`, which is the newest of its key. */
  [undo](change: Change): void;
  /** Forgets the value before `change`, which is the oldest of its key: nobody can go back behind it any more. */
  [settle](change: Change): void;
}

/** The changes between one snapshot and the next. */
export class Interval {
  /** Of the snapshot that closed it; undefined for the open one. */
  offset: number | undefined = undefined;
  changes: Change | null = null;
  older: Interval | null = null;
  newer: Interval | null = null;
}

/** One key's first change in one interval. */
export class Change {
  readonly owner: Tracked;
  readonly interval: Interval;
  readonly key: unknown;
  /** Value before the interval; undefined for a key that was absent. */
  readonly before: unknown;
  /** Next of the same interval, in no order that matters: an interval has one change a key. */
  readonly nextOfInterval: Change | null;
  /** Next of the same key, or null. */
  newer: Change | null = null;
  /** Previous of the same key; for the oldest, the newest of all, so that both ends are at hand. */
  older: Change = this;

  constructor(owner: Tracked, interval: Interval, key: unknown, before: unknown) {
    this.owner = owner;
    this.interval = interval;
    this.key = key;
    this.before = before;
    this.nextOfInterval = interval.changes;
    interval.changes = this;
  }
}

/** Adds a change behind all others of its key. */
export function appendChange(oldest: Change, change: Change): void {
  change.older = oldest.older;
  oldest.older.newer = change;
  oldest.older = change;
}

/** Takes the newest change of a key off the end. Null when it was the only one, else the oldest. */
export function removeNewest(oldest: Change, newest: Change): Change | null {
  if (newest === oldest) return null;
  newest.older.newer = null;
  oldest.older = newest.older;
  return oldest;
}

/** Takes the oldest change of a key off the start. Null when it was the only one, else the new oldest. */
export function removeOldest(oldest: Change): Change | null {
  const next = oldest.newer;
  if (next !== null) next.older = oldest.older;
  return next;
}
