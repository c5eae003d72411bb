/**
 * What lagging readers read from disk, in blocks of at least 256 KiB that several of them share: the second reader of a
 * stretch, and the next read of the same one, find it in memory.
 *
 * A block begins at a batch and holds what one read gave. Blocks are slabs: they go back to the pool when they are evicted and
 * no answer holds them any more.
 */
import { assert, KiB, type SlabLease, type SlabPool } from '@ottla/runtime';
import type { Segment } from './segment.ts';

/** Fewer, larger reads: a device and a kernel do them at several times the rate. */
export const BLOCK_BYTES = 256 * KiB;

/** A stretch of a segment in memory. Whoever got it releases it. */
export interface ReadBlock {
  readonly lease: SlabLease;
  /** In the segment. */
  readonly position: number;
  readonly sizeBytes: number;
}

interface Cached extends ReadBlock {
  readonly segment: Segment;
}

/** One for all logs of a broker. */
export class DiskReads {
  readonly #pool: SlabPool;
  readonly #blocksMax: number;
  /** The longest unused first. */
  #blocks: Cached[] = [];
  readonly #underWay = new Map<Segment, Map<number, Reading>>();
  /** Since the start, for metrics and tests. */
  reads = 0;
  hits = 0;

  /** @param blocksMax kept for later readers. */
  constructor(pool: SlabPool, blocksMax: number) {
    this.#pool = pool;
    this.#blocksMax = blocksMax;
  }

  /**
   * Bytes of the segment from `position` on: `wanted` of them, or as many as there are.
   *
   * @throws {DiskError} {CorruptSegmentError} {SlabPoolExhaustedError} too much is being read at the same time: try later.
   */
  async read(segment: Segment, position: number, wanted: number): Promise<ReadBlock> {
    const needed = Math.min(wanted, segment.sizeBytes - position);
    const held = this.#find(segment, position, needed);
    if (held !== null) {
      this.hits++;
      return held;
    }
    const block = await this.#readOnce(segment, position, needed);
    // Somebody else's read of this place may have been a shorter one.
    if (block.sizeBytes >= Math.min(needed, segment.sizeBytes - position)) return block;
    block.lease.release();
    return this.read(segment, position, wanted);
  }

  /** Forgets a segment that was truncated or removed. Answers that hold its blocks go on. */
  forget(segment: Segment): void {
    for (const block of this.#blocks) if (block.segment === segment) block.lease.release();
    this.#blocks = this.#blocks.filter((block) => block.segment !== segment);
    this.#underWay.delete(segment);
  }

  /** Gives all memory back that no answer holds. */
  clear(): void {
    for (const block of this.#blocks) block.lease.release();
    this.#blocks = [];
  }

  #find(segment: Segment, position: number, needed: number): ReadBlock | null {
    const index = this.#blocks.findIndex((block) => {
      const from = position - block.position;
      return block.segment === segment && from >= 0 && from < block.sizeBytes && from + needed <= block.sizeBytes;
    });
    if (index < 0) return null;
    const [block] = this.#blocks.splice(index, 1);
    this.#blocks.push(block!);
    return held(block!);
  }

  #readOnce(segment: Segment, position: number, needed: number): Promise<ReadBlock> {
    let reads = this.#underWay.get(segment);
    if (reads === undefined) this.#underWay.set(segment, (reads = new Map<number, Reading>()));
    let reading = reads.get(position);
    if (reading === undefined) {
      reading = { waiters: 0, block: this.#readBlock(segment, position, needed, reads) };
      reads.set(position, reading);
    }
    reading.waiters++;
    return reading.block;
  }

  async #readBlock(
    segment: Segment,
    position: number,
    needed: number,
    reads: Map<number, Reading>,
  ): Promise<ReadBlock> {
    assert(needed > 0, 'what is read is there');
    const lease = this.#pool.acquire(Math.max(needed, BLOCK_BYTES));
    this.reads++;
    try {
      const sizeBytes = await segment.read(lease.bytes, position);
      const block = { segment, lease, position, sizeBytes };
      const { waiters } = reads.get(position)!;
      // NOTE(order): each waiter's hold is taken before any of them runs; the first has that of `acquire`.
      for (let i = 1; i < waiters; i++) lease.retain();
      // Forgotten meanwhile: those who wait for it have it, nobody after them.
      if (this.#underWay.get(segment) === reads) this.#keep(block);
      return block;
    } catch (error) {
      lease.release();
      throw error;
    } finally {
      reads.delete(position);
      if (reads.size === 0 && this.#underWay.get(segment) === reads) this.#underWay.delete(segment);
    }
  }

  #keep(block: Cached): void {
    if (this.#blocksMax === 0) return;
    block.lease.retain();
    this.#blocks.push(block);
    while (this.#blocks.length > this.#blocksMax) this.#blocks.shift()!.lease.release();
  }
}

interface Reading {
  waiters: number;
  readonly block: Promise<ReadBlock>;
}

function held(block: Cached): ReadBlock {
  block.lease.retain();
  return block;
}
