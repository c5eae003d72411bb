import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { findDirtyRange, pickFilthiest, type DirtyFacts, type DirtyRange } from './cleanable.ts';
import { segmentsBetween } from './cleanable-log.ts';
import { groupSegments, type SegmentSizes } from './segment-groups.ts';

const NOW = 1_000_000;

interface Row {
  readonly why: string;
  readonly checkpoint: number | null;
  readonly facts?: Partial<DirtyFacts>;
  readonly config?: Partial<DirtyFacts['config']>;
  /** [first dirty, first uncleanable, clean bytes, cleanable bytes, is due]. */
  readonly wanted: readonly [number, number, number, number, boolean];
}

/** Segments from 0, 10, 20 and 30 on, of 100 bytes, the last one active; written 400, 300 and 200 seconds ago. */
const SEGMENTS = [0, 10, 20, 30].map((baseOffset) => ({
  baseOffset,
  sizeBytes: 100,
  largestTimestamp: baseOffset === 30 ? null : NOW - 400_000 + baseOffset * 10_000,
  firstTimestamp: baseOffset === 30 ? null : NOW - 400_000 + baseOffset * 10_000,
}));

const RANGES: readonly Row[] = [
  { why: 'never cleaned: all but the active segment', checkpoint: null, wanted: [0, 30, 0, 300, true] },
  { why: 'from the checkpoint on', checkpoint: 10, wanted: [10, 30, 100, 200, true] },
  {
    why: 'half is not more than half',
    checkpoint: 20,
    facts: { segments: SEGMENTS.slice(1) },
    wanted: [20, 30, 100, 100, false],
  },
  { why: 'a segment that is half clean counts as both', checkpoint: 15, wanted: [15, 30, 200, 200, false] },
  { why: 'nothing is dirty', checkpoint: 30, wanted: [30, 30, 300, 0, false] },
  { why: 'the checkpoint lies in the active segment', checkpoint: 33, wanted: [33, 30, 400, 0, false] },
  { why: 'the log was cut: begin anew', checkpoint: 41, wanted: [0, 30, 0, 300, true] },
  {
    why: 'the log start moved over it',
    checkpoint: 5,
    facts: { logStartOffset: 10 },
    wanted: [10, 30, 100, 200, true],
  },
  {
    why: 'a transaction is open: its segment stays',
    checkpoint: 0,
    facts: { lastStableOffset: 25 },
    wanted: [0, 20, 0, 200, true],
  },
  { why: 'and open from a segment on', checkpoint: 0, facts: { lastStableOffset: 20 }, wanted: [0, 20, 0, 200, true] },
  { why: 'open before what is dirty', checkpoint: 20, facts: { lastStableOffset: 3 }, wanted: [20, 20, 200, 0, false] },
  { why: 'too young', checkpoint: 0, config: { minCompactionLagMs: 250_000 }, wanted: [0, 20, 0, 200, true] },
  { why: 'just old enough', checkpoint: 0, config: { minCompactionLagMs: 200_000 }, wanted: [0, 30, 0, 300, true] },
  { why: 'too young, all of it', checkpoint: 0, config: { minCompactionLagMs: 900_000 }, wanted: [0, 0, 0, 0, false] },
  {
    why: 'overdue, though little',
    checkpoint: 20,
    config: { maxCompactionLagMs: 199_999 },
    wanted: [20, 30, 200, 100, true],
  },
  {
    why: 'not overdue yet',
    checkpoint: 20,
    config: { maxCompactionLagMs: 200_000 },
    wanted: [20, 30, 200, 100, false],
  },
  {
    why: 'overdue, and nothing to clean',
    checkpoint: 30,
    config: { maxCompactionLagMs: 1 },
    wanted: [30, 30, 300, 0, false],
  },
  {
    why: 'only an active segment',
    checkpoint: null,
    facts: { segments: SEGMENTS.slice(0, 1), logEndOffset: 5 },
    wanted: [0, 0, 0, 0, false],
  },
];

function rangeOf({ checkpoint, facts, config }: Omit<Row, 'why' | 'wanted'>): DirtyRange {
  const base: DirtyFacts = {
    logStartOffset: 0,
    logEndOffset: 40,
    lastStableOffset: 40,
    segments: SEGMENTS,
    config: { minCompactionLagMs: 0, maxCompactionLagMs: Infinity, minCleanableDirtyRatio: 0.5, ...config },
    ...facts,
  };
  // As the log gives them: only those that are asked for.
  const { minCompactionLagMs, maxCompactionLagMs } = base.config;
  const segments = base.segments.map((segment) => ({
    ...segment,
    largestTimestamp: minCompactionLagMs > 0 ? segment.largestTimestamp : null,
    firstTimestamp: maxCompactionLagMs < Infinity ? segment.firstTimestamp : null,
  }));
  return findDirtyRange({ ...base, segments }, checkpoint, NOW);
}

for (const row of RANGES) {
  test(`dirty: ${row.why}`, () => {
    const range = rangeOf(row);
    const { firstDirtyOffset, firstUncleanableOffset, cleanBytes, cleanableBytes, isDue } = range;
    deepStrictEqual([firstDirtyOffset, firstUncleanableOffset, cleanBytes, cleanableBytes, isDue], row.wanted);
    const isReset = row.checkpoint !== null && row.checkpoint !== firstDirtyOffset;
    strictEqual(range.resetReason !== null, isReset);
  });
}

test('the filthiest is the one with the largest ratio among those that are due', () => {
  const logs = [
    { name: 'clean', range: rangeOf({ checkpoint: 30 }) },
    { name: 'overdue', range: rangeOf({ checkpoint: 20, config: { maxCompactionLagMs: 1 } }) },
    { name: 'dirty', range: rangeOf({ checkpoint: 10 }) },
    { name: 'not due', range: rangeOf({ checkpoint: null, config: { minCleanableDirtyRatio: 1 } }) },
  ];
  strictEqual(pickFilthiest(logs)?.name, 'dirty');
  strictEqual(pickFilthiest(logs.slice(0, 2))?.name, 'overdue');
  strictEqual(pickFilthiest(logs.slice(0, 1)), null);
});

test('segments between two offsets begin with the one that holds the first', () => {
  const bases = (from: number, to: number): number[] =>
    segmentsBetween(SEGMENTS.slice(1), from, to).map(({ baseOffset }) => baseOffset);
  deepStrictEqual(bases(0, 20), [10]);
  deepStrictEqual(bases(15, 31), [10, 20, 30]);
  deepStrictEqual(bases(20, 30), [20]);
  deepStrictEqual(bases(20, 20), []);
  deepStrictEqual(bases(99, Infinity), [30]);
});

const sized = (baseOffset: number, sizeBytes: number, offsetIndexBytes = 0, timeIndexBytes = 0): SegmentSizes => {
  return { baseOffset, sizeBytes, offsetIndexBytes, timeIndexBytes };
};

const GROUPS: readonly { why: string; segments: SegmentSizes[]; end?: number; wanted: number[][] }[] = [
  { why: 'none', segments: [], wanted: [] },
  { why: 'by bytes, up to the limit', segments: [sized(0, 40), sized(1, 60), sized(2, 1)], wanted: [[0, 1], [2]] },
  {
    why: 'one that is too large alone',
    segments: [sized(0, 500), sized(1, 1), sized(2, 500)],
    wanted: [[0], [1], [2]],
  },
  { why: 'by offset index', segments: [sized(0, 1, 6), sized(1, 1, 4), sized(2, 1, 1)], wanted: [[0, 1], [2]] },
  { why: 'by time index', segments: [sized(0, 1, 0, 6), sized(1, 1, 0, 5)], wanted: [[0], [1]] },
  {
    why: 'by range',
    segments: [sized(0, 1), sized(2 ** 31 - 1, 1), sized(2 ** 31, 1)],
    wanted: [[0, 2 ** 31 - 1], [2 ** 31]],
  },
  {
    why: 'the range of the last ends with the log',
    segments: [sized(0, 1), sized(9, 1)],
    end: 2 ** 31 + 1,
    wanted: [[0], [9]],
  },
  { why: 'an empty one has no range', segments: [sized(0, 1), sized(9, 0)], end: 2 ** 31 + 1, wanted: [[0, 9]] },
];

for (const { why, segments, end = 2 ** 31 + 5, wanted } of GROUPS) {
  test(`groups: ${why}`, () => {
    const groups = groupSegments(segments, { segmentBytes: 100, indexBytes: 10 }, end);
    deepStrictEqual(
      groups.map((group) => group.map(({ baseOffset }) => baseOffset)),
      wanted,
    );
  });
}
