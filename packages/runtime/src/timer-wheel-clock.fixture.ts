/** A clock for the proofs of the timer wheel: it moves when told, and counts what is asked of it. */
import { assert } from './assert.ts';
import type { Clock, Timer } from './io.ts';

interface ClockTimer {
  readonly atMs: number;
  readonly fire: () => void;
}

export class TestClock implements Clock {
  readonly #timers = new Set<ClockTimer>();
  #nowMs: number;
  outstandingPeak = 0;
  wakeUps = 0;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  get outstanding(): number {
    return this.#timers.size;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return Math.floor(this.#nowMs);
  }

  after(delayMs: number, fire: () => void): Timer {
    assert(delayMs >= 0 && delayMs <= 2 ** 31 - 1, 'a delay that every clock takes');
    const timer = { atMs: this.#nowMs + delayMs, fire };
    this.#timers.add(timer);
    this.outstandingPeak = Math.max(this.outstandingPeak, this.#timers.size);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  defer(run: () => void): void {
    this.after(0, run);
  }

  /** Goes there step by step: every timer fires exactly when it is due. */
  advanceTo(toMs: number): void {
    for (let timer = this.#earliest(); timer !== null && timer.atMs <= toMs; timer = this.#earliest()) {
      this.#nowMs = Math.max(this.#nowMs, timer.atMs);
      this.#wake(timer);
    }
    this.#nowMs = Math.max(this.#nowMs, toMs);
  }

  /** Is there at once, as after a suspended laptop or a long pause: every timer that was due fires late. */
  jumpTo(toMs: number): void {
    this.stallTo(toMs);
    this.advanceTo(toMs);
  }

  /** Time passes and no timer fires, as while the event loop is busy; those that became due fire at the next move. */
  stallTo(toMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, toMs);
  }

  #wake(timer: ClockTimer): void {
    this.#timers.delete(timer);
    this.wakeUps++;
    timer.fire();
  }

  #earliest(): ClockTimer | null {
    let earliest: ClockTimer | null = null;
    for (const timer of this.#timers) if (earliest === null || timer.atMs < earliest.atMs) earliest = timer;
    return earliest;
  }
}
