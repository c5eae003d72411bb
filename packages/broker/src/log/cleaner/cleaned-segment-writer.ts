/** Writes what stays of a group of segments into one, and leaves it whole on the disk, ready to take their place. */
import { DiskError, type Io } from '@ottla/runtime';
import { CorruptIndexError, INT32_MAX } from '../index-file.ts';
import type { Segment } from '../segment.ts';
import type { AbortedTransaction } from '../transaction-index.ts';
import type { CleanableLog } from './cleanable-log.ts';
import { CleanedSegmentTooLargeError } from './cleaner-errors.ts';

export class CleanedSegmentWriter {
  readonly segment: Segment;
  readonly #disk: Io['disk'];
  readonly #logName: string;
  readonly #first: Segment;
  #lastAborted: AbortedTransaction | null = null;

  constructor(disk: Io['disk'], logName: string, segment: Segment, first: Segment) {
    this.#disk = disk;
    this.#logName = logName;
    this.segment = segment;
    this.#first = first;
  }

  /** @throws {DiskError} */
  static async create(disk: Io['disk'], log: CleanableLog, group: readonly Segment[]): Promise<CleanedSegmentWriter> {
    const first = group[0]!;
    return new CleanedSegmentWriter(disk, log.name, await log.createCleanedSegment(first.baseOffset), first);
  }

  /** A transaction whose abort marker is about to be appended. @throws {CorruptIndexError} the marker is another's. */
  addAborted(transaction: AbortedTransaction): void {
    const before = this.#lastAborted;
    if (before !== null && transaction.lastOffset <= before.lastOffset) {
      const reason = `the marker of a transaction at ${transaction.lastOffset} is found after that at ${before.lastOffset}`;
      throw new CorruptIndexError(this.#first.path, reason);
    }
    this.segment.addAborted(transaction);
    this.#lastAborted = transaction;
  }

  /** @param lastOffset of the last batch. @throws {CleanedSegmentTooLargeError} @throws {DiskError} */
  async append(batches: Uint8Array, lastOffset: number): Promise<void> {
    const { segment } = this;
    const sizeBytes = segment.sizeBytes + batches.length;
    if (!segment.canHold(lastOffset) || sizeBytes > INT32_MAX) {
      throw new CleanedSegmentTooLargeError(this.#logName, segment.baseOffset, lastOffset, sizeBytes);
    }
    await segment.append([batches], lastOffset);
  }

  /** Makes all of it durable, but for the names of the files. @throws {DiskError} */
  async finish(): Promise<void> {
    await this.segment.seal();
    const old = await this.#first.indexes.transactions();
    // It is renamed over the old one: without it that would stay, and hide records of whoever aborted there.
    if (this.#lastAborted === null && old.entries > 0) await this.#createEmptyTransactionIndex();
    await this.segment.flush();
  }

  /** Removes the files. What cannot be removed now, the next attempt or the next start removes. */
  async discard(): Promise<void> {
    try {
      await this.segment.remove();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
    }
  }

  async #createEmptyTransactionIndex(): Promise<void> {
    const path = this.segment.path.replace(/\.log(?=\.cleaned$)/, '.txnindex');
    const file = await this.#disk.open(path, 'create');
    await file.truncate(0);
    await file.close();
  }
}
