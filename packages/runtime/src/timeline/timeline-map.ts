import { assert } from '../assert.ts';
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

/** A map as it is at one point of its timeline: `map` itself at the latest, `map.committed` at the committed offset. */
export interface TimelineMapView<K, V> {
  readonly size: number;
  get(key: K): V | undefined;
  has(key: K): boolean;
  keys(): IterableIterator<K>;
  values(): IterableIterator<V>;
  entries(): IterableIterator<[K, V]>;
  [Symbol.iterator](): IterableIterator<[K, V]>;
}

/**
 * A map on a timeline. It changes at the latest, and is read at the latest or at the committed offset.
 *
 * Values are replaced, never changed in place: the timeline puts back references. They may be null, not undefined. A value
 * may hold collections of the same timeline.
 *
 * Iteration is live, like that of a `Map`, and may go on while the map changes. A key keeps its place from its first
 * insertion until its removal is final (the deletion committed, or the insertion reverted), so that:
 * - at the latest, a key is met at most once however often it is set, deleted and set again; a key deleted before it was
 *   reached is not met, and one added is met last;
 * - at committed, nothing that happens at the latest shows; a commit meanwhile shows in what was not yet reached.
 */
export class TimelineMap<K, V extends NonNullable<unknown> | null> implements TimelineMapView<K, V>, Tracked {
  readonly #timeline: Timeline;
  /** Values at the latest. Undefined marks a key that is deleted, while its place is still needed. */
  readonly #latest = new Map<K, V | undefined>();
  /** Per key with changes that are not committed, the oldest. All its keys are in `#latest`. */
  #pending: Map<K, Change> | null = null;
  #size = 0;
  #committedSize = 0;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  get size(): number {
    return this.#size;
  }

  get(key: K): V | undefined {
    return this.#latest.get(key);
  }

  has(key: K): boolean {
    return this.#latest.get(key) !== undefined;
  }

  set(key: K, value: V): void {
    assert(value !== undefined, 'a value on a timeline is not undefined');
    const before = this.#latest.get(key);
    if (before === value) return;
    this.#remember(key, before);
    this.#latest.set(key, value);
    if (before === undefined) this.#size++;
  }

  /** False when there was nothing to delete. */
  delete(key: K): boolean {
    const before = this.#latest.get(key);
    if (before === undefined) return false;
    this.#remember(key, before);
    this.#latest.set(key, undefined);
    this.#size--;
    return true;
  }

  /** Deletes each key: O(size), as a revert of it is. */
  clear(): void {
    for (const key of this.#latest.keys()) this.delete(key);
  }

  *keys(): IterableIterator<K> {
    for (const [key, value] of this.#latest) if (value !== undefined) yield key;
  }

  *values(): IterableIterator<V> {
    for (const value of this.#latest.values()) if (value !== undefined) yield value;
  }

  *entries(): IterableIterator<[K, V]> {
    for (const [key, value] of this.#latest) if (value !== undefined) yield [key, value];
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries();
  }

  // ------------------------------------------------------------------------------------------------------ at committed

  /** The same map at the committed offset, for whoever reads a map and need not know which. */
  get committed(): TimelineMapView<K, V> {
    return new CommittedView(this);
  }

  getCommitted(key: K): V | undefined {
    const oldest = this.#pending?.get(key);
    return oldest === undefined ? this.#latest.get(key) : (oldest.before as V | undefined);
  }

  get committedSize(): number {
    return this.#committedSize;
  }

  *committedEntries(): IterableIterator<[K, V]> {
    for (const [key, value] of this.#latest) {
      const oldest = this.#pending?.get(key);
      const committed = oldest === undefined ? value : (oldest.before as V | undefined);
      if (committed !== undefined) yield [key, committed];
    }
  }

  // ------------------------------------------------------------------------------------------------------- bookkeeping

  /** What is kept beyond the present values: keys with a past, and places of deleted keys. 0 when all is committed. */
  get overheadEntries(): number {
    return (this.#pending?.size ?? 0) + this.#latest.size - this.#size;
  }

  [undo](change: Change): void {
    const key = change.key as K;
    const before = change.before as V | undefined;
    const wasThere = this.#latest.get(key) !== undefined;
    const isLast = removeNewest(this.#pending!.get(key)!, change) === null;
    if (isLast) this.#dropPending(key);
    if (isLast && before === undefined) this.#latest.delete(key);
    else this.#latest.set(key, before);
    this.#size += Number(before !== undefined) - Number(wasThere);
  }

  [settle](change: Change): void {
    const key = change.key as K;
    const next = removeOldest(change);
    if (next === null) this.#dropPending(key);
    else this.#pending!.set(key, next);
    const value = this.getCommitted(key);
    if (next === null && value === undefined) this.#latest.delete(key);
    this.#committedSize += Number(value !== undefined) - Number(change.before !== undefined);
  }

  #dropPending(key: K): void {
    this.#pending!.delete(key);
    if (this.#pending!.size === 0) this.#pending = null;
  }

  #remember(key: K, before: V | undefined): void {
    const oldest = this.#pending?.get(key);
    if (oldest === undefined) {
      this.#pending ??= new Map();
      this.#pending.set(key, this.#timeline[record](this, key, before));
    } else if (oldest.older.interval !== this.#timeline[openInterval]) {
      appendChange(oldest, this.#timeline[record](this, key, before));
    }
  }
}

class CommittedView<K, V extends NonNullable<unknown> | null> implements TimelineMapView<K, V> {
  readonly #map: TimelineMap<K, V>;

  constructor(map: TimelineMap<K, V>) {
    this.#map = map;
  }

  get size(): number {
    return this.#map.committedSize;
  }

  get(key: K): V | undefined {
    return this.#map.getCommitted(key);
  }

  has(key: K): boolean {
    return this.#map.getCommitted(key) !== undefined;
  }

  *keys(): IterableIterator<K> {
    for (const [key] of this.#map.committedEntries()) yield key;
  }

  *values(): IterableIterator<V> {
    for (const [, value] of this.#map.committedEntries()) yield value;
  }

  entries(): IterableIterator<[K, V]> {
    return this.#map.committedEntries();
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.#map.committedEntries();
  }
}
