/**
 * Kafka's producer state of one partition: who appended what last, which transactions are open, which guards are out.
 *
 * No I/O. It changes when a batch is *assigned* its offsets, which is before it is written: everything since a `mark` can be
 * taken back (`revertTo`) until it is said to be written (`release`). What readers see stays right meanwhile: a transaction
 * that only an unwritten marker decides still counts as unstable, and one that only unwritten batches began lies above
 * every high watermark. The answer to a duplicate must wait until the batch that it repeats is written.
 */
import { batchBaseOffset, batchCount, batchProducerId, isControlBatch, isTransactionalBatch } from '@ottla/protocol';
import type { RefusedAppend } from '../append-refusal.ts';
import { MarkerReader } from './marker-reader.ts';
import { staleEpoch, type ProducerNotice } from './producer-append-rules.ts';
import {
  checkTransaction,
  duplicateOf,
  hasOngoingTransaction,
  prepareData,
  prepareMarker,
  type DuplicateBatch,
  type PreparedAppend,
  type ProducerAppendContext,
} from './producer-append.ts';
import { NO_OFFSET, unknownProducer, type ProducerStateEntry } from './producer-state-entry.ts';
import { ProducerStateJournal, type ProducerStateMark } from './producer-state-journal.ts';
import { encodeProducerSnapshot } from './producer-snapshot.ts';
import { UnstableTransactions } from './unstable-transactions.ts';
import { VerificationState, type VerificationGuard, type VerificationQuestion } from './verification-state.ts';

export interface ProducerStateSettings {
  /** `producer.id.expiration.ms`: how long a producer is known after its last batch. */
  readonly producerIdExpirationMs: number;
  /** `transaction.max.timeout.ms`: a transaction that is open for much longer hangs. */
  readonly transactionMaxTimeoutMs: number;
  /** `transaction.partition.verification.enable`. */
  readonly transactionVerificationEnabled: boolean;
}

/** For the transaction index, if aborted. */
export interface CompletedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
  /** Of the marker. */
  readonly lastOffset: number;
  readonly isAborted: boolean;
  /** Up to where all transactions are decided, once the marker is written. */
  readonly lastStableOffset: number;
}

export interface AcceptedBatch {
  readonly kind: 'accepted';
  readonly completed: CompletedTransaction | null;
  readonly notice: ProducerNotice | null;
}

export type ProducerVerdict = AcceptedBatch | DuplicateBatch | RefusedAppend;

/** Grace after `transaction.max.timeout.ms`, within which the coordinator aborts. */
const LATE_TRANSACTION_BUFFER_MS = 300_000;
const ACCEPTED: AcceptedBatch = Object.freeze({ kind: 'accepted', completed: null, notice: null });

export class ProducerStateManager {
  settings: ProducerStateSettings;
  readonly #producers = new Map<number, ProducerStateEntry>();
  readonly #transactions = new UnstableTransactions();
  readonly #verification = new VerificationState();
  readonly #journal = new ProducerStateJournal();
  #markers: MarkerReader | null = null;
  #mapEndOffset = 0;
  #lastSnapshotOffset = 0;

  constructor(settings: ProducerStateSettings) {
    this.settings = settings;
  }

  // -------------------------------------------------------------------------------------------------------------- append

  /**
   * Checks a batch that has its offsets, and remembers it. On a refusal nothing changed; an append of several batches takes
   * back those before it with `revertTo`. `advanceTo` follows the last batch.
   *
   * @throws {RecordBatchError} the header has a number beyond 2^53: whole batches were checked before.
   */
  append(bytes: Uint8Array, position: number, context: ProducerAppendContext): ProducerVerdict {
    const producerId = batchProducerId(bytes, position);
    if (producerId < 0) return ACCEPTED;
    const before = this.#producers.get(producerId) ?? null;
    const { origin } = context;
    const duplicate = origin === 'client' && before !== null ? duplicateOf(before, bytes, position) : null;
    if (duplicate !== null) return duplicate;
    const prepared = this.#prepare(before ?? unknownProducer(producerId), bytes, position, context);
    if (prepared === null) return ACCEPTED;
    return prepared.kind === 'refused' ? prepared : this.#apply(prepared, before, batchBaseOffset(bytes, position));
  }

  /** What is remembered covers the log up to there (exclusive), whether or not there was idempotent data. */
  advanceTo(endOffset: number): void {
    this.#mapEndOffset = endOffset;
  }

  /** Null when the batch says nothing: the cleaner removed a transaction with its marker, and left the offsets. */
  #prepare(
    entry: ProducerStateEntry,
    bytes: Uint8Array,
    position: number,
    context: ProducerAppendContext,
  ): PreparedAppend | RefusedAppend | null {
    const { origin, verificationGuard } = context;
    const verification = this.#verification.get(entry.producerId);
    if (isTransactionalBatch(bytes, position) && (origin === 'client' || origin === 'coordinator')) {
      const isVerified = this.settings.transactionVerificationEnabled;
      const refused = checkTransaction(entry, verification, bytes, position, isVerified, verificationGuard);
      if (refused !== null) return refused;
    }
    if (!isControlBatch(bytes, position)) return prepareData(entry, verification, bytes, position, origin);
    if (batchCount(bytes, position) === 0) return null;
    // Made late: most partitions never see a marker.
    this.#markers ??= new MarkerReader();
    const marker = this.#markers.read(bytes, position);
    if (marker.kind === 'refused') return marker;
    return prepareMarker(entry, verification, bytes, position, marker, context);
  }

  #apply(prepared: PreparedAppend, before: ProducerStateEntry | null, offset: number): AcceptedBatch {
    const { entry, startsAt, endsFrom, isAborted, notice } = prepared;
    const { producerId } = entry;
    this.#producers.set(producerId, entry);
    if (startsAt !== NO_OFFSET) this.#transactions.start(producerId, startsAt);
    const isEnd = endsFrom !== NO_OFFSET;
    this.#journal.add({
      producerId,
      before,
      startedAt: startsAt,
      hasCompleted: isEnd && this.#transactions.complete(producerId, endsFrom, offset),
      verification: prepared.clearsVerification ? this.#verification.clear(producerId) : null,
    });
    if (!isEnd) return notice === null ? ACCEPTED : { kind: 'accepted', completed: null, notice };
    const lastStableOffset = this.#transactions.firstUndecidedOffsetBeside(producerId) ?? offset + 1;
    const completed = { producerId, firstOffset: endsFrom, lastOffset: offset, isAborted, lastStableOffset };
    return { kind: 'accepted', completed, notice };
  }

  // -------------------------------------------------------------------------------------------------------- verification

  /**
   * Before a transactional batch is appended: is the coordinator to be asked?
   *
   * @returns the guard to append with once it confirmed; null when the transaction is open already.
   */
  startVerification(
    question: VerificationQuestion,
    nowMs: number,
  ): { readonly kind: 'started'; readonly guard: VerificationGuard | null } | RefusedAppend {
    const { producerId, producerEpoch } = question;
    const entry = this.#producers.get(producerId);
    if (entry !== undefined && producerEpoch < entry.producerEpoch) {
      return staleEpoch(entry, producerEpoch, this.#mapEndOffset);
    }
    const isOngoing = this.hasOngoingTransaction(producerId, producerEpoch);
    return { kind: 'started', guard: isOngoing ? null : this.#verification.ask(question, nowMs) };
  }

  hasOngoingTransaction(producerId: number, producerEpoch: number): boolean {
    const entry = this.#producers.get(producerId);
    return entry !== undefined && hasOngoingTransaction(entry, producerEpoch);
  }

  get verificationCount(): number {
    return this.#verification.size;
  }

  // ------------------------------------------------------------------------------------------------------------ rollback

  /** Taken before an append that may fail. */
  mark(): ProducerStateMark {
    return { change: this.#journal.end, mapEndOffset: this.#mapEndOffset };
  }

  /** Takes back every append since the mark, the last one first. Expiry and the high watermark's moves stay. */
  revertTo({ change, mapEndOffset }: ProducerStateMark): void {
    while (this.#journal.end > change) {
      const { producerId, before, startedAt, hasCompleted, verification } = this.#journal.take();
      if (hasCompleted) this.#transactions.undoComplete();
      if (startedAt !== NO_OFFSET) this.#transactions.undoStart(startedAt);
      if (before === null) this.#producers.delete(producerId);
      else this.#producers.set(producerId, before);
      if (verification !== null) this.#verification.restore(verification);
    }
    this.#mapEndOffset = mapEndOffset;
  }

  /** What was appended before the mark is written, and stays. Older marks are void. */
  release(mark: ProducerStateMark): void {
    this.#journal.release(mark.change);
  }

  // ------------------------------------------------------------------------------------------------------------- offsets

  /** Where the oldest transaction begins that is open, or not decided for good; null when there is none. */
  get firstUnstableOffset(): number | null {
    return this.#transactions.firstUnstableOffset;
  }

  /** Where the oldest open transaction begins. Unlike `firstUnstableOffset` it does not look at the high watermark. */
  get firstUndecidedOffset(): number | null {
    return this.#transactions.firstUndecidedOffset;
  }

  /** Up to where (exclusive) readers of committed data may read. */
  lastStableOffset(highWatermark: number, logStartOffset: number): number {
    const unstable = this.#transactions.firstUnstableOffset;
    return unstable === null ? highWatermark : Math.min(highWatermark, Math.max(unstable, logStartOffset));
  }

  onHighWatermarkUpdated(highWatermark: number): void {
    this.#transactions.settleBelow(highWatermark);
  }

  /** @param latestSnapshotOffset of the snapshots that are left, null for none. */
  onLogStartOffsetIncremented(logStartOffset: number, latestSnapshotOffset: number | null): void {
    this.#transactions.settleBelow(logStartOffset);
    if (this.#mapEndOffset < logStartOffset) this.#mapEndOffset = logStartOffset;
    this.#lastSnapshotOffset = latestSnapshotOffset ?? logStartOffset;
  }

  /** Offset up to which (exclusive) the log is covered. */
  get mapEndOffset(): number {
    return this.#mapEndOffset;
  }

  // ------------------------------------------------------------------------------------------------------------ contents

  get producerIdCount(): number {
    return this.#producers.size;
  }

  /** In the order in which they were first seen. */
  activeProducers(): IterableIterator<ProducerStateEntry> {
    return this.#producers.values();
  }

  lastEntry(producerId: number): ProducerStateEntry | null {
    return this.#producers.get(producerId) ?? null;
  }

  /** Nothing that a truncation could make wrong: no producer, no decided transaction above the high watermark. */
  get isEmpty(): boolean {
    return this.#producers.size === 0 && !this.#transactions.hasCompleted;
  }

  /** Whether the oldest open transaction was left so long ago that its coordinator must have forgotten it. */
  hasLateTransaction(nowMs: number): boolean {
    const oldest = this.#transactions.oldestProducerId;
    const lastTimestamp = oldest === null ? -1 : (this.#producers.get(oldest)?.lastTimestamp ?? -1);
    const lateMs = this.settings.transactionMaxTimeoutMs + LATE_TRANSACTION_BUFFER_MS;
    return lastTimestamp > 0 && nowMs - lastTimestamp > lateMs;
  }

  /** Forgets producers, and questions, that nobody heard of for too long. Open transactions are never forgotten. */
  removeExpired(nowMs: number): void {
    for (const entry of this.#producers.values()) {
      if (this.#isExpired(entry, nowMs)) this.#producers.delete(entry.producerId);
    }
    this.#verification.removeExpired(nowMs, this.settings.producerIdExpirationMs);
  }

  #isExpired({ currentTxnFirstOffset, lastTimestamp }: ProducerStateEntry, nowMs: number): boolean {
    return currentTxnFirstOffset === NO_OFFSET && nowMs - lastTimestamp >= this.settings.producerIdExpirationMs;
  }

  // ----------------------------------------------------------------------------------------------------------- snapshots

  /** Whether a snapshot now would say anything that the last one does not. */
  get isSnapshotDue(): boolean {
    return this.#mapEndOffset > this.#lastSnapshotOffset;
  }

  /** The content of the snapshot file of `mapEndOffset`. It holds the assigned appends too: write it after them. */
  encodeSnapshot(): Uint8Array {
    return encodeProducerSnapshot(this.#producers.values(), this.#producers.size);
  }

  onSnapshotTaken(offset: number): void {
    this.#lastSnapshotOffset = offset;
  }

  /** As a snapshot has it, without the producers that have expired since. Marks are void. */
  load(entries: readonly ProducerStateEntry[], snapshotOffset: number, nowMs: number): void {
    this.#clear();
    for (const entry of entries) if (!this.#isExpired(entry, nowMs)) this.#producers.set(entry.producerId, entry);
    const open = [...this.#producers.values()].filter(
      ({ currentTxnFirstOffset }) => currentTxnFirstOffset !== NO_OFFSET,
    );
    open.sort((a, b) => a.currentTxnFirstOffset - b.currentTxnFirstOffset);
    for (const { producerId, currentTxnFirstOffset } of open)
      this.#transactions.start(producerId, currentTxnFirstOffset);
    this.#mapEndOffset = snapshotOffset;
    this.#lastSnapshotOffset = snapshotOffset;
  }

  /** As of a log that begins there, with no snapshot. Marks are void; guards that are out stay good. */
  truncateFullyAndStartAt(offset: number): void {
    this.#clear();
    this.#mapEndOffset = offset;
    this.#lastSnapshotOffset = 0;
  }

  #clear(): void {
    this.#producers.clear();
    this.#transactions.clear();
    this.#journal.clear();
  }
}
