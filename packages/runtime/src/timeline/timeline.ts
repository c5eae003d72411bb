/**
 * State that can be taken back. Coordinators and the controller replay records as they append them, before anyone knows
 * whether the append will be committed (DESIGN decision 4): what is not committed is undone when the append fails, and
 * is not shown to those who may only see what cannot be lost.
 */
import { assert } from '../assert.ts';
import { Change, Interval, openInterval, record, settle, undo, type Tracked } from './change.ts';

/**
 * The clock of a group of collections (`TimelineMap`, `TimelineSet`, `TimelineValue`): they change, revert and commit
 * together. Time is counted in offsets of the log that the changes come from.
 *
 * ```
 * committedOffset        latestOffset
 *       |  snapshots ...      |  open changes
 * ------+------+------+-------+-------------> latest
 *       ^ reads at committed                ^ reads at the latest, and all changes
 * ```
 *
 * A change costs O(1), a revert what it undoes, a commit what it makes final. With everything committed nothing is kept
 * but the values themselves.
 */
export class Timeline {
  #committedOffset: number;
  /** All at or below is committed, also what gets its snapshot only later. */
  #committedUpTo: number;
  /** Snapshots above the committed one. */
  #oldest: Interval | null = null;
  #newest: Interval | null = null;
  #open = new Interval();
  #snapshots = 0;
  #changes = 0;

  /** @param offset of the state that the collections start with. */
  constructor(offset = -1) {
    this.#committedOffset = offset;
    this.#committedUpTo = offset;
  }

  /** Of the snapshot that reads at committed see. */
  get committedOffset(): number {
    return this.#committedOffset;
  }

  /** Of the last snapshot: where `revertTo` goes when the append of what was just replayed fails. */
  get latestOffset(): number {
    return this.#newest?.offset ?? this.#committedOffset;
  }

  /** Snapshots and changes (one a key and snapshot) that are remembered. Both 0 when all is committed. */
  get bookkeeping(): { readonly snapshots: number; readonly changes: number } {
    return { snapshots: this.#snapshots, changes: this.#changes };
  }

  /**
   * Names the present state by an offset: all changes since the last snapshot belong to records up to it. Offsets ascend;
   * the same one again is fine as long as nothing changed in between.
   */
  snapshot(offset: number): void {
    if (offset === this.latestOffset && this.#open.changes === null) return;
    assert(Number.isSafeInteger(offset) && offset > this.latestOffset, 'offsets of snapshots ascend');
    const closed = this.#open;
    closed.offset = offset;
    closed.older = this.#newest;
    if (this.#newest === null) this.#oldest = closed;
    else this.#newest.newer = closed;
    this.#newest = closed;
    this.#snapshots++;
    this.#open = new Interval();
    if (offset <= this.#committedUpTo) this.commit(this.#committedUpTo);
  }

  /** Undoes every change after `offset`, which is that of a snapshot not yet committed, or of the committed one. */
  revertTo(offset: number): void {
    assert(this.#hasSnapshot(offset), 'a timeline reverts to a snapshot at or after the committed one');
    this.#undoAll(this.#open);
    while (this.latestOffset > offset) {
      const { older } = this.#undoAll(this.#newest!);
      this.#newest = older;
      if (older === null) this.#oldest = null;
      else older.newer = null;
      this.#snapshots--;
    }
  }

  /**
   * Makes final what belongs to snapshots at or below `offset`: reads at committed move to the last of them, and there is
   * no way back behind it. Between two snapshots the earlier one counts; an offset before the committed one changes nothing.
   */
  commit(offset: number): void {
    this.#committedUpTo = Math.max(this.#committedUpTo, offset);
    while (this.#oldest !== null && this.#oldest.offset! <= offset) {
      const { changes, newer } = this.#oldest;
      for (let change = changes; change !== null; change = change.nextOfInterval) {
        change.owner[settle](change);
        this.#changes--;
      }
      this.#committedOffset = this.#oldest.offset!;
      this.#oldest = newer;
      if (newer === null) this.#newest = null;
      else newer.older = null;
      this.#snapshots--;
    }
  }

  /** For the collections: what is being changed now. A key needs remembering once in it. */
  get [openInterval](): Interval {
    return this.#open;
  }

  /** For the collections: remembers the value of a key before its first change in the open interval. */
  [record](owner: Tracked, key: unknown, before: unknown): Change {
    this.#changes++;
    return new Change(owner, this.#open, key, before);
  }

  #hasSnapshot(offset: number): boolean {
    let snapshot = this.#newest;
    while (snapshot !== null && snapshot.offset! > offset) snapshot = snapshot.older;
    return offset === (snapshot?.offset ?? this.#committedOffset);
  }

  #undoAll(interval: Interval): Interval {
    for (let change = interval.changes; change !== null; change = change.nextOfInterval) {
      change.owner[undo](change);
      this.#changes--;
    }
    interval.changes = null;
    return interval;
  }
}
