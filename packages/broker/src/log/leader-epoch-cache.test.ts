/** The verdicts are those of Kafka's LeaderEpochFileCache (4.4). */
import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { LeaderEpochCache } from './leader-epoch-cache.ts';

type Pair = readonly [epoch: number, startOffset: number];

const cacheOf = (...pairs: readonly Pair[]): LeaderEpochCache =>
  new LeaderEpochCache(pairs.map(([epoch, startOffset]) => ({ epoch, startOffset })));
const pairsOf = (cache: LeaderEpochCache): Pair[] =>
  cache.entries.map(({ epoch, startOffset }) => [epoch, startOffset]);

const ASSIGN_ROWS: readonly [why: string, before: readonly Pair[], assigned: Pair, after: readonly Pair[]][] = [
  ['the first', [], [0, 0], [[0, 0]]],
  ['the first, in the middle of a log', [], [5, 100], [[5, 100]]],
  ['a later epoch', [[1, 0]], [2, 10], [[1, 0], [2, 10]]], // oxfmt-ignore
  [
    'the same epoch goes on',
    [
      [1, 0],
      [2, 10],
    ],
    [2, 15],
    [
      [1, 0],
      [2, 10],
    ],
  ],
  ['the same again', [[2, 10]], [2, 10], [[2, 10]]],
  [
    'the same epoch, from an earlier offset',
    [
      [1, 0],
      [2, 10],
    ],
    [2, 5],
    [
      [1, 0],
      [2, 5],
    ],
  ],
  [
    'nothing was written in the one before',
    [
      [1, 0],
      [2, 10],
    ],
    [3, 10],
    [
      [1, 0],
      [3, 10],
    ],
  ],
  [
    'offsets go back: the log was truncated',
    [
      [1, 0],
      [2, 10],
      [3, 20],
    ],
    [4, 5],
    [
      [1, 0],
      [4, 5],
    ],
  ],
  [
    'back to before everything',
    [
      [1, 5],
      [2, 10],
    ],
    [3, 2],
    [[3, 2]],
  ],
  [
    'an epoch goes back',
    [
      [1, 0],
      [3, 10],
      [4, 20],
    ],
    [2, 30],
    [
      [1, 0],
      [2, 30],
    ],
  ],
  [
    'epoch and offset go back',
    [
      [1, 0],
      [3, 10],
      [4, 20],
    ],
    [2, 15],
    [
      [1, 0],
      [2, 15],
    ],
  ],
  [
    'an epoch that is there, not the latest',
    [
      [1, 0],
      [2, 10],
      [3, 20],
    ],
    [2, 30],
    [
      [1, 0],
      [2, 30],
    ],
  ],
];

for (const [why, before, [epoch, startOffset], after] of ASSIGN_ROWS) {
  void test(`leader epochs, assign: ${why}`, () => {
    const cache = cacheOf(...before);
    const isChanged = cache.assign(epoch, startOffset);
    deepStrictEqual(pairsOf(cache), after);
    strictEqual(isChanged, JSON.stringify(before) !== JSON.stringify(after));
    strictEqual(cache.isDirty, isChanged);
  });
}

const HISTORY: readonly Pair[] = [[2, 5], [4, 10], [7, 20]]; // oxfmt-ignore
const LOG_END = 33;

const END_OFFSET_ROWS: readonly [why: string, history: readonly Pair[], requested: number, wanted: Pair][] = [
  ['undefined epoch', HISTORY, -1, [-1, -1]],
  ['undefined epoch, empty cache', [], -1, [-1, -1]],
  ['empty cache', [], 0, [-1, -1]],
  ['the latest', HISTORY, 7, [7, LOG_END]],
  ['the only one', [[0, 0]], 0, [0, LOG_END]],
  ['beyond the latest', HISTORY, 8, [-1, -1]],
  ['before the earliest: it ended where the first one begins', HISTORY, 1, [1, 5]],
  ['epoch 0, all of it deleted', HISTORY, 0, [0, 5]],
  ['the earliest', HISTORY, 2, [2, 10]],
  ['one in the middle', HISTORY, 4, [4, 20]],
  ['one that never wrote', HISTORY, 3, [2, 10]],
  ['another one that never wrote', HISTORY, 6, [4, 20]],
];

for (const [why, history, requested, [epoch, endOffset]] of END_OFFSET_ROWS) {
  void test(`leader epochs, end offset: ${why}`, () =>
    deepStrictEqual(cacheOf(...history).endOffsetFor(requested, LOG_END), { epoch, endOffset }));
}

const START_ROWS: readonly [why: string, startOffset: number, after: readonly Pair[]][] = [
  ['before the first', 4, HISTORY],
  ['at the first', 5, HISTORY],
  [
    'inside the first: it begins there now',
    7,
    [
      [2, 7],
      [4, 10],
      [7, 20],
    ],
  ],
  [
    'at the second',
    10,
    [
      [4, 10],
      [7, 20],
    ],
  ],
  [
    'inside the second',
    11,
    [
      [4, 11],
      [7, 20],
    ],
  ],
  ['inside the last: the latest epoch is kept', 32, [[7, 32]]],
  ['at the end of the log', 33, [[7, 33]]],
];

for (const [why, startOffset, after] of START_ROWS) {
  void test(`leader epochs, truncate from the start: ${why}`, () => {
    const cache = cacheOf(...HISTORY);
    strictEqual(cache.truncateFromStart(startOffset), JSON.stringify(after) !== JSON.stringify(HISTORY));
    deepStrictEqual(pairsOf(cache), after);
  });
}

const END_ROWS: readonly [why: string, endOffset: number, after: readonly Pair[]][] = [
  ['beyond everything', 40, HISTORY],
  ['behind where the last one begins', 21, HISTORY],
  [
    'where the last one begins',
    20,
    [
      [2, 5],
      [4, 10],
    ],
  ],
  [
    'inside the one before',
    19,
    [
      [2, 5],
      [4, 10],
    ],
  ],
  ['where the first one begins', 5, []],
  ['everything', 0, []],
];

for (const [why, endOffset, after] of END_ROWS) {
  void test(`leader epochs, truncate from the end: ${why}`, () => {
    const cache = cacheOf(...HISTORY);
    strictEqual(cache.truncateFromEnd(endOffset), after.length < HISTORY.length);
    deepStrictEqual(pairsOf(cache), after);
  });
}

void test('leader epochs: truncation of an empty cache changes nothing', () => {
  const cache = cacheOf();
  strictEqual(cache.truncateFromStart(10), false);
  strictEqual(cache.truncateFromEnd(0), false);
  strictEqual(cache.isDirty, false);
});

void test('leader epochs: looking', () => {
  const cache = cacheOf(...HISTORY);
  deepStrictEqual(
    [4, 5, 9, 10, 19, 20, 1_000].map((offset) => cache.epochForOffset(offset)),
    [null, 2, 2, 4, 4, 7, 7],
  );
  strictEqual(cache.latestEpoch, 7);
  deepStrictEqual(cache.earliestEntry, { epoch: 2, startOffset: 5 });
  deepStrictEqual(cache.latestEntry, { epoch: 7, startOffset: 20 });
  deepStrictEqual(cache.entryOf(4), { epoch: 4, startOffset: 10 });
  strictEqual(cache.entryOf(5), null);
  strictEqual(cache.previousEntry(4)?.epoch, 2);
  strictEqual(cache.previousEntry(2), null);
  strictEqual(cache.nextEntry(4)?.epoch, 7);
  strictEqual(cache.nextEntry(7), null);
  const empty = cacheOf();
  deepStrictEqual([empty.latestEpoch, empty.earliestEntry, empty.epochForOffset(3)], [null, null, null]);
});

void test('leader epochs: those of a segment for a tier', () => {
  const cache = cacheOf(...HISTORY);
  const range = (start: number, end: number): Pair[] =>
    cache.entriesInRange(start, end).map(({ epoch, startOffset }) => [epoch, startOffset]);
  deepStrictEqual(range(12, 20), [[4, 12]]);
  deepStrictEqual(range(12, 21), [[4, 12], [7, 20]]); // oxfmt-ignore
  deepStrictEqual(range(0, 10), [[2, 5]]);
  deepStrictEqual(pairsOf(cache), HISTORY, 'the cache itself stays');
});

void test('leader epochs: what a checkpoint has out of order is put right', () => {
  deepStrictEqual(pairsOf(cacheOf([3, 10], [1, 5], [2, 20])), [[1, 5], [2, 20]]); // oxfmt-ignore
});

void test('leader epochs: a negative epoch or offset is a bug', () => {
  throws(() => cacheOf().assign(-1, 0), /invariant/);
  throws(() => cacheOf().assign(0, -1), /invariant/);
});

void test('leader epochs: a failed append takes its assignments back', () => {
  const cache = cacheOf(...HISTORY);
  const mark = cache.mark();
  cache.assign(8, 33);
  const later = cache.mark();
  cache.assign(9, 33);
  cache.revertTo(later);
  deepStrictEqual(pairsOf(cache).at(-1), [8, 33]);
  cache.revertTo(mark);
  deepStrictEqual(pairsOf(cache), HISTORY);
  strictEqual(cache.isDirty, false, 'as it was when it was read');
});

void test('leader epochs: a revert keeps what was truncated from the start meanwhile', () => {
  const cache = cacheOf(...HISTORY);
  const mark = cache.mark();
  cache.assign(8, 33);
  cache.truncateFromStart(12);
  cache.revertTo(mark);
  deepStrictEqual(pairsOf(cache), [[4, 12], [7, 20]]); // oxfmt-ignore
  strictEqual(cache.isDirty, true);
});

void test('leader epochs: a revert past a truncated end is a bug', () => {
  const cache = cacheOf(...HISTORY);
  const mark = cache.mark();
  cache.truncateFromEnd(8);
  throws(() => cache.revertTo(mark), /invariant/);
  const cleared = cacheOf(...HISTORY);
  const before = cleared.mark();
  cleared.clear();
  deepStrictEqual(pairsOf(cleared), []);
  throws(() => cleared.revertTo(before), /invariant/);
});

void test('leader epochs: a log that starts anew may start below where it once did', () => {
  const cache = cacheOf(...HISTORY);
  cache.truncateFromStart(25);
  cache.clear();
  cache.assign(3, 7);
  const mark = cache.mark();
  cache.assign(9, 12);
  cache.revertTo(mark);
  deepStrictEqual(pairsOf(cache), [[3, 7]]);
});
