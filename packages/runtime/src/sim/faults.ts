/**
 * The faults that a simulation injects, how often, and how often each struck.
 *
 * A rate is the chance, from 0 to 1, at each opportunity (a write, a sync, a segment sent, a look at the clock). What is not
 * named in a world's options is 0, so that a test starts with a perfect world and asks for what it wants.
 */
import type { Prng } from '../prng.ts';

export interface FaultRates {
  /** A disk call takes up to two seconds. */
  readonly diskStall: number;
  /** A read is rejected with EIO. */
  readonly diskReadError: number;
  /** A write is rejected with EIO, and nothing of it was written. */
  readonly diskWriteError: number;
  /** A write is rejected with EIO after a part of it was written. */
  readonly diskShortWrite: number;
  /** A write, or the making of a file, is rejected with ENOSPC; of a write a part may be there. */
  readonly diskFull: number;
  /** A sync is rejected with EIO: some of its pages are lost, though reads still see them until the next crash. */
  readonly diskSyncError: number;
  /** A directory's sync is rejected with EIO: some of its changes never become durable. */
  readonly diskDirectorySyncError: number;
  /** One bit of what is stored flips; the read that meets it returns it. */
  readonly diskBitRot: number;
  /** A segment takes up to five seconds, and all behind it wait. */
  readonly networkStall: number;
  /** At a segment, both sides of its connection get ECONNRESET; bytes on the way are gone. */
  readonly networkReset: number;
  /** From a segment on, nothing of its connection arrives any more; nobody is told, until a writer's patience ends. */
  readonly networkLoss: number;
  /** A connection attempt is refused. */
  readonly connectRefused: number;
  /** A connection attempt gets no answer. */
  readonly connectTimeout: number;
  /** At a look at it, the wall clock jumps up to an hour either way. */
  readonly clockStep: number;
  /** A timer fires up to a second late. */
  readonly timerLate: number;
  /** A compute job dies with its worker. */
  readonly computeDeath: number;
}

/** Faults that are not drawn at an opportunity, but follow from a crash, or from what the test asks for. */
const consequences = {
  clockDrift: 'a machine whose clock runs fast or slow',
  powerLoss: 'a machine lost its power',
  kill: 'a process was killed',
  restart: 'a process began a new life',
  pause: 'a process stood still',
  partition: 'machines were cut off from one another',
  crashLostPage: 'a page that was written and not synced is not there after a crash',
  crashKeptPage: 'a page that was written and not synced is there after a crash, though an earlier one is not',
  crashHole: 'a file reads as zeros where bytes were written',
  crashShrunkFile: 'a file is shorter after a crash than it was',
  crashForgotName: 'a create, rename or remove is undone by a crash',
  crashUndidTruncate: 'a truncation is undone by a crash',
  crashTornWrite: 'of a write that was under way when the crash came, a part is there',
} as const;

export type ConsequenceKind = keyof typeof consequences;

export type FaultKind = keyof FaultRates | ConsequenceKind;

/** Every kind at a rate at which a run of some thousand events meets it and still gets on. */
export const stormyFaults: FaultRates = {
  diskStall: 0.002,
  diskReadError: 0.002,
  diskWriteError: 0.002,
  diskShortWrite: 0.002,
  diskFull: 0.002,
  diskSyncError: 0.002,
  diskDirectorySyncError: 0.002,
  diskBitRot: 0.0005,
  networkStall: 0.005,
  networkReset: 0.001,
  networkLoss: 0.0005,
  connectRefused: 0.01,
  connectTimeout: 0.01,
  clockStep: 0.001,
  timerLate: 0.005,
  computeDeath: 0.002,
};

/** All kinds, in alphabetical order. */
export const faultKinds: readonly FaultKind[] = [
  ...(Object.keys(stormyFaults) as (keyof FaultRates)[]),
  ...(Object.keys(consequences) as ConsequenceKind[]),
].toSorted();

/** The rates that hold now, and how often each kind struck so far. One per world. */
export class FaultLedger {
  rates: Readonly<Partial<FaultRates>>;
  readonly #counts = new Map<FaultKind, number>();

  constructor(rates: Readonly<Partial<FaultRates>>) {
    this.rates = rates;
  }

  add(kind: FaultKind): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  /** By name, in alphabetical order; kinds that never struck are missing. */
  get counts(): Readonly<Partial<Record<FaultKind, number>>> {
    return Object.fromEntries([...this.#counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Draws faults and counts them. One per subsystem of a process, so that a draw in one leaves the others as they were. */
export class FaultDice {
  readonly prng: Prng;
  readonly #ledger: FaultLedger;

  constructor(prng: Prng, ledger: FaultLedger) {
    this.prng = prng;
    this.#ledger = ledger;
  }

  /** Whether the fault strikes at this opportunity; counted when it does. */
  strikes(kind: keyof FaultRates): boolean {
    const rate = this.#ledger.rates[kind];
    if (rate === undefined || rate === 0 || !this.prng.chance(rate)) return false;
    this.#ledger.add(kind);
    return true;
  }

  /** Counts what followed from something else, or what a test did by hand. */
  count(kind: FaultKind): void {
    this.#ledger.add(kind);
  }

  /** The same ledger over another stream of chance. */
  fork(label: string): FaultDice {
    return new FaultDice(this.prng.fork(label), this.#ledger);
  }
}
