/**
 * `.kafka_cleanshutdown`: the broker flushed everything and stopped. Where it is missing, logs are recovered at the next start.
 *
 * That it is there is what counts: brokers before 3.7 wrote it empty. Later ones put in the broker epoch (KIP-966), which the
 * registration shows to the controller as proof of a clean stop.
 */
import { KiB, type Disk } from '@ottla/runtime';
import { removeFile, replaceFile } from './log-dir-durable.ts';
import { decodeUtf8, LogFileError, readSmallFile } from './log-dir-text.ts';
import { CLEAN_SHUTDOWN_NAME } from './log-names.ts';

const VERSION = 0;
const FILE_BYTES_MAX = 64 * KiB;

export interface CleanShutdown {
  /** Null where the file does not say. */
  readonly brokerEpoch: number | null;
}

export function formatCleanShutdown(brokerEpoch: number): Uint8Array {
  return Buffer.from(JSON.stringify({ version: VERSION, brokerEpoch }));
}

/** Never throws: whatever stands there, the stop was clean. */
export function parseCleanShutdown(bytes: Uint8Array): CleanShutdown {
  const brokerEpoch = brokerEpochOf(decodeUtf8(bytes) ?? '');
  return { brokerEpoch: typeof brokerEpoch === 'number' && Number.isSafeInteger(brokerEpoch) ? brokerEpoch : null };
}

function brokerEpochOf(text: string): unknown {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null ? (content as { brokerEpoch?: unknown }).brokerEpoch : null;
  } catch {
    return null;
  }
}

/**
 * What the last stop left, null when that was not a clean one; the file is gone for good once it resolves.
 *
 * NOTE(order): before anything is written to a log. A marker that came back after a crash would hide that crash.
 *
 * @throws {DiskError}
 */
export async function takeCleanShutdown(disk: Disk, directory: string): Promise<CleanShutdown | null> {
  const path = `${directory}/${CLEAN_SHUTDOWN_NAME}`;
  const found = await readCleanShutdown(disk, path);
  if (found !== null) await removeFile(disk, path);
  return found;
}

async function readCleanShutdown(disk: Disk, path: string): Promise<CleanShutdown | null> {
  try {
    const bytes = await readSmallFile(disk, path, { bytesMax: FILE_BYTES_MAX, cure: '' });
    return bytes === null ? null : parseCleanShutdown(bytes);
  } catch (error) {
    if (error instanceof LogFileError) return { brokerEpoch: null };
    throw error;
  }
}

/** NOTE(order): after every log, index and checkpoint of the directory is durable. @throws {DiskError} */
export function writeCleanShutdown(disk: Disk, directory: string, brokerEpoch: number): Promise<void> {
  return replaceFile(disk, `${directory}/${CLEAN_SHUTDOWN_NAME}`, formatCleanShutdown(brokerEpoch));
}
