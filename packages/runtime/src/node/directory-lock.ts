/**
 * The lock that keeps a second Ottla and a running Apache Kafka off a directory.
 *
 * Node has no file lock of its own, but SQLite takes one: an exclusive transaction locks a few bytes near 1 GiB of the file
 * with the same call (fcntl on POSIX, LockFileEx on Windows) with which the JVM locks the whole of Kafka's `.lock`, so each
 * refuses the other, in both orders (`conformance/directory-lock.test.ts`). Nothing is written, so the file stays empty, and
 * the journal is in memory, so no other file appears. The kernel releases the lock when the process dies.
 *
 * NOTE(order): POSIX drops all locks of a process on a file as soon as the process closes *any* descriptor of it. SQLite
 * knows this and shares one among its own connections; nothing else in this process may open and close `.lock`, so
 * `NodeDisk.open` refuses it while it is locked (`refuseHeldLock`).
 */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DirectoryLockedError, DiskError } from '../disk-errors.ts';
import type { DirectoryLock } from '../io.ts';
import { toDiskError } from './disk-failure.ts';
import { findLockHolder } from './process-holder.ts';

/** Result codes of SQLite, https://sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;

/** @throws {DirectoryLockedError | DiskError} */
export function lockDirectory(directory: string): DirectoryLock {
  const path = join(directory, '.lock');
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    throw lockFailure(directory, path, error);
  }
  return new NodeDirectoryLock(database);
}

/**
 * Asks the one who knows, SQLite, by taking the lock for a moment: so locks of every `NodeDisk` of this process count, by
 * whatever path they were taken.
 *
 * @param path of a `.lock`.
 * @throws {DirectoryLockedError} its directory is locked, so that to open and close it could drop that lock.
 */
export function refuseHeldLock(path: string): void {
  if (!existsSync(path)) return;
  try {
    void lockDirectory(dirname(path)).release();
  } catch (error) {
    if (error instanceof DirectoryLockedError) throw error;
  }
}

class NodeDirectoryLock implements DirectoryLock {
  #database: DatabaseSync | null;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  release(): Promise<void> {
    this.#database?.close();
    this.#database = null;
    return Promise.resolve();
  }
}

function lockFailure(directory: string, path: string, cause: unknown): DirectoryLockedError | DiskError {
  const { errcode } = cause as { errcode?: number };
  // Extended codes carry the plain one in their low byte.
  const result = (errcode ?? 0) & 0xff;
  if (result === SQLITE_BUSY) return new DirectoryLockedError(directory, findLockHolder(path), { cause });
  if (result === SQLITE_NOTADB) {
    const detail = 'its .lock has content, though Kafka and Ottla keep it empty: move that file away';
    return new DiskError('lock', directory, 'EINVAL', { cause, detail });
  }
  return accessFailure(directory, path) ?? new DiskError('lock', directory, 'EIO', { cause });
}

/** SQLite only says that it cannot open the file; ask the system why. */
function accessFailure(directory: string, path: string): DiskError | null {
  try {
    if (!statSync(directory).isDirectory()) return new DiskError('lock', directory, 'ENOTDIR');
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    if (!(statSync(path, { throwIfNoEntry: false })?.isFile() ?? true)) return new DiskError('lock', path, 'EISDIR');
    accessSync(path, constants.R_OK | constants.W_OK);
    return null;
  } catch (error) {
    return toDiskError('lock', directory, error);
  }
}
