/**
 * The header of a record batch (magic 2), read field by field from the raw bytes: nothing is decoded that nobody asks for.
 *
 * Every function takes the bytes and the position at which the batch starts. The caller has made sure that the whole batch
 * lies there (`BatchIterator` or `batchFault`); beyond that nothing is trusted. What old formats (magic 0 and 1) have
 * in common with it is said at `batchBaseOffset`, `batchSize` and `batchMagic`; the rest is in `legacy-message.ts`.
 *
 *     0 base offset    int64        21 attributes        int16       43 producer id      int64
 *     8 length         int32        23 last offset delta int32       51 producer epoch   int16
 *    12 leader epoch   int32        27 base timestamp    int64       53 base sequence    int32
 *    16 magic          int8         35 max timestamp     int64       57 record count     int32
 *    17 CRC-32C of all from 21 on, uint32                            61 records
 */
import { int16At, int32At, int64At, uint32At } from './big-endian.ts';
import { RecordBatchError, type RecordBatchErrorCode } from './record-batch-error.ts';

/** Base offset and length: the bytes that the length does not count. */
export const LOG_OVERHEAD_BYTES = 12;
/** Bytes before the first record. */
export const RECORD_BATCH_HEADER_BYTES = 61;

export const LENGTH_AT = 8;
export const PARTITION_LEADER_EPOCH_AT = 12;
export const MAGIC_AT = 16;
export const CRC_AT = 17;
export const ATTRIBUTES_AT = 21;
export const LAST_OFFSET_DELTA_AT = 23;
export const BASE_TIMESTAMP_AT = 27;
export const MAX_TIMESTAMP_AT = 35;
export const PRODUCER_ID_AT = 43;
export const PRODUCER_EPOCH_AT = 51;
export const BASE_SEQUENCE_AT = 53;
export const COUNT_AT = 57;

export const COMPRESSION_MASK = 0x07;
export const LOG_APPEND_TIME_FLAG = 0x08;
export const TRANSACTIONAL_FLAG = 0x10;
export const CONTROL_FLAG = 0x20;
export const DELETE_HORIZON_FLAG = 0x40;

/** Who sets the timestamps: the producer, or the broker as it appends. */
export type TimestampType = 'CreateTime' | 'LogAppendTime';

/** A producer's sequence numbers go from 0 to this, then begin again at 0. */
const SEQUENCE_MAX = 0x7fff_ffff;

/**
 * First int64 of every format: the offset of the first record in magic 2, of the (last inner) message in magic 0 and 1.
 *
 * @throws {RecordBatchError} INVALID_RECORD: not a safe integer. So do all int64 fields; the timestamps, INVALID_TIMESTAMP.
 */
export function batchBaseOffset(bytes: Uint8Array, position = 0): number {
  return safeInt64At(bytes, position, 'base offset');
}

/** Bytes of the whole batch, `LOG_OVERHEAD_BYTES` included. Any format. */
export function batchSize(bytes: Uint8Array, position = 0): number {
  return LOG_OVERHEAD_BYTES + int32At(bytes, position + LENGTH_AT);
}

/** Epoch of the leader that appended it; -1 before that. Outside the CRC. */
export function batchPartitionLeaderEpoch(bytes: Uint8Array, position = 0): number {
  return int32At(bytes, position + PARTITION_LEADER_EPOCH_AT);
}

/** The format, 0 to 2 if it is one. Any format. */
export function batchMagic(bytes: Uint8Array, position = 0): number {
  return (bytes[position + MAGIC_AT]! << 24) >> 24;
}

/** The stored CRC-32C. */
export function batchCrc(bytes: Uint8Array, position = 0): number {
  return uint32At(bytes, position + CRC_AT);
}

/** All sixteen bits; those above the delete-horizon flag are unused. */
export function batchAttributes(bytes: Uint8Array, position = 0): number {
  return int16At(bytes, position + ATTRIBUTES_AT);
}

/** Id of the codec: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd; 5 to 7 mean nothing. */
export function batchCompression(bytes: Uint8Array, position = 0): number {
  return bytes[position + ATTRIBUTES_AT + 1]! & COMPRESSION_MASK;
}

export function batchTimestampType(bytes: Uint8Array, position = 0): TimestampType {
  return (bytes[position + ATTRIBUTES_AT + 1]! & LOG_APPEND_TIME_FLAG) === 0 ? 'CreateTime' : 'LogAppendTime';
}

export function isTransactionalBatch(bytes: Uint8Array, position = 0): boolean {
  return (bytes[position + ATTRIBUTES_AT + 1]! & TRANSACTIONAL_FLAG) !== 0;
}

/** Its records are for Kafka itself (transaction markers, KRaft): see `control-record.ts`. */
export function isControlBatch(bytes: Uint8Array, position = 0): boolean {
  return (bytes[position + ATTRIBUTES_AT + 1]! & CONTROL_FLAG) !== 0;
}

/** When the cleaner may drop the batch's tombstones and markers (KIP-534), Unix milliseconds; null when not yet set. */
export function batchDeleteHorizonMs(bytes: Uint8Array, position = 0): number | null {
  const isSet = (bytes[position + ATTRIBUTES_AT + 1]! & DELETE_HORIZON_FLAG) !== 0;
  return isSet ? batchBaseTimestamp(bytes, position) : null;
}

export function batchLastOffsetDelta(bytes: Uint8Array, position = 0): number {
  return int32At(bytes, position + LAST_OFFSET_DELTA_AT);
}

/** Offset of the last record that the batch had when it was produced; the cleaner may have removed it. */
export function batchLastOffset(bytes: Uint8Array, position = 0): number {
  return batchBaseOffset(bytes, position) + batchLastOffsetDelta(bytes, position);
}

/** Timestamp that the records' deltas count from, Unix milliseconds. */
export function batchBaseTimestamp(bytes: Uint8Array, position = 0): number {
  return safeInt64At(bytes, position + BASE_TIMESTAMP_AT, 'base timestamp', 'INVALID_TIMESTAMP');
}

/** Largest timestamp of the records, or when the broker appended them (LogAppendTime); -1 when there is none. */
export function batchMaxTimestamp(bytes: Uint8Array, position = 0): number {
  return safeInt64At(bytes, position + MAX_TIMESTAMP_AT, 'max timestamp', 'INVALID_TIMESTAMP');
}

/** -1 when the producer is not idempotent. */
export function batchProducerId(bytes: Uint8Array, position = 0): number {
  return safeInt64At(bytes, position + PRODUCER_ID_AT, 'producer id');
}

export function batchProducerEpoch(bytes: Uint8Array, position = 0): number {
  return int16At(bytes, position + PRODUCER_EPOCH_AT);
}

/** Sequence number of the first record; -1 without a producer id, and in control batches. */
export function batchBaseSequence(bytes: Uint8Array, position = 0): number {
  return int32At(bytes, position + BASE_SEQUENCE_AT);
}

/** Sequence number of the last record, -1 when there is none. */
export function batchLastSequence(bytes: Uint8Array, position = 0): number {
  const base = batchBaseSequence(bytes, position);
  return base < 0 ? -1 : addToSequence(base, batchLastOffsetDelta(bytes, position));
}

/** Records that the batch says to hold; may be negative in bad bytes. */
export function batchCount(bytes: Uint8Array, position = 0): number {
  return int32At(bytes, position + COUNT_AT);
}

/** `sequence + increment`, beginning again at 0 after 2^31 - 1. Neither is negative. */
export function addToSequence(sequence: number, increment: number): number {
  const sum = sequence + increment;
  return sum > SEQUENCE_MAX ? sum - SEQUENCE_MAX - 1 : sum;
}

/** `sequence - decrement`, with 2^31 - 1 before 0. Neither is negative. */
export function subtractFromSequence(sequence: number, decrement: number): number {
  const difference = sequence - decrement;
  return difference < 0 ? difference + SEQUENCE_MAX + 1 : difference;
}

/** @throws {RecordBatchError} `errorCode`: the int64 is not a safe integer. */
export function safeInt64At(
  bytes: Uint8Array,
  at: number,
  what: string,
  errorCode: RecordBatchErrorCode = 'INVALID_RECORD',
): number {
  const value = int64At(bytes, at);
  if (!Number.isSafeInteger(value)) throw new RecordBatchError(errorCode, `${what} is beyond 2^53`, at);
  return value;
}
