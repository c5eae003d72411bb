/**
 * Walks the headers of the batches in a segment file. It reads a stretch at a time and leaps over what a header says to be
 * longer than that: to find a batch, nobody reads the records before it.
 */
import {
  batchBaseOffset,
  batchLastOffset,
  batchMagic,
  batchMaxTimestamp,
  batchPartitionLeaderEpoch,
  batchSize,
  legacyTimestamp,
  LOG_OVERHEAD_BYTES,
  RecordBatchError,
  RECORD_BATCH_HEADER_BYTES,
} from '@ottla/protocol';
import type { SegmentStop, SegmentStopKind } from './segment-errors.ts';

/** Up to and with the magic: what tells the rest. */
const HEADER_BYTES_MIN = 17;
const LEGACY_BYTES_MIN = [LOG_OVERHEAD_BYTES + 14, LOG_OVERHEAD_BYTES + 22] as const;

/** Where the bytes of a segment come from. */
export interface SegmentBytes {
  /** Fills `into`; returns less only where the segment ends. */
  read(into: Uint8Array, position: number): Promise<number>;
}

/** `while (await headers.next())` look at the fields; afterwards `stop` says why it ended, null at the end of the segment. */
export class BatchHeaders {
  /** Where the current batch starts. */
  position = 0;
  sizeBytes = 0;
  magic = 0;
  /** In magic 0 and 1 the last offset: what is inside is not looked at. */
  baseOffset = -1;
  lastOffset = -1;
  maxTimestamp = -1;
  /** -1 when there is none. */
  partitionLeaderEpoch = -1;
  stop: SegmentStop | null = null;

  readonly #source: SegmentBytes;
  readonly #buffer: Uint8Array;
  readonly #end: number;
  /** Where in the file the buffer's first byte stands, and how many it has. */
  #bufferPosition: number;
  #filled = 0;
  #next: number;

  /** @param end of the segment; @param buffer is the walker's alone until the walk is done. */
  constructor(source: SegmentBytes, buffer: Uint8Array, position: number, end: number) {
    this.#source = source;
    this.#buffer = buffer;
    this.#end = end;
    this.#bufferPosition = position;
    this.#next = position;
  }

  /** Where the batch behind the current one starts. After the walk: where it ended. */
  get nextPosition(): number {
    return this.#next;
  }

  /** The current batch is the next one again. */
  rewind(): void {
    this.#next = this.position;
  }

  /** Moves to the next batch. @throws {DiskError} */
  async next(): Promise<boolean> {
    return this.step() || ((await this.fill()) && this.step());
  }

  /** Says that the buffer's first bytes are the segment's already: nothing is read until they are walked. */
  hold(filled: number): void {
    this.#filled = filled;
  }

  /** Moves to the next batch if its header was read already: `while (await fill()) while (step())` makes few promises. */
  step(): boolean {
    const at = this.#next - this.#bufferPosition;
    const left = this.#end - this.#next;
    if (this.stop !== null || at + Math.min(HEADER_BYTES_MIN, left) > this.#filled || left === 0) return false;
    if (left <= HEADER_BYTES_MIN) return this.#stopAt('torn', `${left} bytes, too few for a batch`);
    const size = batchSize(this.#buffer, at);
    const magic = batchMagic(this.#buffer, at);
    if (!this.#isPossible(size, magic)) return false;
    if (at + Math.min(size, RECORD_BATCH_HEADER_BYTES) > this.#filled) return false;
    if (!this.#take(at, magic)) return false;
    this.position = this.#next;
    this.sizeBytes = size;
    this.#next += size;
    return true;
  }

  /** Reads the header of the next batch and what follows it. @returns false when there is no next. @throws {DiskError} */
  async fill(): Promise<boolean> {
    if (this.stop !== null || this.#next === this.#end) return false;
    this.#bufferPosition = this.#next;
    const wanted = Math.min(this.#buffer.length, this.#end - this.#next);
    this.#filled = await this.#source.read(this.#buffer.subarray(0, wanted), this.#next);
    if (this.#filled < wanted) return this.#stopAt('torn', `the file ends ${wanted - this.#filled} bytes early`);
    return true;
  }

  #isPossible(size: number, magic: number): boolean {
    const smallest = magic >= 0 && magic < 2 ? LEGACY_BYTES_MIN[magic]! : RECORD_BATCH_HEADER_BYTES;
    if (size < LEGACY_BYTES_MIN[0]) return this.#stopAt('size', `a batch of ${size} bytes`);
    if (magic < 0 || magic > 2) return this.#stopAt('magic', `magic ${magic}, expected 0, 1 or 2`);
    if (size < smallest) return this.#stopAt('size', `a batch of ${size} bytes in magic ${magic}`);
    if (this.#next + size > this.#end)
      return this.#stopAt('torn', `${this.#end - this.#next} of ${size} bytes of a batch`);
    return true;
  }

  #take(at: number, magic: number): boolean {
    const bytes = this.#buffer;
    this.magic = magic;
    try {
      this.baseOffset = batchBaseOffset(bytes, at);
      this.lastOffset = magic === 2 ? batchLastOffset(bytes, at) : this.baseOffset;
      this.maxTimestamp = magic === 2 ? batchMaxTimestamp(bytes, at) : legacyTimestamp(bytes, at);
    } catch (error) {
      if (!(error instanceof RecordBatchError)) throw error;
      return this.#stopAt('header', error.reason);
    }
    this.partitionLeaderEpoch = magic === 2 ? batchPartitionLeaderEpoch(bytes, at) : -1;
    if (this.baseOffset >= 0 && this.lastOffset >= this.baseOffset) return true;
    return this.#stopAt('header', `offsets ${this.baseOffset} to ${this.lastOffset}`);
  }

  #stopAt(kind: SegmentStopKind, reason: string): false {
    this.stop = { kind, position: this.#next, reason };
    return false;
  }
}
