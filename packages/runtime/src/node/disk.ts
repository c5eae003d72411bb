/** The machine's file system. Calls run on libuv's thread pool; opening a file adds one cheap call on this thread. */
import * as fs from 'node:fs';
import { promises } from 'node:fs';
import { basename, join } from 'node:path';
import type { DiskOperation } from '../disk-errors.ts';
import type { DirectoryEntry, DirectoryLock, Disk, DiskFile, FileStat, OpenMode } from '../io.ts';
import { lockDirectory, refuseHeldLock } from './directory-lock.ts';
import { toDiskError } from './disk-failure.ts';
import { NodeFile } from './file.ts';

const { O_CREAT, O_EXCL, O_RDONLY, O_RDWR } = fs.constants;

const openFlags: Readonly<Record<OpenMode, number>> = {
  read: O_RDONLY,
  write: O_RDWR,
  create: O_RDWR | O_CREAT,
  createNew: O_RDWR | O_CREAT | O_EXCL,
};

/** Windows cannot open a directory to sync it, and journals names by itself. */
const syncsDirectories = process.platform !== 'win32';

export class NodeDisk implements Disk {
  open(path: string, mode: OpenMode): Promise<DiskFile> {
    return new Promise((resolve, reject) => {
      const done = (error: NodeJS.ErrnoException | null, fd: number): void => {
        if (error !== null) return reject(toDiskError('open', path, error));
        try {
          resolve(new NodeFile(path, fd, sizeOfFile(fd)));
        } catch (failure) {
          fs.close(fd, () => reject(toDiskError('open', path, failure)));
        }
      };
      if (basename(path) === '.lock') refuseHeldLock(path);
      try {
        fs.open(path, openFlags[mode], done);
      } catch (error) {
        reject(toDiskError('open', path, error));
      }
    });
  }

  rename(from: string, to: string): Promise<void> {
    return attempt('rename', from, promises.rename(from, to));
  }

  remove(path: string): Promise<void> {
    return attempt('remove', path, promises.unlink(path));
  }

  removeTree(path: string): Promise<void> {
    return attempt('remove', path, promises.rm(path, { recursive: true, force: true }));
  }

  async makeDirectory(path: string): Promise<void> {
    await attempt('make directory', path, promises.mkdir(path, { recursive: true }));
  }

  async list(path: string): Promise<DirectoryEntry[]> {
    const found = await attempt('list', path, promises.readdir(path, { withFileTypes: true }));
    const entries = await Promise.all(
      found.map(async (entry) => ({
        name: entry.name,
        kind: entry.isSymbolicLink() ? ((await this.stat(join(path, entry.name)))?.kind ?? 'other') : kindOf(entry),
      })),
    );
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async stat(path: string): Promise<FileStat | null> {
    try {
      const stats = await promises.stat(path);
      return { kind: kindOf(stats), sizeBytes: stats.size, modifiedMs: Math.floor(stats.mtimeMs) };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT' || code === 'ENOTDIR') return null;
      throw toDiskError('look at', path, error);
    }
  }

  async syncDirectory(path: string): Promise<void> {
    if (!syncsDirectories) return;
    const handle = await attempt('sync directory', path, promises.open(path, O_RDONLY | fs.constants.O_DIRECTORY));
    try {
      await attempt('sync directory', path, handle.sync());
    } finally {
      await handle.close();
    }
  }

  async freeBytes(path: string): Promise<number> {
    const { bavail, bsize } = await attempt('measure free space of', path, promises.statfs(path));
    return bavail * bsize;
  }

  async lock(directory: string): Promise<DirectoryLock> {
    return lockDirectory(directory);
  }
}

async function attempt<T>(operation: DiskOperation, path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toDiskError(operation, path, error);
  }
}

/** Linux opens directories for reading, and refuses the first read: refuse here, as everywhere else. */
function sizeOfFile(fd: number): number {
  const stats = fs.fstatSync(fd);
  if (stats.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
  return stats.size;
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean }): FileStat['kind'] {
  if (entry.isFile()) return 'file';
  return entry.isDirectory() ? 'directory' : 'other';
}
