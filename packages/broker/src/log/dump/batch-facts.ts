/**
 * What a batch and its records say of themselves, field by field, in the names and the order of Kafka's dump tool.
 *
 * Bytes may hold anything here: numbers beyond 2^53 come as bigints, and nothing is trusted but the size.
 */
import { ByteReader, OperationalError } from '@ottla/runtime';
import {
  batchBaseSequence,
  batchCompression,
  batchCount,
  batchCrc,
  batchDeleteHorizonMs,
  batchLastOffsetDelta,
  batchLastSequence,
  batchMagic,
  batchPartitionLeaderEpoch,
  batchProducerEpoch,
  batchTimestampType,
  codecOf,
  decodeControlRecordKey,
  decodeEndTxnMarker,
  isBatchCrcValid,
  isControlBatch,
  isTransactionalBatch,
  legacyCompression,
  legacyCrc,
  legacyTimestampType,
  type AnyMessage,
  type ControlRecordType,
  type RecordIterator,
} from '@ottla/protocol';
import {
  kRaftVersionRecord,
  leaderChangeMessage,
  snapshotFooterRecord,
  snapshotHeaderRecord,
  votersRecord,
} from '@ottla/protocol/records/raft';
import type { StoredBatch } from './batch-file.ts';
import type { JsonValue } from './java-json.ts';
import { messageJson } from './message-json.ts';
import type { RecordDecoder } from './record-decoder.ts';

/** Names and values in the order in which they are printed. */
export type Facts = Readonly<Record<string, JsonValue>>;
/** Exact: a bigint where a number is not. */
export type Int64 = number | bigint;

const MAX_TIMESTAMP_AT = 35;
const PRODUCER_ID_AT = 43;
const LEGACY_TIMESTAMP_AT = 18;
const CODEC_MAX = 4;

export function int64At(bytes: Uint8Array, at: number): Int64 {
  const value = new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(at);
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value;
}

/** Of any batch, without a throw. */
export function exactLastOffset({ bytes }: StoredBatch): Int64 {
  const base = int64At(bytes, 0);
  if (batchMagic(bytes) < 2) return base;
  const delta = batchLastOffsetDelta(bytes);
  const sum = Number(base) + delta;
  return Number.isSafeInteger(sum) ? sum : BigInt.asIntN(64, BigInt(base) + BigInt(delta));
}

export function timestampTypeOf(bytes: Uint8Array): string {
  if (batchMagic(bytes) === 2) return batchTimestampType(bytes);
  return legacyTimestampType(bytes) ?? 'NoTimestampType';
}

/** Largest of the batch by its header; -1 in magic 0. */
export function headerMaxTimestamp(bytes: Uint8Array): Int64 {
  const magic = batchMagic(bytes);
  return magic === 0 ? -1 : int64At(bytes, magic === 1 ? LEGACY_TIMESTAMP_AT : MAX_TIMESTAMP_AT);
}

export function batchFacts(batch: StoredBatch): Facts {
  const { bytes, position } = batch;
  const magic = batchMagic(bytes);
  const codec = magic === 2 ? batchCompression(bytes) : legacyCompression(bytes);
  return {
    ...(magic === 2 ? headerFacts(batch) : { offset: exactLastOffset(batch) }),
    position,
    [timestampTypeOf(bytes)]: headerMaxTimestamp(bytes),
    size: bytes.length,
    magic,
    compresscodec: codec <= CODEC_MAX ? codecOf(codec) : `unknown(${codec})`,
    crc: magic === 2 ? batchCrc(bytes) : legacyCrc(bytes),
    isvalid: isBatchCrcValid(bytes, 0, bytes.length),
  };
}

function headerFacts(batch: StoredBatch): Facts {
  const { bytes } = batch;
  return {
    baseOffset: int64At(bytes, 0),
    lastOffset: exactLastOffset(batch),
    count: batchCount(bytes),
    baseSequence: batchBaseSequence(bytes),
    lastSequence: batchLastSequence(bytes),
    producerId: int64At(bytes, PRODUCER_ID_AT),
    producerEpoch: batchProducerEpoch(bytes),
    partitionLeaderEpoch: batchPartitionLeaderEpoch(bytes),
    isTransactional: isTransactionalBatch(bytes),
    isControl: isControlBatch(bytes),
    deleteHorizonMs: deleteHorizon(bytes),
  };
}

function deleteHorizon(bytes: Uint8Array): Int64 | null {
  try {
    return batchDeleteHorizonMs(bytes);
  } catch (error) {
    if (!(error instanceof OperationalError)) throw error;
    return int64At(bytes, 27);
  }
}

/**
 * Of the record that the iterator stands on.
 *
 * @param decoder null: key and value are not looked at. @throws {OperationalError} the record is damaged.
 */
export function recordFacts(records: RecordIterator, decoder: RecordDecoder | null): Facts {
  const { batch } = records;
  const isLegacy = batchMagic(batch) < 2;
  const isControl = !isLegacy && isControlBatch(batch);
  return {
    offset: records.offset,
    [timestampTypeOf(batch)]: records.timestamp,
    keySize: records.keyLength,
    valueSize: records.valueLength,
    ...(isLegacy
      ? legacyFacts(records)
      : { sequence: records.sequence, headerKeys: records.headers().map(({ key }) => key) }),
    ...(isControl ? controlFacts(records) : {}),
    ...(isControl || decoder === null ? {} : { ...decode(records, decoder) }),
  };
}

function decode(records: RecordIterator, decoder: RecordDecoder): ReturnType<RecordDecoder> {
  return decoder({ offset: records.offset, key: records.key(), value: records.value() });
}

/** A message of magic 0 or 1 has a CRC of its own, also inside a compressed one. */
function legacyFacts({ bytes, keyStart, recordEnd }: RecordIterator): Facts {
  // Before the key: offset, length, CRC, magic, attributes, perhaps a timestamp, and the key's length.
  const start =
    bytes[keyStart - 22 + 16] === 0 && isWholeFrom(bytes, keyStart - 22, recordEnd) ? keyStart - 22 : keyStart - 30;
  return { isValid: isBatchCrcValid(bytes, start, recordEnd - start), crc: legacyCrc(bytes, start) };
}

function isWholeFrom(bytes: Uint8Array, start: number, end: number): boolean {
  return start >= 0 && new DataView(bytes.buffer, bytes.byteOffset).getInt32(start + 8) === end - start - 12;
}

const KRAFT_RECORDS: Readonly<Partial<Record<ControlRecordType, readonly [name: string, message: AnyMessage]>>> = {
  LEADER_CHANGE: ['LeaderChange', leaderChangeMessage],
  SNAPSHOT_HEADER: ['SnapshotHeader', snapshotHeaderRecord],
  SNAPSHOT_FOOTER: ['SnapshotFooter', snapshotFooterRecord],
  KRAFT_VERSION: ['KRaftVersion', kRaftVersionRecord],
  KRAFT_VOTERS: ['KRaftVoters', votersRecord],
};

function controlFacts(records: RecordIterator): Facts {
  const key = records.key();
  const type = decodeControlRecordKey(key);
  if (type === null) return { controlType: `UNKNOWN(${new DataView(key!.buffer, key!.byteOffset).getInt16(2)})` };
  if (type === 'ABORT' || type === 'COMMIT') {
    return { endTxnMarker: type, coordinatorEpoch: decodeEndTxnMarker(records.value()) };
  }
  const [control, message] = KRAFT_RECORDS[type]!;
  const reader = new ByteReader(records.value() ?? new Uint8Array(0));
  // The first field of each repeats the version that it is written in; what is too short the message refuses itself.
  const version = reader.remaining < 2 ? 0 : reader.view.getInt16(reader.position);
  return { control, payload: messageJson(message, message.decode(reader, version), version) };
}
