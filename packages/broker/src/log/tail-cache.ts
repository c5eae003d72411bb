/**
 * The newest batches of all partitions in memory: the very buffers that they were received in, bounded in bytes for the whole
 * broker. Whoever keeps up with the log reads no disk.
 *
 * What counts against the bound is memory that cannot be used otherwise: a buffer that holds many batches counts once, and in
 * full for as long as one of them is cached. Batches go in the order in which they came, whichever partition they are of; a
 * batch that is left alone in a large buffer is copied out of it.
 */
import { assert } from '@ottla/runtime';
import { batchBaseOffset, batchLastOffset, batchSize } from '@ottla/protocol';

/** Recycled memory that several hold: a `SlabLease` or a `SlabView`. */
export interface HeldMemory {
  retain(): unknown;
  release(): void;
}

/** Where cached bytes lie. */
export interface Backing {
  /** The same object for everything that lies in the same buffer. */
  readonly buffer: object;
  /** Bytes that stay taken while any part of the buffer is held. */
  readonly sizeBytes: number;
  /** Null for memory that the garbage collector takes back. */
  readonly memory: HeldMemory | null;
}

/** Below this share of a buffer what is still cached of it is copied, so that the rest comes free. */
const COPY_BELOW_SHARE = 0.25;

export class TailCache {
  readonly #boundBytes: number;
  readonly #buffers = new Map<object, CachedBuffer>();
  #oldest: Entry | null = null;
  #newest: Entry | null = null;
  #usedBytes = 0;
  /** Since the start, for metrics. */
  evictedEntries = 0;
  copiedBytes = 0;

  /** @param boundBytes 0 caches nothing. */
  constructor(boundBytes: number) {
    this.#boundBytes = boundBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** The part of one partition. */
  open(): PartitionTail {
    return new PartitionTail(this);
  }

  /** For `PartitionTail`. */
  add(tail: PartitionTail, bytes: Uint8Array, baseOffset: number, nextOffset: number, backing: Backing): Entry {
    const buffer = this.#bufferOf(backing);
    const entry = new Entry(tail, bytes, baseOffset, nextOffset, buffer);
    buffer.entries.add(entry);
    buffer.liveBytes += bytes.length;
    entry.older = this.#newest;
    if (this.#newest === null) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
    return entry;
  }

  /** Makes the bound hold again; called once the newcomer is in its partition's list. */
  trim(): void {
    while (this.#usedBytes > this.#boundBytes) {
      const entry = this.#oldest;
      assert(entry !== null, 'memory is counted only while something is cached');
      this.evictedEntries++;
      entry.tail.forgetOldest(entry);
      this.drop(entry);
    }
  }

  /** For `PartitionTail`, which has already let go of the entry. */
  drop(entry: Entry): void {
    if (entry.older === null) this.#oldest = entry.newer;
    else entry.older.newer = entry.newer;
    if (entry.newer === null) this.#newest = entry.older;
    else entry.newer.older = entry.older;
    const { buffer } = entry;
    this.#leave(buffer, entry);
    if (buffer.entries.size > 0 && buffer.liveBytes < buffer.sizeBytes * COPY_BELOW_SHARE) this.#copyOut(buffer);
  }

  #bufferOf({ buffer: key, sizeBytes, memory }: Backing): CachedBuffer {
    let buffer = this.#buffers.get(key);
    if (buffer === undefined) {
      memory?.retain();
      buffer = { key, sizeBytes, memory, entries: new Set(), liveBytes: 0 };
      this.#buffers.set(key, buffer);
      this.#usedBytes += sizeBytes;
    }
    return buffer;
  }

  #leave(buffer: CachedBuffer, entry: Entry): void {
    buffer.entries.delete(entry);
    buffer.liveBytes -= entry.bytes.length;
    if (buffer.entries.size > 0) return;
    this.#buffers.delete(buffer.key);
    this.#usedBytes -= buffer.sizeBytes;
    buffer.memory?.release();
  }

  #copyOut(buffer: CachedBuffer): void {
    for (const entry of buffer.entries) {
      const bytes = Uint8Array.prototype.slice.call(entry.bytes);
      this.copiedBytes += bytes.length;
      this.#leave(buffer, entry);
      const copied = this.#bufferOf({ buffer: bytes.buffer, sizeBytes: bytes.length, memory: null });
      copied.entries.add(entry);
      copied.liveBytes += bytes.length;
      entry.bytes = bytes;
      entry.buffer = copied;
    }
  }
}

interface CachedBuffer {
  readonly key: object;
  readonly sizeBytes: number;
  readonly memory: HeldMemory | null;
  readonly entries: Set<Entry>;
  liveBytes: number;
}

/** One append: whole batches, in order. */
class Entry {
  readonly tail: PartitionTail;
  bytes: Uint8Array;
  readonly baseOffset: number;
  readonly nextOffset: number;
  buffer: CachedBuffer;
  older: Entry | null = null;
  newer: Entry | null = null;

  constructor(tail: PartitionTail, bytes: Uint8Array, baseOffset: number, nextOffset: number, buffer: CachedBuffer) {
    this.tail = tail;
    this.bytes = bytes;
    this.baseOffset = baseOffset;
    this.nextOffset = nextOffset;
    this.buffer = buffer;
  }
}

/** What a read found: views on cached memory, held until `release`. */
export class TailRead {
  readonly chunks: readonly Uint8Array[];
  readonly sizeBytes: number;
  readonly #held: readonly HeldMemory[];

  constructor(chunks: readonly Uint8Array[], held: readonly HeldMemory[]) {
    this.chunks = chunks;
    this.sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    this.#held = held;
  }

  /** Once, when nobody reads the chunks any more. */
  release(): void {
    for (const memory of this.#held) memory.release();
  }
}

/** The cached end of one log, without gaps: from `startOffset` up to what was appended last. */
export class PartitionTail {
  readonly #cache: TailCache;
  #entries: Entry[] = [];
  /** Entries before this are gone. */
  #first = 0;

  constructor(cache: TailCache) {
    this.#cache = cache;
  }

  /** The first offset that is cached; -1 when nothing is. */
  get startOffset(): number {
    return this.#entries[this.#first]?.baseOffset ?? -1;
  }

  /** One past the last cached offset; -1 when nothing is cached. */
  get endOffset(): number {
    return this.#first === this.#entries.length ? -1 : this.#entries.at(-1)!.nextOffset;
  }

  /**
   * Adds batches that follow what is cached; after a gap what was cached goes.
   *
   * @param bytes whole batches; left alone by the caller from now on.
   */
  append(bytes: Uint8Array, baseOffset: number, nextOffset: number, backing: Backing = garbageCollected(bytes)): void {
    assert(nextOffset > baseOffset && bytes.length > 0, 'what is cached has records');
    assert(baseOffset >= this.endOffset, 'what is cached is appended in order');
    if (this.endOffset >= 0 && baseOffset > this.endOffset) this.clear();
    this.#entries.push(this.#cache.add(this, bytes, baseOffset, nextOffset, backing));
    this.#cache.trim();
  }

  /**
   * Batches from the one that holds `offset` on, those alone that end below `upTo`.
   *
   * @param isFirstWhole the first batch is given even when it is larger than `maxBytes`.
   * @returns null when `offset` is not cached; no chunks when nothing ends below `upTo` or fits.
   */
  read(offset: number, upTo: number, maxBytes: number, isFirstWhole: boolean): TailRead | null {
    let index = this.#find(offset);
    if (index < 0) return null;
    const chunks: Uint8Array[] = [];
    const held: HeldMemory[] = [];
    let left = maxBytes;
    for (let from = offset; index < this.#entries.length; index++) {
      const entry = this.#entries[index]!;
      const chunk = stretch(entry, from, upTo, left, isFirstWhole && chunks.length === 0);
      if (chunk.length === 0) break;
      chunks.push(chunk);
      const { memory } = entry.buffer;
      if (memory !== null) {
        memory.retain();
        held.push(memory);
      }
      left -= chunk.length;
      // A chunk that stops short of its entry's end was limited: nothing behind it may follow.
      if (chunk.byteOffset + chunk.length < entry.bytes.byteOffset + entry.bytes.length) break;
      from = entry.nextOffset;
    }
    return new TailRead(chunks, held);
  }

  /** Forgets what begins at `offset` or later, and what reaches beyond it. */
  truncateTo(offset: number): void {
    while (this.#entries.length > this.#first && this.#entries.at(-1)!.nextOffset > offset) {
      this.#cache.drop(this.#entries.pop()!);
    }
  }

  clear(): void {
    this.truncateTo(-1);
  }

  /** For `TailCache`: the oldest of all is the oldest of its partition. */
  forgetOldest(entry: Entry): void {
    assert(this.#entries[this.#first] === entry, 'batches leave a partition in the order in which they came');
    this.#first++;
    if (this.#first < 64 || this.#first * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }

  /** Index of the entry that holds `offset`, or of the next one; -1 when it is below or above what is cached. */
  #find(offset: number): number {
    if (this.startOffset < 0 || offset < this.startOffset || offset >= this.endOffset) return -1;
    let low = this.#first;
    let high = this.#entries.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#entries[middle]!.nextOffset > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** The batches of an entry from the one that holds `from` on that end below `upTo` and fit; empty when there are none. */
function stretch({ bytes }: Entry, from: number, upTo: number, maxBytes: number, isFirstWhole: boolean): Uint8Array {
  let start = 0;
  while (start < bytes.length && batchLastOffset(bytes, start) < from) start += batchSize(bytes, start);
  let end = start;
  while (end < bytes.length && batchBaseOffset(bytes, end) < upTo && batchLastOffset(bytes, end) < upTo) {
    const size = batchSize(bytes, end);
    const isTooMuch = end + size - start > maxBytes;
    if (isTooMuch && !(isFirstWhole && end === start)) break;
    end += size;
    if (isTooMuch) break;
  }
  return bytes.subarray(start, end);
}

function garbageCollected(bytes: Uint8Array): Backing {
  return { buffer: bytes.buffer, sizeBytes: bytes.buffer.byteLength, memory: null };
}
