import { deepEqual, equal, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { CompressionCodec } from '../compression/codecs.ts';
import { COMPRESSION_CODECS } from '../compression/codecs.ts';
import { BatchIterator } from './batch-iterator.ts';
import { putInt32, putInt64 } from './big-endian.ts';
import {
  computeLegacyCrc,
  legacyCompression,
  legacyCrc,
  legacyTimestamp,
  legacyTimestampType,
} from './legacy-message.ts';
import { batchFault, checkProducedBatch, isBatchCrcValid } from './record-batch-check.ts';
import { setBatchLastOffset } from './record-batch-edit.ts';
import { RecordBatchError } from './record-batch-error.ts';
import {
  batchBaseOffset,
  batchCompression,
  batchCrc,
  batchLastOffset,
  batchMaxTimestamp,
  batchTimestampType,
} from './record-batch-header.ts';
import { RecordIterator } from './record-iterator.ts';

interface GoldenRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
}

interface GoldenMessages {
  readonly case: string;
  readonly magic: number;
  readonly codec: string;
  readonly timestampType: string;
  readonly batches: readonly {
    readonly lastOffset: number;
    readonly sizeInBytes: number;
    readonly crc: number;
    readonly isValid: boolean;
    readonly maxTimestamp: number;
    readonly timestampType: string;
    readonly compression: CompressionCodec;
  }[];
  readonly records: readonly GoldenRecord[];
  readonly bytes: string;
}

const golden = readFileSync(new URL('../../golden/record-batch/magic-0-1.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as GoldenMessages);

for (const wanted of golden) {
  test(`golden messages: ${wanted.case}, magic ${wanted.magic}, ${wanted.codec}, ${wanted.timestampType}`, () => {
    const bytes = Buffer.from(wanted.bytes, 'base64');
    deepEqual(factsOf(bytes), wanted.batches);
    const records = new RecordIterator();
    records.openAll(bytes);
    deepEqual(readAll(records), wanted.records);
  });
}

test('every golden message passes the check of its bytes, and fails it with one bit turned', () => {
  for (const { bytes: base64 } of golden) {
    const bytes = Buffer.from(base64, 'base64');
    for (const batches = new BatchIterator(bytes); batches.next();) {
      const { position, size } = batches;
      equal(batchFault(bytes, position), null);
      bytes[position + size - 1]! ^= 0x10;
      equal(isBatchCrcValid(bytes, position, size), false);
      equal(batchFault(bytes, position)?.errorCode, 'CORRUPT_MESSAGE');
      bytes[position + size - 1]! ^= 0x10;
    }
  }
});

test('old formats are refused on produce, as Kafka refuses them', () => {
  for (const { bytes: base64, magic } of golden) {
    if (magic < 0) continue;
    const bytes = Buffer.from(base64, 'base64');
    const checked = checkProducedBatch(bytes, 0, bytes.length, { apiVersion: 9, batchBytesMax: 1_000_000 });
    equal(checked.ok, false);
    equal(!checked.ok && checked.error.errorCode, 'INVALID_RECORD');
  }
});

test('a message moves as a whole, since its offset stands outside the CRC', () => {
  const bytes = goldenBytes('gaps', 1, 'gzip');
  setBatchLastOffset(bytes, 0, 5009);
  equal(batchFault(bytes), null);
  const records = new RecordIterator();
  records.open(bytes);
  deepEqual(
    readAll(records).map(({ offset }) => offset),
    [5002, 5003, 5009],
  );
});

const alone = message(1, { offset: 7, value: 'v' });
const wrapped = concat(message(1, { offset: 0, value: 'a' }), message(1, { offset: 1, value: 'b' }));
const recordBatch = patched(Buffer.alloc(61), 8, 49);
recordBatch[16] = 2;

const broken: readonly (readonly [why: string, bytes: Uint8Array, errorCode: string, reason: RegExp])[] = [
  ['a key longer than the message', patched(alone, 26, 100), 'INVALID_RECORD', /key length 100/],
  ['a key length below -1', patched(alone, 26, -2), 'INVALID_RECORD', /key length -2/],
  ['a value longer than the message', patched(alone, 30, 2), 'INVALID_RECORD', /value length 2, 1 bytes left/],
  ['bytes after the value', patched(alone, 30, 0), 'INVALID_RECORD', /value length 0, 1 bytes left/],
  ['a value length below -1', patched(alone, 30, -2), 'INVALID_RECORD', /value length -2/],
  ['a wrapper without a value', message(1, { codec: 1, value: null }), 'INVALID_RECORD', /null value/],
  ['a wrapper around nothing', message(1, { codec: 1, value: gzipSync('') }), 'INVALID_RECORD', /wraps none/],
  [
    'a wrapper around a torn message alone',
    message(0, { codec: 1, value: gzipSync(wrapped.subarray(0, 30)) }),
    'INVALID_RECORD',
    /wraps none/,
  ],
  [
    'a wrapper in a wrapper',
    message(1, { codec: 1, value: gzipSync(message(1, { codec: 1, value: gzipSync(wrapped) })) }),
    'INVALID_RECORD',
    /wraps a compressed one/,
  ],
  [
    'a record batch in a wrapper',
    message(1, { codec: 1, value: gzipSync(recordBatch) }),
    'INVALID_RECORD',
    /wraps a record batch/,
  ],
  [
    'a wrapped message of no size',
    message(1, { codec: 1, value: gzipSync(patched(wrapped, 8, 3)) }),
    'CORRUPT_MESSAGE',
    /length 3, .* at byte 8 once decompressed/,
  ],
  [
    'a wrapper whose offset is below those inside',
    message(1, { offset: 1, codec: 1, value: gzipSync(message(1, { offset: 2, value: 'a' })) }),
    'INVALID_RECORD',
    /offset is 1, the last one inside 2/,
  ],
  [
    'a codec that came later',
    message(1, { codec: COMPRESSION_CODECS.zstd.id, value: 'x' }),
    'INVALID_RECORD',
    /codec 4/,
  ],
  ['what gzip cannot read', message(1, { codec: 1, value: 'no gzip' }), 'INVALID_RECORD', /gzip/],
  ['an offset beyond 2^53', patched(alone, 0, 0x7fff_ffff), 'INVALID_RECORD', /beyond 2\^53/],
  [
    'a wrapped key too long',
    message(0, { offset: 9, codec: 1, value: gzipSync(patched(wrapped, 26, 5)) }),
    'INVALID_RECORD',
    /key length 5 .*once decompressed/,
  ],
];

for (const [why, bytes, errorCode, reason] of broken) {
  test(`legacy message: ${why}`, () => {
    const records = new RecordIterator();
    // Behind other bytes, so that positions that count from the wrong place show.
    const slab = concat(Buffer.alloc(11), bytes);
    const walk = (): void => {
      records.open(slab, 11);
      while (records.next());
    };
    throws(walk, (error) => {
      equal(error instanceof RecordBatchError, true);
      const { errorCode: code, message: text, position } = error as RecordBatchError;
      equal(code, errorCode);
      equal(reason.test(text), true, text);
      equal(position >= 11 && position < slab.length, true);
      return true;
    });
    throws(() => records.next(), RecordBatchError, 'and again: nothing behind it is read by accident');
  });
}

test('a torn message at the end of a wrapper does not count, as in Kafka', () => {
  const records = new RecordIterator();
  const torn = gzipSync(concat(wrapped, alone.subarray(0, 20)));
  records.open(message(1, { offset: 11, codec: 1, value: torn }));
  deepEqual(
    readAll(records).map(({ offset }) => offset),
    [10, 11],
  );
});

/** One message, its CRC left out: walking does not look at it. */
function message(
  magic: 0 | 1,
  { offset = 0, codec = 0, value }: { offset?: number; codec?: number; value: string | Uint8Array | null },
): Buffer {
  const content = value === null ? Buffer.alloc(0) : Buffer.from(value as string);
  const valueAt = magic === 0 ? 26 : 34;
  const bytes = Buffer.alloc(valueAt + content.length);
  putInt64(bytes, 0, offset);
  putInt32(bytes, 8, bytes.length - 12);
  bytes[16] = magic;
  bytes[17] = codec;
  putInt32(bytes, valueAt - 8, -1);
  putInt32(bytes, valueAt - 4, value === null ? -1 : content.length);
  content.copy(bytes, valueAt);
  return bytes;
}

function patched(bytes: Uint8Array, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  putInt32(copy, at, value);
  return copy;
}

function concat(...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(parts);
}

function goldenBytes(name: string, magic: number, codec: string): Buffer {
  const found = golden.find((one) => one.case === name && one.magic === magic && one.codec === codec);
  return Buffer.from(found!.bytes, 'base64');
}

/** What Kafka says of each batch, in its words. */
function factsOf(bytes: Uint8Array): unknown[] {
  const facts = [];
  for (const batches = new BatchIterator(bytes); batches.next();) {
    const { position, size, magic } = batches;
    const isLegacy = magic < 2;
    const type = isLegacy ? legacyTimestampType(bytes, position) : batchTimestampType(bytes, position);
    const codec = isLegacy ? legacyCompression(bytes, position) : batchCompression(bytes, position);
    facts.push({
      lastOffset: isLegacy ? batchBaseOffset(bytes, position) : batchLastOffset(bytes, position),
      sizeInBytes: size,
      crc: isLegacy ? legacyCrc(bytes, position) : batchCrc(bytes, position),
      isValid: isBatchCrcValid(bytes, position, size),
      maxTimestamp: isLegacy ? legacyTimestamp(bytes, position) : batchMaxTimestamp(bytes, position),
      timestampType: type ?? 'NoTimestampType',
      compression: Object.keys(COMPRESSION_CODECS)[codec],
    });
    if (isLegacy) equal(computeLegacyCrc(bytes, position, size), legacyCrc(bytes, position));
  }
  return facts;
}

function readAll(records: RecordIterator): GoldenRecord[] {
  const all = [];
  while (records.next()) {
    const { offset, timestamp } = records;
    all.push({ offset, timestamp, key: base64(records.key()), value: base64(records.value()) });
    deepEqual(records.headers(), []);
    equal(records.contentStart >= 0, records.batch[records.batchPosition + 16] === 2);
  }
  return all;
}

function base64(content: Uint8Array | null): string | null {
  return content === null ? null : Buffer.from(content).toString('base64');
}
