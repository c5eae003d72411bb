/** Reading the small text files of a log directory, and how they are refused. */
import { OperationalError, type Disk } from '@ottla/runtime';
import { escapeControls, quoted } from '@ottla/runtime/logger';

/** Which file and line, what is wrong there, and what to do about it. */
export interface LogFileDamage {
  readonly path: string;
  /** From 1; null where it is the file as a whole. */
  readonly line: number | null;
  /** No full stop at the end. */
  readonly why: string;
  /** Whole sentences. */
  readonly cure: string;
}

/** A small file of a log directory says what it cannot say. */
export class LogFileError extends OperationalError {
  override readonly name = 'LogFileError';
  readonly code = 'ERR_LOG_FILE_DAMAGED';
  readonly retriable = false;
  readonly path: string;
  readonly line: number | null;

  constructor({ path, line, why, cure }: LogFileDamage, options?: ErrorOptions) {
    const where = line === null ? path : `${path}, line ${line}`;
    super(`${escapeControls(where)}: ${why}. ${cure} [ERR_LOG_FILE_DAMAGED]`, options);
    this.path = path;
    this.line = line;
  }
}

/** The whole file; null when there is none. @throws {DiskError} @throws {LogFileError} it is larger than `bytesMax`. */
export async function readSmallFile(
  disk: Disk,
  path: string,
  options: { readonly bytesMax: number; readonly cure: string },
): Promise<Uint8Array | null> {
  const stat = await disk.stat(path);
  if (stat === null) return null;
  const { bytesMax, cure } = options;
  if (stat.sizeBytes > bytesMax) {
    const why = `it has ${stat.sizeBytes} bytes, and such a file never has more than ${bytesMax}`;
    throw new LogFileError({ path, line: null, why, cure });
  }
  const file = await disk.open(path, 'read');
  try {
    const bytes = new Uint8Array(stat.sizeBytes);
    return bytes.subarray(0, await file.read(bytes, 0));
  } finally {
    await file.close();
  }
}

/** Lines without their ends, as Java's BufferedReader parts them; null when it is no UTF-8. */
export function linesOf(bytes: Uint8Array): string[] | null {
  const text = decodeUtf8(bytes);
  if (text === null) return null;
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Words of a line as Java's `split("\\s+")` gives them: blanks before the first word make an empty one. */
export function wordsOf(line: string): string[] {
  const words = line.split(/[ \t\n\v\f\r]+/);
  while (words.length > 1 && words.at(-1) === '') words.pop();
  return words;
}

/** A decimal number as Java parses one (a sign, leading zeros), from 0 to `max`; null for any other text. */
export function parseWholeNumber(text: string, max: number): number | null {
  if (!/^[+-]?\d{1,20}$/.test(text)) return null;
  const value = Number(text);
  return value >= 0 && value <= max ? Math.abs(value) : null;
}

/** A line in quotes, for a message. */
export function quotedLine(line: string): string {
  return quoted(line, 80);
}

export const INT32_MAX = 2 ** 31 - 1;
