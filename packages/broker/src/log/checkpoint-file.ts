/**
 * Kafka's checkpoints: text files of a version, a count, and one entry a line.
 *
 * Read as Kafka reads them, but for what a torn write leaves: a file without the end of its last line is refused, because a
 * number in it may have lost digits. An empty file holds no entries (Kafka makes one before it writes).
 */
import { MiB, type Disk } from '@ottla/runtime';
import { replaceFile } from './log-dir-durable.ts';
import { INT32_MAX, linesOf, LogFileError, parseWholeNumber, quotedLine, readSmallFile } from './log-dir-text.ts';

/** One kind of checkpoint. */
export interface CheckpointFormat<Entry> {
  readonly version: number;
  /** What an entry is, for messages: `TOPIC PARTITION OFFSET`. */
  readonly entryShape: string;
  /** What to do about a damaged file of this kind: whole sentences. */
  readonly cure: string;
  formatEntry(entry: Entry): string;
  /** Null when the line is no entry. */
  parseEntry(line: string): Entry | null;
}

/** Room for a million partitions with long names. */
const CHECKPOINT_BYTES_MAX = 256 * MiB;

export function formatCheckpoint<Entry>(format: CheckpointFormat<Entry>, entries: readonly Entry[]): Uint8Array {
  let text = `${format.version}\n${entries.length}\n`;
  for (const entry of entries) text += `${format.formatEntry(entry)}\n`;
  return Buffer.from(text);
}

/** @param path for messages. @throws {LogFileError} */
export function parseCheckpoint<Entry>(format: CheckpointFormat<Entry>, path: string, bytes: Uint8Array): Entry[] {
  const refuse = (line: number | null, why: string): never => {
    throw new LogFileError({ path, line, why, cure: format.cure });
  };
  if (bytes.length === 0) return [];
  const lines = linesOf(bytes) ?? refuse(null, 'it is no UTF-8 text');
  const last = bytes[bytes.length - 1];
  if (last !== 0x0a && last !== 0x0d) refuse(lines.length, 'the file ends in the middle of a line, so it was cut off');
  const [versionLine = '', countLine] = lines;
  const version = parseWholeNumber(versionLine, INT32_MAX);
  if (version === null) refuse(1, `expected a version, found ${quotedLine(versionLine)}`);
  if (version !== format.version) refuse(1, `version ${version} is unknown; this broker knows ${format.version}`);
  if (countLine === undefined) return refuse(2, 'the count of entries is missing');
  const count = parseWholeNumber(countLine, INT32_MAX);
  if (count === null) refuse(2, `expected the count of entries, found ${quotedLine(countLine)}`);
  const entries: Entry[] = [];
  for (let i = 2; i < lines.length; i++) {
    const line = lines[i]!;
    entries.push(format.parseEntry(line) ?? refuse(i + 1, `expected ${format.entryShape}, found ${quotedLine(line)}`));
  }
  if (entries.length !== count) refuse(2, `the count says ${count}, and ${entries.length} entries follow`);
  return entries;
}

/** Null when there is no such file. @throws {DiskError} @throws {LogFileError} */
export async function readCheckpoint<Entry>(
  disk: Disk,
  path: string,
  format: CheckpointFormat<Entry>,
): Promise<Entry[] | null> {
  const bytes = await readSmallFile(disk, path, { bytesMax: CHECKPOINT_BYTES_MAX, cure: format.cure });
  return bytes === null ? null : parseCheckpoint(format, path, bytes);
}

/** One checkpoint at one place. Writes may be asked for at any time; they happen one after the other. */
export class CheckpointFile<Entry> {
  readonly path: string;
  readonly #disk: Disk;
  readonly #format: CheckpointFormat<Entry>;
  /** Of the write asked for last. Never rejects. */
  #settled: Promise<unknown> = Promise.resolve();

  constructor(disk: Disk, path: string, format: CheckpointFormat<Entry>) {
    this.path = path;
    this.#disk = disk;
    this.#format = format;
  }

  /** As it is on disk once the writes asked for before are done; null when there is none. */
  async read(): Promise<Entry[] | null> {
    await this.#settled;
    return readCheckpoint(this.#disk, this.path, this.#format);
  }

  /**
   * Replaces all entries by those that the caller passes now; durable once it resolves.
   *
   * @throws {DiskError} what a later write, or a crash, makes of it is the old or the new content.
   */
  write(entries: readonly Entry[]): Promise<void> {
    const bytes = formatCheckpoint(this.#format, entries);
    const written = this.#settled.then(() => replaceFile(this.#disk, this.path, bytes));
    this.#settled = written.catch(() => {});
    return written;
  }
}
