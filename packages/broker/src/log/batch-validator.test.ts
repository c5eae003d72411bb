/** What is looked at when, what is changed where, several batches at once, and batches that are appended as they are. */
import { deepStrictEqual, notStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import {
  batchBaseOffset,
  batchCompression,
  batchLastOffset,
  batchMaxTimestamp,
  batchPartitionLeaderEpoch,
  batchTimestampType,
  COMPRESSION_CODECS,
  isBatchCrcValid,
  isControlBatch,
  RecordBatchBuilder,
  RecordIterator,
  setBatchMaxTimestamp,
  type BatchFields,
  type CompressionCodec,
} from '@ottla/protocol';
import { SimWorld } from '@ottla/runtime/sim';
import { recompressJob, runRecompression } from './batch-recompression.ts';
import { batchRulesOf, batchWork, type BatchRules } from './batch-rules.ts';
import { assignOffsets, BatchValidator, completeValidation } from './batch-validator.ts';
import { checkVerbatim, type VerbatimSource } from './batch-verbatim.ts';
import { DEFAULT_LOG_CONFIG } from './log-config.ts';
import { markerBatch } from './producer-state/producer-batches.fixture.ts';

const NOW = 1_700_000_000_000;
const CLIENT = { origin: 'client', apiVersion: 12 } as const;
const COORDINATOR = { origin: 'coordinator' } as const;
const DEFAULTS = batchRulesOf(DEFAULT_LOG_CONFIG, false);

interface Shape extends Partial<BatchFields> {
  readonly codec?: CompressionCodec;
  readonly timestamps?: readonly number[];
}

function batchOf({ codec = 'none', timestamps = [NOW, NOW - 1, NOW - 2], ...fields }: Shape = {}): Uint8Array {
  const builder = new RecordBatchBuilder();
  builder.open(fields);
  for (const timestamp of timestamps) builder.append(timestamp, 'key', 'the same value again and again '.repeat(4));
  return new Uint8Array(builder.finish(codec));
}

const MARKER = markerBatch({ offset: 0 });

function joined(...batches: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(batches));
}

// ------------------------------------------------------------------------------------------------------------------ rules

void test('rules come from the settings of the topic', () => {
  deepStrictEqual(DEFAULTS, {
    batchBytesMax: 1_048_588,
    codec: null,
    level: undefined,
    keysRequired: false,
    timestampType: 'CreateTime',
    timestampBeforeMaxMs: Infinity,
    timestampAfterMaxMs: 3_600_000,
    isStrict: false,
  });
  const levels = { compressionGzipLevel: 4, compressionLz4Level: 5, compressionZstdLevel: 6 };
  for (const [compressionType, codec, level] of [
    ['uncompressed', 'none', undefined],
    ['gzip', 'gzip', 4],
    ['snappy', 'snappy', undefined],
    ['lz4', 'lz4', 5],
    ['zstd', 'zstd', 6],
  ] as const) {
    const rules = batchRulesOf({ ...DEFAULT_LOG_CONFIG, ...levels, compressionType }, false);
    deepStrictEqual([rules.codec, rules.level], [codec, level], compressionType);
  }
  const compacted = batchRulesOf({ ...DEFAULT_LOG_CONFIG, cleanupPolicy: ['delete', 'compact'] }, true);
  deepStrictEqual([compacted.keysRequired, compacted.isStrict], [true, true]);
});

const WORK: readonly (readonly [reason: string, shape: Shape, rules: Partial<BatchRules>, work: string])[] = [
  ['uncompressed batches are always walked', {}, {}, 'walk'],
  ['compressed ones are not', { codec: 'lz4' }, {}, 'pass'],
  ['unless all are', { codec: 'lz4' }, { isStrict: true }, 'walk'],
  ['keys are inside', { codec: 'lz4' }, { keysRequired: true }, 'walk'],
  ['the header tells of a timestamp ahead', { codec: 'lz4', timestamps: [NOW, NOW + 3_600_001] }, {}, 'walk'],
  ['the bound itself is not ahead', { codec: 'lz4', timestamps: [NOW, NOW + 3_600_000] }, {}, 'pass'],
  ['the header tells of none behind', { codec: 'lz4' }, { timestampBeforeMaxMs: 1e9 }, 'walk'],
  [
    'the broker stamps them',
    { codec: 'lz4', timestamps: [NOW, NOW * 2] },
    { timestampType: 'LogAppendTime', timestampBeforeMaxMs: 5 },
    'pass',
  ],
  ['another codec is stored', { codec: 'lz4' }, { codec: 'gzip' }, 'rebuild'],
  ['none is stored', { codec: 'lz4' }, { codec: 'none' }, 'rebuild'],
  ['one is stored', {}, { codec: 'lz4' }, 'rebuild'],
  ['the same is stored, at any level', { codec: 'gzip' }, { codec: 'gzip', level: 9 }, 'pass'],
];

for (const [reason, shape, rules, work] of WORK) {
  void test(`how much is looked at: ${reason}`, () => {
    strictEqual(batchWork(batchOf(shape), 0, { ...DEFAULTS, ...rules }, NOW), work);
  });
}

// -------------------------------------------------------------------------------------------------------------- in place

void test('a batch is given offset and epoch where it lies, whatever lies around it', () => {
  const slab = new Uint8Array(2_000).fill(0xaa);
  const batch = batchOf();
  slab.set(batch, 100);
  const view = slab.subarray(100, 100 + batch.length);
  const done = new BatchValidator().validate(view, DEFAULTS, CLIENT, NOW);
  ok(done.kind === 'valid');
  strictEqual(done.bytes, view, 'no copy is made');
  const assigned = assignOffsets(done, 70, 9, NOW);
  deepStrictEqual([batchBaseOffset(view), batchLastOffset(view), batchPartitionLeaderEpoch(view)], [70, 72, 9]);
  ok(isBatchCrcValid(view, 0, view.length));
  deepStrictEqual(assigned, {
    bytes: view,
    firstOffset: 70,
    lastOffset: 72,
    batchCount: 1,
    maxTimestamp: NOW,
    offsetOfMaxTimestamp: 72,
    logAppendTimeMs: -1,
  });
  ok(
    slab.subarray(0, 100).every((byte) => byte === 0xaa) && slab.subarray(100 + batch.length).every((b) => b === 0xaa),
  );
});

void test('the append time is that of the assignment, not that of the validation', () => {
  const bytes = batchOf({ codec: 'gzip' });
  const rules = { ...DEFAULTS, timestampType: 'LogAppendTime' } as const;
  const done = new BatchValidator().validate(bytes, rules, CLIENT, NOW);
  ok(done.kind === 'valid');
  strictEqual(assignOffsets(done, 0, 0, NOW + 7).logAppendTimeMs, NOW + 7);
  deepStrictEqual([batchMaxTimestamp(bytes), batchTimestampType(bytes)], [NOW + 7, 'LogAppendTime']);
  ok(isBatchCrcValid(bytes, 0, bytes.length));
});

void test('a largest timestamp that the records belie is put right, also inside a compressed batch that is walked', () => {
  const bytes = batchOf({ codec: 'gzip' });
  setBatchMaxTimestamp(bytes, 0, 'CreateTime', NOW - 50);
  const planned = new BatchValidator().validate(bytes, { ...DEFAULTS, keysRequired: true }, CLIENT, NOW);
  ok(planned.kind === 'planned');
  notStrictEqual(planned.input.bytes.buffer, bytes.buffer, 'it can move to a worker');
  const done = completeValidation(planned, runRecompression(planned.input));
  ok(done.kind === 'valid');
  strictEqual(done.bytes, bytes, 'nothing was rebuilt');
  strictEqual(batchMaxTimestamp(bytes), NOW);
  ok(isBatchCrcValid(bytes, 0, bytes.length));
});

// --------------------------------------------------------------------------------------------------------- recompression

void test('recompression runs as a job, keeps what a reader sees, and is bounded', async () => {
  const world = new SimWorld({ seed: 1 });
  const { compute } = world.createProcess('node').io;
  for (const codec of Object.keys(COMPRESSION_CODECS) as CompressionCodec[]) {
    const bytes = batchOf({
      codec: codec === 'lz4' ? 'zstd' : 'lz4',
      producerId: 5,
      producerEpoch: 1,
      baseSequence: 3,
    });
    const planned = new BatchValidator().validate(bytes, { ...DEFAULTS, codec }, CLIENT, NOW);
    ok(planned.kind === 'planned');
    const outcome = await world.finish(compute.run(recompressJob, planned.input));
    const done = completeValidation(planned, outcome);
    ok(done.kind === 'valid');
    strictEqual(batchCompression(done.bytes), COMPRESSION_CODECS[codec].id);
    deepStrictEqual(timestampsOf(done.bytes), [NOW, NOW - 1, NOW - 2]);
  }
  const large = batchOf({ codec: 'lz4', timestamps: Array.from({ length: 50 }, () => NOW) });
  const rules = { ...DEFAULTS, codec: 'none', batchBytesMax: large.length } as const;
  const planned = new BatchValidator().validate(large, rules, CLIENT, NOW);
  ok(planned.kind === 'planned');
  const refused = completeValidation(planned, runRecompression(planned.input));
  strictEqual(refused.kind === 'refused' ? refused.errorCode : null, 'MESSAGE_TOO_LARGE');
});

void test('a level of the topic is used', () => {
  const sizes = [1, 9].map((level) => {
    const timestamps = Array.from({ length: 300 }, (_, i) => NOW + ((i * 7_919) % 1_000));
    const planned = new BatchValidator().validate(
      batchOf({ timestamps }),
      { ...DEFAULTS, codec: 'gzip', level },
      CLIENT,
      NOW,
    );
    ok(planned.kind === 'planned');
    const done = completeValidation(planned, runRecompression(planned.input));
    return done.kind === 'valid' ? done.bytes.length : 0;
  });
  ok(sizes[1]! < sizes[0]!, sizes.join());
});

void test('what can be read but not written is refused', () => {
  const negative = withBaseTimestamp(batchOf({ timestamps: [0] }), -5);
  const inPlace = new BatchValidator().validate(new Uint8Array(negative), DEFAULTS, CLIENT, NOW);
  strictEqual(inPlace.kind, 'valid');
  const planned = new BatchValidator().validate(negative, { ...DEFAULTS, codec: 'gzip' }, CLIENT, NOW);
  ok(planned.kind === 'planned');
  const refused = runRecompression(planned.input);
  strictEqual(refused.kind === 'refused' ? refused.errorCode : null, 'INVALID_TIMESTAMP');
});

void test('a header that no producer has is kept, but not written anew', () => {
  for (const [reason, change] of [
    ['an epoch below 0', (view: DataView) => view.setInt16(51, -1)],
    ['a transaction without producer id', (view: DataView) => view.setInt16(21, 0x10)],
  ] as const) {
    const hasProducer = reason === 'an epoch below 0';
    const bytes = batchOf(hasProducer ? { producerId: 5, producerEpoch: 1, baseSequence: 3 } : {});
    change(new DataView(bytes.buffer));
    // Signs the batch again.
    setBatchMaxTimestamp(bytes, 0, 'CreateTime', 1);
    const planned = new BatchValidator().validate(bytes, { ...DEFAULTS, codec: 'gzip' }, CLIENT, NOW);
    ok(planned.kind === 'planned', reason);
    const refused = runRecompression(planned.input);
    strictEqual(refused.kind === 'refused' ? refused.errorCode : null, 'INVALID_RECORD', reason);
    strictEqual(new BatchValidator().validate(bytes, DEFAULTS, CLIENT, NOW).kind, 'valid', reason);
  }
});

void test('a decompression bomb is refused', () => {
  const bytes = batchOf({ codec: 'gzip', timestamps: Array.from({ length: 2_000 }, () => NOW) });
  const limits = { maxBytes: 10_000, maxRatio: 10_000 };
  const planned = new BatchValidator(limits).validate(bytes, { ...DEFAULTS, keysRequired: true }, CLIENT, NOW);
  ok(planned.kind === 'planned');
  const refused = runRecompression(planned.input);
  strictEqual(refused.kind === 'refused' ? refused.errorCode : null, 'MESSAGE_TOO_LARGE');
});

function withBaseTimestamp(bytes: Uint8Array, timestamp: number): Uint8Array {
  const view = new DataView(bytes.buffer);
  view.setBigInt64(27, BigInt(timestamp));
  // Signs the batch again, too.
  setBatchMaxTimestamp(bytes, 0, 'CreateTime', -1);
  return bytes;
}

function timestampsOf(bytes: Uint8Array): number[] {
  const records = new RecordIterator();
  const timestamps: number[] = [];
  for (records.open(bytes); records.next();) timestamps.push(records.timestamp);
  return timestamps;
}

// ------------------------------------------------------------------------------------------------------- several batches

void test('a coordinator may append several batches: offsets go on, and the largest timestamp is found', () => {
  const bytes = joined(...[[1, 2], [9, 3, 4], [5]].map((timestamps) => batchOf({ timestamps })));
  const done = new BatchValidator().validate(bytes, DEFAULTS, COORDINATOR, NOW);
  ok(done.kind === 'valid');
  const { firstOffset, lastOffset, batchCount, maxTimestamp, offsetOfMaxTimestamp } = assignOffsets(done, 10, 0, NOW);
  deepStrictEqual([firstOffset, lastOffset, batchCount, maxTimestamp, offsetOfMaxTimestamp], [10, 15, 3, 9, 14]);
});

void test('of several batches the markers stay as they are, the others are recompressed', () => {
  const bytes = joined(batchOf(), MARKER, batchOf({ codec: 'gzip' }));
  const planned = new BatchValidator().validate(bytes, { ...DEFAULTS, codec: 'gzip' }, COORDINATOR, NOW);
  ok(planned.kind === 'planned');
  const done = completeValidation(planned, runRecompression(planned.input));
  ok(done.kind === 'valid');
  const { bytes: stored, lastOffset } = assignOffsets(done, 0, 0, NOW);
  strictEqual(lastOffset, 6);
  const at = batchOf({ codec: 'gzip' }).length;
  deepStrictEqual(
    [batchCompression(stored, 0), isControlBatch(stored, at), batchCompression(stored, at)],
    [1, true, 0],
  );
});

const OWN_REFUSED: readonly (readonly [reason: string, bytes: Uint8Array, errorCode: string])[] = [
  ['no batch', new Uint8Array(0), 'INVALID_RECORD'],
  ['a length that cannot be', new Uint8Array(40), 'CORRUPT_MESSAGE'],
  ['a checksum', joined(batchOf(), batchOf().fill(7, 100, 101)), 'CORRUPT_MESSAGE'],
  [
    'too large',
    joined(batchOf(), batchOf({ timestamps: Array.from({ length: 9_000 }, () => NOW) })),
    'MESSAGE_TOO_LARGE',
  ],
];

for (const [reason, bytes, errorCode] of OWN_REFUSED) {
  void test(`a coordinator is refused: ${reason}`, () => {
    const before = new Uint8Array(bytes);
    const refused = new BatchValidator().validate(bytes, DEFAULTS, COORDINATOR, NOW);
    strictEqual(refused.kind === 'refused' ? refused.errorCode : null, errorCode);
    deepStrictEqual(bytes, before);
  });
}

// --------------------------------------------------------------------------------------------------------------- verbatim

const FOLLOWER: VerbatimSource = { origin: 'replication', leaderEpoch: 5, batchBytesMax: 10 };
const RAFT: VerbatimSource = { origin: 'raftLeader', leaderEpoch: 5, batchBytesMax: 1_000 };

void test('a follower takes whole batches in order, up to a later epoch or a torn end', () => {
  const first = batchOf({ baseOffset: 10, partitionLeaderEpoch: 3, timestamps: [4, 9] });
  const second = batchOf({ baseOffset: 20, partitionLeaderEpoch: 5, timestamps: [7] });
  const later = batchOf({ baseOffset: 30, partitionLeaderEpoch: 6 });
  const facts = {
    kind: 'valid',
    batchCount: 2,
    firstOffset: 10,
    lastOffsetOfFirstBatch: 11,
    lastOffset: 20,
    maxTimestamp: 9,
    offsetOfMaxTimestamp: 11,
  };
  for (const rest of [later, later.subarray(0, 60), new Uint8Array(0)]) {
    const taken = checkVerbatim(joined(first, second, rest), FOLLOWER);
    deepStrictEqual(taken, { ...facts, bytes: joined(first, second) });
  }
  const none = checkVerbatim(later, FOLLOWER);
  deepStrictEqual(none.kind === 'valid' ? [none.batchCount, none.bytes.length, none.lastOffset] : none, [0, 0, -1]);
});

const VERBATIM_REFUSED: readonly (readonly [string, Uint8Array, VerbatimSource, string])[] = [
  ['damage', batchOf().fill(9, 90, 91), FOLLOWER, 'CORRUPT_MESSAGE'],
  ['no batch at all', new Uint8Array(30), FOLLOWER, 'CORRUPT_MESSAGE'],
  [
    'offsets that go back',
    joined(batchOf({ baseOffset: 5 }), batchOf({ baseOffset: 5 })),
    FOLLOWER,
    'UNKNOWN_SERVER_ERROR',
  ],
  ['raft: an epoch that is not the leader’s', batchOf({ partitionLeaderEpoch: 4 }), RAFT, 'INVALID_RECORD'],
  [
    'raft: too large',
    batchOf({ partitionLeaderEpoch: 5, timestamps: Array.from({ length: 20 }, () => 1) }),
    RAFT,
    'MESSAGE_TOO_LARGE',
  ],
];

for (const [reason, bytes, source, errorCode] of VERBATIM_REFUSED) {
  void test(`not taken as it is: ${reason}`, () => {
    const refused = checkVerbatim(bytes, source);
    strictEqual(refused.kind === 'refused' ? refused.errorCode : null, errorCode);
  });
}

void test('raft takes what is its own', () => {
  strictEqual(checkVerbatim(joined(batchOf({ baseOffset: 3, partitionLeaderEpoch: 5 })), RAFT).kind, 'valid');
});

void test('of a message of an old format only the last offset is known', () => {
  // A magic 1 message without key and value at offset 7, timestamp 99; its CRC-32 was computed with Python.
  const hex = '0000000000000007 00000016 00000000 01 00 0000000000000063 ffffffff ffffffff'.replaceAll(' ', '');
  const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
  new DataView(bytes.buffer).setUint32(12, 0xa9c1c4b8);
  const taken = checkVerbatim(bytes, FOLLOWER);
  ok(taken.kind === 'valid', JSON.stringify(taken));
  deepStrictEqual(
    [taken.firstOffset, taken.lastOffsetOfFirstBatch, taken.lastOffset, taken.maxTimestamp],
    [-1, 7, 7, 99],
  );
});
