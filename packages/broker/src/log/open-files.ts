/**
 * The files of all logs, of which only so many are open at a time: thousands of partitions have more files than a process may
 * have handles. Whoever uses a file holds it meanwhile; the one that was idle longest is closed for one that is needed.
 *
 * No file is renamed or removed while it is open, and no directory while a file in it is: Windows refuses that. So names are
 * changed here, and who wants the file meanwhile waits and finds it under its new name.
 */
import { assert, type Disk, type DiskFile, type OpenMode } from '@ottla/runtime';

export class OpenFiles {
  readonly disk: Disk;
  readonly #openMax: number;
  #openCount = 0;
  /** Of those that are open, the ones that are being closed to make room. */
  #evictions = 0;
  /** Open and used by nobody, the longest first. */
  readonly #idle = new Set<OpenFile>();

  /** @param openMax handles kept open; while more than that are in use at the same time, more are open. */
  constructor(disk: Disk, openMax: number) {
    assert(openMax > 0, 'at least one file may be open');
    this.disk = disk;
    this.#openMax = openMax;
  }

  get openCount(): number {
    return this.#openCount;
  }

  directory(path: string): OpenDirectory {
    return new OpenDirectory(this, path);
  }

  /** Closes what nobody uses. */
  async closeIdle(): Promise<void> {
    await Promise.all([...this.#idle].map((file) => file.close()));
  }

  /** Counts a file that is about to be opened, and closes others for it. The files' own. */
  async makeRoom(): Promise<void> {
    this.#openCount++;
    while (this.#isOver) {
      const [longest] = this.#idle;
      if (longest === undefined) return;
      await this.#evict(longest);
    }
  }

  /** The files' own. */
  closed(): void {
    this.#openCount--;
  }

  /** The files' own. */
  becameIdle(file: OpenFile): void {
    this.#idle.add(file);
    if (this.#isOver) void this.#evict(file);
  }

  /** The files' own. */
  noLongerIdle(file: OpenFile): void {
    this.#idle.delete(file);
  }

  get #isOver(): boolean {
    return this.#openCount - this.#evictions > this.#openMax;
  }

  async #evict(file: OpenFile): Promise<void> {
    this.#idle.delete(file);
    this.#evictions++;
    try {
      await file.close();
    } catch {
      // What a failed close would tell, the next sync of that file tells.
    } finally {
      this.#evictions--;
    }
  }
}

/** A directory whose files are opened here. Its files follow when it is renamed. */
export class OpenDirectory {
  readonly files: OpenFiles;
  #path: string;
  /** Null while there is none: most directories of most brokers. */
  #open: Set<OpenFile> | null = null;
  readonly #gate = new Gate();
  /** Opens, renames and removes under way. */
  #changes = 0;
  #onQuiet: (() => void) | null = null;

  constructor(files: OpenFiles, path: string) {
    this.files = files;
    this.#path = path;
  }

  get path(): string {
    return this.#path;
  }

  /** A file that may or may not exist. There is one such object per file. */
  file(name: string): OpenFile {
    return new OpenFile(this, name);
  }

  /**
   * Renames the directory once nobody uses a file in it; who wants one meanwhile waits.
   *
   * @throws {DiskError} it has its old name, and its files can be used there.
   */
  async rename(to: string): Promise<void> {
    await this.#gate.close();
    try {
      await this.#quiet();
      await Promise.all([...(this.#open ?? [])].map((file) => file.shut()));
      await this.files.disk.rename(this.#path, to);
      this.#path = to;
    } finally {
      this.#gate.open();
    }
  }

  /** Begins what must not overlap with a rename of the directory. The files' own. */
  async enter(): Promise<void> {
    await this.#gate.passed();
    this.#changes++;
  }

  /** The files' own. */
  leave(): void {
    if (--this.#changes === 0) this.#onQuiet?.();
  }

  /** The files' own. */
  noteOpen(file: OpenFile, isOpen: boolean): void {
    this.#open ??= new Set();
    if (isOpen) this.#open.add(file);
    else this.#open.delete(file);
    if (this.#open.size === 0) this.#open = null;
  }

  async #quiet(): Promise<void> {
    if (this.#changes > 0) await new Promise<void>((resolve) => (this.#onQuiet = resolve));
    this.#onQuiet = null;
  }
}

/**
 * A file that is opened when it is needed.
 *
 * Nobody waits for a file while holding another: a rename of their directory would wait for the one and hold back the other.
 */
export class OpenFile {
  readonly #directory: OpenDirectory;
  #name: string;
  #file: DiskFile | null = null;
  #isWritable = false;
  /** Who holds it, the one that opens it included. */
  #users = 0;
  #opening: Promise<void> | null = null;
  #shutting: Promise<void> | null = null;
  readonly #gate = new Gate();
  #onUnused: (() => void) | null = null;

  constructor(directory: OpenDirectory, name: string) {
    this.#directory = directory;
    this.#name = name;
  }

  get name(): string {
    return this.#name;
  }

  get path(): string {
    return `${this.#directory.path}/${this.#name}`;
  }

  /** Holds the file if that takes no waiting, else null. `release` ends the hold. */
  tryAcquire(mode: 'read' | 'write'): DiskFile | null {
    const file = this.#file;
    if (file === null || (mode === 'write' && !this.#isWritable) || this.#gate.isClosed) return null;
    if (this.#users++ === 0) this.#directory.files.noLongerIdle(this);
    return file;
  }

  /** Holds the file, opened if need be. `release` ends the hold. @throws {DiskError} it cannot be opened; nothing is held. */
  async acquire(mode: OpenMode): Promise<DiskFile> {
    for (;;) {
      const file = this.tryAcquire(mode === 'read' ? 'read' : 'write');
      if (file !== null) return file;
      if (this.#gate.isClosed) await this.#gate.passed();
      else if (this.#file !== null) await this.close();
      else if (this.#opening !== null) await this.#opening.catch(() => {});
      else return this.#openFor(mode);
    }
  }

  release(): void {
    assert(this.#users > 0, 'a file is released once for each hold');
    if (--this.#users > 0) return;
    if (this.#onUnused !== null) this.#onUnused();
    else if (this.#file !== null && !this.#gate.isClosed) this.#directory.files.becameIdle(this);
  }

  async use<T>(mode: OpenMode, run: (file: DiskFile) => Promise<T>): Promise<T> {
    const file = await this.acquire(mode);
    try {
      return await run(file);
    } finally {
      this.release();
    }
  }

  /** Closes the file once nobody uses it; it is opened again when it is needed. */
  close(): Promise<void> {
    return this.#alone(() => this.shut());
  }

  /** @throws {DiskError} it has its old name. */
  rename(name: string): Promise<void> {
    return this.#change(async () => {
      await this.#directory.files.disk.rename(this.path, `${this.#directory.path}/${name}`);
      this.#name = name;
    });
  }

  /** @throws {DiskError} ENOENT too. */
  remove(): Promise<void> {
    return this.#change(() => this.#directory.files.disk.remove(this.path));
  }

  /** Closes the file once nobody uses it. The caller sees to it that nobody begins to. The directory's own. */
  shut(): Promise<void> {
    this.#shutting ??= this.#shut().finally(() => (this.#shutting = null));
    return this.#shutting;
  }

  async #openFor(mode: OpenMode): Promise<DiskFile> {
    this.#users++;
    const opening = this.#open(mode);
    this.#opening = opening;
    try {
      await opening;
    } catch (error) {
      this.#opening = null;
      this.release();
      throw error;
    }
    this.#opening = null;
    return this.#file!;
  }

  async #open(mode: OpenMode): Promise<void> {
    const { files } = this.#directory;
    await this.#directory.enter();
    try {
      await files.makeRoom();
      this.#file = await files.disk.open(this.path, mode);
      this.#isWritable = mode !== 'read';
      this.#directory.noteOpen(this, true);
    } catch (error) {
      files.closed();
      throw error;
    } finally {
      this.#directory.leave();
    }
  }

  async #shut(): Promise<void> {
    if (this.#users > 0) await new Promise<void>((resolve) => (this.#onUnused = resolve));
    this.#onUnused = null;
    const file = this.#file;
    if (file === null) return;
    this.#file = null;
    const { files } = this.#directory;
    files.noLongerIdle(this);
    try {
      await file.close();
    } finally {
      this.#directory.noteOpen(this, false);
      files.closed();
    }
  }

  /** Changes the name while the file is closed and stays so. */
  #change(run: () => Promise<void>): Promise<void> {
    return this.#alone(async () => {
      await this.#directory.enter();
      try {
        await this.shut();
        await run();
      } finally {
        this.#directory.leave();
      }
    });
  }

  async #alone(run: () => Promise<void>): Promise<void> {
    await this.#gate.close();
    // Whoever waits for room must not wait for this file: it might be the one that holds this one up.
    this.#directory.files.noLongerIdle(this);
    try {
      await run();
    } finally {
      this.#gate.open();
    }
  }
}

/** Closed by one at a time; others wait until it opens. */
class Gate {
  #closed: Promise<void> | null = null;
  #lift: (() => void) | null = null;

  get isClosed(): boolean {
    return this.#closed !== null;
  }

  async passed(): Promise<void> {
    while (this.#closed !== null) await this.#closed;
  }

  async close(): Promise<void> {
    // Not `passed`: between looking and closing nobody may come.
    while (this.#closed !== null) await this.#closed;
    this.#closed = new Promise((resolve) => (this.#lift = resolve));
  }

  open(): void {
    const lift = this.#lift;
    this.#closed = null;
    this.#lift = null;
    lift?.();
  }
}
