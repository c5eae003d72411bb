/**
 * One stretch of a log: a file of batches, and the indexes that say where in it to look.
 *
 * Only the last segment of a log is appended to (`activate`); of the others nothing is held but their size until somebody
 * asks. Whoever owns the segment lets no two of `append`, `truncateTo`, `recover`, `seal` and `close` overlap; the rest may.
 */
import { assert, DiskError, type Compute } from '@ottla/runtime';
import { INT32_MAX } from './index-file.ts';
import { formatOffsetName, SEGMENT_SUFFIX } from './log-names.ts';
import type { OpenDirectory } from './open-files.ts';
import { lastOffsetOf, maxTimestampOf } from './segment-batch.ts';
import type { ScratchBuffers, SegmentContext } from './segment-context.ts';
import { SegmentFile } from './segment-file.ts';
import type { IndexSettings } from './segment-index-builder.ts';
import { SegmentIndexes } from './segment-indexes.ts';
import {
  findBatch,
  findByTimestamp,
  findEnd,
  findFirstTimestamp,
  findLargestTimestamp,
  type BatchPlace,
  type SegmentEnd,
} from './segment-lookup.ts';
import { scanForRecovery, type RecoveredBatch, type RecoveredStretch } from './segment-recovery.ts';
import type { TimestampedRecord } from './segment-time-search.ts';
import type { TimestampOffset } from './time-index.ts';
import type { AbortedTransaction } from './transaction-index.ts';

export interface SegmentOptions extends IndexSettings {
  readonly baseOffset: number;
  /** Behind the names of its files: `.cleaned`, `.swap`, `.deleted`, or nothing. */
  readonly suffix?: string;
  /** How much earlier than the others it is rolled by time, so that not all partitions roll at once. Default 0. */
  readonly rollJitterMs?: number;
}

/** Indexes are written at least this often, in bytes of batches: a crash finds most of them on disk. */
const INDEX_WRITE_BYTES = 4_194_304;
const UNKNOWN = -2;
const NO_BYTES = new Uint8Array(0);

export class Segment {
  readonly baseOffset: number;
  readonly #context: SegmentContext;
  readonly #directory: OpenDirectory;
  readonly #options: SegmentOptions;
  readonly #log: SegmentFile;
  #suffix: string;
  /** Made when it is needed: most segments of most brokers are never asked for anything. */
  #indexes: SegmentIndexes | null = null;
  #createdMs: number;
  #isActive = false;
  #bytesSinceIndexWrite = 0;
  #firstTimestamp = UNKNOWN;
  /** Of a segment that is not appended to, once it was asked for. */
  #largest: TimestampOffset | null = null;

  /** A segment whose files are there; nothing is read yet. @param sizeBytes of the `.log` file. */
  constructor(context: SegmentContext, directory: OpenDirectory, options: SegmentOptions, sizeBytes: number) {
    this.baseOffset = options.baseOffset;
    this.#context = context;
    this.#directory = directory;
    this.#options = options;
    this.#suffix = options.suffix ?? '';
    this.#log = new SegmentFile(directory.file(this.#logName(this.#suffix)), sizeBytes);
    this.#createdMs = context.io.clock.wallMs();
  }

  /**
   * Makes an empty segment to append to, in place of files that have its names. The caller syncs the directory before it
   * calls anything in the segment durable.
   *
   * @throws {DiskError}
   */
  static async create(context: SegmentContext, directory: OpenDirectory, options: SegmentOptions): Promise<Segment> {
    const segment = new Segment(context, directory, options, 0);
    await segment.#log.create();
    await segment.indexes.create();
    segment.#firstTimestamp = -1;
    segment.#isActive = true;
    return segment;
  }

  /** Of the `.log` file. */
  get path(): string {
    return this.#log.path;
  }

  /** Bytes of batches, all of them written. */
  get sizeBytes(): number {
    return this.#log.sizeBytes;
  }

  /** When it was made or opened, or emptied. Unix milliseconds. */
  get createdMs(): number {
    return this.#createdMs;
  }

  get rollJitterMs(): number {
    return this.#options.rollJitterMs ?? 0;
  }

  /** Whether it is appended to. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** Largest timestamp of the first batch: what rolling by time counts from; -1 for none. Only while active. */
  get firstTimestamp(): number {
    assert(this.#firstTimestamp !== UNKNOWN, 'the segment is appended to');
    return this.#firstTimestamp;
  }

  /** Whether an index has no room for another entry. Only while active. */
  get isIndexFull(): boolean {
    return this.indexes.builder.isFull;
  }

  /** Whether the distance from the base offset fits the indexes. */
  canHold(offset: number): boolean {
    return offset >= this.baseOffset && offset - this.baseOffset <= INT32_MAX;
  }

  // ------------------------------------------------------------------------------------------------------------ append

  /**
   * Loads what appending takes. A segment that may have ended in a crash is recovered first.
   *
   * @throws {CorruptIndexError} of the transaction index: recover the segment. @throws {DiskError} {CorruptSegmentError}
   */
  async activate(): Promise<void> {
    if (this.#isActive) return;
    await this.indexes.pin();
    await this.readFirstTimestamp();
    this.#isActive = true;
  }

  /**
   * Adds whole batches at the end in one vectored write, and to the indexes once they are written. Their headers were checked
   * (`batchFault`), and `rollReason` found nothing.
   *
   * @param lastOffset of the last batch.
   * @throws {DiskError} nothing was added. What the file holds of it is cut off: at once, or else before the next append.
   */
  async append(chunks: readonly Uint8Array[], lastOffset: number): Promise<void> {
    const bytes = totalBytes(chunks);
    assert(this.#isActive, 'the segment is appended to');
    assert(this.canHold(lastOffset) && bytes <= INT32_MAX - this.sizeBytes, 'a full segment was rolled');
    await this.#log.append(chunks);
    this.#added(chunks);
    this.#log.take(bytes);
    this.#bytesSinceIndexWrite += bytes;
    if (this.#bytesSinceIndexWrite >= INDEX_WRITE_BYTES) await this.#writeIndexesEarly();
  }

  /** Adds a transaction whose abort marker was appended. Only while active. */
  addAborted(transaction: AbortedTransaction): void {
    this.indexes.addAborted(transaction);
  }

  /** Makes all that was appended durable; the indexes not. @throws {DiskError} fatal for the log directory. */
  datasync(): Promise<void> {
    return this.#log.datasync();
  }

  /** Makes all that was appended durable, the indexes too. @throws {DiskError} fatal for the log directory. */
  async flush(): Promise<void> {
    await this.#log.datasync();
    if (this.#isActive) await this.indexes.write();
    await this.#indexes?.sync();
  }

  /** Ends appending: the indexes are written for good. The next segment may begin. @throws {DiskError} it goes on. */
  async seal(): Promise<void> {
    assert(this.#isActive, 'the segment is appended to');
    await this.#log.mend();
    this.#largest = this.indexes.builder.largest;
    this.indexes.builder.finish();
    await this.indexes.write();
    this.#isActive = false;
    this.indexes.unpin();
  }

  /** Leaves the files as Kafka does, and gives up memory and handles. Syncs nothing. @throws {DiskError} */
  async close(): Promise<void> {
    if (this.#isActive) await this.seal();
    await this.#log.close();
    await this.#indexes?.close();
  }

  // -------------------------------------------------------------------------------------------------------------- read

  /**
   * Reads bytes of batches from `position` on: as many as `into` takes, or there are.
   *
   * @throws {CorruptSegmentError} the file is shorter than it was. @throws {DiskError}
   */
  read(into: Uint8Array, position: number): Promise<number> {
    return this.#log.read(into, position);
  }

  /**
   * The first batch that ends at `offset` or above it; null when there is none.
   *
   * @param startingPosition where a batch starts that is known not to lie behind it.
   * @throws {CorruptSegmentError} there is something else than batches. @throws {DiskError}
   */
  translateOffset(offset: number, startingPosition = 0): Promise<BatchPlace | null> {
    return findBatch(this, offset, startingPosition);
  }

  /** An offset that no record before `position` reaches, by the index alone; null for the segment's end. @throws {DiskError} */
  async upperBoundOffset(position: number): Promise<number | null> {
    const { offsets } = await this.indexes.load();
    return offsets.upperBound(position)?.offset ?? null;
  }

  /** Where the records end, by headers from the last index entry on. @throws {DiskError} {CorruptSegmentError} */
  readEnd(): Promise<SegmentEnd> {
    return findEnd(this);
  }

  /**
   * The first record at `timestamp` or later and at `startingOffset` or beyond; null when there is none.
   *
   * @throws {CorruptSegmentError} there is something else than batches. @throws {DiskError}
   */
  findByTimestamp(timestamp: number, startingOffset: number): Promise<TimestampedRecord | null> {
    return findByTimestamp(this, timestamp, startingOffset);
  }

  /** The largest timestamp, and the last offset of its batch; -1 when there is none. @throws {DiskError} */
  async largestTimestamp(): Promise<TimestampOffset> {
    if (this.#isActive) return this.indexes.builder.largest;
    if (this.#largest === null) {
      const { times } = await this.indexes.load();
      this.#largest = { timestamp: times.lastTimestamp, offset: times.lastOffset };
    }
    return this.#largest;
  }

  /** What retention by time goes by: the largest timestamp, or for records without one when the file changed. */
  async retentionTimestamp(): Promise<number> {
    const { timestamp } = await this.largestTimestamp();
    if (timestamp >= 0) return timestamp;
    const stat = await this.#directory.files.disk.stat(this.path);
    return stat?.modifiedMs ?? this.#createdMs;
  }

  /** Largest timestamp of the first batch, -1 for none. @throws {DiskError} {CorruptSegmentError} */
  async readFirstTimestamp(): Promise<number> {
    if (this.#firstTimestamp === UNKNOWN) this.#firstTimestamp = await findFirstTimestamp(this);
    return this.#firstTimestamp;
  }

  /**
   * Adds to `into` the aborted transactions that a reader of `[fetchOffset, upperBoundOffset)` has to know.
   *
   * @returns whether that is all: if not, segments after this one may have more.
   * @throws {CorruptIndexError} the segment has to be recovered. @throws {DiskError}
   */
  async collectAborted(fetchOffset: number, upperBoundOffset: number, into: AbortedTransaction[]): Promise<boolean> {
    const transactions = await this.indexes.transactions();
    return transactions.collect(fetchOffset, upperBoundOffset, into);
  }

  // ------------------------------------------------------------------------------------------------- cut, recover, name

  /**
   * Removes the batches from the one on that holds `offset`. The segment is active then.
   *
   * @returns bytes removed. @throws {DiskError} {CorruptSegmentError} {CorruptIndexError}
   */
  async truncateTo(offset: number): Promise<number> {
    await this.activate();
    const place = await this.translateOffset(offset);
    // NOTE(order): an index that knows less than the log holds is right; one that knows more is not.
    await this.indexes.truncateTo(offset);
    const removed = place === null ? 0 : this.sizeBytes - place.position;
    if (place !== null) await this.#truncateLog(place.position);
    this.indexes.builder.largest = await findLargestTimestamp(this);
    return removed;
  }

  /**
   * Reads all batches, checks them, and cuts the file after the last that is intact and in order. The indexes are built anew;
   * the transactions among them are what `onBatch` adds. The segment is active then. Run again it changes nothing.
   *
   * @param onBatch must keep nothing of what it is given.
   * @throws {DiskError}
   */
  async recover(onBatch: (batch: RecoveredBatch) => void): Promise<RecoveredStretch> {
    this.#isActive = false;
    const builder = this.indexes.reset();
    this.#firstTimestamp = -1;
    const stretch = await scanForRecovery({
      compute: this.compute,
      read: (into, position) => this.#log.readAny(into, position),
      sizeBytes: this.sizeBytes,
      baseOffset: this.baseOffset,
      onBatch: (batch) => {
        const { bytes, position, sizeBytes, filePosition } = batch;
        const timestamp = maxTimestampOf(bytes, position);
        if (filePosition === 0) this.#firstTimestamp = timestamp;
        builder.add(filePosition, sizeBytes, lastOffsetOf(bytes, position), timestamp);
        onBatch(batch);
      },
    });
    await this.#truncateLog(stretch.validBytes);
    builder.finish();
    builder.bytesSinceEntry = 0;
    await this.indexes.write();
    this.#isActive = true;
    return stretch;
  }

  /** Renames the files, so that they end with `suffix`. @throws {DiskError} some may have the new name. */
  async changeSuffix(suffix: string): Promise<void> {
    await this.#log.rename(this.#logName(suffix));
    await this.indexes.changeSuffix(suffix);
    this.#suffix = suffix;
  }

  /** Removes the files. @throws {DiskError} */
  async remove(): Promise<void> {
    await this.#log.remove();
    await this.indexes.remove();
  }

  // --------------------------------------------------------------------------------------------------- the parts' own

  get indexes(): SegmentIndexes {
    const { baseOffset } = this;
    const at = { directory: this.#directory, baseOffset, suffix: this.#suffix };
    return (this.#indexes ??= new SegmentIndexes(this.#context, this, at, this.#options));
  }

  get compute(): Compute {
    return this.#context.io.compute;
  }

  get buffers(): ScratchBuffers {
    return this.#context.lookBuffers;
  }

  #logName(suffix: string): string {
    return formatOffsetName(this.baseOffset, SEGMENT_SUFFIX + suffix);
  }

  /** Tells the indexes what was written. */
  #added(chunks: readonly Uint8Array[]): void {
    const { builder } = this.indexes;
    const { batches } = this.#context;
    let start = this.sizeBytes;
    for (const chunk of chunks) {
      batches.open(chunk);
      while (batches.next()) {
        const timestamp = maxTimestampOf(chunk, batches.position);
        if (start + batches.position === 0) this.#firstTimestamp = timestamp;
        builder.add(start + batches.position, batches.size, lastOffsetOf(chunk, batches.position), timestamp);
      }
      assert(batches.trailingBytes === 0, 'what is appended is whole batches');
      start += chunk.length;
    }
    // What it points to may be a slab that is wanted back.
    batches.open(NO_BYTES);
  }

  async #writeIndexesEarly(): Promise<void> {
    this.#bytesSinceIndexWrite = 0;
    try {
      await this.indexes.write();
    } catch (error) {
      // What was appended stays appended. The flush, or the roll, writes them again, and its failure counts.
      if (!(error instanceof DiskError)) throw error;
    }
  }

  async #truncateLog(sizeBytes: number): Promise<void> {
    await this.#log.truncate(sizeBytes);
    if (sizeBytes > 0) return;
    this.#createdMs = this.#context.io.clock.wallMs();
    this.#firstTimestamp = -1;
  }
}

function totalBytes(chunks: readonly Uint8Array[]): number {
  let total = 0;
  for (const chunk of chunks) total += chunk.length;
  return total;
}
