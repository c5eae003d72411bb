/**
 * What one batch would make of a producer's state: Kafka's ProducerAppendInfo. Nothing is changed here; the manager applies
 * what comes back.
 */
import { assert } from '@ottla/runtime';
import {
  batchBaseOffset,
  batchBaseSequence,
  batchLastOffset,
  batchLastSequence,
  batchMaxTimestamp,
  batchProducerEpoch,
  isControlBatch,
  isTransactionalBatch,
} from '@ottla/protocol';
import type { AppendOrigin } from '../append-origin.ts';
import { refusedAppend, type RefusedAppend } from '../append-refusal.ts';
import type { ReadMarker } from './marker-reader.ts';
import {
  checkDataBatch,
  checkMarker,
  noticeOf,
  staleEpoch,
  TRANSACTION_VERSION_UNKNOWN,
  type ProducerNotice,
} from './producer-append-rules.ts';
import {
  findDuplicateBatch,
  firstOffsetOf,
  NO_OFFSET,
  withBatch,
  withMarker,
  type ProducerStateEntry,
} from './producer-state-entry.ts';
import type { VerificationGuard, VerificationStateEntry } from './verification-state.ts';

export interface ProducerAppendContext {
  readonly origin: AppendOrigin;
  /** Of the coordinator that decided the markers appended; -1 otherwise. */
  readonly transactionVersion: number;
  /** What `startVerification` gave for this append; null when there was nothing to verify. */
  readonly verificationGuard: VerificationGuard | null;
}

/** The batch was appended before: the answer is that of the first time, and nothing is to be written. */
export interface DuplicateBatch {
  readonly kind: 'duplicate';
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly timestamp: number;
}

export interface PreparedAppend {
  readonly kind: 'prepared';
  readonly entry: ProducerStateEntry;
  /** First offset of the transaction that the batch begins, or that its marker ends; -1 for none. */
  readonly startsAt: number;
  readonly endsFrom: number;
  readonly isAborted: boolean;
  /** What waits for the coordinator's word waits no longer. */
  readonly clearsVerification: boolean;
  readonly notice: ProducerNotice | null;
}

/** The batch that the producer sends again since it saw no answer; null when it is none. */
export function duplicateOf(entry: ProducerStateEntry, bytes: Uint8Array, position: number): DuplicateBatch | null {
  const epoch = batchProducerEpoch(bytes, position);
  if (epoch !== entry.producerEpoch) return null;
  const first = batchBaseSequence(bytes, position);
  const batch = findDuplicateBatch(entry, first, batchLastSequence(bytes, position));
  if (batch === null) return null;
  const { lastOffset, timestamp } = batch;
  return { kind: 'duplicate', firstOffset: firstOffsetOf(batch), lastOffset, timestamp };
}

/**
 * Only data of a transaction that is open, or that the coordinator just confirmed, gets in.
 *
 * @param isVerified whether a transaction that is not open must have been confirmed.
 */
export function checkTransaction(
  entry: ProducerStateEntry,
  verification: VerificationStateEntry | null,
  bytes: Uint8Array,
  position: number,
  isVerified: boolean,
  shown: VerificationGuard | null,
): RefusedAppend | null {
  const epoch = batchProducerEpoch(bytes, position);
  if (epoch < entry.producerEpoch) return staleEpoch(entry, epoch, batchBaseOffset(bytes, position));
  if (hasOngoingTransaction(entry, epoch) || !isVerified || isControlBatch(bytes, position)) return null;
  if (verification !== null && verification.guard === shown) return null;
  return refusedAppend(
    'INVALID_TXN_STATE',
    `producer ${entry.producerId} sent a batch of a transaction that is not open on this partition, and that its ` +
      'coordinator did not confirm: it was ended meanwhile. Abort the transaction and begin a new one.',
  );
}

/** A producer's later epoch may have begun after its transaction was ended. */
export function hasOngoingTransaction(entry: ProducerStateEntry, producerEpoch: number): boolean {
  return entry.currentTxnFirstOffset !== NO_OFFSET && entry.producerEpoch === producerEpoch;
}

export function prepareData(
  entry: ProducerStateEntry,
  verification: VerificationStateEntry | null,
  bytes: Uint8Array,
  position: number,
  origin: AppendOrigin,
): PreparedAppend | RefusedAppend {
  const producerEpoch = batchProducerEpoch(bytes, position);
  const firstOffset = batchBaseOffset(bytes, position);
  const isTransactional = isTransactionalBatch(bytes, position);
  const batch = { producerEpoch, firstSequence: batchBaseSequence(bytes, position), firstOffset, isTransactional };
  const refused = checkDataBatch(entry, verification, batch, origin);
  if (refused !== null) return refused;
  const lastOffset = batchLastOffset(bytes, position);
  const metadata = {
    lastSequence: batchLastSequence(bytes, position),
    lastOffset,
    offsetDelta: lastOffset - firstOffset,
    timestamp: batchMaxTimestamp(bytes, position),
  };
  const starts = isTransactional && entry.currentTxnFirstOffset === NO_OFFSET;
  return {
    kind: 'prepared',
    entry: withBatch(entry, producerEpoch, metadata, starts ? firstOffset : entry.currentTxnFirstOffset),
    startsAt: starts ? firstOffset : NO_OFFSET,
    endsFrom: NO_OFFSET,
    isAborted: false,
    clearsVerification: isTransactional,
    notice: noticeOf(entry, producerEpoch, null, TRANSACTION_VERSION_UNKNOWN),
  };
}

export function prepareMarker(
  entry: ProducerStateEntry,
  verification: VerificationStateEntry | null,
  bytes: Uint8Array,
  position: number,
  read: ReadMarker,
  { origin, transactionVersion }: ProducerAppendContext,
): PreparedAppend | RefusedAppend {
  assert(
    transactionVersion !== TRANSACTION_VERSION_UNKNOWN || origin === 'replication',
    'who writes a marker says its transaction version',
  );
  const producerEpoch = batchProducerEpoch(bytes, position);
  const { coordinatorEpoch, timestamp, isAbort } = read;
  const marker = { producerEpoch, coordinatorEpoch, offset: batchBaseOffset(bytes, position) };
  const refused = checkMarker(entry, marker, origin, transactionVersion);
  if (refused !== null) return refused;
  // With version 2 the next transaction may be asked about before this marker comes: its epoch is that one's already.
  const isNextAsked = verification !== null && verification.supportsEpochBump && verification.epoch === producerEpoch;
  return {
    kind: 'prepared',
    entry: withMarker(entry, producerEpoch, coordinatorEpoch, timestamp),
    startsAt: NO_OFFSET,
    endsFrom: entry.currentTxnFirstOffset,
    isAborted: isAbort,
    clearsVerification: isTransactionalBatch(bytes, position) && !isNextAsked,
    notice: noticeOf(entry, producerEpoch, coordinatorEpoch, transactionVersion),
  };
}
