/** What is found in a segment, by offset and by time; and that indexes which are missing or wrong hide nothing. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { BASE, entriesOf, hex, OPTIONS, pathOf, reopened, segmentWith, SIZE } from './segment-subject.fixture.ts';
import { batchOf, createTestWorld, readWhole, writeWhole } from './segment.fixture.ts';
import { Segment } from './segment.ts';

void test('lookups: by offset, by time, the end', async () => {
  const subject = await segmentWith([10, 20, 15, 30, 30, 25]);
  const { segment, run } = subject;
  deepStrictEqual(await run(() => segment.translateOffset(103)), {
    position: 3 * SIZE,
    sizeBytes: SIZE,
    baseOffset: 103,
    lastOffset: 103,
    maxTimestamp: 30,
  });
  strictEqual((await run(() => segment.translateOffset(5)))?.position, 0);
  strictEqual(await run(() => segment.translateOffset(106)), null);
  strictEqual((await run(() => segment.translateOffset(103, 3 * SIZE)))?.position, 3 * SIZE);
  deepStrictEqual(await run(() => segment.readEnd()), { nextOffset: 106, stop: null });
  deepStrictEqual(await run(() => segment.findByTimestamp(16, 0)), { timestamp: 20, offset: 101, leaderEpoch: 0 });
  deepStrictEqual(await run(() => segment.findByTimestamp(16, 102)), { timestamp: 30, offset: 103, leaderEpoch: 0 });
  deepStrictEqual(await run(() => segment.findByTimestamp(30, 104)), { timestamp: 30, offset: 104, leaderEpoch: 0 });
  strictEqual(await run(() => segment.findByTimestamp(31, 0)), null);
  deepStrictEqual(await run(() => segment.largestTimestamp()), { timestamp: 30, offset: 103 });
  strictEqual(await run(() => segment.upperBoundOffset(0)), 102);
  strictEqual(await run(() => segment.upperBoundOffset(5 * SIZE)), null);
});

for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
  void test(`lookups: by time within a batch of ${codec}`, async () => {
    const { segment, run } = await segmentWith([]);
    const batch = batchOf({ baseOffset: 100, timestamps: [5, 9, 7, 30, 12], codec, valueBytes: 2_000 });
    await run(() => segment.append([batch], 104));
    strictEqual((await run(() => segment.findByTimestamp(8, 0)))?.offset, 101);
    strictEqual((await run(() => segment.findByTimestamp(8, 102)))?.offset, 103);
    strictEqual((await run(() => segment.findByTimestamp(10, 104)))?.offset, 104);
    strictEqual(await run(() => segment.findByTimestamp(13, 104)), null);
  });
}

void test('lookups: a batch whose records cannot be read answers as a whole', async () => {
  const { segment, run } = await segmentWith([]);
  const batch = batchOf({ baseOffset: 100, timestamps: [5, 9, 30], codec: 'gzip', valueBytes: 2_000 });
  batch.fill(0xff, 70);
  await run(() => segment.append([batch], 102));
  deepStrictEqual(await run(() => segment.findByTimestamp(8, 101)), { timestamp: 30, offset: 101, leaderEpoch: 0 });
});

void test('lookups: retention goes by the file where records have no time', async () => {
  const { segment, run, io } = await segmentWith([-1]);
  const stat = await run(() => io.disk.stat(pathOf('.log')));
  strictEqual(await run(() => segment.retentionTimestamp()), stat!.modifiedMs);
  const timed = await segmentWith([77]);
  strictEqual(await timed.run(() => timed.segment.retentionTimestamp()), 77);
});

void test('indexes that are missing are built anew', async () => {
  const first = await segmentWith([10, 20, 15, 30, 30, 41]);
  await first.run(() => first.segment.close());
  const wanted = [await hex(first, '.index'), await hex(first, '.timeindex')];
  for (const suffix of ['.index', '.timeindex']) {
    await first.run(() => first.io.disk.remove(pathOf(suffix)));
    const subject = await reopened(first);
    strictEqual((await subject.run(() => subject.segment.translateOffset(105)))?.position, 5 * SIZE);
    deepStrictEqual([await hex(subject, '.index'), await hex(subject, '.timeindex')], wanted);
    ok(subject.rebuilt.pop()!.includes('the file is missing'));
  }
});

void test('an index entry that points into a batch is found by the batch, also while the segment is appended to', async () => {
  for (let seed = 0; seed < 12; seed++) {
    const isActive = seed > 0;
    const first = await segmentWith(
      Array.from({ length: 80 }, (_, i) => i),
      {},
      undefined,
      seed,
    );
    await first.run(() => first.segment.close());
    const index = (await first.run(() => readWhole(first.io.disk, pathOf('.index'))))!;
    index[index.length - 1]! -= 3;
    await first.run(() => writeWhole(first.io.disk, pathOf('.index'), index));
    const subject = await reopened(first);
    if (isActive) await subject.run(() => subject.segment.activate());
    const { segment } = subject;
    const appends = async (): Promise<void> => {
      if (!isActive) return;
      for (let offset = BASE + 80; offset < BASE + 90; offset++) {
        await segment.append([batchOf({ baseOffset: offset, timestamps: [offset] })], offset);
      }
    };
    const [found] = await subject.run(() => Promise.all([segment.translateOffset(BASE + 79), appends()]));
    strictEqual(found?.position, 79 * SIZE);
    strictEqual(subject.rebuilt.length, 1);
    if (!isActive) continue;
    deepStrictEqual(await subject.run(() => segment.largestTimestamp()), { timestamp: BASE + 89, offset: BASE + 89 });
    await subject.run(() => subject.segment.close());
    const { offsets } = await entriesOf(await reopened(subject));
    deepStrictEqual(
      offsets,
      Array.from({ length: 44 }, (_, i) => [BASE + 2 * i + 2, (2 * i + 2) * SIZE]),
    );
  }
});

void test('a time index entry with a wrong offset is found by the batch: no record is skipped', async () => {
  const first = await segmentWith([10, 20, 15, 30, 30, 41]);
  await first.run(() => first.segment.close());
  const index = (await first.run(() => readWhole(first.io.disk, pathOf('.timeindex'))))!;
  // The timestamp of the batch at 101 is said to be that of the one at 103.
  index[11] = 3;
  await first.run(() => writeWhole(first.io.disk, pathOf('.timeindex'), index));
  const subject = await reopened(first);
  strictEqual((await subject.run(() => subject.segment.findByTimestamp(20, 0)))?.offset, 101);
  strictEqual(subject.rebuilt.length, 1);
});

void test('an index entry with a wrong offset is found by the batch: no record is skipped', async () => {
  const first = await segmentWith(Array.from({ length: 80 }, (_, i) => i));
  await first.run(() => first.segment.close());
  const index = (await first.run(() => readWhole(first.io.disk, pathOf('.index'))))!;
  // One lower than it is: the batch before it would not be found.
  index[index.length - 5]! -= 1;
  await first.run(() => writeWhole(first.io.disk, pathOf('.index'), index));
  const subject = await reopened(first);
  strictEqual((await subject.run(() => subject.segment.translateOffset(BASE + 77)))?.position, 77 * SIZE);
  strictEqual(subject.rebuilt.length, 1);
});

void test('memory: indexes of segments that are only read are bounded', async () => {
  const test = await createTestWorld({ context: { indexCacheBytesMax: 2_000 } });
  const segments: Segment[] = [];
  for (let n = 0; n < 10; n++) {
    const options = { ...OPTIONS, baseOffset: n * 1_000 };
    const segment = await test.run(() => Segment.create(test.context, test.directory, options));
    for (let i = 0; i < 60; i++) {
      const batch = batchOf({ baseOffset: n * 1_000 + i, timestamps: [i] });
      await test.run(() => segment.append([batch], n * 1_000 + i));
    }
    // The last one is appended to: what it holds stays.
    if (n < 9) await test.run(() => segment.seal());
    segments.push(segment);
  }
  for (let round = 0; round < 3; round++) {
    for (const [n, segment] of segments.entries()) {
      strictEqual((await test.run(() => segment.translateOffset(n * 1_000 + 59)))?.position, 59 * SIZE);
      ok(test.context.indexCache.heldBytes <= 2_000, `${test.context.indexCache.heldBytes} bytes held`);
    }
  }
  strictEqual(test.rebuilt.length, 0);
});
