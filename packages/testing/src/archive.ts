/**
 * Reads `.tar.gz` archives, the form in which golden directories are kept, and lays them out on any `Disk`, the simulated one
 * included. Knows ustar and GNU headers; no links, no sparse files, no extended headers: a golden archive needs none.
 */
import { gunzipSync } from 'node:zlib';
import type { Disk } from '@ottla/runtime';

export interface ArchiveEntry {
  /** As in the archive, without a slash at the end: `clean/txn-0/00000000000000000000.log`. */
  readonly path: string;
  readonly kind: 'file' | 'directory';
  /** Empty for a directory. A view of memory that all entries of the archive share. */
  readonly bytes: Uint8Array;
}

const BLOCK_BYTES = 512;

/** @throws {Error} on damage, and on kinds of entries that it does not know. */
export function readArchive(tarGz: Uint8Array): ArchiveEntry[] {
  const tar = gunzipSync(tarGz);
  const entries: ArchiveEntry[] = [];
  let position = 0;
  for (;;) {
    const header = tar.subarray(position, position + BLOCK_BYTES);
    if (header.length < BLOCK_BYTES) throw new Error(`archive: the block of zeros at the end is missing (${position})`);
    if (header.every((byte) => byte === 0)) return entries;
    checkSum(header, position);
    const path = pathOf(header);
    const sizeBytes = octal(header, 124, 12);
    const start = position + BLOCK_BYTES;
    if (start + sizeBytes > tar.length) throw new Error(`archive: ${path} is cut off`);
    entries.push({ path, kind: kindOf(header, path), bytes: tar.subarray(start, start + sizeBytes) });
    position = start + Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
  }
}

/** Makes all entries below `directory`, durable or not as the disk pleases. Zeros at the end of a file stay a hole. */
export async function extractArchive(entries: readonly ArchiveEntry[], disk: Disk, directory: string): Promise<void> {
  for (const { path, kind, bytes } of entries) {
    const target = `${directory}/${path}`;
    if (kind === 'directory') {
      await disk.makeDirectory(target);
      continue;
    }
    await disk.makeDirectory(target.slice(0, target.lastIndexOf('/')));
    const file = await disk.open(target, 'createNew');
    try {
      const written = lengthWithoutZeros(bytes);
      if (written > 0) await file.append([bytes.subarray(0, written)]);
      if (written < bytes.length) await file.truncate(bytes.length);
    } finally {
      await file.close();
    }
  }
}

function lengthWithoutZeros(bytes: Uint8Array): number {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0) length--;
  return length;
}

function pathOf(header: Uint8Array): string {
  const name = text(header, 0, 100);
  // Only a POSIX header has a prefix; in GNU's there are times at its place.
  const prefix = text(header, 257, 8) === 'ustar' ? text(header, 345, 155) : '';
  const path = prefix === '' ? name : `${prefix}/${name}`;
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function kindOf(header: Uint8Array, path: string): ArchiveEntry['kind'] {
  const type = text(header, 156, 1);
  if (type === '0' || type === '') return 'file';
  if (type === '5') return 'directory';
  throw new Error(`archive: ${path} is of type "${type}"; only files and directories are known`);
}

/** The sum of the header's bytes, its own field counted as blanks. */
function checkSum(header: Uint8Array, position: number): void {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK_BYTES; i++) if (i < 148 || i >= 156) sum += header[i]!;
  if (sum !== octal(header, 148, 8)) throw new Error(`archive: the header at ${position} is damaged`);
}

function octal(header: Uint8Array, at: number, length: number): number {
  const digits = text(header, at, length).trim();
  if (!/^[0-7]+$/.test(digits)) throw new Error(`archive: "${digits}" is no octal number`);
  return Number.parseInt(digits, 8);
}

/** Up to the first zero. */
function text(header: Uint8Array, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString('latin1');
}
