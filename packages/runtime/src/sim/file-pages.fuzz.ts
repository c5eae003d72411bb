/**
 * The paged file against a naive one that keeps every state it ever had: reads are always the latest, and what a crash leaves is
 * put together, page by page, from states since the last sync, under the size of one of them.
 */
import { deepStrictEqual, ok } from 'node:assert/strict';
import { fuzz } from '@ottla/testing';
import type { Prng } from '../prng.ts';
import { PAGE_BYTES } from './file-content.ts';
import { FaultDice, FaultLedger } from './faults.ts';
import { FilePages, type SyncCapture } from './file-pages.ts';

const SIZE_MAX = 5 * PAGE_BYTES;

/** What each state since the last sync looked like, the oldest first. */
class NaiveFile {
  states: Uint8Array[] = [new Uint8Array(0)];
  /** A sync failed: from then on nobody knows which pages the next one covers. */
  #isTainted = false;

  get latest(): Uint8Array {
    return this.states.at(-1)!;
  }

  write(chunk: Uint8Array, position: number): void {
    const next = new Uint8Array(Math.max(this.latest.length, position + chunk.length));
    next.set(this.latest);
    next.set(chunk, position);
    this.states.push(next);
  }

  truncate(sizeBytes: number): void {
    const next = new Uint8Array(sizeBytes);
    next.set(this.latest.subarray(0, sizeBytes));
    this.states.push(next);
  }

  synced(state: Uint8Array): void {
    if (!this.#isTainted) this.states = this.states.slice(this.states.indexOf(state));
  }

  syncFailed(): void {
    this.#isTainted = true;
  }

  crashed(left: Uint8Array): void {
    this.states = [left];
    this.#isTainted = false;
  }

  /** @throws what was left could not have come about. */
  check(left: Uint8Array): void {
    ok(
      this.states.some(({ length }) => length === left.length),
      `no state had ${left.length} bytes`,
    );
    for (let at = 0; at < left.length; at += PAGE_BYTES) {
      const page = left.subarray(at, at + PAGE_BYTES);
      const isHole = at >= this.states[0]!.length && page.every((byte) => byte === 0);
      ok(isHole || this.states.some((_, i) => this.#hadPage(page, at, i)), `the page at ${at} is of no state`);
    }
  }

  /** Whether state `i` had that page; a truncation since then may have cut it, for that reaches the disk by itself. */
  #hadPage(page: Uint8Array, at: number, i: number): boolean {
    const cuts = new Set(this.states.slice(i).map(({ length }) => length));
    return [...cuts].some((length) => isPageOf(page, this.states[i]!.subarray(0, length), at));
  }
}

/** Whether the page is that of the state, zeros where the state is shorter. */
function isPageOf(page: Uint8Array, state: Uint8Array, at: number): boolean {
  for (let i = 0; i < page.length; i++) if (page[i] !== (state[at + i] ?? 0)) return false;
  return true;
}

function readAll(file: FilePages): Uint8Array {
  const into = new Uint8Array(file.sizeBytes);
  deepStrictEqual(file.read(into, 0), into.length);
  return into;
}

fuzz(
  'a simulated file gives back what was written, and after a crash nothing that never was',
  { small: 300 },
  (prng) => {
    const ledger = new FaultLedger({});
    const file = new FilePages(new FaultDice(prng.fork('dice'), ledger));
    const naive = new NaiveFile();
    let underWay: { capture: SyncCapture; state: Uint8Array }[] = [];
    for (let step = 0; step < 60; step++) {
      const kind = prng.below(10);
      if (kind < 5) write(file, naive, prng);
      else if (kind < 6) truncate(file, naive, prng);
      else if (kind < 7) underWay.push({ capture: file.beginSync(), state: naive.latest });
      else if (kind < 9) underWay = settleOne(file, naive, underWay, prng);
      else {
        file.crash();
        naive.check(readAll(file));
        naive.crashed(readAll(file));
        underWay = [];
      }
      ok(Buffer.from(readAll(file)).equals(Buffer.from(naive.latest)), `step ${step}: reads are the latest`);
    }
  },
);

function write(file: FilePages, naive: NaiveFile, prng: Prng): void {
  const position = prng.chance(0.5) ? naive.latest.length : prng.below(SIZE_MAX);
  // Never zero, so that a hole is told from what was written.
  const chunk = new Uint8Array(1 + prng.below(2 * PAGE_BYTES)).fill(1 + prng.below(255));
  if (position + chunk.length > SIZE_MAX) return truncate(file, naive, prng);
  file.write(chunk, position, 1);
  naive.write(chunk, position);
}

function truncate(file: FilePages, naive: NaiveFile, prng: Prng): void {
  const sizeBytes = prng.below(SIZE_MAX);
  file.truncate(sizeBytes, 1);
  naive.truncate(sizeBytes);
}

function settleOne(
  file: FilePages,
  naive: NaiveFile,
  underWay: readonly { capture: SyncCapture; state: Uint8Array }[],
  prng: Prng,
): { capture: SyncCapture; state: Uint8Array }[] {
  if (underWay.length === 0) return [];
  const index = prng.below(underWay.length);
  const { capture, state } = underWay[index]!;
  if (prng.chance(0.1)) {
    file.failSync(capture);
    naive.syncFailed();
    return underWay.filter((_, i) => i !== index);
  }
  file.completeSync(capture, true);
  // The page cache is one for all: what a sync finds is durable, and so is what an older one found.
  if (naive.states.includes(state)) naive.synced(state);
  return underWay.filter((_, i) => i !== index);
}
