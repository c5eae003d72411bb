/**
 * The log of one partition: segments in the order of their offsets, the last one appended to.
 *
 * An append is *assigned* its offsets at once, and with them everything that follows from it: producers, epochs, the segment
 * that it goes into. It is *written* later, together with whatever came meanwhile; only then does anybody see it. What cannot
 * be written is taken back, and so is everything that was assigned behind it.
 *
 * Five offsets, never one for the other: assigned end, written end, flushed end, high watermark, log start.
 */
import {
  BatchIterator,
  batchBaseOffset,
  batchLastOffset,
  batchMaxTimestamp,
  batchPartitionLeaderEpoch,
} from '@ottla/protocol';
import { assert, DiskError, isOperationalError } from '@ottla/runtime';
import { AppendChain, type ChainedAppend } from './append-chain.ts';
import type { AppendOptions, AppendOutcome } from './append-outcome.ts';
import { refusedAppend } from './append-refusal.ts';
import type { EpochEndOffset, EpochMark, LeaderEpochCache } from './leader-epoch-cache.ts';
import type { LogConfig } from './log-config.ts';
import { LogOfflineError, LogWriteError } from './log-errors.ts';
import { readLog, segmentIndexOf, type LogRead } from './log-read.ts';
import { parseOffsetName } from './log-names.ts';
import type { PartitionLogParts } from './partition-log-parts.ts';
import { syncProducerSnapshot, writeProducerSnapshot } from './producer-state/producer-snapshot-file.ts';
import type { ProducerStateMark } from './producer-state/producer-state-journal.ts';
import type { ProducerStateManager } from './producer-state/producer-state-manager.ts';
import { maxSegmentMs, RollPlan } from './roll-plan.ts';
import { Segment } from './segment.ts';
import type { Backing } from './tail-cache.ts';
import type { AbortedTransaction } from './transaction-index.ts';

interface PendingAppend extends ChainedAppend {
  readonly aborted: readonly AbortedTransaction[];
  readonly backing: Backing | undefined;
  /** Of the state before it. */
  readonly producerMark: ProducerStateMark;
  readonly epochMark: EpochMark;
  /** Of the state with it: what was before needs no way back once it is written. */
  readonly producerMarkAfter: ProducerStateMark;
}

const NO_TRANSACTION_VERSION = -1;

export class PartitionLog {
  config: LogConfig;
  readonly epochs: LeaderEpochCache;
  readonly producers: ProducerStateManager;
  readonly #parts: PartitionLogParts;
  readonly #segments: Segment[];
  readonly #chain: AppendChain<PendingAppend>;
  #plan: RollPlan;
  /** Assigned and not yet written, in order. */
  #pending: PendingAppend[] = [];
  #assignedEnd: number;
  #writtenEnd: number;
  #flushedEnd: number;
  #highWatermark: number;
  #logStartOffset: number;
  /** Segments were made since the directory was synced; at first by whoever made or loaded the log. */
  #hasNewFiles = true;
  #snapshotsToSync: number[] = [];
  #offline: LogOfflineError | null = null;

  constructor(parts: PartitionLogParts) {
    const { segments, nextOffset, logStartOffset, recoveryPoint } = parts;
    const active = segments.at(-1);
    assert(active !== undefined && active.isActive, 'the last segment of a log is appended to');
    assert(logStartOffset <= nextOffset && recoveryPoint <= nextOffset, 'a log does not end before it starts');
    this.#parts = parts;
    this.config = parts.config;
    this.epochs = parts.epochs;
    this.producers = parts.producers;
    this.#segments = [...segments];
    this.#plan = new RollPlan(active);
    this.#assignedEnd = nextOffset;
    this.#writtenEnd = nextOffset;
    this.#flushedEnd = recoveryPoint;
    this.#highWatermark = logStartOffset;
    this.#logStartOffset = logStartOffset;
    this.#chain = new AppendChain<PendingAppend>(
      {
        flushMessages: () => this.config.flushMessages,
        prepareWrite: () => (this.epochs.isDirty ? this.#flushEpochs() : null),
        flushBefore: (offset) => this.#flushBefore(offset),
        flushedEnd: () => this.#flushedEnd,
        onWritten: (append) => this.#onWritten(append),
        onFailed: (error) => this.#onFailed(error),
      },
      active,
    );
  }

  // ------------------------------------------------------------------------------------------------------------ offsets

  /** Where the next append begins. Above what anybody may see. */
  get assignedEnd(): number {
    return this.#assignedEnd;
  }

  /** One past the last record that is written: Kafka's log end offset. */
  get logEndOffset(): number {
    return this.#writtenEnd;
  }

  /** One past the last record that is on the device: Kafka's recovery point. */
  get recoveryPoint(): number {
    return this.#flushedEnd;
  }

  get highWatermark(): number {
    return this.#highWatermark;
  }

  get logStartOffset(): number {
    return this.#logStartOffset;
  }

  get lastStableOffset(): number {
    return this.producers.lastStableOffset(this.#highWatermark, this.#logStartOffset);
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  get sizeBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
  }

  /** Moves within what is written; never back. @returns the watermark as it is now. */
  updateHighWatermark(offset: number): number {
    this.#highWatermark = Math.max(this.#highWatermark, Math.min(offset, this.#writtenEnd));
    this.producers.onHighWatermarkUpdated(this.#highWatermark);
    return this.#highWatermark;
  }

  /** As OffsetsForLeaderEpoch answers (KIP-320). Undefined (-1, -1) where nothing is known. */
  endOffsetForEpoch(leaderEpoch: number): EpochEndOffset {
    return this.epochs.endOffsetFor(leaderEpoch, this.#writtenEnd);
  }

  // ------------------------------------------------------------------------------------------------------------- append

  /**
   * Appends whole batches that were validated and have their offsets: the next ones on a leader, any above on a follower.
   *
   * @param bytes left alone by the caller from now on.
   * @throws {LogOfflineError} the log is given up.
   */
  append(bytes: Uint8Array, options: AppendOptions): AppendOutcome {
    if (this.#offline !== null) throw this.#offline;
    const { origin, transactionVersion = NO_TRANSACTION_VERSION, verificationGuard = null } = options;
    const firstOffset = batchBaseOffset(bytes);
    if (firstOffset < this.#assignedEnd) {
      const reason = `the first offset is ${firstOffset}, and the log already ends at ${this.#assignedEnd}`;
      return refusedAppend('UNKNOWN_SERVER_ERROR', `${reason}: truncate before appending what replaces it.`);
    }
    const shape = shapeOf(bytes);
    const rolled = this.#planRoll(bytes.length, shape);
    const producerMark = this.producers.mark();
    const epochMark = this.epochs.mark();
    const aborted: AbortedTransaction[] = [];
    const batches = new BatchIterator(bytes);
    while (batches.next()) {
      const at = batches.position;
      const verdict = this.producers.append(bytes, at, { origin, transactionVersion, verificationGuard });
      if (verdict.kind !== 'accepted') {
        this.producers.revertTo(producerMark);
        this.epochs.revertTo(epochMark);
        return verdict.kind === 'refused' ? verdict : { ...verdict, written: this.#writtenUpTo(verdict.lastOffset) };
      }
      if (verdict.completed !== null && verdict.completed.isAborted) aborted.push(verdict.completed);
      const epoch = batchPartitionLeaderEpoch(bytes, at);
      if (epoch >= 0) this.epochs.assign(epoch, batchBaseOffset(bytes, at));
    }
    const { lastOffset } = shape;
    if (rolled !== null) this.#roll(firstOffset, rolled);
    this.producers.advanceTo(lastOffset + 1);
    const append: PendingAppend = {
      bytes,
      baseOffset: firstOffset,
      nextOffset: lastOffset + 1,
      aborted,
      backing: options.backing,
      producerMark,
      epochMark,
      producerMarkAfter: this.producers.mark(),
    };
    this.#plan.add(bytes.length, batchMaxTimestamp(bytes));
    this.#assignedEnd = lastOffset + 1;
    this.#pending.push(append);
    return { kind: 'assigned', firstOffset, lastOffset, written: this.#explained(this.#chain.push(append)) };
  }

  /** Resolves once what was assigned so far is written. */
  #writtenUpTo(offset: number): Promise<void> {
    return offset < this.#writtenEnd
      ? Promise.resolve()
      : this.#explained(
          this.#chain.exclusively(async () => {
            if (offset >= this.#writtenEnd) throw new Error('the append that it repeats was not written');
          }),
        );
  }

  async #explained(written: Promise<void>): Promise<void> {
    try {
      await written;
    } catch (error) {
      throw this.#offline ?? new LogWriteError(this.#parts.directory.path, error);
    }
  }

  /** What a new segment for the append begins with: the producers as they are before it. Null when none is due. */
  #planRoll(bytes: number, { lastOffset, maxTimestamp }: AppendShape): Uint8Array | null {
    const nowMs = this.#parts.clock.wallMs();
    if (this.#plan.rollReason({ bytes, maxTimestamp, lastOffset }, this.config, nowMs) === null) return null;
    // After a segment of nothing another one would begin at the same offset.
    if (this.#plan.sizeBytes === 0 && this.#plan.canHold(lastOffset)) return null;
    return this.producers.encodeSnapshot();
  }

  #roll(baseOffset: number, snapshot: Uint8Array): void {
    const rollJitterMs = this.#drawJitter();
    this.#plan.roll(baseOffset, this.#parts.clock.wallMs(), rollJitterMs);
    this.#chain.roll(() => this.#createSegment(baseOffset, rollJitterMs, snapshot));
  }

  #drawJitter(): number {
    const most = Math.min(this.config.segmentJitterMs, maxSegmentMs(this.config));
    return most === 0 ? 0 : this.#parts.random.below(Math.min(most, 2 ** 32));
  }

  async #createSegment(baseOffset: number, rollJitterMs: number, snapshot: Uint8Array): Promise<Segment> {
    const { context, directory, disk } = this.#parts;
    const { indexIntervalBytes, segmentIndexBytes } = this.config;
    const options = { baseOffset, rollJitterMs, indexIntervalBytes, indexBytesMax: segmentIndexBytes };
    this.#hasNewFiles = true;
    let segment: Segment;
    try {
      await writeProducerSnapshot(disk, directory.path, baseOffset, snapshot, false);
      segment = await Segment.create(context, directory, options);
    } catch (error) {
      await this.#removeUnmade(baseOffset);
      throw error;
    }
    this.producers.onSnapshotTaken(baseOffset);
    this.#snapshotsToSync.push(baseOffset);
    this.#segments.push(segment);
    this.#plan.made(segment);
    return segment;
  }

  /** The old segment may go on beyond that offset: an empty one that is found there would end the log when it is opened. */
  async #removeUnmade(baseOffset: number): Promise<void> {
    const { disk, directory } = this.#parts;
    try {
      for (const { name } of await disk.list(directory.path)) {
        if (parseOffsetName(name)?.offset === baseOffset) await disk.remove(`${directory.path}/${name}`);
      }
    } catch (error) {
      throw this.#goOffline(error);
    }
  }

  #onWritten(append: PendingAppend): void {
    assert(this.#pending[0] === append, 'appends are written in the order in which they were assigned');
    this.#pending.shift();
    this.#writtenEnd = append.nextOffset;
    this.producers.release(append.producerMarkAfter);
    for (const transaction of append.aborted) this.#chain.active.addAborted(transaction);
    this.#parts.tail.append(append.bytes, append.baseOffset, append.nextOffset, append.backing);
  }

  #onFailed(error: unknown): void {
    const first = this.#pending[0];
    if (first !== undefined) {
      this.producers.revertTo(first.producerMark);
      this.epochs.revertTo(first.epochMark);
    }
    this.#pending = [];
    this.#assignedEnd = this.#writtenEnd;
    this.#plan = new RollPlan(this.#chain.active);
    if (!isOperationalError(error)) this.#goOffline(error);
  }

  // --------------------------------------------------------------------------------------------------------------- read

  /**
   * Batches that end below `upTo`; see `readLog`.
   *
   * @throws {DiskError} {CorruptSegmentError} {SlabPoolExhaustedError}
   */
  read(offset: number, upTo: number, maxBytes: number, minOneMessage: boolean): Promise<LogRead> {
    assert(offset >= this.#logStartOffset && upTo <= this.#writtenEnd, 'nobody reads what is gone or not yet written');
    const { tail, diskReads } = this.#parts;
    const log = { segments: this.#segments, tail, diskReads };
    return readLog(log, { offset, upTo, maxBytes, minOneMessage });
  }

  /** Aborted transactions that a reader of committed data in `[offset, upperBound)` has to know. */
  async abortedTransactions(offset: number, upperBound: number): Promise<AbortedTransaction[]> {
    const found: AbortedTransaction[] = [];
    for (let index = segmentIndexOf(this.#segments, offset); index < this.#segments.length; index++) {
      if (await this.#segments[index]!.collectAborted(offset, upperBound, found)) break;
    }
    return found;
  }

  // -------------------------------------------------------------------------------------------------------------- flush

  /** Makes what is written by now durable. @throws {LogOfflineError} the device did not take it. */
  async flush(): Promise<void> {
    await this.#chain.exclusively(() => this.#flushBefore(this.#writtenEnd));
  }

  async #flushBefore(offset: number): Promise<void> {
    const { disk, directory } = this.#parts;
    try {
      // The one before it too: a failed write that was cut off at its end must not come back behind the next segment.
      const first = Math.max(0, segmentIndexOf(this.#segments, this.#flushedEnd) - 1);
      for (let index = first; index < this.#segments.length; index++) {
        const segment = this.#segments[index]!;
        if (segment.isActive) await segment.datasync();
        else await segment.flush();
      }
      for (const snapshot of this.#snapshotsToSync) await syncProducerSnapshot(disk, directory.path, snapshot);
      if (this.#hasNewFiles) await disk.syncDirectory(directory.path);
    } catch (error) {
      throw this.#goOffline(error);
    }
    this.#snapshotsToSync = [];
    this.#hasNewFiles = false;
    this.#flushedEnd = Math.max(this.#flushedEnd, offset);
  }

  /** An epoch is on the device before its first record is written. */
  async #flushEpochs(): Promise<void> {
    try {
      await this.epochs.flush(this.#parts.epochFile);
    } catch (error) {
      // A directory whose sync failed has lost names for good, those of segments among them.
      const isSync = error instanceof DiskError && error.operation.startsWith('sync');
      throw isSync ? this.#goOffline(error) : error;
    }
  }

  /** Nothing is trusted any more that was not flushed: the pages may be gone though reads still see them. */
  #goOffline(error: unknown): LogOfflineError {
    if (this.#offline === null) {
      this.#offline = new LogOfflineError(this.#parts.directory.path, error);
      this.#parts.onOffline(this.#offline);
    }
    return this.#offline;
  }

  /** Flushes, and leaves the files as Kafka does. Nothing may be called afterwards. @throws {LogOfflineError} */
  async close(): Promise<void> {
    await this.#chain.exclusively(async () => {
      await this.#flushBefore(this.#writtenEnd);
      for (const segment of this.#segments) await segment.close();
    });
    this.#parts.tail.clear();
    for (const segment of this.#segments) this.#parts.diskReads.forget(segment);
  }
}

interface AppendShape {
  readonly lastOffset: number;
  readonly maxTimestamp: number;
}

function shapeOf(bytes: Uint8Array): AppendShape {
  const batches = new BatchIterator(bytes);
  let lastOffset = batchBaseOffset(bytes) - 1;
  let maxTimestamp = -1;
  while (batches.next()) {
    assert(batchBaseOffset(bytes, batches.position) > lastOffset, 'offsets of what is appended ascend');
    lastOffset = batchLastOffset(bytes, batches.position);
    maxTimestamp = Math.max(maxTimestamp, batchMaxTimestamp(bytes, batches.position));
  }
  assert(batches.trailingBytes === 0, 'what is appended is whole batches');
  return { lastOffset, maxTimestamp };
}
