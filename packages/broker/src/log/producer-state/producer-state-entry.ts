/**
 * What a partition knows of one producer. Entries are never changed: a batch makes a new one, so that taking back an append
 * that could not be written is putting the old one back.
 */
import { addToSequence, subtractFromSequence } from '@ottla/protocol';

/** Batches of a producer that are known again when they are sent twice: as many as a producer may have in flight. */
export const BATCHES_RETAINED = 5;

export const NO_PRODUCER_EPOCH = -1;
export const NO_COORDINATOR_EPOCH = -1;
export const NO_SEQUENCE = -1;
export const NO_TIMESTAMP = -1;
export const NO_OFFSET = -1;

export interface BatchMetadata {
  /** -1 where the batch has no sequence, as those of coordinators. */
  readonly lastSequence: number;
  readonly lastOffset: number;
  /** Of the last record to the first: how many records there were, less one. */
  readonly offsetDelta: number;
  /** Largest of the records. */
  readonly timestamp: number;
}

export interface ProducerStateEntry {
  readonly producerId: number;
  /** -1 before the first batch. */
  readonly producerEpoch: number;
  /** Of the transaction coordinator that wrote the last marker, -1 before the first. */
  readonly coordinatorEpoch: number;
  /** Of the last batch or marker: Unix milliseconds by the clock that stamped it. */
  readonly lastTimestamp: number;
  /** -1 when no transaction is open. */
  readonly currentTxnFirstOffset: number;
  /** The last ones of this epoch, oldest first, at most `BATCHES_RETAINED`. After a restart only the last one is known. */
  readonly batches: readonly BatchMetadata[];
}

const NO_BATCHES: readonly BatchMetadata[] = [];

/** Of a producer that was never seen here, or was forgotten: whatever it sends first is taken (KIP-360). */
export function unknownProducer(producerId: number): ProducerStateEntry {
  return {
    producerId,
    producerEpoch: NO_PRODUCER_EPOCH,
    coordinatorEpoch: NO_COORDINATOR_EPOCH,
    lastTimestamp: NO_TIMESTAMP,
    currentTxnFirstOffset: NO_OFFSET,
    batches: NO_BATCHES,
  };
}

/** -1 when the producer wrote no batch in its epoch, or batches without sequence. */
export function lastSequenceOf({ batches }: ProducerStateEntry): number {
  return batches.length === 0 ? NO_SEQUENCE : batches[batches.length - 1]!.lastSequence;
}

/** Of the last data batch, -1 when there is none in this epoch: markers do not count. */
export function lastDataOffsetOf({ batches }: ProducerStateEntry): number {
  return batches.length === 0 ? NO_OFFSET : batches[batches.length - 1]!.lastOffset;
}

export function firstSequenceOf({ lastSequence, offsetDelta }: BatchMetadata): number {
  return subtractFromSequence(lastSequence, offsetDelta);
}

export function firstOffsetOf({ lastOffset, offsetDelta }: BatchMetadata): number {
  return lastOffset - offsetDelta;
}

/** After 2^31 - 1 comes 0; the first of an epoch is 0 too. */
export function isNextSequence(last: number, next: number): boolean {
  return next === (last === NO_SEQUENCE ? 0 : addToSequence(last, 1));
}

/** The one with exactly these sequences, of the entry's epoch. */
export function findDuplicateBatch(
  entry: ProducerStateEntry,
  firstSequence: number,
  lastSequence: number,
): BatchMetadata | null {
  for (const batch of entry.batches) {
    if (batch.lastSequence === lastSequence && firstSequenceOf(batch) === firstSequence) return batch;
  }
  return null;
}

/** @param txnFirstOffset of the transaction that is open with the batch, -1 for none. */
export function withBatch(
  entry: ProducerStateEntry,
  producerEpoch: number,
  batch: BatchMetadata,
  txnFirstOffset: number,
): ProducerStateEntry {
  const kept = entry.producerEpoch === producerEpoch ? entry.batches : NO_BATCHES;
  return {
    producerId: entry.producerId,
    producerEpoch,
    coordinatorEpoch: entry.coordinatorEpoch,
    lastTimestamp: batch.timestamp,
    currentTxnFirstOffset: txnFirstOffset,
    batches: kept.length < BATCHES_RETAINED ? [...kept, batch] : [...kept.slice(1 - BATCHES_RETAINED), batch],
  };
}

/** After a transaction marker: none is open. Sequences go on, unless the marker came with a new epoch. */
export function withMarker(
  entry: ProducerStateEntry,
  producerEpoch: number,
  coordinatorEpoch: number,
  timestamp: number,
): ProducerStateEntry {
  return {
    producerId: entry.producerId,
    producerEpoch,
    coordinatorEpoch,
    lastTimestamp: timestamp,
    currentTxnFirstOffset: NO_OFFSET,
    batches: entry.producerEpoch === producerEpoch ? entry.batches : NO_BATCHES,
  };
}
