/** What a segment does with appends, lookups, rolls and truncations, and what it leaves on disk. */
import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { DiskError, type Disk, type DiskFile } from '@ottla/runtime';
import { DELETED_SUFFIX, formatOffsetName } from './log-names.ts';
import { CorruptSegmentError } from './segment-errors.ts';
import { rollReason, type RollReason } from './segment-roll.ts';
import { batchOf, createTestWorld, DIRECTORY, readWhole, writeWhole, type TestWorld } from './segment.fixture.ts';
import { Segment, type SegmentOptions } from './segment.ts';

const BASE = 100;
const OPTIONS: SegmentOptions = { baseOffset: BASE, indexIntervalBytes: 150, indexBytesMax: 1_200 };
/** Of every batch here: one record of ten bytes, or more. */
const SIZE = batchOf({ timestamps: [1] }).length;

const pathOf = (suffix: string): string => `${DIRECTORY}/${formatOffsetName(BASE, suffix)}`;

interface Subject extends TestWorld {
  readonly segment: Segment;
}

/** A segment with a batch of one record for each timestamp. */
async function segmentWith(
  timestamps: readonly number[],
  options: Partial<SegmentOptions> = {},
  wrapDisk?: (disk: Disk) => Disk,
  seed = 1,
): Promise<Subject> {
  const test = await createTestWorld(wrapDisk === undefined ? { seed } : { seed, wrapDisk });
  const segment = await test.run(() => Segment.create(test.context, test.directory, { ...OPTIONS, ...options }));
  const subject = { ...test, segment };
  for (const [i, timestamp] of timestamps.entries()) await append(subject, BASE + i, timestamp);
  return subject;
}

function append({ run, segment }: Subject, offset: number, timestamp: number): Promise<void> {
  return run(() => segment.append([batchOf({ baseOffset: offset, timestamps: [timestamp] })], offset));
}

const hex = async ({ io, run }: TestWorld, suffix: string): Promise<string | null> => {
  const bytes = await run(() => readWhole(io.disk, pathOf(suffix)));
  return bytes === null ? null : Buffer.from(bytes).toString('hex');
};

/** The same files, opened anew. */
async function reopened({ run, io, context, directory, ...rest }: Subject, sizeBytes?: number): Promise<Subject> {
  const stat = await run(() => io.disk.stat(pathOf('.log')));
  const segment = new Segment(context, directory, OPTIONS, sizeBytes ?? stat!.sizeBytes);
  return { ...rest, run, io, context, directory, segment };
}

async function entriesOf({ run, segment }: Subject): Promise<{ offsets: number[][]; times: number[][] }> {
  const { offsets, times } = await run(() => segment.indexes.load());
  return {
    offsets: Array.from({ length: offsets.entries }, (_, i) => [offsets.offsetAt(i), offsets.positionAt(i)]),
    times: Array.from({ length: times.entries }, (_, i) => [times.timestampAt(i), times.offsetAt(i)]),
  };
}

void test('append: an entry comes before the batch with which the interval is passed', async () => {
  const subject = await segmentWith([10, 20, 15, 30, 30, 25]);
  strictEqual(SIZE, 78, 'two batches pass the interval of 150');
  deepStrictEqual(await entriesOf(subject), {
    offsets: [
      [102, 2 * SIZE],
      [104, 4 * SIZE],
    ],
    // Of the largest so far: the batch at 102 is older than the one at 101.
    times: [
      [20, 101],
      [30, 103],
    ],
  });
});

void test('append: an interval that is reached is not passed', async () => {
  const { offsets } = await entriesOf(await segmentWith([1, 2, 3, 4], { indexIntervalBytes: 2 * SIZE }));
  deepStrictEqual(offsets, [[103, 3 * SIZE]]);
});

void test('append: batches of one call are indexed one by one, wherever chunks begin', async () => {
  const batches = [10, 20, 15, 30, 30, 25].map((time, i) => batchOf({ baseOffset: BASE + i, timestamps: [time] }));
  const one = await segmentWith([10, 20, 15, 30, 30, 25]);
  const other = await segmentWith([]);
  await other.run(() => other.segment.append([Buffer.concat(batches.slice(0, 2)), ...batches.slice(2)], BASE + 5));
  deepStrictEqual(await entriesOf(other), await entriesOf(one));
  strictEqual(other.segment.sizeBytes, one.segment.sizeBytes);
});

void test('close: index files hold their entries and no more, the time index the largest timestamp', async () => {
  const subject = await segmentWith([10, 20, 15, 30, 30, 41]);
  strictEqual(await hex(subject, '.index'), '', 'entries are held in memory');
  await subject.run(() => subject.segment.close());
  strictEqual(await hex(subject, '.index'), '000000020000009c' + '0000000400000138');
  strictEqual(
    await hex(subject, '.timeindex'),
    '000000000000001400000001' + '000000000000001e00000003' + '000000000000002900000005',
  );
  strictEqual(await hex(subject, '.txnindex'), null, 'there was no aborted transaction');
});

void test('close: an empty segment leaves empty files', async () => {
  const subject = await segmentWith([]);
  await subject.run(() => subject.segment.close());
  deepStrictEqual(
    [await hex(subject, '.log'), await hex(subject, '.index'), await hex(subject, '.timeindex')],
    ['', '', ''],
  );
});

void test('indexes are written every 4 MiB, so that a crash finds most of them', async () => {
  const subject = await segmentWith([], { indexIntervalBytes: 4_096, indexBytesMax: 1_000_000 });
  const chunks = Array.from({ length: 64 }, (_, i) =>
    batchOf({ baseOffset: BASE + i, timestamps: [i], valueBytes: 66_000 }),
  );
  for (const [i, chunk] of chunks.entries()) {
    strictEqual((await hex(subject, '.index'))!.length, 0, `before batch ${i}`);
    await subject.run(() => subject.segment.append([chunk], BASE + i));
  }
  strictEqual((await hex(subject, '.index'))!.length / 16, 63);
});

void test('create: files that have the names are emptied', async () => {
  const subject = await segmentWith([10, 20, 30]);
  subject.segment.addAborted({ producerId: 1, firstOffset: BASE, lastOffset: BASE + 1, lastStableOffset: BASE + 2 });
  await subject.run(() => subject.segment.close());
  ok((await hex(subject, '.txnindex'))!.length > 0);
  await subject.run(() => Segment.create(subject.context, subject.directory, OPTIONS));
  deepStrictEqual(
    [await hex(subject, '.log'), await hex(subject, '.timeindex'), await hex(subject, '.txnindex')],
    ['', '', null],
  );
});

void test('roll: the reason, in the order in which Kafka asks', async () => {
  const subject = await segmentWith([1_000, 2_000], { rollJitterMs: 100 });
  const { segment } = subject;
  const now = segment.createdMs;
  const limits = { segmentBytes: 1_000, segmentMs: 5_000 };
  const rows: [
    why: string,
    bytes: number,
    maxTimestamp: number,
    lastOffset: number,
    now: number,
    wanted: RollReason | null,
  ][] = [
    ['fits exactly', 1_000 - 2 * SIZE, 1_000, BASE + 2, now, null],
    ['a byte too many', 1_001 - 2 * SIZE, 1_000, BASE + 2, now, 'size'],
    ['records as far apart as allowed, less the jitter', 10, 5_900, BASE + 2, now, null],
    ['records further apart', 10, 5_901, BASE + 2, now, 'time'],
    ['the clock does not count where records have times', 10, 1_000, BASE + 2, now + 99_999, null],
    ['the largest offset that an index can hold', 10, 1_000, BASE + 2 ** 31 - 1, now, null],
    ['one more', 10, 1_000, BASE + 2 ** 31, now, 'offset overflow'],
  ];
  for (const [why, bytes, maxTimestamp, lastOffset, nowMs, wanted] of rows) {
    strictEqual(rollReason(segment, { bytes, maxTimestamp, lastOffset }, limits, nowMs), wanted, why);
  }
});

void test('roll: without timestamps the clock counts, and an empty segment waits for ever', async () => {
  const subject = await segmentWith([]);
  const at = (nowMs: number) =>
    rollReason(
      subject.segment,
      { bytes: 1, maxTimestamp: -1, lastOffset: BASE },
      { segmentBytes: 1_000, segmentMs: 50 },
      nowMs,
    );
  strictEqual(at(subject.segment.createdMs + 1_000), null);
  await append(subject, BASE, -1);
  strictEqual(at(subject.segment.createdMs + 50), null);
  strictEqual(at(subject.segment.createdMs + 51), 'time');
});

void test('roll: a full index, of which the time index keeps a place for the roll', async () => {
  const times = Array.from({ length: 7 }, (_, i) => 10 * i);
  const wanted = async (indexBytesMax: number): Promise<RollReason | null> => {
    const { segment } = await segmentWith(times, { indexBytesMax });
    return rollReason(
      segment,
      { bytes: 1, maxTimestamp: 0, lastOffset: BASE + 7 },
      { segmentBytes: 9_999, segmentMs: 9_999 },
      0,
    );
  };
  strictEqual(await wanted(12 * 4), 'index full', 'three entries and one for the roll');
  strictEqual(await wanted(12 * 5), null);
});

void test('an index that is full takes no more, and the segment goes on', async () => {
  const subject = await segmentWith(
    Array.from({ length: 20 }, (_, i) => i),
    { indexBytesMax: 24 },
  );
  deepStrictEqual((await entriesOf(subject)).offsets.length, 3);
  deepStrictEqual((await entriesOf(subject)).times.length, 1);
  strictEqual((await subject.run(() => subject.segment.translateOffset(BASE + 19)))?.position, 19 * SIZE);
  await subject.run(() => subject.segment.seal());
  deepStrictEqual((await entriesOf(subject)).times.at(-1), [19, BASE + 19]);
});

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

void test('reopened: appending goes on where it was, with the interval begun anew as in Kafka', async () => {
  const first = await segmentWith([10, 20, 15, 30]);
  await first.run(() => first.segment.close());
  const subject = await reopened(first);
  await subject.run(() => subject.segment.activate());
  strictEqual(subject.segment.firstTimestamp, 10);
  for (const [i, time] of [40, 50, 60].entries()) await append(subject, BASE + 4 + i, time);
  deepStrictEqual(await entriesOf(subject), {
    offsets: [
      [102, 2 * SIZE],
      [106, 6 * SIZE],
    ],
    times: [
      [20, 101],
      [30, 103],
      [60, 106],
    ],
  });
});

void test('truncate: from the batch on that holds the offset', async () => {
  const rows: [
    why: string,
    offset: number,
    batches: number,
    offsets: number,
    times: number,
    largest: [number, number],
  ][] = [
    ['all', 0, 0, 0, 0, [-1, BASE]],
    ['in the middle of a batch', 103, 3, 1, 1, [20, 101]],
    ['at an entry', 102, 2, 0, 1, [20, 101]],
    ['the last batch', 105, 5, 2, 2, [30, 103]],
    ['nothing', 106, 6, 2, 2, [41, 105]],
  ];
  for (const [why, offset, batches, offsets, times, [timestamp, at]] of rows) {
    const subject = await segmentWith([10, 20, 15, 30, 30, 41]);
    await subject.run(() => subject.segment.flush());
    const removed = await subject.run(() => subject.segment.truncateTo(offset));
    strictEqual(removed, (6 - batches) * SIZE, why);
    strictEqual(subject.segment.sizeBytes, batches * SIZE, why);
    strictEqual((await hex(subject, '.log'))!.length / 2, batches * SIZE, why);
    strictEqual((await hex(subject, '.index'))!.length / 16, offsets, why);
    strictEqual((await hex(subject, '.timeindex'))!.length / 24, times, why);
    deepStrictEqual(await subject.run(() => subject.segment.largestTimestamp()), { timestamp, offset: at }, why);
    strictEqual(subject.segment.firstTimestamp, batches === 0 ? -1 : 10, why);
    await append(subject, 200, 99);
    strictEqual((await subject.run(() => subject.segment.readEnd())).nextOffset, 201, why);
  }
});

void test('truncate: the interval begins anew, as in Kafka', async () => {
  const subject = await segmentWith([10, 20]);
  await subject.run(() => subject.segment.truncateTo(101));
  for (const offset of [101, 102, 103]) await append(subject, offset, offset);
  deepStrictEqual((await entriesOf(subject)).offsets, [[103, 3 * SIZE]]);
});

void test('truncate: aborted transactions whose marker goes are forgotten', async () => {
  const subject = await segmentWith([10, 20, 30]);
  const { segment, run } = subject;
  segment.addAborted({ producerId: 1, firstOffset: 100, lastOffset: 101, lastStableOffset: 102 });
  segment.addAborted({ producerId: 2, firstOffset: 100, lastOffset: 102, lastStableOffset: 103 });
  await run(() => segment.flush());
  await run(() => segment.truncateTo(102));
  const found: { producerId: number }[] = [];
  await run(() => segment.collectAborted(0, 500, found as never));
  deepStrictEqual(
    found.map(({ producerId }) => producerId),
    [1],
  );
  strictEqual((await hex(subject, '.txnindex'))!.length, 68);
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

void test('a segment that is shorter than it was is reported', async () => {
  const first = await segmentWith([10, 20]);
  await first.run(() => first.segment.close());
  const subject = await reopened(first, 3 * SIZE);
  await rejects(
    subject.run(() => subject.segment.read(new Uint8Array(999), 0)),
    CorruptSegmentError,
  );
});

void test('read: as much as fits, and nothing behind the end', async () => {
  const { segment, run } = await segmentWith([10, 20]);
  const rows: [length: number, position: number, wanted: number][] = [
    [10, 0, 10],
    [999, 0, 2 * SIZE],
    [999, SIZE, SIZE],
    [10, 2 * SIZE, 0],
    [10, 999, 0],
    [0, 0, 0],
  ];
  for (const [length, position, wanted] of rows) {
    strictEqual(await run(() => segment.read(new Uint8Array(length), position)), wanted);
  }
});

void test('read: what is truncated meanwhile is not taken for damage', async () => {
  let cut = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const { segment, run } = await segmentWith([10, 20, 30, 40], {}, undefined, seed);
    const [filled] = await run(() => Promise.all([readLate(segment, seed % 3), segment.truncateTo(101)]));
    ok(filled === SIZE || filled === 4 * SIZE, `${filled} bytes`);
    if (filled === SIZE) cut++;
  }
  ok(cut > 0 && cut < 20, `${cut} of 20 were overtaken`);
});

/** Reads all that was there, after as many small reads. */
async function readLate(segment: Segment, reads: number): Promise<number> {
  for (let i = 0; i < reads; i++) await segment.read(new Uint8Array(1), 0);
  return segment.read(new Uint8Array(4 * SIZE), 0);
}

void test('names: all files are renamed and removed, open or not', async () => {
  const subject = await segmentWith([10, 20, 30]);
  const { segment, run, io } = subject;
  segment.addAborted({ producerId: 1, firstOffset: BASE, lastOffset: BASE + 1, lastStableOffset: BASE + 2 });
  await run(() => segment.flush());
  await run(() => segment.changeSuffix(DELETED_SUFFIX));
  const names = async () => (await run(() => io.disk.list(DIRECTORY))).map(({ name }) => name.slice(20));
  deepStrictEqual(await names(), ['.index.deleted', '.log.deleted', '.timeindex.deleted', '.txnindex.deleted']);
  strictEqual((await run(() => segment.translateOffset(102)))?.position, 2 * SIZE);
  await run(() => segment.remove());
  deepStrictEqual(await names(), []);
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

void test('append: what a failed write left is cut off at once, or before the next append', async () => {
  for (const fault of ['diskWriteError', 'diskShortWrite', 'diskFull'] as const) {
    const subject = await segmentWith([10, 20]);
    const { segment, world, io } = subject;
    world.setFaults({ [fault]: 1 });
    await rejects(append(subject, BASE + 2, 30), DiskError);
    world.setFaults({});
    strictEqual(segment.sizeBytes, 2 * SIZE, fault);
    strictEqual((await subject.run(() => io.disk.stat(pathOf('.log'))))!.sizeBytes, 2 * SIZE, fault);
    await append(subject, BASE + 2, 40);
    deepStrictEqual(await subject.run(() => segment.largestTimestamp()), { timestamp: 40, offset: BASE + 2 });
    deepStrictEqual(await subject.run(() => segment.readEnd()), { nextOffset: BASE + 3, stop: null });
  }
});

/** A disk whose files do as they are told in place of what they would do; what is not told they do as ever. */
const withFiles =
  (change: (file: DiskFile) => Partial<DiskFile>) =>
  (disk: Disk): Disk =>
    ({
      ...Object.fromEntries(['rename', 'remove', 'stat', 'list'].map((name) => [name, bound(disk, name)])),
      open: async (path: string, mode: 'read') => {
        const file = await disk.open(path, mode);
        const names = ['read', 'write', 'append', 'sync', 'datasync', 'truncate', 'size', 'close'];
        return {
          path,
          ...Object.fromEntries(names.map((name) => [name, bound(file, name)])),
          ...change(file),
        } as DiskFile;
      },
    }) as unknown as Disk;

const bound = (target: object, name: string): unknown =>
  ((target as Record<string, unknown>)[name] as (...args: unknown[]) => unknown).bind(target);

void test('append: what a failed write left and could not be cut off is cut off before the next append', async () => {
  let isBroken = false;
  const broken = (file: DiskFile): Partial<DiskFile> => ({
    write: async (chunks, position) => {
      await file.write(chunks, position);
      if (isBroken) throw new DiskError('write', file.path, 'EIO');
    },
    truncate: (sizeBytes) =>
      isBroken ? Promise.reject(new DiskError('truncate', file.path, 'EIO')) : file.truncate(sizeBytes),
  });
  const subject = await segmentWith([10, 20], {}, withFiles(broken));
  isBroken = true;
  const failed = [102, 103].map((offset) => batchOf({ baseOffset: offset, timestamps: [30] }));
  await rejects(
    subject.run(() => subject.segment.append(failed, 103)),
    DiskError,
  );
  // Nor while it still cannot be cut off.
  await rejects(append(subject, 102, 40), DiskError);
  isBroken = false;
  strictEqual((await hex(subject, '.log'))!.length / 2, 4 * SIZE);
  await append(subject, 102, 40);
  strictEqual((await hex(subject, '.log'))!.length / 2, 3 * SIZE, 'the batch that would follow is gone');
});

void test('datasync: what is written while it runs takes another', async () => {
  let syncs = 0;
  const counted = (file: DiskFile): Partial<DiskFile> => ({
    datasync: () => {
      syncs++;
      return file.datasync();
    },
  });
  const subject = await segmentWith([10], {}, withFiles(counted));
  const { segment, run } = subject;
  const batch = batchOf({ baseOffset: 101, timestamps: [20] });
  await run(() => Promise.all([segment.datasync(), segment.append([batch], 101)]));
  strictEqual(syncs, 1);
  await run(() => segment.datasync());
  strictEqual(syncs, 2);
  await run(() => segment.datasync());
  strictEqual(syncs, 2, 'nothing was written since');
});
