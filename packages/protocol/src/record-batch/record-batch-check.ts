/**
 * Whether a batch may be trusted: by its header and CRC alone, by every record, and as a produce request may carry it.
 *
 * These return what is wrong instead of throwing it: to a broker a bad batch is an answer, not an accident.
 */
import { BatchIterator, wholeBatchSize } from './batch-iterator.ts';
import { computeLegacyCrc, legacyCrc } from './legacy-message.ts';
import { computeBatchCrc } from './record-batch-edit.ts';
import { RECORD_FAULTS_MAX, RecordBatchError, type RecordFault } from './record-batch-error.ts';
import {
  batchBaseOffset,
  batchBaseSequence,
  batchBaseTimestamp,
  batchCompression,
  batchCount,
  batchCrc,
  batchLastOffsetDelta,
  batchMagic,
  batchMaxTimestamp,
  batchProducerId,
  batchTimestampType,
  isControlBatch,
  RECORD_BATCH_HEADER_BYTES,
} from './record-batch-header.ts';
import { codecId, hasCodec } from './record-compression.ts';
import { RECORD_BYTES_MIN, type RecordIterator } from './record-iterator.ts';

/** Produce requests may hold zstd from this version on. */
const ZSTD_PRODUCE_VERSION_MIN = 7;

/** What a produce request's records must keep to, beyond their format. */
export interface ProduceRules {
  /** Of the produce request. */
  readonly apiVersion: number;
  /** The topic's `max.message.bytes`, for the batch as it was sent. */
  readonly batchBytesMax: number;
}

/** What each record must keep to, beyond its format. */
export interface RecordRules {
  /** A compacted topic refuses records without a key. */
  readonly keysRequired: boolean;
  /** Earliest and latest timestamp that the topic takes; a record without one is taken. */
  readonly timestampMsMin: number;
  readonly timestampMsMax: number;
}

export const NO_RECORD_RULES: RecordRules = {
  keysRequired: false,
  timestampMsMin: -Infinity,
  timestampMsMax: Infinity,
};

export interface RefusedBatch {
  readonly ok: false;
  readonly error: RecordBatchError;
}

export interface ProducedBatch {
  readonly ok: true;
  /** Bytes of the one batch; what follows it is cut off and left out. */
  readonly size: number;
}

export interface ValidatedRecords {
  readonly ok: true;
  /** Largest of the records, -1 for none: the header may say otherwise. */
  readonly maxTimestamp: number;
}

/** Compares the stored CRC of the batch, of `size` bytes, with its content. Any format. */
export function isBatchCrcValid(bytes: Uint8Array, position: number, size: number): boolean {
  return batchMagic(bytes, position) < 2
    ? legacyCrc(bytes, position) === computeLegacyCrc(bytes, position, size)
    : batchCrc(bytes, position) === computeBatchCrc(bytes, position, size);
}

/**
 * Whether a stored or replicated batch is whole, by its header and CRC alone; null when it is. Any format.
 *
 * What the records hold is not looked at: bytes whose CRC is right are what somebody wrote.
 */
export function batchFault(bytes: Uint8Array, position = 0): RecordBatchError | null {
  try {
    const size = wholeBatchSize(bytes, position);
    checkCrc(bytes, position, size);
    if (batchBaseOffset(bytes, position) < 0) throw corrupt('base offset below 0', position);
    if (batchMagic(bytes, position) === 2) checkStoredHeader(bytes, position);
    return null;
  } catch (error) {
    return asFault(error);
  }
}

/**
 * Checks what a produce request carries for one partition, `bytes[start, end)`, as Kafka does: one batch of magic 2, small
 * enough, intact, and with a header that a client may write. Its records: `validateRecords`.
 *
 * Stricter than Kafka in one thing: a producer may never set LogAppendTime.
 */
export function checkProducedBatch(
  bytes: Uint8Array,
  start: number,
  end: number,
  rules: ProduceRules,
): ProducedBatch | RefusedBatch {
  try {
    const batches = new BatchIterator(bytes, start, end);
    if (!batches.next()) throw invalid('no batch, expected one', start);
    const { size, magic } = batches;
    if (magic < 2) throw invalid(`magic ${magic}, expected 2: older formats are no longer produced`, start);
    checkCodec(bytes, start);
    if (rules.apiVersion < ZSTD_PRODUCE_VERSION_MIN && batchCompression(bytes, start) === codecId('zstd')) {
      throw new RecordBatchError('UNSUPPORTED_COMPRESSION_TYPE', `zstd in produce version ${rules.apiVersion}`, start);
    }
    if (batches.next()) throw invalid('a second batch, expected one', batches.position);
    const baseOffset = batchBaseOffset(bytes, start);
    if (baseOffset !== 0) throw invalid(`base offset ${baseOffset}, expected 0`, start);
    if (size > rules.batchBytesMax) {
      throw new RecordBatchError('MESSAGE_TOO_LARGE', `${size} bytes, expected at most ${rules.batchBytesMax}`, start);
    }
    checkCrc(bytes, start, size);
    checkProducedHeader(bytes, start, size);
    return { ok: true, size };
  } catch (error) {
    return { ok: false, error: asFault(error) };
  }
}

/**
 * Walks all records of a batch as a producer sends it: structure, headers, offsets without gaps, and the rules.
 *
 * @param records is used for the walk; its caps on decompression hold.
 */
export function validateRecords(
  records: RecordIterator,
  bytes: Uint8Array,
  position: number,
  rules: RecordRules = NO_RECORD_RULES,
): ValidatedRecords | RefusedBatch {
  try {
    records.open(bytes, position);
    return { ok: true, maxTimestamp: walkRecords(records, rules) };
  } catch (error) {
    return { ok: false, error: asFault(error) };
  }
}

/** @returns the largest timestamp. */
function walkRecords(records: RecordIterator, rules: RecordRules): number {
  const { batch, batchPosition } = records;
  const { keysRequired, timestampMsMin, timestampMsMax } = rules;
  const faults = new RecordFaults();
  const baseOffset = batchBaseOffset(batch, batchPosition);
  let maxTimestamp = -1;
  let index = 0;
  for (; records.next(); index++) {
    if (records.offset !== baseOffset + index) {
      throw invalid(`record ${index}: offset delta ${records.offset - baseOffset}, expected ${index}`, batchPosition);
    }
    if (records.headerCount !== 0) records.checkHeaders();
    const timestamp = records.timestamp;
    if (timestamp > maxTimestamp) maxTimestamp = timestamp;
    if (keysRequired && records.keyLength < 0) faults.add(index, 'a compacted topic takes no record without a key');
    else if ((timestamp < timestampMsMin || timestamp > timestampMsMax) && timestamp !== -1) {
      faults.addTimestamp(index, timestamp, rules);
    }
  }
  if (batchLastOffsetDelta(batch, batchPosition) !== index - 1) {
    throw invalid(`${index} records, last offset delta ${batchLastOffsetDelta(batch, batchPosition)}`, batchPosition);
  }
  faults.throwIfAny(batchPosition);
  return maxTimestamp;
}

/** Every refused record is counted, the first ones are named. */
class RecordFaults {
  readonly #named: RecordFault[] = [];
  #count = 0;
  #errorCode: 'INVALID_RECORD' | 'INVALID_TIMESTAMP' = 'INVALID_RECORD';

  add(index: number, message: string): void {
    this.#count++;
    if (this.#named.length < RECORD_FAULTS_MAX) this.#named.push({ index, message });
  }

  addTimestamp(index: number, timestamp: number, { timestampMsMin, timestampMsMax }: RecordRules): void {
    this.#errorCode = 'INVALID_TIMESTAMP';
    this.add(index, `timestamp ${timestamp} is outside the topic's ${timestampMsMin} to ${timestampMsMax}`);
  }

  throwIfAny(position: number): void {
    if (this.#count === 0) return;
    const reason = `${this.#count} records refused, the first (${this.#named[0]!.index}): ${this.#named[0]!.message}`;
    throw new RecordBatchError(this.#errorCode, reason, position, { recordFaults: this.#named });
  }
}

function checkStoredHeader(bytes: Uint8Array, position: number): void {
  const offsets = batchLastOffsetDelta(bytes, position) + 1;
  const count = batchCount(bytes, position);
  // Compaction leaves fewer records than offsets, or none.
  if (offsets < 1 || count < 0 || count > offsets) throw invalid(`${count} records for ${offsets} offsets`, position);
  checkCodec(bytes, position);
  checkNumbers(bytes, position);
}

function checkProducedHeader(bytes: Uint8Array, position: number, size: number): void {
  const offsets = batchLastOffsetDelta(bytes, position) + 1;
  const count = batchCount(bytes, position);
  if (offsets < 1 || count < 1 || count !== offsets) throw invalid(`${count} records for ${offsets} offsets`, position);
  if (batchCompression(bytes, position) === 0 && count * RECORD_BYTES_MIN > size - RECORD_BATCH_HEADER_BYTES) {
    throw invalid(`${count} records in ${size - RECORD_BATCH_HEADER_BYTES} bytes`, position);
  }
  checkNumbers(bytes, position);
  if (isControlBatch(bytes, position)) throw invalid('a client may not write control records', position);
  if (batchProducerId(bytes, position) >= 0 && batchBaseSequence(bytes, position) < 0) {
    throw invalid(`a producer id with base sequence ${batchBaseSequence(bytes, position)}`, position);
  }
  if (batchTimestampType(bytes, position) === 'LogAppendTime') {
    throw new RecordBatchError('INVALID_TIMESTAMP', 'timestamp type LogAppendTime, which only a broker sets', position);
  }
}

/** Reads what may be beyond 2^53: afterwards no field of the header throws. */
function checkNumbers(bytes: Uint8Array, position: number): void {
  batchProducerId(bytes, position);
  batchBaseTimestamp(bytes, position);
  batchMaxTimestamp(bytes, position);
}

function checkCodec(bytes: Uint8Array, position: number): void {
  const codec = batchCompression(bytes, position);
  if (!hasCodec(codec)) throw new RecordBatchError('UNSUPPORTED_COMPRESSION_TYPE', `codec ${codec}`, position);
}

function checkCrc(bytes: Uint8Array, position: number, size: number): void {
  if (!isBatchCrcValid(bytes, position, size)) throw corrupt('the CRC does not match the content', position);
}

/** Anything else is a bug, and goes on. */
function asFault(error: unknown): RecordBatchError {
  if (error instanceof RecordBatchError) return error;
  throw error;
}

function corrupt(reason: string, position: number): RecordBatchError {
  return new RecordBatchError('CORRUPT_MESSAGE', reason, position);
}

function invalid(reason: string, position: number): RecordBatchError {
  return new RecordBatchError('INVALID_RECORD', reason, position);
}
