/** A process's view of its machine's disk: `Disk`, with the time that calls take and the faults that strike them. */
import { DirectoryLockedError, DiskError } from '../disk-errors.ts';
import type { DirectoryEntry, DirectoryLock, Disk, DiskFile, FileStat, OpenMode } from '../io.ts';
import { DiskCalls, type DiskContext } from './disk-calls.ts';
import { SimFile } from './file.ts';

export class ProcessDisk implements Disk {
  readonly #context: DiskContext;
  readonly #calls: DiskCalls;

  constructor(context: DiskContext) {
    this.#context = context;
    this.#calls = new DiskCalls(context);
  }

  open(path: string, mode: OpenMode): Promise<DiskFile> {
    const { files } = this.#context.disk;
    return this.#calls.perform(
      'nameMicros',
      `open ${path}`,
      () => {
        this.#refuseHeldLock(path);
        return new SimFile(path, mode, files.open(path, mode), this.#calls);
      },
      () => files.open(path, mode),
    );
  }

  rename(from: string, to: string): Promise<void> {
    return this.#free(`rename ${from} ${to}`, () => this.#context.disk.files.rename(from, to));
  }

  remove(path: string): Promise<void> {
    return this.#free(`remove ${path}`, () => this.#context.disk.files.remove(path));
  }

  removeTree(path: string): Promise<void> {
    return this.#free(`removeTree ${path}`, () => this.#context.disk.files.removeTree(path));
  }

  makeDirectory(path: string): Promise<void> {
    return this.#name(`makeDirectory ${path}`, () => this.#context.disk.files.makeDirectory(path));
  }

  list(path: string): Promise<DirectoryEntry[]> {
    return this.#look(`list ${path}`, () => this.#context.disk.files.list(path));
  }

  stat(path: string): Promise<FileStat | null> {
    return this.#look(`stat ${path}`, () => this.#context.disk.files.stat(path));
  }

  async syncDirectory(path: string): Promise<void> {
    const { disk, dice } = this.#context;
    const { tree } = disk.files;
    const begun = await this.#look(`syncDirectory ${path}`, () => {
      const directory = disk.files.directory('sync directory', path);
      return { directory, changes: tree.beginSync(directory) };
    });
    await this.#calls.perform('syncMicros', `syncedDirectory ${path}`, () => {
      if (!dice.strikes('diskDirectorySyncError')) return tree.completeSync(begun.directory, begun.changes);
      tree.failSync(begun.changes);
      throw new DiskError('sync directory', path, 'EIO');
    });
  }

  freeBytes(path: string): Promise<number> {
    return this.#look(`freeBytes ${path}`, () => {
      if (this.#context.disk.files.stat(path) === null) throw new DiskError('measure free space of', path, 'ENOENT');
      return this.#context.disk.freeBytes;
    });
  }

  lock(directory: string): Promise<DirectoryLock> {
    const { disk, life } = this.#context;
    return this.#calls.perform('nameMicros', `lock ${directory}`, () => {
      const node = disk.files.directory('lock', directory);
      const holder = disk.locks.get(node);
      if (holder?.isAlive === true) {
        throw new DirectoryLockedError(directory, { pid: holder.pid, command: holder.name });
      }
      const file = disk.files.open(`${directory}/.lock`, 'create');
      disk.locks.set(node, life);
      file.openCount++;
      const forget = life.onEnd(() => file.openCount--);
      let isHeld = true;
      const release = (): Promise<void> => {
        if (isHeld && life.isAlive) {
          disk.locks.delete(node);
          file.openCount--;
          forget();
        }
        isHeld = false;
        return Promise.resolve();
      };
      return { release };
    });
  }

  /** As on POSIX, where to open and close a locked `.lock` would drop the lock. */
  #refuseHeldLock(path: string): void {
    const { disk } = this.#context;
    if (!/(^|\/)\.lock$/.test(path) || disk.files.stat(path) === null) return;
    const directory = path.slice(0, -'.lock'.length);
    const holder = disk.locks.get(disk.files.directory('open', directory));
    if (holder?.isAlive === true) throw new DirectoryLockedError(directory, { pid: holder.pid, command: holder.name });
  }

  #name<T>(what: string, effect: () => T): Promise<T> {
    return this.#calls.perform('nameMicros', what, effect);
  }

  /** A change that may give space back. */
  #free(what: string, effect: () => void): Promise<void> {
    return this.#name(what, () => {
      effect();
      this.#context.disk.recount();
    });
  }

  #look<T>(what: string, effect: () => T): Promise<T> {
    return this.#calls.perform('nameMicros', what, effect, null);
  }
}
