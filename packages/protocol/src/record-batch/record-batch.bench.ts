/**
 * Batches of 100-byte records against KafkaJS and @platformatic/kafka, by the very functions that their producers and
 * consumers call. Their messages exist before the clock starts; ours never do.
 */
import { equal } from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as platformatic from '@platformatic/kafka';
import { bench, type Bench } from '@ottla/testing';
import { crc32c } from '../crc32c.ts';
import { RecordBatchBuilder } from './record-batch-builder.ts';
import { RecordIterator } from './record-iterator.ts';
import { validateRecords } from './record-batch-check.ts';

const require = createRequire(import.meta.url);
const kafkaJs = {
  Record: require('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => object,
  RecordBatch: (
    require('kafkajs/src/protocol/recordBatch/v0') as { RecordBatch: (batch: object) => Promise<{ buffer: Buffer }> }
  ).RecordBatch,
  decodeRecordBatch: require('kafkajs/src/protocol/recordBatch/v0/decoder') as (decoder: object) => Promise<{
    records: readonly { value: Buffer }[];
  }>,
  Decoder: require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => object,
  crc32C: require('kafkajs/src/protocol/recordBatch/crc32C') as (bytes: Buffer) => number,
};

const VALUE_BYTES = 100;
const KEY_BYTES = 16;
const FIRST_TIMESTAMP = 1_700_000_000_000;

bench('build a batch of 100 B records', async (b) => {
  const count = b.parameter('records', 10, 1_000);
  const perCall = { count, unit: 'records' };
  const value = Buffer.alloc(VALUE_BYTES, 'value ');
  const slab = new Uint8Array(count * 120 + 200);
  const builder = new RecordBatchBuilder();
  const append = (): RecordBatchBuilder => {
    builder.openIn(slab, 0, slab.length);
    for (let i = 0; i < count; i++) builder.append(FIRST_TIMESTAMP + i, null, value);
    return builder;
  };
  const theirs = rivals(Array.from({ length: count }, (_, i) => ({ timestamp: FIRST_TIMESTAMP + i, value })));
  equal(readCount(append().finish()), count);
  equal(readCount(theirs.platformatic()), count);
  equal(readCount(await theirs.kafkaJs()), count);

  const built = await b.compareAsync(
    {
      'ottla, CRC excluded': async () => append().sizeBytes,
      ottla: async () => append().finish(),
      '@platformatic/kafka': async () => theirs.platformatic(),
      kafkajs: theirs.kafkaJs,
    },
    { perCall },
  );
  const batch = Buffer.from(append().finish());
  const crc = b.compare(
    {
      'CRC of ottla': () => crc32c(batch, 21),
      'CRC of @platformatic/kafka': () => platformatic.crc32c(batch.subarray(21)),
      'CRC of kafkajs': () => kafkaJs.crc32C(batch.subarray(21)),
    },
    { perCall, sameResult: true },
  );
  const { of } = built;
  barOf(b, 'CRC excluded', 15, of['ottla, CRC excluded'].ns / count, [
    (of['@platformatic/kafka'].ns - crc.of['CRC of @platformatic/kafka'].ns) / count,
    (of.kafkajs.ns - crc.of['CRC of kafkajs'].ns) / count,
  ]);
  barOf(b, 'CRC included', 9, of.ottla.ns / count, [of['@platformatic/kafka'].ns / count, of.kafkajs.ns / count]);

  const text = value.toString();
  const copies = new RecordIterator();
  b.report('other ways in');
  b.compare(
    {
      'key and value': () => buildWith(builder, slab, count, (i) => builder.append(FIRST_TIMESTAMP + i, KEY, value)),
      'text of ASCII': () => buildWith(builder, slab, count, (i) => builder.append(FIRST_TIMESTAMP + i, null, text)),
      'text that is not': () =>
        buildWith(builder, slab, count, (i) => builder.append(FIRST_TIMESTAMP + i, null, UNICODE)),
      'a copied record': () => {
        copies.open(batch);
        return buildWith(builder, slab, count, () => copies.next() && builder.appendCopy(copies));
      },
    },
    { perCall },
  );
});

bench('iterate a batch of 100 B records', async (b) => {
  const count = b.parameter('records', 10, 1_000);
  const perCall = { count, unit: 'records' };
  const value = Buffer.alloc(VALUE_BYTES, 'value ');
  const plain = buildBatch(count, null, value);
  const keyed = buildBatch(count, KEY, value);
  const records = new RecordIterator();
  const ours = {
    'ottla, offsets only': async () => sumOffsets(records, plain),
    'ottla, value': async () => sumValues(records, plain),
    'ottla, key and value': async () => sumKeysAndValues(records, keyed),
    'ottla, validated': async () => validateRecords(records, plain, 0),
  };
  const theirs = {
    '@platformatic/kafka': async () => platformaticValues(plain),
    kafkajs: () => kafkaJsValues(plain),
    '@platformatic/kafka, key': async () => platformaticValues(keyed),
    'kafkajs, key': () => kafkaJsValues(keyed),
  };
  equal(await ours['ottla, value'](), count * VALUE_BYTES);
  equal(await theirs['@platformatic/kafka'](), count * VALUE_BYTES);
  equal(await theirs.kafkajs(), count * VALUE_BYTES);

  const { of } = await b.compareAsync({ ...ours, ...theirs }, { perCall });
  const bare = [of['@platformatic/kafka'].ns / count, of.kafkajs.ns / count];
  barOf(b, 'lazily', 40, of['ottla, offsets only'].ns / count, bare);
  barOf(b, 'value view taken', 20, of['ottla, value'].ns / count, bare);
  barOf(b, 'key and value', 12, of['ottla, key and value'].ns / count, [
    of['@platformatic/kafka, key'].ns / count,
    of['kafkajs, key'].ns / count,
  ]);
});

const KEY = Buffer.alloc(KEY_BYTES, 'key ');
const UNICODE = 'š'.repeat(VALUE_BYTES / 2);

/** The bar is the ratio to the faster rival; `millions` a second is what was hoped for. */
function barOf(b: Bench, what: string, millions: number, ns: number, theirNs: readonly number[]): void {
  b.report(`${what}: ${(1e3 / ns).toFixed(1)} M records/s, about ${millions} were hoped for`);
  b.bar(`${what}: times the faster of the two`, { value: Math.min(...theirNs) / ns, atLeast: 5 });
}

interface BenchMessage {
  readonly timestamp: number;
  readonly value: Buffer;
}

function rivals(messages: readonly BenchMessage[]): { platformatic: () => Buffer; kafkaJs: () => Promise<Buffer> } {
  const platformaticMessages = messages.map(({ timestamp, value }) => ({
    topic: 't',
    partition: 0,
    value,
    timestamp: BigInt(timestamp),
  }));
  return {
    platformatic: () => platformatic.createRecordsBatch(platformaticMessages).buffer,
    // As its produce request does.
    kafkaJs: async () => {
      const records = messages.map((message, i) =>
        kafkaJs.Record({ ...message, offsetDelta: i, timestampDelta: message.timestamp - FIRST_TIMESTAMP }),
      );
      const batch = await kafkaJs.RecordBatch({
        records,
        firstTimestamp: FIRST_TIMESTAMP,
        maxTimestamp: messages.at(-1)!.timestamp,
        lastOffsetDelta: records.length - 1,
      });
      return batch.buffer;
    },
  };
}

function buildBatch(count: number, key: Buffer | null, value: Buffer): Buffer {
  const builder = new RecordBatchBuilder();
  builder.open();
  for (let i = 0; i < count; i++) builder.append(FIRST_TIMESTAMP + i, key, value);
  return Buffer.from(builder.finish());
}

function buildWith(
  builder: RecordBatchBuilder,
  slab: Uint8Array,
  count: number,
  append: (i: number) => boolean,
): number {
  builder.openIn(slab, 0, slab.length);
  for (let i = 0; i < count; i++) append(i);
  return builder.sizeBytes;
}

// One loop for each, as users write them: a shared one with a callback would measure the call.
function sumOffsets(records: RecordIterator, batch: Uint8Array): number {
  records.open(batch);
  let total = 0;
  while (records.next()) total += records.offset;
  return total;
}

function sumValues(records: RecordIterator, batch: Uint8Array): number {
  records.open(batch);
  let total = 0;
  while (records.next()) total += records.value()!.length;
  return total;
}

function sumKeysAndValues(records: RecordIterator, batch: Uint8Array): number {
  records.open(batch);
  let total = 0;
  while (records.next()) total += records.key()!.length + records.value()!.length;
  return total;
}

function readCount(batch: Uint8Array): number {
  const records = new RecordIterator();
  records.open(batch);
  let count = 0;
  while (records.next()) count++;
  return count;
}

function platformaticValues(batch: Buffer): number {
  const { records } = platformatic.readRecordsBatch(platformatic.Reader.from(batch));
  let total = 0;
  for (const { value } of records) total += value!.length;
  return total;
}

async function kafkaJsValues(batch: Buffer): Promise<number> {
  const { records } = await kafkaJs.decodeRecordBatch(new kafkaJs.Decoder(batch));
  let total = 0;
  for (const { value } of records) total += value.length;
  return total;
}
