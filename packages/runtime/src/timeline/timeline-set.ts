import { TimelineMap, type TimelineMapView } from './timeline-map.ts';
import type { Timeline } from './timeline.ts';

/** A set as it is at one point of its timeline: `set` itself at the latest, `set.committed` at the committed offset. */
export interface TimelineSetView<K> {
  readonly size: number;
  has(key: K): boolean;
  values(): IterableIterator<K>;
  [Symbol.iterator](): IterableIterator<K>;
}

/** A set on a timeline. Iteration and cost as those of `TimelineMap`. */
export class TimelineSet<K> implements TimelineSetView<K> {
  readonly #map: TimelineMap<K, true>;

  constructor(timeline: Timeline) {
    this.#map = new TimelineMap(timeline);
  }

  get size(): number {
    return this.#map.size;
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  /** False when it was there already. */
  add(key: K): boolean {
    if (this.#map.has(key)) return false;
    this.#map.set(key, true);
    return true;
  }

  /** False when there was nothing to delete. */
  delete(key: K): boolean {
    return this.#map.delete(key);
  }

  /** Deletes each key: O(size), as a revert of it is. */
  clear(): void {
    this.#map.clear();
  }

  values(): IterableIterator<K> {
    return this.#map.keys();
  }

  [Symbol.iterator](): IterableIterator<K> {
    return this.#map.keys();
  }

  /** The same set at the committed offset. */
  get committed(): TimelineSetView<K> {
    return new CommittedView(this.#map.committed);
  }

  hasCommitted(key: K): boolean {
    return this.#map.getCommitted(key) !== undefined;
  }

  /** What is kept beyond the present keys, as for `TimelineMap`. 0 when all is committed. */
  get overheadEntries(): number {
    return this.#map.overheadEntries;
  }
}

class CommittedView<K> implements TimelineSetView<K> {
  readonly #map: TimelineMapView<K, true>;

  constructor(map: TimelineMapView<K, true>) {
    this.#map = map;
  }

  get size(): number {
    return this.#map.size;
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  values(): IterableIterator<K> {
    return this.#map.keys();
  }

  [Symbol.iterator](): IterableIterator<K> {
    return this.#map.keys();
  }
}
