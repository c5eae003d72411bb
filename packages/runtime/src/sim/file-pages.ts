/**
 * The content of a simulated file twice over: as reads see it (page cache), and as the disk would give it back (stable).
 *
 * Pages of 4 KiB are shared between the two until one is written again. What a crash may do is in `crashedContent`; the states
 * in between that a real kernel produces by writing back on its own, or by committing a truncation early, are drawn when the
 * write happens, for nobody can tell before the crash.
 */
import { assert } from '../assert.ts';
import { crashedContent } from './file-crash.ts';
import { cut, PAGE_BYTES, pageOf, withoutTail, type FileContent, type Page } from './file-content.ts';
import type { ConsequenceKind, FaultDice } from './faults.ts';

/** The chance that the kernel had written a page back before it is written again. */
const WRITTEN_BACK = 1 / 8;
/** Sizes that a crash may leave; one of them is dropped when there are more. */
const SIZES_MAX = 64;

/** What a sync that is under way will have made stable: the state when it began. */
export interface SyncCapture {
  readonly pages: Map<number, Page>;
  sizeBytes: number;
  modifiedMs: number;
  /** How many of `#sizes` it covers. */
  sizesCovered: number;
}

export class FilePages {
  #cache: FileContent = { pages: [], sizeBytes: 0, modifiedMs: 0 };
  #stable: FileContent = { pages: [], sizeBytes: 0, modifiedMs: 0 };
  /** Pages written since they last became stable. A page whose sync failed is in none: the kernel forgot that it is dirty. */
  readonly #dirty = new Set<number>();
  /** Sizes between the stable one and the current one. */
  #sizes: number[] = [];
  /** Set while a truncation has not reached the disk: what a crash would give back, later writes included in nothing. */
  #beforeTruncate: FileContent | null = null;
  readonly #syncs: SyncCapture[] = [];
  readonly #dice: FaultDice;

  constructor(dice: FaultDice) {
    this.#dice = dice;
  }

  get sizeBytes(): number {
    return this.#cache.sizeBytes;
  }

  get modifiedMs(): number {
    return this.#cache.modifiedMs;
  }

  /** On the disk: pages, holes not counted. */
  get allocatedBytes(): number {
    let pages = 0;
    for (const page of this.#cache.pages) if (page !== undefined) pages++;
    return pages * PAGE_BYTES;
  }

  /** Bytes that a write there would take from the disk. */
  bytesToAllocate(position: number, length: number): number {
    let pages = 0;
    for (let index = pageOf(position); index * PAGE_BYTES < position + length; index++) {
      if (this.#cache.pages[index] === undefined) pages++;
    }
    return pages * PAGE_BYTES;
  }

  /** How much of a write there finds room when the disk has only `freeBytes` left. */
  bytesThatFit(position: number, length: number, freeBytes: number): number {
    let room = Math.floor(freeBytes / PAGE_BYTES);
    for (let index = pageOf(position); index * PAGE_BYTES < position + length; index++) {
      if (this.#cache.pages[index] === undefined && --room < 0) return Math.max(0, index * PAGE_BYTES - position);
    }
    return length;
  }

  /** @returns bytes read, fewer than asked only at the end of the file. */
  read(into: Uint8Array, position: number): number {
    const length = Math.max(0, Math.min(into.length, this.#cache.sizeBytes - position));
    let filled = 0;
    while (filled < length) {
      const at = position + filled;
      const from = at % PAGE_BYTES;
      const count = Math.min(PAGE_BYTES - from, length - filled);
      const page = this.#cache.pages[pageOf(at)];
      if (page === undefined) into.fill(0, filled, filled + count);
      else into.set(page.bytes.subarray(from, from + count), filled);
      filled += count;
    }
    return length;
  }

  write(chunk: Uint8Array, position: number, nowMs: number): void {
    let taken = 0;
    while (taken < chunk.length) {
      const at = position + taken;
      const from = at % PAGE_BYTES;
      const count = Math.min(PAGE_BYTES - from, chunk.length - taken);
      this.#pageToWrite(pageOf(at)).bytes.set(chunk.subarray(taken, taken + count), from);
      taken += count;
    }
    this.#grow(Math.max(this.#cache.sizeBytes, position + chunk.length));
    this.#cache.modifiedMs = nowMs;
  }

  truncate(sizeBytes: number, nowMs: number): void {
    this.#cache.modifiedMs = nowMs;
    if (sizeBytes >= this.#cache.sizeBytes) return this.#grow(sizeBytes);
    // A sync under way holds the old pages; whether they come back with the old size is then a matter of that sync alone.
    const mayComeBack = this.#syncs.length === 0 && this.#beforeTruncate === null;
    if (mayComeBack && this.#dice.prng.chance(0.5)) this.#beforeTruncate = this.#crashed(() => {});
    for (const content of [this.#cache, this.#stable]) cut(content, sizeBytes);
    for (const capture of this.#syncs) cutCapture(capture, sizeBytes);
    for (const index of this.#dirty) if (index * PAGE_BYTES >= sizeBytes) this.#dirty.delete(index);
    this.#sizes = this.#sizes.filter((size) => size < sizeBytes);
    for (const capture of this.#syncs) capture.sizesCovered = Math.min(capture.sizesCovered, this.#sizes.length);
    if (this.#stable.sizeBytes < sizeBytes) this.#sizes.push(sizeBytes);
  }

  beginSync(): SyncCapture {
    const pages = new Map<number, Page>();
    for (const index of this.#dirty) {
      const page = this.#cache.pages[index]!;
      page.isShared = true;
      pages.set(index, page);
    }
    const { sizeBytes, modifiedMs } = this.#cache;
    const capture = { pages, sizeBytes, modifiedMs, sizesCovered: this.#sizes.length };
    this.#syncs.push(capture);
    return capture;
  }

  /** @param withTimes fsync; fdatasync leaves the time of modification as it was. */
  completeSync(capture: SyncCapture, withTimes: boolean): void {
    if (!this.#endSync(capture)) return;
    for (const [index, page] of capture.pages) this.#settle(index, page);
    this.#settleSize(capture);
    if (withTimes) this.#stable.modifiedMs = capture.modifiedMs;
    this.#beforeTruncate = null;
  }

  /** The kernel tried, failed, and forgets which pages it owes the disk: a later sync will not write them. */
  failSync(capture: SyncCapture): void {
    if (!this.#endSync(capture)) return;
    const { prng } = this.#dice;
    for (const [index, page] of capture.pages) {
      if (prng.chance(0.5)) this.#settle(index, page);
      else if (this.#cache.pages[index] === page) this.#dirty.delete(index);
    }
    if (prng.chance(0.5)) this.#settleSize(capture);
  }

  /** Flips a bit of what is stored. @returns whether there was a byte to flip. */
  rot(position: number): boolean {
    const page = this.#cache.pages[pageOf(position)];
    if (page === undefined || position >= this.#cache.sizeBytes) return false;
    // In place, shared or not: it is the medium that rots.
    page.bytes[position % PAGE_BYTES]! ^= 1 << this.#dice.prng.below(8);
    return true;
  }

  /** The power goes: what is left is what the disk gives back. */
  crash(): void {
    if (this.#beforeTruncate !== null) this.#dice.count('crashUndidTruncate');
    this.#cache = this.#crashed((kind) => this.#dice.count(kind));
    this.#forgetPast();
  }

  /** All that was written is stable, as if long ago. */
  settle(): void {
    for (const page of this.#cache.pages) if (page !== undefined) page.isShared = true;
    this.#forgetPast();
  }

  #forgetPast(): void {
    this.#stable = { ...this.#cache, pages: [...this.#cache.pages] };
    for (const page of this.#stable.pages) if (page !== undefined) page.isShared = true;
    this.#dirty.clear();
    this.#sizes = [];
    this.#beforeTruncate = null;
    this.#syncs.length = 0;
  }

  #crashed(count: (kind: ConsequenceKind) => void): FileContent {
    if (this.#beforeTruncate !== null) return this.#beforeTruncate;
    return crashedContent(this.#cache, this.#stable, this.#dirty, this.#sizes, this.#dice.prng, count);
  }

  #pageToWrite(index: number): Page {
    const { pages } = this.#cache;
    let page = pages[index];
    if (page !== undefined && this.#dirty.has(index) && this.#dice.prng.chance(WRITTEN_BACK)) {
      page.isShared = true;
      this.#stable.pages[index] = page;
    }
    if (page === undefined) page = { bytes: new Uint8Array(PAGE_BYTES), isShared: false };
    else if (page.isShared) page = { bytes: page.bytes.slice(), isShared: false };
    pages[index] = page;
    this.#dirty.add(index);
    return page;
  }

  #grow(sizeBytes: number): void {
    if (sizeBytes === this.#cache.sizeBytes) return;
    this.#cache.sizeBytes = sizeBytes;
    if (this.#sizes.length < SIZES_MAX) this.#sizes.push(sizeBytes);
    else this.#sizes[this.#dice.prng.below(SIZES_MAX)] = sizeBytes;
  }

  /** @returns false when a later sync was done first: that one has covered all of this. */
  #endSync(capture: SyncCapture): boolean {
    const index = this.#syncs.indexOf(capture);
    this.#syncs.splice(0, index + 1);
    return index >= 0;
  }

  #settle(index: number, page: Page): void {
    page.isShared = true;
    this.#stable.pages[index] = page;
    if (this.#cache.pages[index] === page) this.#dirty.delete(index);
  }

  #settleSize(capture: SyncCapture): void {
    this.#stable.sizeBytes = capture.sizeBytes;
    this.#sizes.splice(0, capture.sizesCovered);
    for (const other of this.#syncs) other.sizesCovered = Math.max(0, other.sizesCovered - capture.sizesCovered);
    assert(this.#stable.sizeBytes <= this.#cache.sizeBytes, 'the stable size is never above the size');
  }
}

function cutCapture(capture: SyncCapture, sizeBytes: number): void {
  capture.sizeBytes = Math.min(capture.sizeBytes, sizeBytes);
  for (const [index, page] of capture.pages) {
    if (index * PAGE_BYTES >= sizeBytes) capture.pages.delete(index);
    else if (index === pageOf(sizeBytes)) capture.pages.set(index, withoutTail(page, sizeBytes % PAGE_BYTES));
  }
}
