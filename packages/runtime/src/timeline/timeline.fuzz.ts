// Timeline collections against the naive thing: a copy of everything for every snapshot.
import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { fuzz } from '@ottla/testing';
import type { Prng } from '../prng.ts';
import { TimelineMap } from './timeline-map.ts';
import { TimelineSet } from './timeline-set.ts';
import { TimelineValue } from './timeline-value.ts';
import { Timeline } from './timeline.ts';

type Value = number | null;

/** All collections at one moment, as plain copies. */
interface State {
  readonly maps: readonly [Map<number, Value>, Map<number, Value>];
  readonly set: Set<number>;
  value: Value;
}

interface Snapshot {
  readonly offset: number;
  readonly state: State;
  /** What changed since the snapshot before, as "collection:key". */
  readonly touched: Set<string>;
}

function copyOf({ maps, set, value }: State): State {
  return { maps: [new Map(maps[0]), new Map(maps[1])], set: new Set(set), value };
}

class Run {
  readonly #prng: Prng;
  readonly #timeline: Timeline;
  readonly maps: readonly [TimelineMap<number, Value>, TimelineMap<number, Value>];
  readonly #set: TimelineSet<number>;
  readonly #value: TimelineValue<Value>;
  readonly #keys: number;
  /** The first is the committed one. */
  readonly #snapshots: Snapshot[];
  #committedUpTo: number;
  #now: State = { maps: [new Map(), new Map()], set: new Set(), value: 0 };
  #touched = new Set<string>();

  constructor(prng: Prng) {
    this.#prng = prng;
    const start = prng.pick([-1, 0, 1_000_000]);
    this.#timeline = new Timeline(start);
    this.maps = [new TimelineMap(this.#timeline), new TimelineMap(this.#timeline)];
    this.#set = new TimelineSet(this.#timeline);
    this.#value = new TimelineValue<Value>(this.#timeline, 0);
    this.#keys = prng.pick([2, 8, 40]);
    this.#snapshots = [{ offset: start, state: copyOf(this.#now), touched: new Set() }];
    this.#committedUpTo = start;
  }

  get committed(): State {
    return this.#snapshots[0]!.state;
  }

  get now(): State {
    return this.#now;
  }

  mutate(): void {
    const draw = this.#prng.float();
    if (draw < 0.6) this.#mutateMap(this.#prng.below(2), draw);
    else if (draw < 0.8) this.#mutateSet(draw);
    else this.#mutateValue();
  }

  snapshot(): void {
    const latest = this.#snapshots.at(-1)!;
    if (this.#touched.size === 0 && this.#prng.chance(0.3)) {
      this.#timeline.snapshot(latest.offset); // again: nothing happened
      return;
    }
    const offset = latest.offset + this.#prng.between(1, 4);
    this.#timeline.snapshot(offset);
    this.#snapshots.push({ offset, state: copyOf(this.#now), touched: this.#touched });
    this.#touched = new Set();
    this.#settle(this.#committedUpTo);
  }

  revert(): void {
    const keep = this.#prng.between(1, this.#snapshots.length);
    const { offset, state } = this.#snapshots[keep - 1]!;
    this.#timeline.revertTo(offset);
    this.#snapshots.length = keep;
    this.#now = copyOf(state);
    this.#touched = new Set();
  }

  commit(): void {
    const [first, last] = [this.#snapshots[0]!.offset, this.#snapshots.at(-1)!.offset];
    const offset = this.#prng.between(first - 2, last + (this.#prng.chance(0.1) ? 3 : 0));
    this.#timeline.commit(offset);
    this.#settle(offset);
  }

  /** Commits all there is. Then the timeline must have forgotten everything but the present. */
  commitAll(): void {
    this.snapshot();
    const { latestOffset } = this.#timeline;
    this.#timeline.commit(latestOffset);
    this.#settle(latestOffset);
    if (this.#touched.size > 0) return;
    deepStrictEqual(this.#timeline.bookkeeping, { snapshots: 0, changes: 0 });
    deepStrictEqual(
      [...this.maps, this.#set].map(({ overheadEntries }) => overheadEntries),
      [0, 0, 0],
    );
    strictEqual(this.#value.isPending, false);
  }

  checkSome(): void {
    const key = this.#prng.below(this.#keys);
    for (const [i, map] of this.maps.entries()) {
      const [now, committed] = [this.#now.maps[i]!, this.committed.maps[i]!];
      deepStrictEqual([map.get(key), map.has(key), map.size], [now.get(key), now.has(key), now.size]);
      deepStrictEqual([map.getCommitted(key), map.committedSize], [committed.get(key), committed.size]);
      deepStrictEqual([map.committed.get(key), map.committed.has(key)], [committed.get(key), committed.has(key)]);
    }
    deepStrictEqual([this.#set.has(key), this.#set.size], [this.#now.set.has(key), this.#now.set.size]);
    const wasInSet = this.committed.set.has(key);
    deepStrictEqual([this.#set.hasCommitted(key), this.#set.committed.has(key)], [wasInSet, wasInSet]);
    deepStrictEqual([this.#value.get(), this.#value.getCommitted()], [this.#now.value, this.committed.value]);
    strictEqual(this.#timeline.committedOffset, this.#snapshots[0]!.offset);
    strictEqual(this.#timeline.latestOffset, this.#snapshots.at(-1)!.offset);
  }

  checkAll(): void {
    for (const [i, map] of this.maps.entries()) {
      for (const [view, model] of [
        [map, this.#now.maps[i]!],
        [map.committed, this.committed.maps[i]!],
      ] as const) {
        const entries = [...view];
        deepStrictEqual(entries.toSorted(byKey), [...model].toSorted(byKey));
        deepStrictEqual([...view.entries()], entries);
        deepStrictEqual(
          [...view.keys()],
          entries.map(([key]) => key),
        );
        deepStrictEqual(
          [...view.values()],
          entries.map(([, value]) => value),
        );
        strictEqual(view.size, entries.length);
      }
    }
    deepStrictEqual(
      [...this.#set].toSorted((a, b) => a - b),
      [...this.#now.set].toSorted((a, b) => a - b),
    );
    deepStrictEqual(new Set(this.#set.committed.values()), this.committed.set);
    strictEqual(this.#set.committed.size, this.committed.set.size);
    this.#checkBookkeeping();
  }

  /** Exactly one change a snapshot and key, and none that is committed. */
  #checkBookkeeping(): void {
    const intervals = [...this.#snapshots.slice(1).map(({ touched }) => touched), this.#touched];
    const changes = intervals.reduce((sum, { size }) => sum + size, 0);
    deepStrictEqual(this.#timeline.bookkeeping, { snapshots: this.#snapshots.length - 1, changes });
    const pending = [...new Set(intervals.flatMap((touched) => [...touched]))];
    // A deleted key keeps its place too.
    const overheadOf = (name: string, now: { has(key: number): boolean }): number => {
      const keys = pending.filter((each) => each.startsWith(name)).map((each) => Number(each.slice(name.length + 1)));
      return keys.length + keys.filter((key) => !now.has(key)).length;
    };
    strictEqual(this.maps[0].overheadEntries, overheadOf('map0', this.#now.maps[0]));
    strictEqual(this.maps[1].overheadEntries, overheadOf('map1', this.#now.maps[1]));
    strictEqual(this.#set.overheadEntries, overheadOf('set', this.#now.set));
    strictEqual(this.#value.isPending, pending.includes('value:'));
  }

  #settle(offset: number): void {
    this.#committedUpTo = Math.max(this.#committedUpTo, offset);
    while (this.#snapshots.length > 1 && this.#snapshots[1]!.offset <= offset) this.#snapshots.shift();
  }

  #mutateMap(i: number, draw: number): void {
    const [map, model] = [this.maps[i]!, this.#now.maps[i]!];
    if (draw < 0.01) {
      for (const key of model.keys()) this.#touched.add(`map${i}:${key}`);
      map.clear();
      model.clear();
      return;
    }
    const key = this.#prng.below(this.#keys);
    if (draw < 0.2) {
      if (model.has(key)) this.#touched.add(`map${i}:${key}`);
      strictEqual(map.delete(key), model.delete(key));
      return;
    }
    const value = this.#prng.pick([null, 0, 1, 2, 3]);
    if (model.get(key) !== value) this.#touched.add(`map${i}:${key}`);
    map.set(key, value);
    model.set(key, value);
  }

  #mutateSet(draw: number): void {
    const key = this.#prng.below(this.#keys);
    const model = this.#now.set;
    if (draw < 0.61) {
      for (const each of model) this.#touched.add(`set:${each}`);
      this.#set.clear();
      model.clear();
    } else if (draw < 0.7) {
      if (model.has(key)) this.#touched.add(`set:${key}`);
      strictEqual(this.#set.delete(key), model.delete(key));
    } else {
      if (!model.has(key)) this.#touched.add(`set:${key}`);
      strictEqual(this.#set.add(key), !model.has(key));
      model.add(key);
    }
  }

  #mutateValue(): void {
    const value = this.#prng.pick([null, 0, 1]);
    if (value !== this.#now.value) this.#touched.add('value:');
    this.#value.set(value);
    this.#now.value = value;
  }
}

function byKey([a]: [number, Value], [b]: [number, Value]): number {
  return a - b;
}

fuzz('timeline', { small: 80 }, (prng) => {
  const run = new Run(prng);
  const commits = prng.pick([0.01, 0.1]); // few: long chains of snapshots
  for (let i = 0; i < 400; i++) {
    const draw = prng.float();
    if (draw < commits) run.commit();
    else if (draw < 0.13) run.revert();
    else if (draw < 0.3) run.snapshot();
    else if (draw < 0.305) run.commitAll();
    else run.mutate();
    run.checkSome();
    if (i % 16 === 0) run.checkAll();
  }
  run.checkAll();
});

fuzz('timeline iteration while it changes', { small: 300 }, (prng) => {
  const run = new Run(prng);
  for (let i = 0; i < 60; i++) {
    run.mutate();
    if (prng.chance(0.2)) run.snapshot();
    if (prng.chance(0.05)) run.commit();
  }
  const which = prng.below(2);
  const isCommitted = prng.chance(0.5);
  const hasReverts = prng.chance(0.3);
  const hasCommits = prng.chance(0.3);
  const model = (): Map<number, Value> => (isCommitted ? run.committed : run.now).maps[which]!;
  const atStart = run.committed;
  /** Keys that were there all the time: each must be met exactly once. */
  const lasting = new Set(model().keys());
  const met: number[] = [];

  const view = isCommitted ? run.maps[which]!.committed : run.maps[which]!;
  for (const [key, value] of view) {
    met.push(key);
    strictEqual(value, model().get(key), 'a value is that of the moment at which it is met');
    for (let left = prng.below(8); left > 0 && met.length < 200; left--) {
      if (hasReverts && prng.chance(0.1)) run.revert();
      else if (prng.chance(0.2)) run.snapshot();
      else if (hasCommits && prng.chance(0.3)) run.commit();
      else run.mutate();
      for (const each of lasting) if (!model().has(each)) lasting.delete(each);
    }
  }
  run.checkAll();

  for (const key of lasting)
    strictEqual(met.filter((each) => each === key).length, 1, `key ${key} was there all along`);
  // Without reverts and commits (a snapshot may make one) no removal is final, so nothing moves.
  const isCommitStill = run.committed === atStart;
  if (!hasReverts && isCommitStill) strictEqual(new Set(met).size, met.length, `met twice: ${met.join(' ')}`);
  if (isCommitted && isCommitStill) deepStrictEqual(new Set(met), new Set(atStart.maps[which]!.keys()));
});
