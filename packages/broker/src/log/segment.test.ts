/** What a segment does with appends, rolls and truncations, and what it leaves on disk. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { DELETED_SUFFIX } from './log-names.ts';
import { rollReason, type RollReason } from './segment-roll.ts';
import { append, BASE, entriesOf, hex, OPTIONS, reopened, segmentWith, SIZE } from './segment-subject.fixture.ts';
import { batchOf, DIRECTORY } from './segment.fixture.ts';
import { Segment } from './segment.ts';

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
