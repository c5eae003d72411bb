import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '@ottla/runtime';
import { batchFault, isBatchCrcValid } from './record-batch-check.ts';
import { RecordBatchBuilder } from './record-batch-builder.ts';
import {
  NO_BATCH_FIELDS,
  setBatchBaseOffset,
  setBatchLastOffset,
  setBatchLogAppendTime,
  setBatchMaxTimestamp,
  setBatchPartitionLeaderEpoch,
  setBatchProducer,
  writeEmptyBatch,
} from './record-batch-edit.ts';
import { RecordBatchError } from './record-batch-error.ts';
import {
  addToSequence,
  batchAttributes,
  batchBaseOffset,
  batchBaseSequence,
  batchBaseTimestamp,
  batchCount,
  batchDeleteHorizonMs,
  batchLastOffset,
  batchLastOffsetDelta,
  batchLastSequence,
  batchMaxTimestamp,
  batchPartitionLeaderEpoch,
  batchProducerEpoch,
  batchProducerId,
  batchSize,
  batchTimestampType,
  subtractFromSequence,
} from './record-batch-header.ts';
import { RecordIterator } from './record-iterator.ts';

const SEQUENCE_MAX = 2 ** 31 - 1;

const sequences: readonly (readonly [why: string, base: number, increment: number, sum: number])[] = [
  ['the next one', 0, 1, 1],
  ['the last one there is', SEQUENCE_MAX - 1, 1, SEQUENCE_MAX],
  ['0 comes after it', SEQUENCE_MAX, 1, 0],
  ['a batch across the end', SEQUENCE_MAX - 2, 10, 7],
  ['the longest way round', SEQUENCE_MAX, SEQUENCE_MAX, SEQUENCE_MAX - 1],
];

for (const [why, base, increment, sum] of sequences) {
  test(`sequence: ${why}`, () => {
    equal(addToSequence(base, increment), sum);
    equal(subtractFromSequence(sum, increment), base);
  });
}

test('a header read back, with the extremes of each field', () => {
  const bytes = batch({
    baseOffset: 2 ** 52,
    partitionLeaderEpoch: SEQUENCE_MAX,
    producerId: Number.MAX_SAFE_INTEGER,
    producerEpoch: 32_767,
    baseSequence: SEQUENCE_MAX,
    isTransactional: true,
  });
  equal(batchBaseOffset(bytes), 2 ** 52);
  equal(batchLastOffset(bytes), 2 ** 52 + 2);
  equal(batchPartitionLeaderEpoch(bytes), SEQUENCE_MAX);
  equal(batchProducerId(bytes), Number.MAX_SAFE_INTEGER);
  equal(batchProducerEpoch(bytes), 32_767);
  equal(batchBaseSequence(bytes), SEQUENCE_MAX);
  equal(batchLastSequence(bytes), 1);
  equal(batchAttributes(bytes), 0x10);
  equal(batchFault(bytes), null);
});

const bigFields: readonly (readonly [what: string, at: number, read: (bytes: Uint8Array) => number])[] = [
  ['base offset', 0, batchBaseOffset],
  ['base timestamp', 27, batchBaseTimestamp],
  ['max timestamp', 35, batchMaxTimestamp],
  ['producer id', 43, batchProducerId],
];

for (const [what, at, read] of bigFields) {
  test(`an int64 that no number holds is refused, not rounded: ${what}`, () => {
    const bytes = Buffer.from(batch());
    bytes.writeBigInt64BE(2n ** 53n, at);
    throws(() => read(bytes), RecordBatchError);
    bytes.writeBigInt64BE(-(2n ** 53n), at);
    throws(() => read(bytes), RecordBatchError);
    bytes.writeBigInt64BE(2n ** 53n - 1n, at);
    equal(read(bytes), Number.MAX_SAFE_INTEGER);
    bytes.writeBigInt64BE(-5n, at);
    equal(read(bytes), -5);
  });
}

test('base offset and leader epoch are assigned without touching the CRC or anything else', () => {
  const bytes = batch();
  const before = Uint8Array.from(bytes);
  setBatchBaseOffset(bytes, 0, 5_000_000_000);
  setBatchPartitionLeaderEpoch(bytes, 0, 77);
  equal(batchBaseOffset(bytes), 5_000_000_000);
  equal(batchPartitionLeaderEpoch(bytes), 77);
  equal(batchFault(bytes), null);
  deepEqual(bytes.subarray(16), before.subarray(16));
  deepEqual(bytes.subarray(8, 12), before.subarray(8, 12));
  setBatchLastOffset(bytes, 0, 41);
  equal(batchBaseOffset(bytes), 39);
  equal(batchLastOffset(bytes), 41);
  throws(() => setBatchBaseOffset(bytes, 0, -1), AssertionError);
  throws(() => setBatchBaseOffset(bytes, 0, 2 ** 53), AssertionError);
});

test('LogAppendTime is the timestamp of every record, and the batch stays intact', () => {
  const bytes = batch();
  setBatchLogAppendTime(bytes, 0, 1_234_567_890_123);
  equal(batchTimestampType(bytes), 'LogAppendTime');
  equal(batchMaxTimestamp(bytes), 1_234_567_890_123);
  equal(batchBaseTimestamp(bytes), 100, 'the deltas keep what they count from');
  equal(batchFault(bytes), null);
  deepEqual(timestamps(bytes), [1_234_567_890_123, 1_234_567_890_123, 1_234_567_890_123]);
  setBatchMaxTimestamp(bytes, 0, 'CreateTime', 300);
  equal(batchFault(bytes), null);
  deepEqual(timestamps(bytes), [100, 300, 200], "the producer's own are back");
});

test('a max timestamp that stands already leaves the CRC alone', () => {
  const bytes = batch();
  bytes[17]! ^= 1;
  setBatchMaxTimestamp(bytes, 0, 'CreateTime', 300);
  equal(isBatchCrcValid(bytes, 0, bytes.length), false);
  setBatchMaxTimestamp(bytes, 0, 'CreateTime', 301);
  equal(isBatchCrcValid(bytes, 0, bytes.length), true);
});

test('a producer puts another epoch and sequence into a batch that it sends again', () => {
  const bytes = batch({ producerId: 4, producerEpoch: 1, baseSequence: 10 });
  setBatchProducer(bytes, 0, 4, 2, 0);
  deepEqual([batchProducerId(bytes), batchProducerEpoch(bytes), batchBaseSequence(bytes)], [4, 2, 0]);
  equal(batchFault(bytes), null);
});

test('an edit touches its own batch alone', () => {
  const one = batch();
  const slab = new Uint8Array(one.length * 3).fill(0xee);
  slab.set(one, one.length);
  setBatchBaseOffset(slab, one.length, 9);
  setBatchPartitionLeaderEpoch(slab, one.length, 9);
  setBatchLogAppendTime(slab, one.length, 9);
  setBatchProducer(slab, one.length, 9, 9, 9);
  equal(batchFault(slab, one.length), null);
  const outside = [...slab.subarray(0, one.length), ...slab.subarray(one.length * 2)];
  equal(
    outside.every((byte) => byte === 0xee),
    true,
  );
});

test('what is left of a batch whose records are all compacted away', () => {
  const bytes = new Uint8Array(61 + 10);
  const fields = { ...NO_BATCH_FIELDS, baseOffset: 40, producerId: 5, producerEpoch: 1, baseSequence: 3 };
  writeEmptyBatch(bytes, 10, fields, 49, 777);
  equal(batchSize(bytes, 10), 61);
  equal(batchCount(bytes, 10), 0);
  equal(batchLastOffsetDelta(bytes, 10), 9);
  equal(batchLastSequence(bytes, 10), 12);
  deepEqual([batchBaseTimestamp(bytes, 10), batchMaxTimestamp(bytes, 10)], [-1, 777]);
  equal(batchFault(bytes, 10), null);
  const records = new RecordIterator();
  records.open(bytes, 10);
  equal(records.next(), false);
});

test('a delete horizon takes the place of the base timestamp, and timestamps stay what they were', () => {
  const bytes = batch({ deleteHorizonMs: 1_700_000_000_000 });
  equal(batchDeleteHorizonMs(bytes), 1_700_000_000_000);
  equal(batchBaseTimestamp(bytes), 1_700_000_000_000);
  equal(batchDeleteHorizonMs(batch()), null);
  deepEqual(timestamps(bytes), [100, 300, 200]);
  equal(batchFault(bytes), null);
});

function batch(fields: Parameters<RecordBatchBuilder['open']>[0] = {}): Uint8Array {
  const builder = new RecordBatchBuilder();
  builder.open(fields);
  for (const timestamp of [100, 300, 200]) builder.append(timestamp, 'key', `value at ${timestamp}`);
  return builder.finish();
}

function timestamps(bytes: Uint8Array): number[] {
  const records = new RecordIterator();
  records.open(bytes);
  const all = [];
  while (records.next()) all.push(records.timestamp);
  return all;
}
