/** What can be wrong with a record batch, as one typed error that carries Kafka's error code. */
import { OperationalError } from '@ottla/runtime';
import type { ErrorName } from '../error-codes.ts';

/** Kafka's name of the error code that a broker answers with. */
export type RecordBatchErrorCode = Extract<
  ErrorName,
  'CORRUPT_MESSAGE' | 'INVALID_RECORD' | 'INVALID_TIMESTAMP' | 'MESSAGE_TOO_LARGE' | 'UNSUPPORTED_COMPRESSION_TYPE'
>;

const ADVICE: Readonly<Record<RecordBatchErrorCode, string>> = {
  CORRUPT_MESSAGE:
    'The bytes were damaged on the way or on disk: read or send them again, or take them from another replica.',
  INVALID_RECORD: 'Whoever wrote it broke the format or a rule of the topic: the same bytes will be refused again.',
  INVALID_TIMESTAMP: 'Set the timestamp in Unix milliseconds, or leave it to the client.',
  MESSAGE_TOO_LARGE: 'Send smaller batches (max.request.size, batch.size), or raise max.message.bytes of the topic.',
  UNSUPPORTED_COMPRESSION_TYPE: 'Compress with none, gzip, snappy, lz4 or, in clients of Kafka 2.1 and later, zstd.',
};

/** One refused record, as a produce response names it (KIP-467). */
export interface RecordFault {
  /** Counts from 0 within the batch. */
  readonly index: number;
  readonly message: string;
}

/**
 * The bytes are no record batch, or one that is not allowed where it was found.
 *
 * Brokers return it (validation) as often as it is thrown (walking): look at `errorCode`.
 */
export class RecordBatchError extends OperationalError {
  override readonly name = 'RecordBatchError';
  readonly code = 'ERR_PROTOCOL_RECORD_BATCH';
  /** The same bytes will fail again; fetch or build them anew. */
  readonly retriable = false;
  readonly errorCode: RecordBatchErrorCode;
  /** Bytes from the start of what was given. For a record inside a compressed batch: where the batch starts. */
  readonly position: number;
  /** What was found and what was expected, without the position. */
  readonly reason: string;
  /** The refused records, at most `RECORD_FAULTS_MAX` of them; empty when the batch as a whole is at fault. */
  readonly recordFaults: readonly RecordFault[];

  constructor(
    errorCode: RecordBatchErrorCode,
    reason: string,
    position: number,
    options?: ErrorOptions & { readonly recordFaults?: readonly RecordFault[] },
  ) {
    super(`record batch: ${reason} (at byte ${position}, ${errorCode}). ${ADVICE[errorCode]}`, options);
    this.errorCode = errorCode;
    this.reason = reason;
    this.position = position;
    this.recordFaults = options?.recordFaults ?? [];
  }
}

/** A response names no more refused records than this, however many there are. */
export const RECORD_FAULTS_MAX = 100;
