/**
 * What a producer may append, given what the partition knows of it: epochs never go back, sequences have no gaps, and a
 * transaction ends by a marker of its coordinator. Kafka's checks in Kafka's order, each with Kafka's error code.
 *
 * What comes by replication was checked by the leader of its time: there only the impossible is refused, and what else looks
 * odd is noted (`noticeOf`).
 */
import type { AppendOrigin } from '../append-origin.ts';
import { refusedAppend, type RefusedAppend } from '../append-refusal.ts';
import {
  isNextSequence,
  lastSequenceOf,
  NO_OFFSET,
  NO_PRODUCER_EPOCH,
  type ProducerStateEntry,
} from './producer-state-entry.ts';
import type { VerificationStateEntry } from './verification-state.ts';

/** The transaction version of an append that has none: data, and markers that replication brings. */
export const TRANSACTION_VERSION_UNKNOWN = -1;
/** From this version on the coordinator bumps the producer's epoch with every marker (KIP-890). */
const TRANSACTION_VERSION_EPOCH_BUMP = 2;
/** Int16: a producer at its last epoch cannot be bumped. */
const PRODUCER_EPOCH_MAX = 0x7fff;

/** A data batch of a producer, by its header. */
export interface DataBatch {
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly firstOffset: number;
  readonly isTransactional: boolean;
}

/** A transaction marker, by its header and record. */
export interface TransactionMarker {
  readonly producerEpoch: number;
  readonly coordinatorEpoch: number;
  readonly offset: number;
}

export function checkDataBatch(
  entry: ProducerStateEntry,
  verification: VerificationStateEntry | null,
  batch: DataBatch,
  origin: AppendOrigin,
): RefusedAppend | null {
  if (origin !== 'replication' && batch.producerEpoch < entry.producerEpoch) {
    return staleEpoch(entry, batch.producerEpoch, batch.firstOffset);
  }
  const refused = origin === 'client' ? checkSequence(entry, verification, batch) : null;
  if (refused !== null) return refused;
  if (entry.currentTxnFirstOffset === NO_OFFSET || batch.isTransactional) return null;
  return refusedAppend(
    'INVALID_TXN_STATE',
    `producer ${entry.producerId} sent a batch outside any transaction for offset ${batch.firstOffset} while its ` +
      `transaction from offset ${entry.currentTxnFirstOffset} is open. Commit or abort that first.`,
  );
}

function checkSequence(
  entry: ProducerStateEntry,
  verification: VerificationStateEntry | null,
  { producerEpoch, firstSequence, firstOffset }: DataBatch,
): RefusedAppend | null {
  const isNewHere = entry.batches.length === 0;
  if (verification !== null && verification.supportsEpochBump && firstSequence !== 0 && isNewHere) {
    return outOfOrder(entry, firstSequence, firstOffset, 'nothing of it is known here, so 0 comes first');
  }
  if (verification !== null && firstSequence > verification.lowestSequence) {
    return outOfOrder(
      entry,
      firstSequence,
      firstOffset,
      `${verification.lowestSequence} waits to be verified before it`,
    );
  }
  if (entry.producerEpoch === NO_PRODUCER_EPOCH) return null;
  if (producerEpoch !== entry.producerEpoch) {
    if (firstSequence === 0) return null;
    return outOfOrder(entry, firstSequence, firstOffset, `its epoch ${producerEpoch} is new, so 0 comes first`);
  }
  const last = lastSequenceOf(entry);
  if (isNextSequence(last, firstSequence)) return null;
  return outOfOrder(
    entry,
    firstSequence,
    firstOffset,
    last < 0 ? 'it sent none in this epoch' : `the last was ${last}`,
  );
}

/** @param transactionVersion of the coordinator's decision; unknown only to replication. */
export function checkMarker(
  entry: ProducerStateEntry,
  marker: TransactionMarker,
  origin: AppendOrigin,
  transactionVersion: number,
): RefusedAppend | null {
  if (origin === 'replication') return null;
  const { producerEpoch, coordinatorEpoch, offset } = marker;
  if (isStaleMarker(entry, producerEpoch, transactionVersion)) return staleEpoch(entry, producerEpoch, offset);
  if (entry.coordinatorEpoch <= coordinatorEpoch) return null;
  return refusedAppend(
    'TRANSACTION_COORDINATOR_FENCED',
    `a transaction marker for producer ${entry.producerId} came from coordinator epoch ${coordinatorEpoch}, after one ` +
      `from epoch ${entry.coordinatorEpoch}. An older coordinator has not noticed yet that another took over.`,
  );
}

/**
 * Version 2 bumps the epoch with each marker, so that a marker of the current epoch is a late one that would end the next
 * transaction. Nothing ends, and it is written once more, when none is open: the coordinator tries again after it missed
 * an answer. Nor can the last epoch be bumped.
 */
function isStaleMarker(entry: ProducerStateEntry, epoch: number, transactionVersion: number): boolean {
  if (transactionVersion < TRANSACTION_VERSION_EPOCH_BUMP) return epoch < entry.producerEpoch;
  if (epoch !== entry.producerEpoch) return epoch < entry.producerEpoch;
  return entry.currentTxnFirstOffset !== NO_OFFSET && epoch !== PRODUCER_EPOCH_MAX;
}

export function staleEpoch(entry: ProducerStateEntry, epoch: number, offset: number): RefusedAppend {
  return refusedAppend(
    'INVALID_PRODUCER_EPOCH',
    `producer ${entry.producerId} has epoch ${entry.producerEpoch}, but ${epoch} was sent for offset ${offset}. Another ` +
      'instance with its transactional id took over, or its transaction was ended: it has to begin a new one.',
  );
}

function outOfOrder(entry: ProducerStateEntry, sequence: number, offset: number, why: string): RefusedAppend {
  return refusedAppend(
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    `producer ${entry.producerId} (epoch ${entry.producerEpoch}) sent sequence ${sequence} for offset ${offset}: ${why}. ` +
      'A batch before it was lost or is late: the producer sends both again by itself.',
  );
}

/** What is odd about a batch that was taken all the same; null for nothing. */
export function noticeOf(
  entry: ProducerStateEntry,
  epoch: number,
  coordinatorEpoch: number | null,
  transactionVersion: number,
): ProducerNotice | null {
  if (epoch < entry.producerEpoch) return 'epochWentBack';
  if (coordinatorEpoch === null) return null;
  if (coordinatorEpoch < entry.coordinatorEpoch) return 'coordinatorEpochWentBack';
  const isRetry = transactionVersion >= TRANSACTION_VERSION_EPOCH_BUMP && epoch === entry.producerEpoch;
  return isRetry ? 'markerRepeated' : null;
}

/** For the log: the first two come by replication only, and say that a leader let through what it must not. */
export type ProducerNotice = 'epochWentBack' | 'coordinatorEpochWentBack' | 'markerRepeated';
