/**
 * The one writer of a log: appends are written in the order in which they came, everything that came while a write was under
 * way goes out with the next one, and whoever must have the log to himself takes his turn in between.
 *
 * The chain knows segments and bytes. What an append means (producers, epochs, transactions) its owner has assigned before,
 * and takes back when `onFailed` tells that it was not written.
 */
import type { Segment } from './segment.ts';

/** Whole batches that follow what was pushed before. */
export interface ChainedAppend {
  readonly bytes: Uint8Array;
  readonly baseOffset: number;
  readonly nextOffset: number;
}

export interface ChainOwner<Append extends ChainedAppend> {
  /** `flush.messages`: so many records may be unflushed when an append is acknowledged, less one. */
  readonly flushMessages: () => number;
  /** What must be on the device before the next append is written (a leader epoch, say); null when there is nothing. */
  readonly prepareWrite: () => Promise<void> | null;
  /** Syncs everything before `offset`: sealed segments, the active one, their directory. */
  readonly flushBefore: (offset: number) => Promise<void>;
  /** All records before this are on the device. */
  readonly flushedEnd: () => number;
  /** Written, flushed if that was due, and not yet acknowledged. In order. */
  readonly onWritten: (append: Append) => void;
  /** Nothing that was not told of by `onWritten` was written: it is to be taken back. Called before anyone is told. */
  readonly onFailed: (error: unknown) => void;
}

/** The largest vector that every system takes in one write. */
const CHUNKS_MAX = 1_024;
const GROUP_BYTES_MAX = 8 * 1_024 * 1_024;

type Turn<Append> =
  | {
      readonly kind: 'append';
      readonly append: Append;
      readonly resolve: () => void;
      readonly reject: (error: unknown) => void;
    }
  | { readonly kind: 'roll'; readonly createSegment: () => Promise<Segment> }
  | { readonly kind: 'task'; readonly run: () => Promise<void> };

type AppendTurn<Append> = Turn<Append> & { readonly kind: 'append' };

export class AppendChain<Append extends ChainedAppend> {
  readonly #owner: ChainOwner<Append>;
  #active: Segment;
  #turns: Turn<Append>[] = [];
  #isRunning = false;

  constructor(owner: ChainOwner<Append>, active: Segment) {
    this.#owner = owner;
    this.#active = active;
  }

  get active(): Segment {
    return this.#active;
  }

  /** Within a task: the log goes on in another segment. */
  set active(segment: Segment) {
    this.#active = segment;
  }

  /** Nothing is under way or waits. */
  get isIdle(): boolean {
    return !this.#isRunning;
  }

  /**
   * Resolves when the batches are written, and flushed if that is due.
   *
   * @throws whatever the disk threw: neither these batches nor any that were pushed after them were written.
   */
  push(append: Append): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#turns.push({ kind: 'append', append, resolve, reject });
    this.#start();
    return promise;
  }

  /**
   * What is pushed from now on goes into another segment, which `createSegment` makes when the active one is sealed. When that
   * fails, so do the appends behind it.
   */
  roll(createSegment: () => Promise<Segment>): void {
    this.#turns.push({ kind: 'roll', createSegment });
    this.#start();
  }

  /** Runs `task` once all that was pushed before is written or has failed; what is pushed meanwhile waits. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#turns.push({ kind: 'task', run: () => task().then(resolve, reject) });
    this.#start();
    return promise;
  }

  #start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    while (this.#turns.length > 0) {
      const first = this.#turns[0]!;
      if (first.kind === 'append') {
        await this.#writeNext();
        continue;
      }
      this.#turns.shift();
      if (first.kind === 'task') await first.run();
      else await this.#roll(first.createSegment);
    }
    this.#isRunning = false;
  }

  async #roll(createSegment: () => Promise<Segment>): Promise<void> {
    try {
      if (this.#active.isActive) await this.#active.seal();
      this.#active = await createSegment();
    } catch (error) {
      this.#fail(error, []);
    }
  }

  async #writeNext(): Promise<void> {
    const group = this.#takeGroup();
    try {
      // It was sealed for a segment that could then not be made.
      if (!this.#active.isActive) await this.#active.activate();
      await this.#write(group);
    } catch (error) {
      this.#fail(error, group);
      return;
    }
    for (const { append } of group) this.#owner.onWritten(append);
    for (const { resolve } of group) resolve();
  }

  /** The first append, and those behind it that fit the same write. */
  #takeGroup(): AppendTurn<Append>[] {
    let count = 0;
    let bytes = 0;
    for (const turn of this.#turns) {
      if (turn.kind !== 'append' || count === CHUNKS_MAX) break;
      if (count > 0 && bytes + turn.append.bytes.length > GROUP_BYTES_MAX) break;
      bytes += turn.append.bytes.length;
      count++;
    }
    return this.#turns.splice(0, count) as AppendTurn<Append>[];
  }

  async #write(group: readonly AppendTurn<Append>[]): Promise<void> {
    const { nextOffset } = group.at(-1)!.append;
    const prepared = this.#owner.prepareWrite();
    if (prepared !== null) await prepared;
    await this.#active.append(
      group.map(({ append }) => append.bytes),
      nextOffset - 1,
    );
    const { flushMessages, flushedEnd, flushBefore } = this.#owner;
    if (nextOffset - flushedEnd() >= flushMessages()) await flushBefore(nextOffset);
  }

  /** Everything pushed so far goes: what comes later builds on what was not written. Tasks keep their turn. */
  #fail(error: unknown, group: readonly AppendTurn<Append>[]): void {
    const behind = this.#turns.filter((turn) => turn.kind === 'append');
    this.#turns = this.#turns.filter((turn) => turn.kind === 'task');
    this.#owner.onFailed(error);
    for (const { reject } of [...group, ...behind]) reject(error);
  }
}
