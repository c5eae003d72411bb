/** The log of one partition: what is assigned, written, seen, taken back and left on disk. */
import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { batchBaseOffset, batchLastOffset, batchSize } from '@ottla/protocol';
import { Prng } from '@ottla/runtime';
import type { AppendOptions, AssignedAppend } from './append-outcome.ts';
import { LogOfflineError, LogWriteError } from './log-errors.ts';
import { createTestLog, dataBatch, markerBatch, type TestBatch, type TestLog } from './partition-log.fixture.ts';
import { readProducerSnapshot, snapshotOffsetsOf } from './producer-state/producer-snapshot-file.ts';

const client: AppendOptions = { origin: 'client', leaderEpoch: 0 };

/** Appends at the log's end; the test expects it to be taken. */
function append({ log }: TestLog, batch: TestBatch = {}, options = client): AssignedAppend {
  const outcome = log.append(dataBatch({ baseOffset: log.assignedEnd, ...batch }), options);
  strictEqual(outcome.kind, 'assigned', JSON.stringify(outcome));
  return outcome as AssignedAppend;
}

/** Reads everything below `upTo`, as a consumer would: on from the batch that it got last. */
async function baseOffsets({ log }: TestLog, from = log.logStartOffset, upTo = log.logEndOffset): Promise<number[]> {
  const found: number[] = [];
  for (let offset = from; offset < upTo;) {
    const read = await log.read(offset, upTo, 1_000_000, true);
    const before = offset;
    for (const chunk of read.chunks) {
      for (let at = 0; at < chunk.length; at += batchSize(chunk, at)) {
        found.push(batchBaseOffset(chunk, at));
        offset = batchLastOffset(chunk, at) + 1;
      }
    }
    read.release();
    if (offset === before) break;
  }
  return found;
}

/** Runs in the virtual time of a log. */
function onLog(
  name: string,
  options: Parameters<typeof createTestLog>[0],
  body: (log: TestLog) => Promise<void>,
): void {
  test(`log: ${name}`, async () => {
    const fixture = await createTestLog(options);
    await fixture.run(() => body(fixture));
  });
}

onLog('offsets are assigned at once and seen when they are written', {}, async (fixture) => {
  const { log } = fixture;
  const first = append(fixture, { count: 3 });
  const second = append(fixture, { count: 2 });
  deepStrictEqual([first.firstOffset, first.lastOffset, second.firstOffset, second.lastOffset], [0, 2, 3, 4]);
  deepStrictEqual([log.assignedEnd, log.logEndOffset, log.highWatermark], [5, 0, 0]);
  await second.written;
  deepStrictEqual([log.assignedEnd, log.logEndOffset, log.recoveryPoint], [5, 5, 0]);
  deepStrictEqual(await baseOffsets(fixture), [0, 3]);
});

onLog('the high watermark stays within what is written, and never goes back', {}, async (fixture) => {
  const { log } = fixture;
  const { written } = append(fixture, { count: 3 });
  strictEqual(log.updateHighWatermark(3), 0);
  await written;
  strictEqual(log.updateHighWatermark(2), 2);
  strictEqual(log.updateHighWatermark(1), 2);
  strictEqual(log.updateHighWatermark(99), 3);
});

onLog('an append below the end is refused, and leaves no trace', {}, async (fixture) => {
  const { log } = fixture;
  await append(fixture, { count: 3 }).written;
  const outcome = log.append(dataBatch({ baseOffset: 2, partitionLeaderEpoch: 7 }), {
    origin: 'replication',
    leaderEpoch: 7,
  });
  strictEqual(outcome.kind, 'refused');
  deepStrictEqual([log.assignedEnd, log.epochs.latestEpoch], [3, 0]);
});

onLog('a follower may have gaps, and takes epochs from the batches', {}, async (fixture) => {
  const { log } = fixture;
  const from = (baseOffset: number, partitionLeaderEpoch: number) =>
    log.append(dataBatch({ baseOffset, partitionLeaderEpoch }), { origin: 'replication', leaderEpoch: 9 });
  for (const outcome of [from(5, 1), from(10, 1), from(20, 4)]) await (outcome as AssignedAppend).written;
  deepStrictEqual(await baseOffsets(fixture, 5), [5, 10, 20]);
  deepStrictEqual(log.endOffsetForEpoch(1), { epoch: 1, endOffset: 20 });
  deepStrictEqual(log.endOffsetForEpoch(4), { epoch: 4, endOffset: 21 });
});

const producer = { producerId: 42, producerEpoch: 0 };

onLog('a batch that was sent again is answered with its first offsets, once it is written', {}, async (fixture) => {
  const { log } = fixture;
  append(fixture, { ...producer, baseSequence: 0, count: 2 });
  const again = log.append(dataBatch({ ...producer, baseSequence: 0, count: 2, baseOffset: 2 }), client);
  strictEqual(again.kind, 'duplicate');
  deepStrictEqual([log.assignedEnd, log.logEndOffset], [2, 0]);
  if (again.kind !== 'duplicate') return;
  deepStrictEqual([again.firstOffset, again.lastOffset], [0, 1]);
  await again.written;
  strictEqual(log.logEndOffset, 2);
});

onLog('a sequence that is not the next one is refused', {}, async (fixture) => {
  await append(fixture, { ...producer, baseSequence: 0 }).written;
  const outcome = fixture.log.append(dataBatch({ ...producer, baseSequence: 5, baseOffset: 1 }), client);
  deepStrictEqual(outcome.kind === 'refused' && outcome.errorCode, 'OUT_OF_ORDER_SEQUENCE_NUMBER');
  await append(fixture, { ...producer, baseSequence: 1 }).written;
});

onLog('what cannot be written is taken back with all that came behind it', {}, async (fixture) => {
  const { log, world } = fixture;
  await append(fixture, { ...producer, baseSequence: 0 }).written;
  world.setFaults({ diskShortWrite: 1 });
  const failing = [1, 2, 3].map((baseSequence) =>
    append(fixture, { ...producer, baseSequence, partitionLeaderEpoch: 5 }),
  );
  const duplicate = log.append(dataBatch({ ...producer, baseSequence: 2, baseOffset: 4 }), client);
  strictEqual(duplicate.kind, 'duplicate');
  for (const { written } of failing) await rejects(written, LogWriteError);
  if (duplicate.kind === 'duplicate') await rejects(duplicate.written, LogWriteError);
  world.setFaults({});
  deepStrictEqual([log.assignedEnd, log.logEndOffset, log.epochs.latestEpoch], [1, 1, 0]);
  // The producer sends them again, and they are new.
  await append(fixture, { ...producer, baseSequence: 1 }).written;
  deepStrictEqual(await baseOffsets(fixture), [0, 1]);
});

onLog('transactions: the last stable offset stops at what is open; aborts go to the index', {}, async (fixture) => {
  const { log } = fixture;
  const transactional = { ...producer, isTransactional: true };
  const coordinator: AppendOptions = { origin: 'coordinator', leaderEpoch: 0, transactionVersion: 1 };
  await append(fixture, { count: 2 }).written;
  await append(fixture, { ...transactional, baseSequence: 0, count: 3 }).written;
  log.updateHighWatermark(log.logEndOffset);
  deepStrictEqual([log.highWatermark, log.lastStableOffset], [5, 2]);
  const abort = log.append(markerBatch('ABORT', { ...producer, baseOffset: 5 }), coordinator);
  await (abort as AssignedAppend).written;
  strictEqual(log.lastStableOffset, 2, 'not before the marker is below the high watermark');
  log.updateHighWatermark(6);
  strictEqual(log.lastStableOffset, 6);
  deepStrictEqual(await log.abortedTransactions(0, 6), [
    { producerId: 42, firstOffset: 2, lastOffset: 5, lastStableOffset: 6 },
  ]);
  deepStrictEqual(await log.abortedTransactions(6, 7), []);
});

onLog(
  'a new segment begins with a snapshot of the producers as they were before it',
  { config: { internalSegmentBytes: 400 } },
  async (fixture) => {
    const { log, io, directory } = fixture;
    const appends = Array.from({ length: 8 }, (_, baseSequence) => append(fixture, { ...producer, baseSequence }));
    await Promise.all(appends.map(({ written }) => written));
    ok(log.segments.length >= 3);
    const names = (await io.disk.list(directory.path)).map(({ name }) => name);
    deepStrictEqual(
      snapshotOffsetsOf(names),
      log.segments.slice(1).map(({ baseOffset }) => baseOffset),
    );
    for (const { baseOffset } of log.segments.slice(1)) {
      const [entry] = await readProducerSnapshot(io.disk, directory.path, baseOffset);
      strictEqual(entry!.batches.at(-1)!.lastOffset, baseOffset - 1, 'though later batches were assigned already');
    }
  },
);

onLog(
  'rolled by time counted from the first batch, also for what waits with it',
  { config: { segmentMs: 100 } },
  async (fixture) => {
    const appends = [0, 50, 100, 101, 150, 201, 202].map((timestamp) => append(fixture, { timestamp }));
    await Promise.all(appends.map(({ written }) => written));
    deepStrictEqual(
      fixture.log.segments.map(({ baseOffset }) => baseOffset),
      [0, 3, 6],
    );
  },
);

onLog(
  'a compacted log is rolled in time for its largest lag',
  { config: { cleanupPolicy: ['compact'], maxCompactionLagMs: 10 } },
  async (fixture) => {
    for (const timestamp of [0, 10, 11]) await append(fixture, { timestamp }).written;
    deepStrictEqual(
      fixture.log.segments.map(({ baseOffset }) => baseOffset),
      [0, 2],
    );
  },
);

onLog(
  'flush.messages=1: nothing is seen before it is on the device',
  { config: { flushMessages: 1, internalSegmentBytes: 300 } },
  async (fixture) => {
    const { log } = fixture;
    for (let i = 0; i < 6; i++) {
      await Promise.all([append(fixture), append(fixture)].map(({ written }) => written));
      strictEqual(log.recoveryPoint, log.logEndOffset);
    }
    ok(log.segments.length > 2);
  },
);

onLog('a flush that the device refuses takes the log offline', {}, async (fixture) => {
  const { log, world, offline } = fixture;
  await append(fixture).written;
  world.setFaults({ diskSyncError: 1 });
  await rejects(log.flush(), LogOfflineError);
  world.setFaults({});
  strictEqual(offline.length, 1);
  strictEqual(log.recoveryPoint, 0);
  let thrown: unknown = null;
  try {
    log.append(dataBatch({ baseOffset: 1 }), client);
  } catch (error) {
    thrown = error;
  }
  ok(thrown instanceof LogOfflineError);
});

onLog(
  'closed, everything is flushed and no memory is held',
  { tailBytes: 500, config: { internalSegmentBytes: 600 } },
  async (fixture) => {
    const { log, pool } = fixture;
    for (let i = 0; i < 20; i++) await append(fixture).written;
    deepStrictEqual(
      await baseOffsets(fixture),
      Array.from({ length: 20 }, (_, i) => i),
    );
    await log.close();
    strictEqual(log.recoveryPoint, 20);
    strictEqual(pool.stats().inUseBytes, 0);
  },
);

test('log: random appends with a failing disk agree with a list', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const config = { internalSegmentBytes: 700, flushMessages: seed % 3 === 0 ? 1 : Infinity };
    const fixture = await createTestLog({ seed, config, tailBytes: seed % 2 === 0 ? 0 : 2_000 });
    await fixture.run(() => storm(fixture, new Prng(seed)));
  }
});

/** Everything acknowledged is there, in order, and nothing else; a producer never gets stuck. */
async function storm(fixture: TestLog, prng: Prng): Promise<void> {
  const { log, world } = fixture;
  const expected: number[] = [];
  let sequence = 0;
  for (let round = 0; round < 40; round++) {
    const fault = prng.pick(['diskShortWrite', 'diskWriteError', 'diskFull'] as const);
    world.setFaults(prng.chance(0.25) ? { [fault]: 0.5 } : {});
    const batches = Array.from({ length: 1 + prng.below(4) }, () => {
      const count = 1 + prng.below(3);
      const assigned = append(fixture, { ...producer, baseSequence: sequence, count });
      sequence += count;
      return assigned;
    });
    const results = await Promise.allSettled(batches.map(({ written }) => written));
    world.setFaults({});
    const taken = batches.filter((_, i) => results[i]!.status === 'fulfilled');
    expected.push(...taken.map(({ firstOffset }) => firstOffset));
    const failed = results.findIndex(({ status }) => status === 'rejected');
    if (failed >= 0) {
      ok(
        results.slice(failed).every(({ status }) => status === 'rejected'),
        'those behind a failure fail',
      );
      sequence -= batches
        .slice(failed)
        .reduce((sum, { firstOffset, lastOffset }) => sum + lastOffset - firstOffset + 1, 0);
    }
    strictEqual(log.assignedEnd, log.logEndOffset);
    deepStrictEqual(await baseOffsets(fixture), expected, `round ${round}`);
  }
  ok(expected.length > 40);
}
