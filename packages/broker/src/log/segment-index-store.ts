/** An index in memory beside its file: what the file lacks is written when told to, and what it has too much is cut off. */
import { DiskError, type DiskFile } from '@ottla/runtime';
import { CorruptIndexError } from './index-file.ts';
import type { OpenFile } from './open-files.ts';

/** More than any file has, for a file that may hold anything: what it has too much is cut. */
export const UNKNOWN_BYTES = Number.MAX_SAFE_INTEGER;

/** A larger file is no index that anyone wrote: ten million batches of a segment have less. */
const FILE_BYTES_MAX = 134_217_728;

/** What the three kinds of index have in common. */
interface Entries {
  readonly entries: number;
  encode(fromEntry: number): Uint8Array;
}

export class IndexStore<T extends Entries> {
  readonly file: OpenFile;
  readonly #entryBytes: number;
  readonly #isMadeEmpty: boolean;
  /** Null until it is loaded, and once it is dropped. */
  index: T | null = null;
  /** Leading entries that the file has, too. */
  #writtenEntries = 0;
  #fileBytes = 0;
  #isSynced = true;
  #writing: Promise<void> | null = null;

  /** @param isMadeEmpty the file is there also when it has no entries. */
  constructor(file: OpenFile, entryBytes: number, isMadeEmpty: boolean) {
    this.file = file;
    this.#entryBytes = entryBytes;
    this.#isMadeEmpty = isMadeEmpty;
  }

  /** The content of the file; null when there is none. @throws {DiskError} @throws {CorruptIndexError} it is too large. */
  async read(): Promise<Uint8Array | null> {
    try {
      return await this.file.use('read', async (file) => {
        const sizeBytes = await file.size();
        if (sizeBytes > FILE_BYTES_MAX) throw new CorruptIndexError(this.file.path, `${sizeBytes} bytes`);
        const bytes = new Uint8Array(sizeBytes);
        const filled = await file.read(bytes, 0);
        return bytes.subarray(0, filled);
      });
    } catch (error) {
      if (error instanceof DiskError && error.errno === 'ENOENT') return null;
      throw error;
    }
  }

  /** Takes an index that was read from a file of so many bytes. */
  adopt(index: T, fileBytes: number): void {
    this.index = index;
    this.#writtenEntries = index.entries;
    this.#fileBytes = fileBytes;
  }

  /** Takes an index that the file knows nothing of. @param fileBytes of the file, to be overwritten. */
  replace(index: T, fileBytes: number): void {
    this.adopt(index, fileBytes);
    this.#writtenEntries = 0;
  }

  /** To be told when entries were taken back. */
  truncated(): void {
    this.#writtenEntries = Math.min(this.#writtenEntries, this.index?.entries ?? 0);
  }

  /** Brings the file to the bytes of the index, no more and no less. Makes the file if it has entries. @throws {DiskError} */
  async write(): Promise<void> {
    while (this.#writing !== null) await this.#writing.catch(() => {});
    const { index } = this;
    const isWritten = index === null || this.#writtenEntries === index.entries;
    if (index === null || (isWritten && this.#fileBytes === index.entries * this.#entryBytes)) return;
    this.#writing = this.#write(index);
    try {
      await this.#writing;
    } finally {
      this.#writing = null;
    }
  }

  /** Makes what was written durable. @throws {DiskError} fatal for the log directory. */
  async sync(): Promise<void> {
    if (this.#isSynced) return;
    // NOTE(order): what is written while the sync runs is not covered by it.
    this.#isSynced = true;
    await this.file.use('write', (file) => file.sync());
  }

  async #write(index: T): Promise<void> {
    const { entries } = index;
    try {
      await this.file.use(entries > 0 || this.#isMadeEmpty ? 'create' : 'write', (file) =>
        this.#bring(file, index, entries),
      );
    } catch (error) {
      if (entries > 0 || !(error instanceof DiskError) || error.errno !== 'ENOENT') throw error;
      this.#fileBytes = 0;
    }
  }

  async #bring(file: DiskFile, index: T, entries: number): Promise<void> {
    const from = this.#writtenEntries;
    const sizeBytes = entries * this.#entryBytes;
    this.#isSynced = false;
    // NOTE(order): a write that fails may leave any part of it.
    this.#fileBytes = Math.max(this.#fileBytes, sizeBytes);
    if (entries > from) await file.write([index.encode(from)], from * this.#entryBytes);
    if (this.#fileBytes > sizeBytes) await file.truncate(sizeBytes);
    // It may have been replaced meanwhile: then the file holds another's entries.
    if (this.index !== index) return;
    this.#fileBytes = sizeBytes;
    this.#writtenEntries = entries;
  }
}
