/** Every segment that Apache Kafka wrote into the golden directories: its indexes are read, asked and built anew as Kafka's own. */
import { createHash } from 'node:crypto';
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { formatOffsetName } from './log-names.ts';
import type { OffsetIndex } from './offset-index.ts';
import { OpenFiles } from './open-files.ts';
import {
  createTestWorld,
  extractGolden,
  goldenSegments,
  readWhole,
  type Golden,
  type SegmentFacts,
  type TestWorld,
} from './segment.fixture.ts';
import { Segment } from './segment.ts';
import type { TimeIndex } from './time-index.ts';

/** As the golden topics were configured; those that Kafka and Streams made have defaults. */
const indexOf = (directory: string) => ({
  indexIntervalBytes: /\/(__|st-)[^/]*$/.test(directory) ? 4_096 : 256,
  indexBytesMax: 65_536,
});
const SUFFIXES = ['.log', '.index', '.timeindex', '.txnindex'];

const timestampOf = (facts: { CreateTime?: number; LogAppendTime?: number }): number =>
  facts.CreateTime ?? facts.LogAppendTime ?? Number.NaN;

interface Opened {
  readonly facts: SegmentFacts;
  readonly segment: Segment;
  readonly name: string;
}

async function openGolden(golden: Golden): Promise<TestWorld & { segments: Opened[] }> {
  const world = await createTestWorld();
  await extractGolden(world, golden);
  const files = new OpenFiles(world.io.disk, 16);
  const segments: Opened[] = [];
  for (const facts of goldenSegments(golden)) {
    const path = `${facts.directory}/${formatOffsetName(facts.baseOffset, '.log')}`;
    const stat = await world.run(() => world.io.disk.stat(path));
    const options = { baseOffset: facts.baseOffset, ...indexOf(facts.directory) };
    const segment = new Segment(
      world.context,
      files.directory(facts.directory),
      options,
      stat?.sizeBytes ?? Number.NaN,
    );
    segments.push({ facts, segment, name: path });
  }
  return { ...world, segments };
}

const entriesOf = (index: OffsetIndex): { offset: number; position: number }[] =>
  Array.from({ length: index.entries }, (_, i) => ({ offset: index.offsetAt(i), position: index.positionAt(i) }));
const timesOf = (index: TimeIndex): { timestamp: number; offset: number }[] =>
  Array.from({ length: index.entries }, (_, i) => ({ timestamp: index.timestampAt(i), offset: index.offsetAt(i) }));

async function indexBytes({ io, run }: TestWorld, { directory, baseOffset }: SegmentFacts): Promise<number[]> {
  const sizes = [];
  for (const suffix of ['.index', '.timeindex']) {
    const stat = await run(() => io.disk.stat(`${directory}/${formatOffsetName(baseOffset, suffix)}`));
    sizes.push(stat?.sizeBytes ?? Number.NaN);
  }
  return sizes;
}

/** All files of a segment, as length and digest. */
async function filesOf({ io, run }: TestWorld, { facts }: Opened): Promise<(string | null)[]> {
  const files: (string | null)[] = [];
  for (const suffix of SUFFIXES) {
    const path = `${facts.directory}/${formatOffsetName(facts.baseOffset, suffix)}`;
    const bytes = await run(() => readWhole(io.disk, path));
    files.push(bytes === null ? null : `${bytes.length} ${createHash('sha1').update(bytes).digest('hex')}`);
  }
  return files;
}

for (const golden of ['clean', 'killed'] as const) {
  void test(`golden ${golden}: indexes hold what Kafka's dump tool says`, async () => {
    const world = await openGolden(golden);
    ok(world.segments.length > 60);
    let entries = 0;
    let preallocated = 0;
    for (const { facts, segment, name } of world.segments) {
      const { offsets, times } = await world.run(() => segment.indexes.load());
      const transactions = await world.run(() => segment.indexes.transactions());
      const [offsetBytes, timeBytes] = await indexBytes(world, facts);
      // The dump tool tells nothing of a file that still has its preallocated end.
      if (offsetBytes === 8 * offsets.entries) deepStrictEqual(entriesOf(offsets), facts.offsets, name);
      else preallocated++;
      if (timeBytes === 12 * times.entries) deepStrictEqual(timesOf(times), facts.times, name);
      else preallocated++;
      deepStrictEqual(
        Array.from({ length: transactions.entries }, (_, i) => ({ version: 0, ...transactions.at(i) })),
        facts.transactions,
        name,
      );
      entries += offsets.entries + times.entries + transactions.entries;
    }
    ok(entries > 250, `${entries} entries`);
    strictEqual(preallocated, golden === 'clean' ? 2 : 82);
    deepStrictEqual(world.rebuilt, []);
  });

  void test(`golden ${golden}: lookups agree with a look at every batch`, async () => {
    const world = await openGolden(golden);
    for (const { facts, segment, name } of world.segments) {
      const batches = facts.batches.map(({ batch }) => batch);
      const end = (batches.at(-1)?.lastOffset ?? facts.baseOffset) + 2;
      for (let offset = facts.baseOffset; offset <= end; offset += offset % 3 === 0 ? 2 : 1) {
        const wanted = batches.find(({ lastOffset }) => lastOffset >= offset);
        const found = await world.run(() => segment.translateOffset(offset));
        strictEqual(found?.position, wanted?.position, `${name}, offset ${offset}`);
        strictEqual(found?.sizeBytes, wanted?.size, `${name}, offset ${offset}`);
      }
      const { nextOffset, stop } = await world.run(() => segment.readEnd());
      strictEqual(nextOffset, (batches.at(-1)?.lastOffset ?? facts.baseOffset - 1) + 1, name);
      strictEqual(stop, null, name);
    }
    deepStrictEqual(world.rebuilt, []);
  });

  void test(`golden ${golden}: the first record since a time is that of a look at every record`, async () => {
    const world = await openGolden(golden);
    for (const { facts, segment, name } of world.segments) {
      const records = facts.batches.flatMap((each) => each.records);
      const times = new Set(records.map(timestampOf));
      const asked = [...times].flatMap((time) => [time, time + 1]).filter((_, i) => i < 24);
      for (const time of [-1, 0, ...asked]) {
        for (const startingOffset of [facts.baseOffset, facts.baseOffset + 3]) {
          const wanted = records.find((each) => timestampOf(each) >= time && each.offset >= startingOffset);
          const found = await world.run(() => segment.findByTimestamp(time, startingOffset));
          strictEqual(found?.offset, wanted?.offset, `${name}, since ${time} from ${startingOffset}`);
          strictEqual(found?.timestamp, wanted && timestampOf(wanted), `${name}, since ${time}`);
        }
      }
    }
    deepStrictEqual(world.rebuilt, []);
  });

  void test(`golden ${golden}: a segment that was only looked at is closed as it was`, async () => {
    const world = await openGolden(golden);
    for (const opened of world.segments) {
      const before = await filesOf(world, opened);
      await world.run(() => opened.segment.largestTimestamp());
      await world.run(() => opened.segment.translateOffset(opened.facts.baseOffset));
      await world.run(() => opened.segment.flush());
      await world.run(() => opened.segment.close());
      deepStrictEqual(await filesOf(world, opened), before, opened.name);
    }
  });

  void test(`golden ${golden}: recovery takes every batch, and builds the indexes that Kafka wrote`, async () => {
    const world = await openGolden(golden);
    let compared = 0;
    for (const opened of world.segments) {
      const { facts, segment, name } = opened;
      const before = await filesOf(world, opened);
      const seen: number[] = [];
      const stretch = await world.run(() => segment.recover((batch) => seen.push(batch.filePosition)));
      deepStrictEqual(
        seen,
        facts.batches.map(({ batch }) => batch.position),
        name,
      );
      strictEqual(stretch.stop, null, name);
      strictEqual(stretch.nextOffset, (facts.batches.at(-1)?.batch.lastOffset ?? facts.baseOffset - 1) + 1, name);
      await world.run(() => segment.close());
      const after = await filesOf(world, opened);
      strictEqual(after[0], before[0], name);
      // What was appended to over several runs of a broker has an entry for each of them.
      if ((facts.isLast && golden === 'killed') || !isDeterministic(facts)) continue;
      strictEqual(after[1], before[1], `${name}: offset index`);
      strictEqual(after[2], before[2], `${name}: time index`);
      compared++;
    }
    ok(compared > (golden === 'clean' ? 60 : 30), `${compared} compared`);
  });
}

/** Whether Kafka appended to it without a stop: then its entries are those of one walk over it. */
function isDeterministic({ batches }: SegmentFacts): boolean {
  return new Set(batches.map(({ batch }) => batch.partitionLeaderEpoch)).size <= 1;
}
