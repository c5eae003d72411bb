import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { AssertionError } from '../assert.ts';
import { TimelineMap } from './timeline-map.ts';
import { TimelineSet } from './timeline-set.ts';
import { TimelineValue } from './timeline-value.ts';
import { Timeline } from './timeline.ts';

/** One step of a story about one map: set `a1` sets key a to 1, `-a` deletes it, `-*` clears; numbers are offsets. */
type Step = `${string}${number}` | `-${string}` | { snapshot: number } | { revert: number } | { commit: number };

function tell(steps: readonly Step[]): { latest: string; committed: string; timeline: Timeline } {
  const timeline = new Timeline(0);
  const map = new TimelineMap<string, number>(timeline);
  for (const step of steps) {
    if (typeof step === 'object') {
      if ('snapshot' in step) timeline.snapshot(step.snapshot);
      else if ('revert' in step) timeline.revertTo(step.revert);
      else timeline.commit(step.commit);
    } else if (step === '-*') map.clear();
    else if (step.startsWith('-')) map.delete(step.slice(1));
    else map.set(step.charAt(0), Number(step.slice(1)));
  }
  const show = (entries: Iterable<[string, number]>): string => [...entries].map(([k, v]) => k + v).join(' ');
  strictEqual(map.size, [...map].length);
  strictEqual(map.committed.size, [...map.committed].length);
  return { latest: show(map), committed: show(map.committed), timeline };
}

const stories: readonly [why: string, steps: readonly Step[], latest: string, committed: string][] = [
  ['a change shows at the latest at once, and at committed not', ['a1'], 'a1', ''],
  ['nor by its snapshot alone', ['a1', { snapshot: 5 }], 'a1', ''],
  ['but by the commit of that', ['a1', { snapshot: 5 }, { commit: 5 }], 'a1', 'a1'],
  ['a commit past the snapshot counts for it', ['a1', { snapshot: 5 }, { commit: 9 }], 'a1', 'a1'],
  ['a commit before the snapshot does not', ['a1', { snapshot: 5 }, { commit: 4 }], 'a1', ''],
  [
    'between two snapshots the earlier counts',
    ['a1', { snapshot: 5 }, 'a2', { snapshot: 9 }, { commit: 8 }],
    'a2',
    'a1',
  ],
  ['open changes are not committed by any offset', ['a1', { snapshot: 5 }, 'b2', { commit: 99 }], 'a1 b2', 'a1'],
  ['a snapshot at what is committed already is', [{ commit: 7 }, 'a1', { snapshot: 5 }], 'a1', 'a1'],
  ['and one above is not', [{ commit: 7 }, 'a1', { snapshot: 8 }], 'a1', ''],
  ['a lower commit changes nothing', ['a1', { snapshot: 5 }, { commit: 5 }, { commit: 2 }], 'a1', 'a1'],
  ['open changes revert to the last snapshot', ['a1', { snapshot: 5 }, 'a2', 'b1', '-a', { revert: 5 }], 'a1', ''],
  ['closed ones revert to an earlier', ['a1', { snapshot: 5 }, 'a2', { snapshot: 6 }, 'a3', { revert: 5 }], 'a1', ''],
  ['or to the committed one', ['a1', { snapshot: 5 }, { commit: 5 }, '-a', { snapshot: 6 }, { revert: 5 }], 'a1', 'a1'],
  ['or to the very start', ['a1', { snapshot: 5 }, 'b2', { revert: 0 }], '', ''],
  ['a deletion shows at committed when it is', ['a1', { snapshot: 5 }, { commit: 5 }, '-a', { snapshot: 6 }], '', 'a1'],
  ['and then does', ['a1', { snapshot: 5 }, { commit: 5 }, '-a', { snapshot: 6 }, { commit: 6 }], '', ''],
  ['set and deleted before anyone saw', ['a1', '-a', { snapshot: 5 }, { commit: 5 }], '', ''],
  ['deleted and set again', ['a1', { snapshot: 5 }, { commit: 5 }, '-a', 'a2'], 'a2', 'a1'],
  ['the same, reverted', ['a1', { snapshot: 5 }, '-a', { snapshot: 6 }, 'a2', { revert: 6 }], '', ''],
  [
    'the same, reverted twice',
    ['a1', { snapshot: 5 }, '-a', { snapshot: 6 }, 'a2', { revert: 6 }, { revert: 5 }],
    'a1',
    '',
  ],
  ['a clear, and its revert in the old order', ['a1', 'b2', { snapshot: 5 }, '-*', 'c3', { revert: 5 }], 'a1 b2', ''],
  [
    'after a revert the same offset may be used again',
    ['a1', { snapshot: 5 }, { revert: 0 }, 'b1', { snapshot: 5 }, { commit: 5 }],
    'b1',
    'b1',
  ],
  [
    'a key changed in each of three snapshots, the middle committed',
    ['a1', { snapshot: 1 }, 'a2', { snapshot: 2 }, 'a3', { snapshot: 3 }, { commit: 2 }],
    'a3',
    'a2',
  ],
];

for (const [why, steps, latest, committed] of stories) {
  test(`timeline: ${why}`, () => {
    const told = tell(steps);
    deepStrictEqual({ latest: told.latest, committed: told.committed }, { latest, committed });
  });
}

test('timeline: offsets of snapshots ascend, and one may be named again while nothing changed', () => {
  const { timeline } = tell(['a1', { snapshot: 5 }, { snapshot: 5 }, { snapshot: 6 }]);
  deepStrictEqual([timeline.committedOffset, timeline.latestOffset], [0, 6]);
  for (const offset of [5, -1, 6.5, Number.NaN]) throws(() => timeline.snapshot(offset), AssertionError, `${offset}`);
  const changed = tell(['a1', { snapshot: 5 }, 'a2']).timeline;
  throws(() => changed.snapshot(5), AssertionError, 'what came after a snapshot cannot belong to it');
});

test('timeline: a revert goes to a snapshot that is there, or does nothing at all', () => {
  const steps: Step[] = ['a1', { snapshot: 5 }, { commit: 5 }, 'a2', { snapshot: 8 }, 'a3'];
  for (const offset of [0, 4, 6, 7, 9, 99, Number.NaN]) {
    const { timeline } = tell(steps);
    throws(() => timeline.revertTo(offset), AssertionError, `${offset}`);
    deepStrictEqual(timeline.bookkeeping, { snapshots: 1, changes: 2 });
  }
});

test('timeline: all its collections revert and commit together', () => {
  const timeline = new Timeline();
  const map = new TimelineMap<string, number | null>(timeline);
  const set = new TimelineSet<string>(timeline);
  const value = new TimelineValue<string | undefined>(timeline, undefined);
  const show = () => [map.get('k'), set.has('k'), value.get()];
  const showCommitted = () => [map.getCommitted('k'), set.hasCommitted('k'), value.getCommitted()];
  const change = (to: number | null, text: string | undefined): void => {
    map.set('k', to);
    set.add('k');
    value.set(text);
  };
  change(null, 'first');
  timeline.snapshot(1);
  timeline.commit(1);
  change(2, 'second');
  timeline.snapshot(2);
  set.delete('k');
  change(3, undefined);
  timeline.snapshot(3);
  deepStrictEqual(
    [show(), showCommitted()],
    [
      [3, true, undefined],
      [null, true, 'first'],
    ],
  );
  timeline.commit(2);
  deepStrictEqual(
    [show(), showCommitted()],
    [
      [3, true, undefined],
      [2, true, 'second'],
    ],
  );
  timeline.revertTo(2);
  deepStrictEqual(
    [show(), showCommitted()],
    [
      [2, true, 'second'],
      [2, true, 'second'],
    ],
  );
});

test('timeline set: add and delete tell whether they changed anything', () => {
  const set = new TimelineSet<number>(new Timeline());
  deepStrictEqual([set.add(1), set.add(1), set.delete(1), set.delete(1), set.add(1)], [true, false, true, false, true]);
});

test('timeline map: undefined is no value', () => {
  const map = new TimelineMap<string, number>(new Timeline());
  throws(() => map.set('a', undefined as unknown as number), AssertionError);
  strictEqual(map.delete('a'), false);
});

test('timeline: collections within values come and go with them', () => {
  const timeline = new Timeline();
  interface Group {
    readonly members: TimelineMap<string, number>;
    readonly epoch: TimelineValue<number>;
  }
  const groups = new TimelineMap<string, Group>(timeline);
  const create = (): Group => ({ members: new TimelineMap(timeline), epoch: new TimelineValue(timeline, 0) });
  const group = create();
  groups.set('g', group);
  timeline.snapshot(1);
  group.members.set('m1', 1);
  group.epoch.set(1);
  timeline.snapshot(2);
  groups.delete('g');
  groups.set('g', create());
  groups.get('g')!.members.set('m2', 2);
  timeline.revertTo(2);
  deepStrictEqual([groups.get('g') === group, [...group.members], group.epoch.get()], [true, [['m1', 1]], 1]);
  timeline.revertTo(1);
  deepStrictEqual([groups.size, group.members.size, group.epoch.get()], [1, 0, 0]);
});

// ----------------------------------------------------------------------------------------------------------- iteration

test('timeline map iteration: at committed, nothing that happens at the latest shows', () => {
  const timeline = new Timeline();
  const map = new TimelineMap<string, number>(timeline);
  for (const [i, key] of ['a', 'b', 'c', 'd'].entries()) map.set(key, i);
  timeline.snapshot(1);
  timeline.commit(1);
  const met: [string, number][] = [];
  for (const entry of map.committed) {
    met.push(entry);
    map.delete('b');
    map.set('c', 99);
    map.delete('a');
    map.set('a', 98); // at its old place, which is past
    map.set(`new ${met.length}`, 97);
    timeline.snapshot(1 + met.length);
    if (met.length === 2) timeline.revertTo(1);
  }
  deepStrictEqual(met, [
    ['a', 0],
    ['b', 1],
    ['c', 2],
    ['d', 3],
  ]);
});

test('timeline map iteration: at the latest it is live, and meets a key once', () => {
  const map = new TimelineMap<string, number>(new Timeline());
  for (const [i, key] of ['a', 'b', 'c', 'd'].entries()) map.set(key, i);
  const met: string[] = [];
  for (const [key, value] of map) {
    met.push(`${key}${value}`);
    if (met.length > 1) continue;
    map.delete('a');
    map.set('a', 9); // met already
    map.delete('b'); // not reached yet
    map.delete('c');
    map.set('c', 8); // deleted and set again before it was reached
    map.set('e', 7);
  }
  deepStrictEqual(met, ['a0', 'c8', 'd3', 'e7']);
});

// -------------------------------------------------------------------------------------------------------------- memory

test('timeline: once all is committed nothing is kept of the past', () => {
  const timeline = new Timeline(0);
  const map = new TimelineMap<number, string>(timeline);
  const set = new TimelineSet<number>(timeline);
  const value = new TimelineValue(timeline, 0);
  for (let offset = 1; offset <= 300; offset++) {
    for (let i = 0; i < 10; i++) map.set((offset * 7 + i) % 100, `${offset}`);
    map.delete(offset % 100);
    if (offset % 2 === 0) set.delete(offset - 1);
    else set.add(offset);
    value.set(offset);
    timeline.snapshot(offset);
    timeline.commit(offset - 50);
  }
  const { snapshots, changes } = timeline.bookkeeping;
  strictEqual(snapshots, 50);
  ok(changes >= 50 * 12 && changes <= 50 * 13, `${changes} changes of the last 50 snapshots`);
  timeline.commit(300);
  deepStrictEqual(timeline.bookkeeping, { snapshots: 0, changes: 0 });
  deepStrictEqual([map.overheadEntries, set.overheadEntries, value.isPending], [0, 0, false]);
  deepStrictEqual([[...map], [...set]], [[...map.committed], [...set.committed]]);
});

test('timeline: once all is reverted nothing is kept of the future', () => {
  const { timeline } = tell([
    'a1',
    { snapshot: 1 },
    { commit: 1 },
    'a2',
    'b1',
    { snapshot: 2 },
    '-a',
    '-b',
    'c1',
    { revert: 1 },
  ]);
  deepStrictEqual(timeline.bookkeeping, { snapshots: 0, changes: 0 });
});

test('timeline: a key changed often within one snapshot is remembered once', () => {
  const timeline = new Timeline();
  const map = new TimelineMap<string, number>(timeline);
  for (let i = 0; i < 1_000; i++) map.set('hot', i);
  map.set('hot', 999); // no change
  deepStrictEqual(timeline.bookkeeping, { snapshots: 0, changes: 1 });
});

test('timeline: what was overwritten or deleted can be collected once that is committed, and not before', async () => {
  const timeline = new Timeline();
  const map = new TimelineMap<string, object>(timeline);
  const references: WeakRef<object>[] = [];
  const setNew = (key: string): void => {
    const value = { key };
    references.push(new WeakRef(value));
    map.set(key, value);
  };
  setNew('overwritten');
  setNew('deleted');
  setNew('kept');
  timeline.snapshot(1);
  map.set('overwritten', {});
  map.delete('deleted');
  timeline.snapshot(2);
  timeline.commit(1);
  const collectGarbage = exposeGc();
  const alive = async (): Promise<boolean[]> => {
    await new Promise((resolve) => setImmediate(resolve)); // a WeakRef holds its target until the end of the turn
    collectGarbage();
    return references.map((reference) => reference.deref() !== undefined);
  };
  deepStrictEqual(await alive(), [true, true, true]);
  timeline.commit(2);
  deepStrictEqual(await alive(), [false, false, true]);
  strictEqual(map.size, 2);
});

function exposeGc(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
