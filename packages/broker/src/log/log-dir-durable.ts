/**
 * Changes of small files and names that a loss of power either keeps whole or undoes whole.
 *
 * A rejected sync is fatal for the directory (its log directory goes offline); nothing here tries again.
 */
import type { Disk } from '@ottla/runtime';
import { TEMPORARY_SUFFIX } from './log-names.ts';

/**
 * Replaces what is at `path`, or makes it: after a crash at any moment there is the old file or the new one, and once this
 * resolves the new one. The caller has one call per path at a time: the way leads over `<path>.tmp`.
 *
 * @throws {DiskError} the old file is still there, unless the last step, the directory's sync, failed.
 */
export async function replaceFile(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = path + TEMPORARY_SUFFIX;
  const file = await disk.open(temporary, 'create');
  try {
    // One that a crash left behind may be longer.
    await file.truncate(0);
    await file.append([bytes]);
    // NOTE(order): a name must not point to content that is not durable.
    await file.sync();
  } finally {
    // NOTE(order): Windows renames no open file.
    await file.close();
  }
  await disk.rename(temporary, path);
  await disk.syncDirectory(parentOf(path));
}

/** Once it resolves the file does not come back. @returns false when there was none. @throws {DiskError} */
export async function removeFile(disk: Disk, path: string): Promise<boolean> {
  if ((await disk.stat(path)) === null) return false;
  await disk.remove(path);
  await disk.syncDirectory(parentOf(path));
  return true;
}

/** Makes a directory and its missing parents. Once it resolves they stay. @throws {DiskError} */
export async function makeDurableDirectory(disk: Disk, path: string): Promise<void> {
  const parents: string[] = [];
  for (let at = path; (await disk.stat(at)) === null && parentOf(at) !== at; at = parentOf(at))
    parents.push(parentOf(at));
  // Also when it is there: something else than a directory is then refused.
  await disk.makeDirectory(path);
  for (const parent of parents) await disk.syncDirectory(parent);
}

/** Of a path with `/` between names; that of `name` is `.`, that of `/` itself. */
export function parentOf(path: string): string {
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  const slash = path.lastIndexOf('/', end - 1);
  if (slash < 0) return path === '/' ? '/' : '.';
  return slash === 0 ? '/' : path.slice(0, slash);
}
