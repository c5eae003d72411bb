/** What a stop or a damaged disk leaves in a partition's directory, case by case. */
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import type { LogFindingKind } from './log-loader-findings.ts';
import type { LoadLogOptions } from './log-loader-options.ts';
import { batchesOf, closeLoaded, filesIn, loadIn } from './log-loader.fixture.ts';
import { formatOffsetName } from './log-names.ts';
import { batchOf, createTestWorld, DIRECTORY, writeWhole } from './segment.fixture.ts';

const record = (baseOffset: number): Uint8Array => batchOf({ baseOffset, timestamps: [1_000 + baseOffset] });
const segmentOf = (from: number, to: number): Uint8Array =>
  Buffer.concat(Array.from({ length: to - from }, (_, i) => record(from + i)));
const BATCH_BYTES = record(0).length;

function damagedAt(bytes: Uint8Array, position: number): Uint8Array {
  const damaged = Uint8Array.from(bytes);
  damaged[position]! ^= 1;
  return damaged;
}

interface Row {
  readonly why: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly options?: Partial<LoadLogOptions>;
  /** Last offsets of the batches that are left. */
  readonly left: readonly number[];
  readonly findings: readonly LogFindingKind[];
  readonly bases: readonly number[];
}

const log = (offset: number, suffix = '.log'): string => formatOffsetName(offset, suffix);
const ALL = { [log(0)]: segmentOf(0, 3), [log(3)]: segmentOf(3, 6), [log(6)]: segmentOf(6, 8) };

const rows: readonly Row[] = [
  { why: 'an empty directory becomes an empty log', files: {}, left: [], findings: [], bases: [0] },
  {
    why: 'a torn tail is cut',
    files: { [log(0)]: segmentOf(0, 3).slice(0, -5) },
    left: [0, 1],
    findings: ['torn tail'],
    bases: [0],
  },
  {
    why: 'a torn tail is cut though the stop was clean',
    files: {
      [log(0)]: segmentOf(0, 3).slice(0, -5),
      [log(0, '.index')]: new Uint8Array(0),
      [log(0, '.timeindex')]: new Uint8Array(0),
    },
    options: { isClean: true },
    left: [0, 1],
    findings: ['torn tail'],
    bases: [0],
  },
  {
    why: 'zeros at the end are cut',
    files: { [log(0)]: Buffer.concat([segmentOf(0, 2), new Uint8Array(500)]) },
    left: [0, 1],
    findings: ['torn tail'],
    bases: [0],
  },
  {
    why: 'what follows a damaged batch is removed with its segments',
    files: { ...ALL, [log(3)]: damagedAt(segmentOf(3, 6), BATCH_BYTES + 65) },
    left: [0, 1, 2, 3],
    findings: ['removed segments', 'damaged batch'],
    bases: [0, 3],
  },
  {
    why: 'a segment whose directory entry was lost ends the log',
    files: { [log(0)]: segmentOf(0, 3), [log(6)]: segmentOf(6, 8) },
    left: [0, 1, 2],
    findings: ['removed segments', 'missing segment'],
    bases: [0],
  },
  {
    why: 'a gap below the recovery point is none of a crash',
    files: { [log(0)]: segmentOf(0, 3), [log(6)]: segmentOf(6, 8) },
    options: { recoveryPoint: 7 },
    left: [0, 1, 2, 6, 7],
    findings: ['missing index', 'missing index'],
    bases: [0, 6],
  },
  {
    why: 'a whole swap takes the place of what it replaces',
    files: { ...ALL, [log(0, '.log.swap')]: segmentOf(1, 6) },
    left: [5, 6, 7].flatMap((offset) => (offset === 5 ? [1, 2, 3, 4, 5] : [offset])),
    findings: ['finished swap'],
    bases: [0, 6],
  },
  {
    why: 'a swap beside a cleaned file below it is undone',
    files: { ...ALL, [log(3, '.log.swap')]: segmentOf(4, 6), [log(0, '.log.cleaned')]: segmentOf(1, 3) },
    left: [0, 1, 2, 3, 4, 5, 6, 7],
    findings: ['leftover files'],
    bases: [0, 3, 6],
  },
  {
    why: 'deleted files and orphaned indexes go',
    files: { ...ALL, [log(9, '.log.deleted')]: segmentOf(9, 10), [log(9, '.index')]: new Uint8Array(0) },
    left: [0, 1, 2, 3, 4, 5, 6, 7],
    findings: ['leftover files', 'orphaned index'],
    bases: [0, 3, 6],
  },
  {
    why: 'a log that ends below its start begins anew there',
    files: ALL,
    options: { logStartOffset: 20 },
    left: [],
    findings: ['removed segments', 'end below start'],
    bases: [20],
  },
  {
    why: 'a snapshot newer than the log is not believed',
    files: { ...ALL, [log(50, '.snapshot')]: new Uint8Array(3), [log(3, '.snapshot')]: new Uint8Array(3) },
    options: { isClean: true },
    left: [0, 1, 2, 3, 4, 5, 6, 7],
    findings: [...Array.from({ length: 6 }, () => 'missing index' as const), 'damaged snapshot'],
    bases: [0, 3, 6],
  },
];

for (const { why, files, options = {}, left, findings, bases } of rows) {
  void test(`a log as it is found: ${why}`, async () => {
    const { io, run } = await createTestWorld();
    const checkpoint = Buffer.from('0\n1\n0 0\n');
    const all = Object.keys(files).length === 0 ? files : { ...files, 'leader-epoch-checkpoint': checkpoint };
    for (const [name, bytes] of Object.entries(all))
      await run(() => writeWhole(io.disk, `${DIRECTORY}/${name}`, bytes));
    for (const attempt of ['first', 'second']) {
      const loaded = await run(() => loadIn(io, DIRECTORY, options));
      const batches = await run(() => batchesOf(loaded.segments));
      deepStrictEqual(
        batches.map(({ lastOffset }) => lastOffset),
        left,
        attempt,
      );
      deepStrictEqual(
        loaded.segments.map(({ baseOffset }) => baseOffset),
        bases,
        attempt,
      );
      strictEqual(loaded.nextOffset, Math.max((left.at(-1) ?? -1) + 1, options.logStartOffset ?? 0));
      strictEqual(loaded.segments.at(-1)!.isActive, true);
      if (attempt === 'first')
        deepStrictEqual(
          loaded.findings.map(({ kind }) => kind),
          findings,
        );
      for (const { sentence } of loaded.findings) match(sentence, /^t-0: .*[.\]]$/);
      await run(() => closeLoaded(loaded));
    }
    const names = [...(await run(() => filesIn(io, DIRECTORY))).keys()];
    ok(!names.some((name) => /\.(swap|cleaned|deleted)$/.test(name)), names.join(', '));
    ok(!names.includes(log(50, '.snapshot')));
  });
}
