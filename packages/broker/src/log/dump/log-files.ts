/** Paths of a segment's files, and reading a small one whole. */
import { OperationalError, type Disk } from '@ottla/runtime';

/** Kafka maps its indexes into memory, so none is larger than an int32 says. */
const FILE_BYTES_MAX = 0x7fff_ffff;

class OversizeFileError extends OperationalError {
  override readonly name = 'OversizeFileError';
  readonly code = 'ERR_LOG_FILE_OVERSIZE';
  readonly retriable = false;
}

export function baseNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The file of the same segment with this suffix, beside `path`. */
export function siblingOf(path: string, suffix: string): string {
  const name = baseNameOf(path);
  const directory = path.slice(0, path.length - name.length);
  return `${directory}${name.slice(0, name.indexOf('.'))}${suffix}`;
}

/** By its name; 0 where that says none. */
export function baseOffsetOf(path: string): number {
  const offset = Number.parseInt(baseNameOf(path), 10);
  return Number.isSafeInteger(offset) ? offset : 0;
}

/** @throws {DiskError} @throws {OperationalError} it is larger than any index. */
export async function readWholeFile(disk: Disk, path: string): Promise<Uint8Array> {
  const file = await disk.open(path, 'read');
  try {
    const sizeBytes = await file.size();
    if (sizeBytes > FILE_BYTES_MAX)
      throw new OversizeFileError(`${path} has ${sizeBytes} bytes, and no such file is so large`);
    const bytes = new Uint8Array(sizeBytes);
    return bytes.subarray(0, await file.read(bytes, 0));
  } finally {
    await file.close();
  }
}
