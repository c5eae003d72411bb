/** A log directory as it is found: taken by this process alone, its identity, and whose directories are in it. */
import type { Disk, DirectoryLock } from '@ottla/runtime';
import { makeDurableDirectory } from './log-dir-durable.ts';
import { parsePartitionDirectory, REMOTE_INDEX_CACHE_NAME, type PartitionDirectory } from './log-names.ts';
import type { NameRules } from './log-names-topic.ts';
import { readMetaProperties, type MetaProperties } from './meta-properties.ts';

export interface LogDir {
  readonly directory: string;
  readonly lock: DirectoryLock;
  /** Null for a new directory. */
  readonly meta: MetaProperties | null;
}

/**
 * Makes the directory when it is missing, and locks it against Apache Kafka and other Ottlas.
 *
 * @throws {DirectoryLockedError} someone else has it. @throws {DiskError} it cannot be made, written or read.
 * @throws {LogFileError} its `meta.properties` is damaged; the lock is free again.
 */
export async function openLogDir(disk: Disk, directory: string): Promise<LogDir> {
  await makeDurableDirectory(disk, directory);
  const lock = await disk.lock(directory);
  try {
    return { directory, lock, meta: await readMetaProperties(disk, directory) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

export interface NamedPartitionDirectory extends PartitionDirectory {
  /** As it is on disk, which may not be how we would write it. */
  readonly name: string;
}

export interface LogDirListing {
  readonly partitions: readonly NamedPartitionDirectory[];
  /**
   * Directories that are no partition's (`lost+found`). Apache Kafka refuses to start beside one; they are safe to leave alone,
   * and worth a warning.
   */
  readonly foreign: readonly string[];
}

/** By name, in order. Files are not listed. @throws {DiskError} */
export async function listLogDir(disk: Disk, directory: string): Promise<LogDirListing> {
  const partitions: NamedPartitionDirectory[] = [];
  const foreign: string[] = [];
  for (const { name, kind } of await disk.list(directory)) {
    if (kind !== 'directory' || name === REMOTE_INDEX_CACHE_NAME) continue;
    const found = parsePartitionDirectory(name);
    if (found === null) foreign.push(name);
    else partitions.push({ name, ...found });
  }
  return { partitions, foreign };
}

const PROBE_NAME = '.ottla-Case-Probe';

/**
 * What the file system below a log directory does with names. A file tells, and is removed; it is one that Kafka passes over.
 *
 * @param platform as `process.platform` has it. @throws {DiskError}
 */
export async function probeNameRules(disk: Disk, directory: string, platform: string): Promise<NameRules> {
  const probe = `${directory}/${PROBE_NAME}`;
  const file = await disk.open(probe, 'create');
  await file.close();
  try {
    const other = await disk.stat(`${directory}/${PROBE_NAME.toLowerCase()}`);
    return { isCaseInsensitive: other !== null, hasDeviceNames: platform === 'win32' };
  } finally {
    await disk.remove(probe);
  }
}
