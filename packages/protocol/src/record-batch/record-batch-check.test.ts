import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { CompressionCodec } from '../compression/codecs.ts';
import { putInt32, putInt64 } from './big-endian.ts';
import {
  batchFault,
  checkProducedBatch,
  NO_RECORD_RULES,
  validateRecords,
  type ProduceRules,
  type RecordRules,
} from './record-batch-check.ts';
import { RecordBatchBuilder } from './record-batch-builder.ts';
import { computeBatchCrc, setBatchLogAppendTime, type BatchFields } from './record-batch-edit.ts';
import { RECORD_FAULTS_MAX } from './record-batch-error.ts';
import { RecordIterator } from './record-iterator.ts';

const RULES: ProduceRules = { apiVersion: 9, batchBytesMax: 1_000_000 };

type Change = (bytes: Buffer) => Uint8Array;

// In Kafka: ProduceRequest.validateRecords, UnifiedLog.analyzeAndValidateRecords and LogValidator.validateBatch.
const produced: readonly (readonly [
  why: string,
  change: Change,
  errorCode: string | null,
  rules?: Partial<ProduceRules>,
])[] = [
  ['what a producer sends', (bytes) => bytes, null],
  ['a batch of exactly the allowed size', (bytes) => bytes, null, { batchBytesMax: batch().length }],
  ['a batch one byte too large', (bytes) => bytes, 'MESSAGE_TOO_LARGE', { batchBytesMax: batch().length - 1 }],
  ['no bytes', () => new Uint8Array(0), 'INVALID_RECORD'],
  ['only the beginning of a batch', (bytes) => bytes.subarray(0, 60), 'INVALID_RECORD'],
  ['the beginning of another one behind it', (bytes) => Buffer.concat([bytes, bytes.subarray(0, 80)]), null],
  ['two batches', (bytes) => Buffer.concat([bytes, bytes]), 'INVALID_RECORD'],
  ['a length of 0', (bytes) => int32(bytes, 8, 0), 'CORRUPT_MESSAGE'],
  ['a magic of tomorrow', (bytes) => byte(bytes, 16, 3), 'CORRUPT_MESSAGE'],
  ['rubbish behind the batch', (bytes) => Buffer.concat([bytes, Buffer.alloc(30)]), 'CORRUPT_MESSAGE'],
  ['magic 1', (bytes) => byte(bytes, 16, 1), 'INVALID_RECORD'],
  ['a base offset of its own', (bytes) => int64(bytes, 0, 5), 'INVALID_RECORD'],
  ['a base offset beyond 2^53', (bytes) => int32(bytes, 0, 0x7fff_ffff), 'INVALID_RECORD'],
  [
    'a bit turned in the records',
    (bytes) => byte(bytes, bytes.length - 3, bytes[bytes.length - 3]! ^ 4),
    'CORRUPT_MESSAGE',
  ],
  ['a bit turned in the header', (bytes) => byte(bytes, 50, 1), 'CORRUPT_MESSAGE'],
  ['a leader epoch: outside the CRC, and overwritten anyway', (bytes) => int32(bytes, 12, 9), null],
  ['codec 5', sealed((bytes) => byte(bytes, 22, 5)), 'UNSUPPORTED_COMPRESSION_TYPE'],
  ['zstd, in a version that does not know it', () => batch('zstd'), 'UNSUPPORTED_COMPRESSION_TYPE', { apiVersion: 6 }],
  ['zstd, in the first version that does', () => batch('zstd'), null, { apiVersion: 7 }],
  ['lz4 in an old version', () => batch('lz4'), null, { apiVersion: 3 }],
  ['a count of 0', sealed((bytes) => int32(int32(bytes, 57, 0), 23, -1)), 'INVALID_RECORD'],
  ['more records than offsets', sealed((bytes) => int32(bytes, 23, 28)), 'INVALID_RECORD'],
  ['fewer records than offsets', sealed((bytes) => int32(bytes, 57, 29)), 'INVALID_RECORD'],
  ['a count below 0', sealed((bytes) => int32(bytes, 57, -31)), 'INVALID_RECORD'],
  [
    'more records than the bytes can hold',
    sealed((bytes) => int32(int32(bytes, 57, 1_000_000), 23, 999_999)),
    'INVALID_RECORD',
  ],
  ['control records', sealed((bytes) => byte(bytes, 22, 0x20)), 'INVALID_RECORD'],
  ['a producer id without a sequence', sealed((bytes) => int64(bytes, 43, 7)), 'INVALID_RECORD'],
  ['a producer id beyond 2^53', sealed((bytes) => int32(bytes, 43, 1 << 22)), 'INVALID_RECORD'],
  ['a base timestamp beyond 2^53', sealed((bytes) => int32(bytes, 27, 1 << 22)), 'INVALID_TIMESTAMP'],
  ['a max timestamp beyond 2^53', sealed((bytes) => int32(bytes, 35, 1 << 22)), 'INVALID_TIMESTAMP'],
  ['an idempotent producer', () => batch('none', { producerId: 7, producerEpoch: 0, baseSequence: 0 }), null],
  [
    'a transaction',
    () => batch('gzip', { producerId: 7, producerEpoch: 0, baseSequence: 9, isTransactional: true }),
    null,
  ],
  ['the timestamp type of a broker', logAppendTime, 'INVALID_TIMESTAMP'],
];

for (const [why, change, errorCode, rules] of produced) {
  test(`produce: ${why}`, () => {
    const bytes = change(Buffer.from(batch()));
    for (const before of [0, 9]) {
      const slab = Buffer.concat([Buffer.alloc(before, 2), bytes, Buffer.alloc(100, 2)]);
      const checked = checkProducedBatch(slab, before, before + bytes.length, { ...RULES, ...rules });
      equal(checked.ok ? null : checked.error.errorCode, errorCode, checked.ok ? '' : checked.error.message);
      if (checked.ok) equal(checked.size, slab.readInt32BE(before + 8) + 12);
      else equal(checked.error.position >= before, true);
    }
  });
}

const stored: readonly (readonly [why: string, change: Change, errorCode: string | null])[] = [
  ['as it was appended', (bytes) => int64(bytes, 0, 5_000_000_000), null],
  ['half of it', (bytes) => bytes.subarray(0, 70), 'CORRUPT_MESSAGE'],
  ['a bit turned', (bytes) => byte(bytes, 70, bytes[70]! ^ 1), 'CORRUPT_MESSAGE'],
  ['zeros, as a torn file has them', () => Buffer.alloc(100), 'CORRUPT_MESSAGE'],
  ['a base offset below 0', (bytes) => int64(bytes, 0, -1), 'CORRUPT_MESSAGE'],
  ['fewer records than offsets: compacted', sealed((bytes) => int32(bytes, 23, 40)), null],
  ['more records than offsets', sealed((bytes) => int32(bytes, 23, 28)), 'INVALID_RECORD'],
  ['a last offset delta below 0', sealed((bytes) => int32(int32(bytes, 23, -1), 57, 0)), 'INVALID_RECORD'],
  ['a count below 0', sealed((bytes) => int32(bytes, 57, -1)), 'INVALID_RECORD'],
  ['codec 7', sealed((bytes) => byte(bytes, 22, 7)), 'UNSUPPORTED_COMPRESSION_TYPE'],
  ['control records', sealed((bytes) => byte(bytes, 22, 0x20)), null],
  ['a max timestamp beyond 2^53', sealed((bytes) => int32(bytes, 35, 1 << 22)), 'INVALID_TIMESTAMP'],
];

for (const [why, change, errorCode] of stored) {
  test(`stored batch: ${why}`, () => {
    equal(batchFault(change(Buffer.from(batch())))?.errorCode ?? null, errorCode);
  });
}

const NOW = 1_700_000_000_000;
const WINDOW: Partial<RecordRules> = { timestampMsMin: NOW - 1000, timestampMsMax: NOW + 1000 };

interface RuleRow {
  readonly why: string;
  readonly timestamps: readonly number[];
  readonly keys?: readonly (string | null)[];
  readonly rules: Partial<RecordRules>;
  /** The largest timestamp, or the code and the records at fault. */
  readonly wanted: number | readonly [errorCode: string, records: readonly number[]];
}

const rules: readonly RuleRow[] = [
  { why: 'no rules', timestamps: [0, NOW * 10, -1], rules: {}, wanted: NOW * 10 },
  { why: "no timestamp is in nobody's way", timestamps: [-1, -1], rules: WINDOW, wanted: -1 },
  { why: 'the bounds belong to it', timestamps: [NOW - 1000, NOW + 1000], rules: WINDOW, wanted: NOW + 1000 },
  {
    why: 'too early and too late',
    timestamps: [NOW, NOW - 1001, NOW, NOW + 1001],
    rules: WINDOW,
    wanted: ['INVALID_TIMESTAMP', [1, 3]],
  },
  { why: 'keys, and all have one', timestamps: [1, 2], keys: ['a', ''], rules: { keysRequired: true }, wanted: 2 },
  {
    why: 'keys, and two have none',
    timestamps: [1, 2, 3],
    keys: [null, 'a', null],
    rules: { keysRequired: true },
    wanted: ['INVALID_RECORD', [0, 2]],
  },
  {
    why: 'a wrong timestamp decides the code, as in Kafka',
    timestamps: [NOW, 1],
    keys: [null, 'a'],
    rules: { ...WINDOW, keysRequired: true },
    wanted: ['INVALID_TIMESTAMP', [0, 1]],
  },
  {
    why: 'not every fault is told',
    timestamps: Array.from({ length: 500 }, () => 1),
    rules: WINDOW,
    wanted: ['INVALID_TIMESTAMP', Array.from({ length: RECORD_FAULTS_MAX }, (_, i) => i)],
  },
];

for (const row of rules) {
  test(`record rules: ${row.why}`, () => {
    for (const codec of ['none', 'snappy'] as const) {
      const builder = new RecordBatchBuilder();
      builder.open();
      row.timestamps.forEach((timestamp, i) =>
        builder.append(timestamp, row.keys?.[i] ?? null, 'again and again and again'),
      );
      const result = validateRecords(new RecordIterator(), builder.finish(codec), 0, {
        ...NO_RECORD_RULES,
        ...row.rules,
      });
      if (typeof row.wanted === 'number') {
        deepEqual(result, { ok: true, maxTimestamp: row.wanted });
        continue;
      }
      equal(result.ok, false);
      if (result.ok) return;
      const { errorCode, recordFaults } = result.error;
      deepEqual([errorCode, recordFaults.map(({ index }) => index)], row.wanted);
    }
  });
}

const walked: readonly (readonly [why: string, change: (bytes: Buffer) => Uint8Array, reason: RegExp])[] = [
  ['an offset delta out of turn', (bytes) => byte(bytes, 64, 2), /record 0: offset delta 1, expected 0/],
  ['a last offset delta beyond the records', (bytes) => int32(bytes, 23, 31), /30 records, last offset delta 31/],
  ['headers that do not fill their place', () => byte(withHeader(), 67, 3), /record 0: /],
];

for (const [why, change, reason] of walked) {
  test(`record walk: ${why}`, () => {
    const result = validateRecords(new RecordIterator(), change(Buffer.from(batch())), 0);
    equal(result.ok, false);
    if (!result.ok) equal(reason.test(result.error.message), true, result.error.message);
  });
}

/** 30 records that compress. */
function batch(codec: CompressionCodec = 'none', fields: Partial<BatchFields> = {}): Uint8Array {
  const builder = new RecordBatchBuilder();
  builder.open(fields);
  for (let i = 0; i < 30; i++) builder.append(1000 + i, null, 'again and again and again');
  return builder.finish(codec);
}

function withHeader(): Buffer {
  const builder = new RecordBatchBuilder();
  builder.open();
  builder.append(1, null, null, [{ key: 'h', value: 'v' }]);
  return Buffer.from(builder.finish());
}

function logAppendTime(bytes: Buffer): Buffer {
  setBatchLogAppendTime(bytes, 0, 5);
  return bytes;
}

/** The change, and a CRC that is right again. */
function sealed(change: (bytes: Buffer) => Buffer): Change {
  return (bytes) => int32(change(bytes), 17, computeBatchCrc(change(bytes)) | 0);
}

function int32(bytes: Buffer, at: number, value: number): Buffer {
  putInt32(bytes, at, value);
  return bytes;
}

function int64(bytes: Buffer, at: number, value: number): Buffer {
  putInt64(bytes, at, value);
  return bytes;
}

function byte(bytes: Buffer, at: number, value: number): Buffer {
  bytes[at] = value;
  return bytes;
}
