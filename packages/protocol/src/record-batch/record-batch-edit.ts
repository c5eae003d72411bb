/**
 * Changes to a record batch (magic 2) where it lies: what a broker assigns as it appends, and what a producer fills in late.
 *
 * Base offset and partition leader epoch stand outside the CRC, so that assigning them costs two stores. Anything else
 * recomputes the CRC. As in `record-batch-header.ts` the caller has made sure that the whole batch is there.
 */
import { assert } from '@ottla/runtime';
import { crc32c } from '../crc32c.ts';
import { int64At, putInt16, putInt32, putInt64 } from './big-endian.ts';
import {
  ATTRIBUTES_AT,
  BASE_SEQUENCE_AT,
  BASE_TIMESTAMP_AT,
  batchAttributes,
  batchLastOffsetDelta,
  batchMagic,
  batchSize,
  CONTROL_FLAG,
  COUNT_AT,
  CRC_AT,
  DELETE_HORIZON_FLAG,
  LAST_OFFSET_DELTA_AT,
  LENGTH_AT,
  LOG_APPEND_TIME_FLAG,
  LOG_OVERHEAD_BYTES,
  MAGIC_AT,
  MAX_TIMESTAMP_AT,
  PARTITION_LEADER_EPOCH_AT,
  PRODUCER_EPOCH_AT,
  PRODUCER_ID_AT,
  RECORD_BATCH_HEADER_BYTES,
  TRANSACTIONAL_FLAG,
  type TimestampType,
} from './record-batch-header.ts';

/** What a batch says of itself beyond its records. */
export interface BatchFields {
  /** Offset of the first record; a producer sends 0. */
  readonly baseOffset: number;
  /** -1 until a leader appends it. */
  readonly partitionLeaderEpoch: number;
  /** -1, with the next two, when the producer is not idempotent. */
  readonly producerId: number;
  readonly producerEpoch: number;
  /** -1 in control batches too. */
  readonly baseSequence: number;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  /** Unix milliseconds at which the broker appends it, if that is its timestamp type; else null. */
  readonly logAppendTimeMs: number | null;
  /** Set by the cleaner (KIP-534). Unix milliseconds; else null. */
  readonly deleteHorizonMs: number | null;
}

/** A plain producer's. */
export const NO_BATCH_FIELDS: BatchFields = {
  baseOffset: 0,
  partitionLeaderEpoch: -1,
  producerId: -1,
  producerEpoch: -1,
  baseSequence: -1,
  isTransactional: false,
  isControl: false,
  logAppendTimeMs: null,
  deleteHorizonMs: null,
};

/** What the records add to `BatchFields`. */
export interface BatchSummary {
  readonly size: number;
  readonly compression: number;
  readonly lastOffsetDelta: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly count: number;
}

/** Writes the header, CRC included, of the batch whose records stand in their place already. */
export function writeBatchHeader(bytes: Uint8Array, position: number, fields: BatchFields, of: BatchSummary): void {
  const attributes =
    of.compression |
    (fields.logAppendTimeMs === null ? 0 : LOG_APPEND_TIME_FLAG) |
    (fields.isTransactional ? TRANSACTIONAL_FLAG : 0) |
    (fields.isControl ? CONTROL_FLAG : 0) |
    (fields.deleteHorizonMs === null ? 0 : DELETE_HORIZON_FLAG);
  putInt64(bytes, position, fields.baseOffset);
  putInt32(bytes, position + LENGTH_AT, of.size - LOG_OVERHEAD_BYTES);
  putInt32(bytes, position + PARTITION_LEADER_EPOCH_AT, fields.partitionLeaderEpoch);
  bytes[position + MAGIC_AT] = 2;
  putInt16(bytes, position + ATTRIBUTES_AT, attributes);
  putInt32(bytes, position + LAST_OFFSET_DELTA_AT, of.lastOffsetDelta);
  putInt64(bytes, position + BASE_TIMESTAMP_AT, of.baseTimestamp);
  putInt64(bytes, position + MAX_TIMESTAMP_AT, fields.logAppendTimeMs ?? of.maxTimestamp);
  putProducer(bytes, position, fields.producerId, fields.producerEpoch, fields.baseSequence);
  putInt32(bytes, position + COUNT_AT, of.count);
  writeBatchCrc(bytes, position);
}

/**
 * Writes a batch without records, `RECORD_BATCH_HEADER_BYTES` long: what the cleaner leaves of one whose records are all
 * gone, so that the producer's last sequence number and the offsets stay known.
 *
 * @param maxTimestampMs of the batch that it stands for.
 */
export function writeEmptyBatch(
  bytes: Uint8Array,
  position: number,
  fields: BatchFields,
  lastOffset: number,
  maxTimestampMs: number,
): void {
  writeBatchHeader(bytes, position, fields, {
    size: RECORD_BATCH_HEADER_BYTES,
    compression: 0,
    lastOffsetDelta: lastOffset - fields.baseOffset,
    baseTimestamp: fields.deleteHorizonMs ?? -1,
    maxTimestamp: maxTimestampMs,
    count: 0,
  });
}

/** Outside the CRC. */
export function setBatchBaseOffset(bytes: Uint8Array, position: number, baseOffset: number): void {
  assert(baseOffset >= 0 && Number.isSafeInteger(baseOffset), 'an offset is a safe integer, 0 or more');
  putInt64(bytes, position, baseOffset);
}

/** Moves the batch so that its last record has this offset. Any format: a legacy message's offset is its last. */
export function setBatchLastOffset(bytes: Uint8Array, position: number, lastOffset: number): void {
  const delta = batchMagic(bytes, position) < 2 ? 0 : batchLastOffsetDelta(bytes, position);
  setBatchBaseOffset(bytes, position, lastOffset - delta);
}

/** Outside the CRC. */
export function setBatchPartitionLeaderEpoch(bytes: Uint8Array, position: number, leaderEpoch: number): void {
  putInt32(bytes, position + PARTITION_LEADER_EPOCH_AT, leaderEpoch);
}

/** Makes the broker's clock the timestamp of every record. The records stay as they are. */
export function setBatchLogAppendTime(bytes: Uint8Array, position: number, appendTimeMs: number): void {
  setBatchMaxTimestamp(bytes, position, 'LogAppendTime', appendTimeMs);
}

/** Sets timestamp type and max timestamp; the CRC is recomputed only when that changes something. */
export function setBatchMaxTimestamp(
  bytes: Uint8Array,
  position: number,
  type: TimestampType,
  maxTimestampMs: number,
): void {
  assert(Number.isSafeInteger(maxTimestampMs), 'a timestamp is a safe integer');
  const before = batchAttributes(bytes, position);
  const attributes = type === 'LogAppendTime' ? before | LOG_APPEND_TIME_FLAG : before & ~LOG_APPEND_TIME_FLAG;
  if (attributes === before && int64At(bytes, position + MAX_TIMESTAMP_AT) === maxTimestampMs) return;
  putInt16(bytes, position + ATTRIBUTES_AT, attributes);
  putInt64(bytes, position + MAX_TIMESTAMP_AT, maxTimestampMs);
  writeBatchCrc(bytes, position);
}

/** For a producer that sends the batch again after its epoch was bumped. */
export function setBatchProducer(
  bytes: Uint8Array,
  position: number,
  producerId: number,
  producerEpoch: number,
  baseSequence: number,
): void {
  putProducer(bytes, position, producerId, producerEpoch, baseSequence);
  writeBatchCrc(bytes, position);
}

/** What the CRC has to be. */
export function computeBatchCrc(bytes: Uint8Array, position = 0, size: number = batchSize(bytes, position)): number {
  return crc32c(bytes, position + ATTRIBUTES_AT, position + size);
}

function writeBatchCrc(bytes: Uint8Array, position: number): void {
  putInt32(bytes, position + CRC_AT, computeBatchCrc(bytes, position));
}

function putProducer(bytes: Uint8Array, position: number, producerId: number, epoch: number, sequence: number): void {
  putInt64(bytes, position + PRODUCER_ID_AT, producerId);
  putInt16(bytes, position + PRODUCER_EPOCH_AT, epoch);
  putInt32(bytes, position + BASE_SEQUENCE_AT, sequence);
}
