/** A process's own idea of time: its clock runs a little fast or slow, and the wall clock may be set by someone. */
import { assert } from '../assert.ts';
import type { Clock, Timer } from '../io.ts';
import type { FaultDice } from './faults.ts';
import type { Life } from './life.ts';
import type { Scheduler } from './scheduler.ts';

/** What a deferred turn may take, in microseconds. */
const TURN_MICROS_MAX = 20;
/** Timers are this much late on a healthy machine. */
const LATENESS_MICROS_MAX = 1_000;
const LATENESS_MICROS_STRUCK = 1_000_000;
const STEP_MS_MAX = 3_600_000;

/** The clock of a machine; it goes on while processes crash and restart. */
export class MachineClock {
  /** Seconds that pass here while one passes in the world; near 1. */
  readonly rate: number;
  /** Unix milliseconds here when the world began, changed by steps. */
  wallMsAtStart: number;

  constructor(rate: number, wallMsAtStart: number) {
    this.rate = rate;
    this.wallMsAtStart = wallMsAtStart;
  }

  /** @param worldMicros virtual microseconds since the world began. */
  wallMs(worldMicros: number): number {
    return Math.floor(this.wallMsAtStart + (worldMicros / 1000) * this.rate);
  }
}

export class SimClock implements Clock {
  readonly #scheduler: Scheduler;
  readonly #life: Life;
  readonly #machine: MachineClock;
  readonly #dice: FaultDice;
  readonly #bornMicros: number;
  /** What the monotonic clock showed when this life began: its zero means nothing, so it is never 0. */
  readonly #monotonicMsAtBirth: number;
  readonly #deferred: (() => void)[] = [];

  constructor(scheduler: Scheduler, life: Life, machine: MachineClock, dice: FaultDice) {
    this.#scheduler = scheduler;
    this.#life = life;
    this.#machine = machine;
    this.#dice = dice;
    this.#bornMicros = scheduler.nowMicros;
    this.#monotonicMsAtBirth = dice.prng.below(1_000_000) / 8;
  }

  wallMs(): number {
    const machine = this.#machine;
    if (this.#dice.strikes('clockStep')) machine.wallMsAtStart += this.#dice.prng.between(-STEP_MS_MAX, STEP_MS_MAX);
    return machine.wallMs(this.#scheduler.nowMicros);
  }

  monotonicMs(): number {
    return this.#monotonicMsAtBirth + ((this.#scheduler.nowMicros - this.#bornMicros) / 1000) * this.#machine.rate;
  }

  after(delayMs: number, fire: () => void): Timer {
    assert(delayMs >= 0 && delayMs < Infinity, `a delay is not negative, and finite: ${delayMs}`);
    const late = this.#dice.strikes('timerLate') ? LATENESS_MICROS_STRUCK : LATENESS_MICROS_MAX;
    // The extra microsecond keeps rounding from ever showing the timer early on this clock.
    const delayMicros = (delayMs * 1000) / this.#machine.rate + 1 + this.#dice.prng.below(late);
    const task = this.#scheduler.schedule(delayMicros, this.#life, 'timer', fire);
    return { cancel: () => this.#scheduler.cancel(task) };
  }

  defer(run: () => void): void {
    this.#deferred.push(run);
    // Deferred calls come in order, so a turn takes whichever is first.
    const delayMicros = this.#dice.prng.below(TURN_MICROS_MAX) + 1;
    this.#scheduler.schedule(delayMicros, this.#life, 'deferred', () => this.#deferred.shift()!());
  }
}
