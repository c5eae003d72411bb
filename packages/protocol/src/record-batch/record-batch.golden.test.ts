/** What Apache Kafka wrote: every fact that its own classes tell of the bytes, and the bytes themselves out of our builder. */
import { deepEqual, equal } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { COMPRESSION_CODECS, type CompressionCodec } from '../compression/codecs.ts';
import {
  decodeControlRecordKey,
  decodeEndTxnMarker,
  encodeEndTxnMarker,
  type ControlRecordType,
} from './control-record.ts';
import { batchFault, isBatchCrcValid, validateRecords } from './record-batch-check.ts';
import { RecordBatchBuilder } from './record-batch-builder.ts';
import { computeBatchCrc, type BatchFields } from './record-batch-edit.ts';
import {
  batchBaseOffset,
  batchBaseSequence,
  batchBaseTimestamp,
  batchCompression,
  batchCount,
  batchCrc,
  batchDeleteHorizonMs,
  batchLastOffset,
  batchLastSequence,
  batchMagic,
  batchMaxTimestamp,
  batchPartitionLeaderEpoch,
  batchProducerEpoch,
  batchProducerId,
  batchSize,
  batchTimestampType,
  isControlBatch,
  isTransactionalBatch,
} from './record-batch-header.ts';
import { RecordIterator } from './record-iterator.ts';

interface GoldenRecord {
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly { readonly key: string; readonly value: string | null }[];
}

interface GoldenBatch {
  readonly codec: CompressionCodec;
  readonly level: number | null;
  readonly records: string;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly partitionLeaderEpoch: number;
  readonly attributesCodec: number;
  readonly timestampType: string;
  readonly maxTimestamp: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly isTransactional: boolean;
  readonly crc: number;
  readonly sizeInBytes: number;
  readonly batch: string;
}

const recordSets = new Map(
  goldenLines<{ records: string; list: GoldenRecord[] }>('codecs/records.ndjson').map(({ records, list }) => [
    records,
    list,
  ]),
);
const batches = goldenLines<GoldenBatch>('codecs/batches.ndjson');

for (const golden of batches) {
  test(`golden batch: ${golden.records} under ${golden.codec} ${golden.level ?? ''}`, () => {
    const bytes = Buffer.from(golden.batch, 'base64');
    // Batches stand anywhere: in the midst of a slab as well as alone.
    const slab = Buffer.alloc(bytes.length + 40, 0xff);
    bytes.copy(slab, 23);
    deepEqual(factsOf(slab, 23), wantedFacts(golden));
    equal(batchFault(bytes), null);
    equal(computeBatchCrc(slab, 23), golden.crc);

    const records = new RecordIterator();
    records.open(slab, 23);
    deepEqual(readAll(records), wantedRecords(golden));
    const wantedMax =
      golden.timestampType === 'LogAppendTime' ? golden.maxTimestamp : maxOf(recordSets.get(golden.records)!);
    deepEqual(validateRecords(records, slab, 23), { ok: true, maxTimestamp: wantedMax });
  });
}

for (const golden of batches.filter(({ codec }) => codec === 'none')) {
  test(`golden batch: our builder writes Kafka's very bytes of ${golden.records}`, () => {
    const bytes = Buffer.from(golden.batch, 'base64');
    const builder = new RecordBatchBuilder();
    builder.open(fieldsOf(golden));
    for (const { timestamp, key, value, headers } of recordSets.get(golden.records)!) {
      equal(builder.append(timestamp, decoded(key), decoded(value), headers.map(decodedHeader)), true);
    }
    deepEqual(Buffer.from(builder.finish()), bytes);

    const records = new RecordIterator();
    records.open(bytes);
    builder.open(fieldsOf(golden));
    // Of a LogAppendTime batch the iterator tells the append time; the deltas that it hides would differ.
    if (golden.timestampType === 'LogAppendTime') return;
    while (records.next()) equal(builder.appendCopy(records), true);
    deepEqual(Buffer.from(builder.finish()), bytes, 'copied record by record');
  });
}

for (const [name, list] of recordSets) {
  for (const codec of Object.keys(COMPRESSION_CODECS) as CompressionCodec[]) {
    test(`golden records: ${name} comes back from our batch under ${codec}`, () => {
      const builder = new RecordBatchBuilder();
      builder.open({ baseOffset: 1000 });
      for (const { timestamp, key, value, headers } of list) {
        builder.append(timestamp, decoded(key), decoded(value), headers.map(decodedHeader));
      }
      const uncompressedSize = builder.sizeBytes;
      const batch = builder.finish(codec);
      equal(batchSize(batch), batch.length);
      equal(isBatchCrcValid(batch, 0, batch.length), true);
      // Too small or too random to become smaller: sent as they are.
      const isSmaller = codec !== 'none' && batch.length < uncompressedSize;
      equal(batchCompression(batch), isSmaller ? COMPRESSION_CODECS[codec].id : 0);
      equal(isSmaller, codec !== 'none' && (name === 'text' || name === 'large'));
      const records = new RecordIterator();
      records.open(batch);
      deepEqual(
        readAll(records),
        list.map((record, i) => ({ offset: 1000 + i, sequence: -1, ...record })),
      );
    });
  }
}

const controlBatches = goldenLines<{ type: ControlRecordType; batch: string }>('codecs/control-batches.ndjson');

for (const { type, batch: base64 } of controlBatches) {
  test(`golden control batch: ${type}`, () => {
    const bytes = Buffer.from(base64, 'base64');
    equal(batchFault(bytes), null);
    equal(isControlBatch(bytes), true);
    equal(isTransactionalBatch(bytes), type !== 'LEADER_CHANGE');
    equal(batchBaseSequence(bytes), -1);
    equal(batchLastSequence(bytes), -1);
    const records = new RecordIterator();
    records.open(bytes);
    equal(records.next(), true);
    equal(decodeControlRecordKey(records.key()), type);
    const value = records.value()!;
    if (type !== 'LEADER_CHANGE') {
      equal(decodeEndTxnMarker(value), 11);
      deepEqual(encodeEndTxnMarker(11), Uint8Array.from(value));
    }
    const builder = new RecordBatchBuilder();
    builder.open({
      baseOffset: batchBaseOffset(bytes),
      partitionLeaderEpoch: batchPartitionLeaderEpoch(bytes),
      producerId: batchProducerId(bytes),
      producerEpoch: batchProducerEpoch(bytes),
      isTransactional: isTransactionalBatch(bytes),
      isControl: true,
    });
    builder.appendControl(batchBaseTimestamp(bytes), type, value);
    deepEqual(Buffer.from(builder.finish()), bytes);
    equal(records.next(), false);
  });
}

function factsOf(bytes: Uint8Array, position: number): unknown {
  return {
    magic: batchMagic(bytes, position),
    attributesCodec: batchCompression(bytes, position),
    baseOffset: batchBaseOffset(bytes, position),
    lastOffset: batchLastOffset(bytes, position),
    partitionLeaderEpoch: batchPartitionLeaderEpoch(bytes, position),
    timestampType: batchTimestampType(bytes, position),
    maxTimestamp: batchMaxTimestamp(bytes, position),
    deleteHorizonMs: batchDeleteHorizonMs(bytes, position),
    producerId: batchProducerId(bytes, position),
    producerEpoch: batchProducerEpoch(bytes, position),
    baseSequence: batchBaseSequence(bytes, position),
    lastSequence: batchLastSequence(bytes, position),
    isTransactional: isTransactionalBatch(bytes, position),
    isControl: isControlBatch(bytes, position),
    crc: batchCrc(bytes, position),
    size: batchSize(bytes, position),
    count: batchCount(bytes, position),
    baseTimestamp: batchBaseTimestamp(bytes, position),
  };
}

function wantedFacts(golden: GoldenBatch): unknown {
  const list = recordSets.get(golden.records)!;
  return {
    magic: 2,
    attributesCodec: golden.attributesCodec,
    baseOffset: golden.baseOffset,
    lastOffset: golden.lastOffset,
    partitionLeaderEpoch: golden.partitionLeaderEpoch,
    timestampType: golden.timestampType,
    maxTimestamp: golden.maxTimestamp,
    deleteHorizonMs: null,
    producerId: golden.producerId,
    producerEpoch: golden.producerEpoch,
    baseSequence: golden.baseSequence,
    lastSequence: golden.baseSequence < 0 ? -1 : golden.baseSequence + list.length - 1,
    isTransactional: golden.isTransactional,
    isControl: false,
    crc: golden.crc,
    size: golden.sizeInBytes,
    count: list.length,
    baseTimestamp: list[0]!.timestamp,
  };
}

function wantedRecords(golden: GoldenBatch): unknown {
  return recordSets.get(golden.records)!.map((record, i) => ({
    ...record,
    offset: golden.baseOffset + i,
    sequence: golden.baseSequence < 0 ? -1 : golden.baseSequence + i,
    timestamp: golden.timestampType === 'LogAppendTime' ? golden.maxTimestamp : record.timestamp,
  }));
}

function fieldsOf(golden: GoldenBatch): BatchFields {
  return {
    baseOffset: golden.baseOffset,
    partitionLeaderEpoch: golden.partitionLeaderEpoch,
    producerId: golden.producerId,
    producerEpoch: golden.producerEpoch,
    baseSequence: golden.baseSequence,
    isTransactional: golden.isTransactional,
    isControl: false,
    logAppendTimeMs: golden.timestampType === 'LogAppendTime' ? golden.maxTimestamp : null,
    deleteHorizonMs: null,
  };
}

function readAll(records: RecordIterator): unknown[] {
  const all = [];
  while (records.next()) {
    const headers = records.headers().map(({ key, value }) => ({ key, value: base64(value) }));
    const { offset, sequence, timestamp } = records;
    all.push({ offset, sequence, timestamp, key: base64(records.key()), value: base64(records.value()), headers });
  }
  return all;
}

function maxOf(list: readonly GoldenRecord[]): number {
  return Math.max(...list.map(({ timestamp }) => timestamp));
}

function decoded(content: string | null): Uint8Array | null {
  return content === null ? null : Buffer.from(content, 'base64');
}

function decodedHeader({ key, value }: GoldenRecord['headers'][number]): { key: string; value: Uint8Array | null } {
  return { key, value: decoded(value) };
}

function base64(content: Uint8Array | null): string | null {
  return content === null ? null : Buffer.from(content).toString('base64');
}

function goldenLines<T>(file: string): T[] {
  return readFileSync(new URL(`../../golden/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}
