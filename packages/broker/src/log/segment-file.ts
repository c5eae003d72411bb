/**
 * The `.log` file of a segment: it knows how many of its bytes count, and keeps to that through writes that fail, reads that
 * overlap with a truncation, and syncs that overlap with a write.
 */
import { assert, type DiskFile } from '@ottla/runtime';
import { INT32_MAX } from './index-file.ts';
import type { OpenFile } from './open-files.ts';
import { CorruptSegmentError } from './segment-errors.ts';

export class SegmentFile {
  readonly #file: OpenFile;
  #sizeBytes: number;
  /** The file may hold more than `#sizeBytes`: a write failed. */
  #isTorn = false;
  /**
   * Counts changes, and which of them are durable. Nobody knows how much of a file that was there before is on the device: a
   * process that was killed leaves pages behind that only a sync writes.
   */
  #change = 1;
  #syncedChange = 0;

  constructor(file: OpenFile, sizeBytes: number) {
    assert(sizeBytes <= INT32_MAX, 'a segment is at most 2 GiB');
    this.#file = file;
    this.#sizeBytes = sizeBytes;
  }

  get path(): string {
    return this.#file.path;
  }

  /** Bytes of batches, all of them written. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Makes the file, empty if it was there. @throws {DiskError} */
  create(): Promise<void> {
    return this.#file.use('create', (file) => file.truncate(0));
  }

  /**
   * Writes chunks behind the last byte in one vectored write. They count once `take` is called, in the turn in which this
   * resolves.
   *
   * @throws {DiskError} what the file holds of them is cut off: at once, or else before the next append.
   */
  async append(chunks: readonly Uint8Array[]): Promise<void> {
    const file = this.#file.tryAcquire('write') ?? (await this.#file.acquire('write'));
    try {
      if (this.#isTorn) await this.#cut(file);
      await file.write(chunks, this.#sizeBytes);
    } catch (error) {
      this.#isTorn = true;
      // If that fails, too: before the next append.
      await this.#cut(file).catch(() => {});
      throw error;
    } finally {
      this.#file.release();
    }
  }

  /** Counts what was written. */
  take(bytes: number): void {
    this.#sizeBytes += bytes;
    this.#change++;
  }

  /**
   * Reads from `position` on as many bytes as `into` takes, or count.
   *
   * @throws {CorruptSegmentError} the file is shorter than it was. @throws {DiskError}
   */
  async read(into: Uint8Array, position: number): Promise<number> {
    const wanted = Math.min(into.length, this.#sizeBytes - position);
    if (wanted <= 0) return 0;
    const filled = await this.readAny(wanted === into.length ? into : into.subarray(0, wanted), position);
    // It may have been truncated meanwhile.
    const valid = Math.max(0, Math.min(wanted, this.#sizeBytes - position));
    if (filled >= valid) return valid;
    throw new CorruptSegmentError(this.path, position + filled, `the file ends, expected ${this.#sizeBytes} bytes`);
  }

  /** Reads what the file has, be it less than it should. @throws {DiskError} */
  async readAny(into: Uint8Array, position: number): Promise<number> {
    const file = this.#file.tryAcquire('read') ?? (await this.#file.acquire('read'));
    try {
      return await file.read(into, position);
    } finally {
      this.#file.release();
    }
  }

  /** Makes all that counts durable. @throws {DiskError} fatal for the log directory. */
  async datasync(): Promise<void> {
    const change = this.#change;
    if (change === this.#syncedChange) return;
    await this.#file.use('write', (file) => file.datasync());
    this.#syncedChange = Math.max(change, this.#syncedChange);
  }

  /** Cuts the file, also where it holds more than counts. @throws {DiskError} what counted before counts again. */
  async truncate(sizeBytes: number): Promise<void> {
    const before = this.#sizeBytes;
    // NOTE(order): who reads meanwhile must not take the file for damaged.
    this.#sizeBytes = sizeBytes;
    try {
      await this.#file.use('write', (file) => this.#cut(file));
    } catch (error) {
      this.#sizeBytes = before;
      throw error;
    }
  }

  /** Cuts off what a failed write left. @throws {DiskError} */
  async mend(): Promise<void> {
    if (this.#isTorn) await this.truncate(this.#sizeBytes);
  }

  rename(name: string): Promise<void> {
    return this.#file.rename(name);
  }

  remove(): Promise<void> {
    return this.#file.remove();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #cut(file: DiskFile): Promise<void> {
    await file.truncate(this.#sizeBytes);
    this.#isTorn = false;
    this.#change++;
  }
}
