import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ByteWriter, isOperationalError, type Prng } from '@ottla/runtime';
import { fuzz, mutate } from '@ottla/testing';
import { COMPRESSION_CODECS, type CompressionCodec } from '../compression/codecs.ts';
import { createCompression } from '../compression/compression.ts';
import { BatchIterator } from './batch-iterator.ts';
import { putInt32 } from './big-endian.ts';
import { batchFault, checkProducedBatch, NO_RECORD_RULES, validateRecords } from './record-batch-check.ts';
import { RecordBatchBuilder } from './record-batch-builder.ts';
import { computeBatchCrc, type BatchFields } from './record-batch-edit.ts';
import { RecordBatchError } from './record-batch-error.ts';
import { batchCompression, batchMagic, batchSize } from './record-batch-header.ts';
import { describeRecord, readNaively, type NaiveReading, type NaiveRecord } from './record-batch-naive.ts';
import { RecordIterator } from './record-iterator.ts';
import { recordBytesMax, type NewRecordHeader, type RecordContent } from './record-size.ts';

const compression = createCompression();
const LIMITS = { maxBytes: 1 << 20, maxRatio: 2_000 };
const into = new ByteWriter(1 << 12);

const golden = ['codecs/batches.ndjson', 'codecs/control-batches.ndjson']
  .flatMap((file) => goldenLines<{ batch: string }>(file))
  .map(({ batch }) => Uint8Array.from(Buffer.from(batch, 'base64')))
  .filter((batch) => batch.length < 8_000);
const goldenLegacy = goldenLines<{ bytes: string }>('record-batch/magic-0-1.ndjson').map(({ bytes }) =>
  Uint8Array.from(Buffer.from(bytes, 'base64')),
);

fuzz('record batch: what is built is what is read', { small: 200 }, (prng) => {
  const fields = drawFields(prng);
  const drawn = Array.from({ length: 1 + prng.below(prng.pick([3, 40, 300])) }, () => drawRecord(prng));
  const sizes = drawn.reduce((sum, { key, value, headers }) => sum + recordBytesMax(key, value, headers), 61);
  const builder = new RecordBatchBuilder({ compression });
  const slab = new Uint8Array(sizes + 40);
  const position = prng.below(40);
  if (prng.chance(0.5)) builder.open(fields, prng.chance(0.3) ? 61 + prng.below(sizes) : undefined);
  else builder.openIn(slab, position, 61 + prng.below(sizes - 60), fields);
  const kept = drawn.filter(({ timestamp, key, value, headers }) => builder.append(timestamp, key, value, headers));
  if (kept.length === 0) return;
  const plainSize = builder.sizeBytes;
  const batch = builder.finish(prng.pick(Object.keys(COMPRESSION_CODECS) as CompressionCodec[]));

  const wanted = kept.map((record, i) => describeRecord(asRead(record, i, fields)));
  equal(batchFault(batch), null);
  ok(batch.length <= plainSize);
  deepEqual(readLazily(batch), { records: wanted, isBroken: false });
  deepEqual(readNaively(batch, decompressedRecords(batch)), { records: wanted, isBroken: false });
  const validated = validateRecords(new RecordIterator(), batch, 0, NO_RECORD_RULES);
  equal(validated.ok, true);
  deepEqual(copied(batch, fields), { records: wanted, isBroken: false }, 'and copied record by record');
});

fuzz('record batch: hostile bytes are read as naively, or refused', { small: 2_000, large: 60_000 }, (prng) => {
  const bytes = mutate(prng.pick(golden), prng, prng.pick(golden));
  const slab = embedded(bytes, prng);
  const lazy = readLazily(slab.bytes, slab.position);
  // A magic of 0 or 1 is none of the naive reader's, and a batch in a slab may be longer than the one that was damaged.
  if (bytes.length < 61 || batchMagic(bytes) !== 2 || batchSize(bytes) > bytes.length) return;
  let content: Uint8Array | undefined;
  try {
    content = decompressedRecords(bytes);
  } catch {
    deepEqual(lazy, { records: [], isBroken: true });
    return;
  }
  deepEqual(lazy, readNaively(bytes, content));
});

fuzz(
  'record batch: hostile records behind a good header are read as naively, or refused',
  { small: 1_500, large: 60_000 },
  (prng) => {
    const batch = prng.pick(golden);
    const content = decompressedRecords(batch) ?? batch.subarray(61);
    const damaged = prng.chance(0.1) ? prng.bytes(prng.below(200)) : mutate(content, prng);
    const bytes = new Uint8Array(61 + damaged.length);
    bytes.set(batch.subarray(0, 61));
    bytes.set(damaged, 61);
    bytes[22]! &= 0xf8;
    putInt32(bytes, 8, bytes.length - 12);
    if (prng.chance(0.2)) putInt32(bytes, 57, prng.below(1 + Math.floor(damaged.length / 7)));
    const slab = embedded(bytes, prng);
    const naive = readNaively(bytes);
    deepEqual(readLazily(slab.bytes, slab.position), naive);

    putInt32(bytes, 17, computeBatchCrc(bytes) | 0);
    const validated = validateRecords(new RecordIterator(), bytes, 0);
    if (validated.ok) equal(naive.isBroken || naive.records.some((record) => record.endsWith('[broken]')), false);
  },
);

fuzz(
  'record batch: hostile produce requests and segments are answered, never thrown',
  { small: 1_500, large: 20_000 },
  (prng) => {
    const bytes = prng.chance(0.05)
      ? prng.bytes(prng.below(300))
      : mutate(prng.pick(prng.chance(0.5) ? golden : goldenLegacy), prng, prng.pick(goldenLegacy));
    const checked = checkProducedBatch(bytes, 0, bytes.length, {
      apiVersion: 3 + prng.below(11),
      batchBytesMax: 5_000,
    });
    if (checked.ok) equal(batchFault(bytes), null);
    else ok(checked.error instanceof RecordBatchError);
    batchFault(bytes, bytes.length === 0 ? 0 : prng.below(bytes.length));
    validateRecords(new RecordIterator({ compression, limits: LIMITS }), bytes, 0);
    walkEverything(bytes);
  },
);

/** Every batch and record that can be reached; bounded in steps and in memory by the bytes there are. */
function walkEverything(bytes: Uint8Array): void {
  const records = new RecordIterator({ compression, limits: LIMITS, into });
  let steps = 0;
  try {
    records.openAll(bytes);
    while (records.next()) {
      ok(steps++ < LIMITS.maxBytes * bytes.length);
      ok(records.bytes === records.batch || records.bytes.length <= LIMITS.maxBytes);
      records.key();
      records.value();
      records.headers();
    }
  } catch (error) {
    ok(error instanceof RecordBatchError, String(error));
  }
  let batches = 0;
  const cursor = new BatchIterator(bytes);
  try {
    while (cursor.next()) ok(batches++ <= bytes.length / 26);
  } catch (error) {
    ok(error instanceof RecordBatchError);
  }
}

function readLazily(bytes: Uint8Array, position = 0): NaiveReading {
  const iterator = new RecordIterator({ compression, limits: LIMITS, into });
  const records: string[] = [];
  try {
    iterator.open(bytes, position);
    while (iterator.next()) records.push(describeRecord(current(iterator)));
    return { records, isBroken: false };
  } catch (error) {
    ok(error instanceof RecordBatchError, String(error));
    ok(error.position >= position && error.position <= bytes.length);
    return { records, isBroken: true };
  }
}

function current(records: RecordIterator): NaiveRecord {
  let headers: NaiveRecord['headers'];
  try {
    headers = records.headers();
  } catch (error) {
    ok(error instanceof RecordBatchError);
    headers = null;
  }
  return { offset: records.offset, timestamp: records.timestamp, key: records.key(), value: records.value(), headers };
}

/** Undefined when the records are not compressed. Throws what decompression throws. */
function decompressedRecords(batch: Uint8Array): Uint8Array | undefined {
  const id = batchCompression(batch);
  if (id === 0 || Buffer.from(batch).readInt32BE(57) === 0) return undefined;
  const codec = (Object.keys(COMPRESSION_CODECS) as CompressionCodec[])[id];
  if (codec === undefined) throw new Error(`codec ${id}`);
  try {
    return compression.decompress(codec, batch.subarray(61, batchSize(batch)), LIMITS);
  } catch (error) {
    ok(isOperationalError(error));
    throw error;
  }
}

function copied(batch: Uint8Array, fields: Partial<BatchFields>): NaiveReading {
  const records = new RecordIterator();
  records.open(batch);
  const builder = new RecordBatchBuilder();
  builder.open(fields);
  while (records.next()) builder.appendCopy(records);
  return readLazily(builder.finish());
}

/** The batch at some place of a larger array, with zeros, ones or another batch around it. */
function embedded(batch: Uint8Array, prng: Prng): { bytes: Uint8Array; position: number } {
  const position = prng.below(30);
  const bytes = new Uint8Array(position + batch.length + prng.below(40)).fill(prng.pick([0, 0x80, 0xff]));
  bytes.set(batch, position);
  return { bytes, position };
}

interface DrawnRecord {
  readonly timestamp: number;
  readonly key: RecordContent;
  readonly value: RecordContent;
  readonly headers: readonly NewRecordHeader[];
}

function drawRecord(prng: Prng): DrawnRecord {
  const headers = Array.from({ length: prng.chance(0.2) ? prng.below(5) : 0 }, () => ({
    key: drawText(prng),
    value: drawContent(prng),
  }));
  const timestamp = prng.chance(0.05) ? drawInt53(prng) : 1_700_000_000_000 + prng.below(prng.pick([1, 100, 100_000]));
  return { timestamp, key: drawContent(prng), value: drawContent(prng), headers };
}

function drawContent(prng: Prng): RecordContent {
  if (prng.chance(0.2)) return null;
  return prng.chance(0.5) ? drawText(prng) : prng.bytes(prng.below(prng.pick([2, 12, 150, 9_000])));
}

function drawText(prng: Prng): string {
  const alphabet = prng.pick(['ab{}:"', 'aé', '漢a😀', '\ud800x']);
  return Array.from({ length: prng.below(prng.pick([2, 14, 90])) }, () => alphabet[prng.below(alphabet.length)]).join(
    '',
  );
}

function drawFields(prng: Prng): Partial<BatchFields> {
  const producer = prng.chance(0.3)
    ? {
        producerId: drawInt53(prng),
        producerEpoch: prng.below(32_768),
        baseSequence: prng.below(2 ** 31),
        isTransactional: prng.chance(0.5),
      }
    : {};
  return {
    ...producer,
    ...(prng.chance(0.3) ? { baseOffset: Math.floor(drawInt53(prng) / 2) } : {}),
    ...(prng.chance(0.2) ? { logAppendTimeMs: drawInt53(prng) } : {}),
    ...(prng.chance(0.2) ? { deleteHorizonMs: drawInt53(prng) } : {}),
  };
}

/** Any magnitude is as likely as any other. */
function drawInt53(prng: Prng): number {
  return Math.floor(prng.float() * 2 ** prng.below(54));
}

function asRead({ timestamp, key, value, headers }: DrawnRecord, i: number, fields: Partial<BatchFields>): NaiveRecord {
  return {
    offset: (fields.baseOffset ?? 0) + i,
    timestamp: fields.logAppendTimeMs ?? timestamp,
    key: contentBytes(key),
    value: contentBytes(value),
    headers: headers.map((header) => ({ key: Buffer.from(header.key).toString(), value: contentBytes(header.value) })),
  };
}

function contentBytes(content: RecordContent): Uint8Array | null {
  return content === null ? null : Buffer.from(content as string);
}

function goldenLines<T>(file: string): T[] {
  return readFileSync(new URL(`../../golden/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}
