/** An open file of a simulated process. */
import { assert } from '../assert.ts';
import { DiskError, type DiskOperation } from '../disk-errors.ts';
import { checkBytes, checkChunks, checkPosition } from '../file-arguments.ts';
import type { DiskFile, OpenMode } from '../io.ts';
import { chunksHash } from './bytes-hash.ts';
import type { TreeFile } from './directory-tree.ts';
import type { DiskCalls } from './disk-calls.ts';

export class SimFile implements DiskFile {
  readonly path: string;
  readonly #isReadOnly: boolean;
  readonly #node: TreeFile;
  readonly #calls: DiskCalls;
  readonly #forget: () => void;
  /** What its calls are called in the trace; built once, for there are many calls. */
  readonly #names: Readonly<Record<'read' | 'append to' | 'write' | 'sync', string>>;
  #end: number;
  /** Why it is not known where the file ends, as on a real disk. */
  #failure: Error | null = null;
  #underWay = 0;
  #closing: Promise<void> | null = null;
  #onIdle: (() => void) | null = null;

  constructor(path: string, mode: OpenMode, node: TreeFile, calls: DiskCalls) {
    this.path = path;
    this.#names = {
      read: `read ${path}`,
      'append to': `append to ${path}`,
      write: `write ${path}`,
      sync: `sync ${path}`,
    };
    this.#isReadOnly = mode === 'read';
    this.#node = node;
    this.#calls = calls;
    this.#end = node.pages.sizeBytes;
    node.openCount++;
    this.#forget = calls.context.life.onEnd(() => node.openCount--);
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    checkBytes(into);
    checkPosition('position', position);
    const { dice } = this.#calls.context;
    const look = (): number => {
      if (dice.strikes('diskReadError')) throw new DiskError('read', this.path, 'EIO');
      if (into.length > 0 && dice.strikes('diskBitRot')) this.#node.pages.rot(position + dice.prng.below(into.length));
      return this.#node.pages.read(into, position);
    };
    return this.#call(() => this.#calls.perform('readMicros', this.#names.read, look, null));
  }

  async append(chunks: readonly Uint8Array[]): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    checkChunks(chunks);
    const position = this.#end;
    this.#end += totalLength(chunks);
    return this.#write('append to', chunks, position);
  }

  async write(chunks: readonly Uint8Array[], position: number): Promise<void> {
    checkChunks(chunks);
    checkPosition('position', position);
    this.#end = Math.max(this.#end, position + totalLength(chunks));
    return this.#write('write', chunks, position);
  }

  sync(): Promise<void> {
    return this.#sync(true);
  }

  datasync(): Promise<void> {
    return this.#sync(false);
  }

  async truncate(sizeBytes: number): Promise<void> {
    checkPosition('size', sizeBytes);
    const { disk, wallMs } = this.#calls.context;
    const effect = (): void => {
      this.#checkWritable('truncate');
      this.#node.pages.truncate(sizeBytes, wallMs());
      disk.recount();
    };
    await this.#call(() => this.#calls.perform('nameMicros', `truncate ${this.path}`, effect));
    this.#end = sizeBytes;
    this.#failure = null;
  }

  size(): Promise<number> {
    const look = (): number => this.#node.pages.sizeBytes;
    return this.#call(() => this.#calls.perform('nameMicros', `size ${this.path}`, look, null));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    await this.#calls.perform('nameMicros', `close ${this.path}`, () => {}, null);
    this.#node.openCount--;
    this.#forget();
  }

  #write(operation: 'append to' | 'write', chunks: readonly Uint8Array[], position: number): Promise<void> {
    const { trace, scheduler, life, dice } = this.#calls.context;
    const hash = chunksHash(chunks);
    const total = totalLength(chunks);
    const effect = (): void => {
      assert(chunksHash(chunks) === hash, `nobody changes chunks while they are written to ${this.path}`);
      trace.record(scheduler.nowMicros, life.name, this.#names[operation], position, total);
      for (const chunk of chunks) trace.bytes(chunk);
      this.#checkWritable(operation);
      const failure = this.#drawFailure(position, total);
      this.#put(chunks, position, failure?.written ?? total);
      if (failure === null) return;
      const detail = `${failure.written} of ${total} bytes were written`;
      throw new DiskError(operation, this.path, failure.errno, { detail });
    };
    const torn = (): void => {
      if (this.#isReadOnly) return;
      const written = dice.prng.below(total + 1);
      if (written < total) dice.count('crashTornWrite');
      this.#put(chunks, position, written);
    };
    return this.#call(async () => {
      try {
        await this.#calls.perform('writeMicros', this.#names.write, effect, torn);
      } catch (error) {
        this.#failure ??= error as Error;
        throw this.#failure;
      }
    });
  }

  /** What goes wrong with this write, and how much of it is done all the same. */
  #drawFailure(position: number, total: number): { errno: string; written: number } | null {
    const { dice, disk } = this.#calls.context;
    if (total === 0) return null;
    if (dice.strikes('diskWriteError')) return { errno: 'EIO', written: 0 };
    if (dice.strikes('diskShortWrite')) return { errno: 'EIO', written: dice.prng.below(total) };
    if (dice.strikes('diskFull')) return { errno: 'ENOSPC', written: dice.prng.below(total) };
    const written = this.#node.pages.bytesThatFit(position, total, disk.freeBytes);
    return written < total ? { errno: 'ENOSPC', written } : null;
  }

  #put(chunks: readonly Uint8Array[], position: number, bytes: number): void {
    const { disk, wallMs } = this.#calls.context;
    disk.take(this.#node.pages.bytesToAllocate(position, bytes));
    let written = 0;
    for (const chunk of chunks) {
      const part = chunk.subarray(0, bytes - written);
      if (part.length > 0) this.#node.pages.write(part, position + written, wallMs());
      written += part.length;
    }
  }

  #sync(withTimes: boolean): Promise<void> {
    const { pages } = this.#node;
    const { dice, life } = this.#calls.context;
    return this.#call(() => {
      if (!life.isAlive) return new Promise(() => {});
      const capture = pages.beginSync();
      return this.#calls.perform('syncMicros', this.#names.sync, () => {
        if (!dice.strikes('diskSyncError')) return pages.completeSync(capture, withTimes);
        pages.failSync(capture);
        throw new DiskError('sync', this.path, 'EIO');
      });
    });
  }

  #checkWritable(operation: DiskOperation): void {
    if (this.#isReadOnly) throw new DiskError(operation, this.path, 'EBADF');
  }

  async #call<T>(start: () => Promise<T>): Promise<T> {
    assert(this.#closing === null, `file ${this.path} is open`);
    this.#underWay++;
    try {
      return await start();
    } finally {
      if (--this.#underWay === 0) this.#onIdle?.();
    }
  }
}

function totalLength(chunks: readonly Uint8Array[]): number {
  let total = 0;
  for (const chunk of chunks) total += chunk.length;
  return total;
}
