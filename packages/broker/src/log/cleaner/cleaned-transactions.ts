/**
 * Which transaction the batches belong to that the cleaner walks, and how it ended: aborted data goes at once, a marker once no
 * data of its transaction is left. As Kafka's `CleanedTransactionMetadata`.
 */
import {
  batchProducerId,
  decodeControlRecordKey,
  isControlBatch,
  isTransactionalBatch,
  RecordIterator,
} from '@ottla/protocol';
import { lastOffsetOf } from '../segment-batch.ts';
import type { AbortedTransaction } from '../transaction-index.ts';

interface OngoingAbort {
  readonly transaction: AbortedTransaction;
  /** Whether data of it was met. */
  hasData: boolean;
}

/** Batches are told in the order of the log; of each stretch of it first the aborted transactions that overlap with it. */
export class CleanedTransactions {
  /** Not met yet, the one that begins last first. */
  #expected: AbortedTransaction[] = [];
  readonly #aborted = new Map<number, OngoingAbort>();
  /** Producers with data since their last marker that was not aborted. */
  readonly #committed = new Set<number>();
  readonly #controlRecords = new RecordIterator();
  readonly #onKeptAbort: (transaction: AbortedTransaction) => void;

  /** @param onKeptAbort told of a transaction whose abort marker stays: it belongs into the index of the cleaned segment. */
  constructor(onKeptAbort: (transaction: AbortedTransaction) => void = () => {}) {
    this.#onKeptAbort = onKeptAbort;
  }

  /** One that is told twice, as it overlaps with two stretches, counts once. */
  expect(transactions: readonly AbortedTransaction[]): void {
    if (transactions.length === 0) return;
    this.#expected.push(...transactions);
    this.#expected.sort((x, y) => y.firstOffset - x.firstOffset);
  }

  /**
   * Whether the batch at `position` can go: it is data of an aborted transaction, or a marker without any data left.
   *
   * @throws {RecordBatchError} a control batch cannot be read.
   */
  canDiscard(bytes: Uint8Array, position: number, magic: number): boolean {
    this.#begin(lastOffsetOf(bytes, position));
    if (magic < 2) return false;
    if (isControlBatch(bytes, position)) return this.#canDiscardControl(bytes, position);
    if (!isTransactionalBatch(bytes, position)) return false;
    const producerId = batchProducerId(bytes, position);
    const aborted = this.#aborted.get(producerId);
    if (aborted === undefined) {
      this.#committed.add(producerId);
      return false;
    }
    aborted.hasData = true;
    return true;
  }

  #canDiscardControl(bytes: Uint8Array, position: number): boolean {
    const records = this.#controlRecords;
    records.open(bytes, position);
    // One that was emptied before: it stayed for its producer's sake alone.
    if (!records.next()) return true;
    const type = decodeControlRecordKey(records.key());
    const producerId = batchProducerId(bytes, position);
    if (type === 'COMMIT') return !this.#committed.delete(producerId);
    if (type !== 'ABORT') return false;
    const aborted = this.#aborted.get(producerId);
    this.#aborted.delete(producerId);
    if (aborted === undefined || !aborted.hasData) return true;
    this.#onKeptAbort(aborted.transaction);
    return false;
  }

  #begin(upTo: number): void {
    const expected = this.#expected;
    while (expected.length > 0 && expected[expected.length - 1]!.firstOffset <= upTo) {
      const transaction = expected.pop()!;
      if (this.#aborted.has(transaction.producerId)) continue;
      this.#aborted.set(transaction.producerId, { transaction, hasData: false });
    }
  }
}
