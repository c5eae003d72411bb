/**
 * Producer snapshots as files of a partition directory: `<offset>.snapshot`, and which of them may stay.
 *
 * A snapshot is written where it will stay, as Kafka does: one that a crash cut off is found out by its checksum, removed, and
 * an older one taken.
 */
import type { Disk } from '@ottla/runtime';
import { formatOffsetName, parseOffsetName, PRODUCER_SNAPSHOT_SUFFIX } from '../log-names.ts';
import type { ProducerStateEntry } from './producer-state-entry.ts';
import { decodeProducerSnapshot } from './producer-snapshot.ts';

export function producerSnapshotPath(directory: string, offset: number): string {
  return `${directory}/${formatOffsetName(offset, PRODUCER_SNAPSHOT_SUFFIX)}`;
}

/** Offsets of the snapshots among the names of a directory, ascending. */
export function snapshotOffsetsOf(names: Iterable<string>): number[] {
  const offsets: number[] = [];
  for (const name of names) {
    const parsed = parseOffsetName(name);
    if (parsed !== null && parsed.suffix === PRODUCER_SNAPSHOT_SUFFIX) offsets.push(parsed.offset);
  }
  return offsets.sort((a, b) => a - b);
}

/**
 * Which snapshots to remove as a log opens: those that belong to no segment, except the latest of them if no segment begins
 * after it, which a clean shutdown left.
 *
 * @param offsets ascending, as those of the segments.
 */
export function straySnapshots(offsets: readonly number[], segmentBaseOffsets: readonly number[]): number[] {
  const bases = new Set(segmentBaseOffsets);
  const strays = offsets.filter((offset) => !bases.has(offset));
  const latest = strays.at(-1);
  const lastBase = segmentBaseOffsets.at(-1);
  if (latest !== undefined && (lastBase === undefined || latest >= lastBase)) strays.pop();
  return strays;
}

/** Which snapshots to remove as a log is loaded or truncated: they say nothing of it. @param logEndOffset exclusive. */
export function snapshotsOutOfRange(
  offsets: readonly number[],
  logStartOffset: number,
  logEndOffset: number,
): number[] {
  return offsets.filter((offset) => offset > logEndOffset || offset <= logStartOffset);
}

/**
 * At which offsets to take a snapshot while the state is rebuilt up to `endOffset`: where the last two segments begin, and at
 * the end.
 */
export function snapshotOffsetsToTake(segmentBaseOffsets: readonly number[], endOffset: number): number[] {
  return [...new Set([...segmentBaseOffsets.slice(-2), endOffset])];
}

/** @throws {CorruptProducerSnapshotError} @throws {DiskError} */
export async function readProducerSnapshot(
  disk: Disk,
  directory: string,
  offset: number,
): Promise<ProducerStateEntry[]> {
  const path = producerSnapshotPath(directory, offset);
  const file = await disk.open(path, 'read');
  try {
    const bytes = new Uint8Array(await file.size());
    return decodeProducerSnapshot(bytes.subarray(0, await file.read(bytes, 0)), path);
  } finally {
    await file.close();
  }
}

/**
 * @param bytes of `encodeSnapshot`.
 * @param isSynced false where the segment that it belongs to is not synced either: `syncProducerSnapshot` comes later.
 * @throws {DiskError} what is there may be anything, and is found out when it is read.
 */
export async function writeProducerSnapshot(
  disk: Disk,
  directory: string,
  offset: number,
  bytes: Uint8Array,
  isSynced: boolean,
): Promise<void> {
  const file = await disk.open(producerSnapshotPath(directory, offset), 'create');
  try {
    // Kafka leaves what a longer file of that name had behind the end.
    await file.truncate(0);
    await file.append([bytes]);
    if (isSynced) await file.sync();
  } finally {
    await file.close();
  }
}

/** Its directory is synced by whoever flushes the segment. @throws {DiskError} fatal for the log directory. */
export async function syncProducerSnapshot(disk: Disk, directory: string, offset: number): Promise<void> {
  const file = await disk.open(producerSnapshotPath(directory, offset), 'write');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
