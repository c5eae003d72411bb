/**
 * A segment or a snapshot of the metadata log, read from front to back: one batch after the other, however large the file.
 *
 * Unlike the log it goes on behind damage: `resync` looks for the next batch whose CRC is right.
 */
import { MiB, type Disk, type DiskFile } from '@ottla/runtime';
import {
  batchFault,
  RECORD_BATCH_HEADER_BYTES,
  RecordBatchError,
  BatchIterator,
  LOG_OVERHEAD_BYTES,
} from '@ottla/protocol';

const WINDOW_BYTES = MiB;
/** No larger batch is read into memory: `message.max.bytes` is rarely set above 10 MiB. */
const BATCH_BYTES_MAX = 256 * MiB;
const MAGIC_AT = 16;
const ZEROS: Readonly<Uint8Array> = new Uint8Array(64 * 1024);

export interface StoredBatch {
  /** The one batch; valid until the next call. */
  readonly bytes: Uint8Array;
  /** Where it starts in the file. */
  readonly position: number;
}

/** Why the walk ended before the file did. */
export interface BatchStop {
  /** `torn`: the last batch is cut off; `zeros`: nothing else follows; `damage`: no batch can begin like that. */
  readonly kind: 'torn' | 'zeros' | 'damage';
  readonly position: number;
  /** What was found there. */
  readonly reason: string;
}

export class BatchFile {
  readonly sizeBytes: number;
  /** Set once `next` has returned null before the end of the file. */
  stop: BatchStop | null = null;
  readonly #file: DiskFile;
  #window = new Uint8Array(0);
  #windowPosition = 0;
  #position = 0;

  private constructor(file: DiskFile, sizeBytes: number) {
    this.#file = file;
    this.sizeBytes = sizeBytes;
  }

  /** @param bytesMax what lies behind is left out. @throws {DiskError} */
  static async open(disk: Disk, path: string, bytesMax = Infinity): Promise<BatchFile> {
    const file = await disk.open(path, 'read');
    return new BatchFile(file, Math.min(await file.size(), bytesMax));
  }

  /** Where the next batch starts, or would. */
  get position(): number {
    return this.#position;
  }

  /** Null at the end, and where no batch is: see `stop`. @throws {DiskError} */
  async next(): Promise<StoredBatch | null> {
    if (this.stop !== null) return null;
    const position = this.#position;
    const size = await this.#sizeAt(position);
    if (size === 0) return null;
    const bytes = (await this.#load(position, size)).subarray(0, size);
    if (bytes.length < size) {
      this.stop = { kind: 'torn', position, reason: 'the file became shorter while it was read' };
      return null;
    }
    this.#position = position + size;
    return { bytes, position };
  }

  /** The batch at `position`, whatever stands there; null when none does. @throws {DiskError} */
  async at(position: number): Promise<StoredBatch | null> {
    // An index that is damaged may say anything.
    if (position < 0) return null;
    this.stop = null;
    this.#position = position;
    return await this.next();
  }

  /**
   * After a stop: moves to the next whole batch of magic 2, false when there is none.
   *
   * @throws {DiskError}
   */
  async resync(): Promise<boolean> {
    let from = this.#position + 1;
    for (;;) {
      const candidate = await this.#findMagic(from);
      if (candidate === null) return false;
      this.stop = null;
      this.#position = candidate;
      const batch = await this.next();
      if (batch !== null && batchFault(batch.bytes) === null) {
        this.#position = candidate;
        return true;
      }
      from = candidate + 1;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Bytes of the batch at `position`, 0 at the end of the file or with `stop` set. */
  async #sizeAt(position: number): Promise<number> {
    const left = this.sizeBytes - position;
    if (left <= 0) return 0;
    const header = (await this.#load(position, Math.min(left, RECORD_BATCH_HEADER_BYTES))).subarray(0, left);
    try {
      const batches = new BatchIterator(header);
      if (batches.next()) return batches.size;
      const size = batches.trailingBatchSize;
      if (size > left || header.length === left) return await this.#stopTorn(position, left, size);
      if (size <= BATCH_BYTES_MAX) return size;
      return this.#stopAt('damage', position, `a batch of ${size} bytes, more than any broker takes`);
    } catch (error) {
      if (!(error instanceof RecordBatchError)) throw error;
      if (await this.#isZerosFrom(position)) return await this.#stopTorn(position, left, 0);
      return this.#stopAt('damage', position, error.reason);
    }
  }

  async #stopTorn(position: number, left: number, size: number): Promise<number> {
    if (await this.#isZerosFrom(position)) return this.#stopAt('zeros', position, `${left} bytes, all zero`);
    const wanted = size > LOG_OVERHEAD_BYTES ? ` of a batch of ${size} bytes` : ', too few for a batch';
    return this.#stopAt('torn', position, `the last ${left} bytes${wanted}`);
  }

  #stopAt(kind: BatchStop['kind'], position: number, reason: string): 0 {
    this.stop = { kind, position, reason };
    return 0;
  }

  async #isZerosFrom(start: number): Promise<boolean> {
    for (let position = start; position < this.sizeBytes;) {
      const bytes = (await this.#load(position, 1)).subarray(0, ZEROS.length);
      if (bytes.length === 0) return true;
      if (Buffer.compare(bytes, ZEROS.subarray(0, bytes.length)) !== 0) return false;
      position += bytes.length;
    }
    return true;
  }

  /** Where a batch from `from` on could start, judging by its magic alone. */
  async #findMagic(from: number): Promise<number | null> {
    for (let position = from + MAGIC_AT; position < this.sizeBytes;) {
      const bytes = await this.#load(position, 1);
      const found = bytes.indexOf(2);
      if (found >= 0) return position + found - MAGIC_AT;
      if (bytes.length === 0) return null;
      position += bytes.length;
    }
    return null;
  }

  /** What is in memory from `position` on: at least `min` bytes where the file has them. */
  async #load(position: number, min: number): Promise<Uint8Array> {
    const at = position - this.#windowPosition;
    if (at >= 0 && at + min <= this.#window.length) return this.#window.subarray(at);
    const bytes = new Uint8Array(Math.max(0, Math.min(this.sizeBytes - position, Math.max(min, WINDOW_BYTES))));
    const read = await this.#file.read(bytes, position);
    this.#window = bytes.subarray(0, read);
    this.#windowPosition = position;
    return this.#window;
  }
}
