/** Every partition that Apache Kafka left in the golden directories, after a clean stop and after `kill -9`. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readArchive } from '@ottla/testing';
import { leaderEpochFormat } from './leader-epoch-cache.ts';
import { parseCheckpoint, readCheckpoint } from './checkpoint-file.ts';
import { OFFSET_CHECKPOINT_FORMATS, offsetsByDirectory } from './offset-checkpoint.ts';
import { readProducerSnapshot, snapshotOffsetsOf } from './producer-state/producer-snapshot-file.ts';
import type { LoadLogOptions } from './log-loader-options.ts';
import type { LoadedLog } from './log-loader.ts';
import {
  abortedOf,
  batchesOf,
  closeLoaded,
  describeLoaded,
  filesIn,
  loadIn,
  producersOf,
  SMALL_INDEXES,
} from './log-loader.fixture.ts';
import {
  createTestWorld,
  extractGolden,
  goldenSegments,
  type Golden,
  type SegmentFacts,
  type TestWorld,
} from './segment.fixture.ts';

interface Partition {
  readonly path: string;
  readonly name: string;
  readonly facts: readonly SegmentFacts[];
  readonly options: Partial<LoadLogOptions>;
}

interface Summary {
  readonly startOffset: number;
  readonly highWatermark?: number;
  readonly lastStableOffset?: number;
}

async function openGolden(golden: Golden): Promise<TestWorld & { partitions: Partition[] }> {
  const world = await createTestWorld();
  await extractGolden(world, golden);
  const offsets = async (name: keyof typeof OFFSET_CHECKPOINT_FORMATS): Promise<Map<string, number>> =>
    offsetsByDirectory(
      (await readCheckpoint(world.io.disk, `/${golden}/${name}`, OFFSET_CHECKPOINT_FORMATS[name])) ?? [],
    );
  const recovery = await world.run(() => offsets('recovery-point-offset-checkpoint'));
  const starts = await world.run(() => offsets('log-start-offset-checkpoint'));
  const byPath = Map.groupBy(goldenSegments(golden), ({ directory }) => directory);
  const partitions = [...byPath].map(([path, facts]) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const isCompacted = /^(compacted|__)|changelog/.test(name);
    // The metadata log is read as a whole at every start.
    const isClean = golden === 'clean' && !name.startsWith('__cluster_metadata');
    const options = {
      isClean,
      recoveryPoint: recovery.get(name) ?? 0,
      logStartOffset: starts.get(name) ?? 0,
      config: { ...SMALL_INDEXES, cleanupPolicy: isCompacted ? (['compact'] as const) : (['delete'] as const) },
    };
    return { path, name, facts, options };
  });
  ok(partitions.length > 35, `${partitions.length} partitions`);
  return { ...world, partitions };
}

function load(
  { io, run }: TestWorld,
  { path, options }: Partition,
  other: Partial<LoadLogOptions> = {},
): Promise<LoadedLog> {
  return run(() => loadIn(io, path, { ...options, ...other }));
}

/** By partition and isolation: what the Java consumer was told. */
function summaries(golden: Golden): Map<string, Summary> {
  const archive = golden === 'clean' ? 'expected' : 'expected-killed';
  const found = new Map<string, Summary>();
  const url = new URL(`../../golden/log-dirs/${archive}.tar.gz`, import.meta.url);
  const { bytes } = readArchive(readFileSync(url)).find(({ path }) => path.endsWith('SUMMARY.ndjson'))!;
  for (const line of Buffer.from(bytes).toString().split('\n').filter(Boolean)) {
    const summary = JSON.parse(line) as Summary & { topic: string; partition: number; isolation: string };
    found.set(`${summary.topic}-${summary.partition} ${summary.isolation}`, summary);
  }
  return found;
}

async function checkAgainstFacts(world: TestWorld, { name, facts }: Partition, log: LoadedLog): Promise<void> {
  const batches = facts.flatMap((segment) => segment.batches.map(({ batch }) => batch));
  const stored = await world.run(() => batchesOf(log.segments));
  deepStrictEqual(
    stored.map(({ position, lastOffset, bytes }) => [position, lastOffset, bytes.length]),
    batches.map(({ position, lastOffset, size }) => [position, lastOffset, size]),
    name,
  );
  strictEqual(log.nextOffset, (batches.at(-1)?.lastOffset ?? facts.at(-1)!.baseOffset - 1) + 1, name);
  deepStrictEqual(
    (await world.run(() => abortedOf(log.segments))).map((aborted) => ({ version: 0, ...aborted })),
    facts.flatMap(({ transactions }) => transactions),
    name,
  );
  deepStrictEqual(log.removed, [], name);
}

function checkAgainstConsumer({ name }: Partition, log: LoadedLog, told: Map<string, Summary>): boolean {
  const uncommitted = told.get(`${name} read_uncommitted`);
  const committed = told.get(`${name} read_committed`);
  if (uncommitted === undefined || committed === undefined) return false;
  strictEqual(log.logStartOffset, uncommitted.startOffset, name);
  strictEqual(log.nextOffset, uncommitted.highWatermark, name);
  log.producers.onHighWatermarkUpdated(log.nextOffset);
  strictEqual(log.producers.lastStableOffset(log.nextOffset, log.logStartOffset), committed.lastStableOffset, name);
  return true;
}

for (const golden of ['clean', 'killed'] as const) {
  void test(`golden ${golden}: every partition loads to what Kafka says of it`, async () => {
    const world = await openGolden(golden);
    const told = summaries(golden);
    let compared = 0;
    for (const partition of world.partitions) {
      const epochs = parseCheckpoint(leaderEpochFormat, 'f', await epochBytes(world, partition.path));
      const log = await load(world, partition);
      await checkAgainstFacts(world, partition, log);
      if (checkAgainstConsumer(partition, log, told)) compared++;
      // One that begins where the log ends has no record to bear it out.
      deepStrictEqual(
        log.epochs.entries,
        epochs.filter(({ startOffset }) => startOffset < log.nextOffset),
        partition.name,
      );
      const unexpected = log.findings.filter(({ kind }) => kind !== 'leftover files');
      deepStrictEqual(unexpected, [], partition.name);
      strictEqual(
        log.recoveryPoint,
        partition.options.isClean ? log.nextOffset : Math.max(log.logStartOffset, partition.options.recoveryPoint!),
      );
    }
    strictEqual(compared, golden === 'clean' ? 33 : 6);
  });
}

async function epochBytes({ io, run }: TestWorld, path: string): Promise<Uint8Array> {
  return run(async () => {
    const file = await io.disk.open(`${path}/leader-epoch-checkpoint`, 'read');
    const bytes = new Uint8Array(await file.size());
    await file.read(bytes, 0);
    await file.close();
    return bytes;
  });
}

void test('golden clean: opening and closing changes nothing but what Kafka changes, too', async () => {
  const world = await openGolden('clean');
  for (const partition of world.partitions) {
    if (partition.options.isClean !== true) continue;
    const { path, name } = partition;
    const before = await world.run(() => filesIn(world.io, path));
    const epochs = parseCheckpoint(leaderEpochFormat, 'f', await epochBytes(world, path));
    const log = await load(world, partition);
    await world.run(() => closeLoaded(log));
    const after = await world.run(() => filesIn(world.io, path));
    const bases = new Set(log.segments.map(({ baseOffset }) => baseOffset));
    const isStale = (offset: number): boolean =>
      offset <= log.logStartOffset || (!bases.has(offset) && offset !== log.nextOffset);
    for (const offset of snapshotOffsetsOf(before.keys())) {
      if (isStale(offset)) before.delete(`${String(offset).padStart(20, '0')}.snapshot`);
    }
    // An epoch without records yet is forgotten: its leader assigns it again.
    if (epochs.some(({ startOffset }) => startOffset >= log.nextOffset)) {
      for (const files of [before, after]) files.delete('leader-epoch-checkpoint');
    }
    deepStrictEqual(after, before, name);
  }
});

void test('golden clean: the producers are those of the snapshot that the clean stop left', async () => {
  const world = await openGolden('clean');
  let compared = 0;
  for (const partition of world.partitions) {
    const log = await load(world, partition);
    const names = (await world.run(() => filesIn(world.io, partition.path))).keys();
    if (!snapshotOffsetsOf(names).includes(log.nextOffset)) continue;
    const entries = await world.run(() => readProducerSnapshot(world.io.disk, partition.path, log.nextOffset));
    deepStrictEqual(
      producersOf(log),
      entries.toSorted((a, b) => a.producerId - b.producerId),
      partition.name,
    );
    compared += entries.length;
  }
  ok(compared > 20, `${compared} producers`);
});

void test('golden clean: opened as after a crash, everything is rebuilt to the same', async () => {
  const world = await openGolden('clean');
  for (const partition of world.partitions) {
    const first = await load(world, partition);
    const described = await world.run(() => describeLoaded(first));
    await world.run(() => closeLoaded(first));
    const second = await load(world, partition, { isClean: false, recoveryPoint: 0 });
    await checkAgainstFacts(world, partition, second);
    const again = (await world.run(() => describeLoaded(second))) as Record<string, unknown>;
    for (const key of ['batches', 'aborted', 'undecided', 'epochs', 'nextOffset', 'logStartOffset']) {
      deepStrictEqual(again[key], (described as Record<string, unknown>)[key], `${partition.name}: ${key}`);
    }
    // Those whose batches are compacted or retained away are known from snapshots alone.
    if (partition.name.startsWith('compacted') || partition.name.startsWith('__') || second.logStartOffset > 0)
      continue;
    const unexpired = producersOf(second).filter(({ lastTimestamp }) => lastTimestamp > 1_750_000_000_000);
    deepStrictEqual(
      unexpired,
      producersOf(first).filter(({ lastTimestamp }) => lastTimestamp > 1_750_000_000_000),
      partition.name,
    );
  }
});

for (const golden of ['clean', 'killed'] as const) {
  void test(`golden ${golden}: loaded twice, it is the same, and so are the files`, async () => {
    const world = await openGolden(golden);
    for (const partition of world.partitions) {
      const first = await load(world, partition);
      const described = await world.run(() => describeLoaded(first));
      await world.run(() => closeLoaded(first));
      const files = await world.run(() => filesIn(world.io, partition.path));
      const second = await load(world, partition);
      deepStrictEqual(await world.run(() => describeLoaded(second)), described, partition.name);
      deepStrictEqual(second.findings, [], partition.name);
      await world.run(() => closeLoaded(second));
      deepStrictEqual(await world.run(() => filesIn(world.io, partition.path)), files, partition.name);
    }
  });
}

void test('golden: without its small files and indexes a partition loads to the same', async () => {
  const world = await openGolden('clean');
  for (const partition of world.partitions) {
    const { path, name } = partition;
    const whole = await load(world, partition);
    const described = (await world.run(() => describeLoaded(whole))) as Record<string, unknown>;
    await world.run(() => closeLoaded(whole));
    const lost = /\.(index|timeindex|snapshot)$|^leader-epoch-checkpoint$/;
    const names = [...(await world.run(() => filesIn(world.io, path))).keys()].filter((each) => lost.test(each));
    for (const each of names) await world.run(() => world.io.disk.remove(`${path}/${each}`));
    const log = await load(world, partition);
    const again = (await world.run(() => describeLoaded(log))) as Record<string, unknown>;
    const isSparse = log.logStartOffset > 0 || /^(compacted|__)/.test(name);
    const keys = ['batches', 'aborted', 'nextOffset', ...(isSparse ? [] : ['undecided', 'epochs'])];
    for (const key of keys) deepStrictEqual(again[key], described[key], `${name}: ${key}`);
    const missing = log.findings.filter(({ kind }) => kind === 'missing index').length;
    strictEqual(missing, partition.options.isClean ? log.segments.length * 2 : 0, name);
  }
});
