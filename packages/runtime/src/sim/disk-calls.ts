/**
 * Calls of one process to its disk while they are under way: each takes its time, and when the process dies some of them
 * have happened and some have not, though nobody was told.
 */
import type { DiskLatency, SimDisk } from './disk.ts';
import type { FaultDice } from './faults.ts';
import type { Life } from './life.ts';
import type { Scheduler } from './scheduler.ts';
import type { Trace } from './trace.ts';

const STALL_MICROS_MAX = 2_000_000;

/** What is needed to do a call; shared by a process's disk and its open files. */
export interface DiskContext {
  readonly disk: SimDisk;
  readonly life: Life;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly dice: FaultDice;
  /** The machine's wall clock, for times of modification. */
  readonly wallMs: () => number;
}

export class DiskCalls {
  readonly context: DiskContext;
  /** What each call under way does if the process dies now. */
  readonly #underWay = new Set<() => void>();

  constructor(context: DiskContext) {
    this.context = context;
    context.life.onEnd(() => this.#crash());
  }

  /**
   * Does `effect` when the call's time has come, and settles with its result. Never settles in a life that is over.
   *
   * @param ifCrashed done instead, on a coin's toss, when the process dies first. Null for calls that only look.
   */
  perform<T>(
    latency: keyof DiskLatency,
    what: string,
    effect: () => T,
    ifCrashed: (() => void) | null = effect,
  ): Promise<T> {
    const { life, scheduler, trace } = this.context;
    return new Promise((resolve, reject) => {
      if (!life.isAlive) return;
      if (ifCrashed !== null) this.#underWay.add(ifCrashed);
      scheduler.schedule(this.#delayMicros(latency), life, what, () => {
        if (ifCrashed !== null) this.#underWay.delete(ifCrashed);
        try {
          resolve(effect());
        } catch (error) {
          trace.record(scheduler.nowMicros, life.name, `${what} failed`);
          reject(error as Error);
        }
      });
    });
  }

  #delayMicros(latency: keyof DiskLatency): number {
    const { disk, dice } = this.context;
    const [least, most] = disk.latency[latency];
    const usual = dice.prng.between(least, most);
    return dice.strikes('diskStall') ? usual + dice.prng.below(STALL_MICROS_MAX) : usual;
  }

  #crash(): void {
    for (const ifCrashed of this.#underWay) {
      if (!this.context.dice.prng.chance(0.5)) continue;
      try {
        ifCrashed();
      } catch {
        // It would have failed, and there is nobody left to tell.
      }
    }
    this.#underWay.clear();
  }
}
