// The wheel against the obvious thing: a list of deadlines, looked through in full. Delays and jumps are drawn around the
// borders of the wheel's levels, where an off-by-one would live.
import { ok, strictEqual } from 'node:assert/strict';
import { fuzz } from '@ottla/testing';
import type { Prng } from './prng.ts';
import { TestClock } from './timer-wheel-clock.fixture.ts';
import { TimerEntry, TimerWheel } from './timer-wheel.ts';

/** One entry and, while it is pending, when the model says that it is due. */
interface Tracked {
  readonly entry: TimerEntry;
  deadlineMs: number | null;
}

class Run {
  readonly #prng: Prng;
  readonly #clock: TestClock;
  readonly #tickMs: number;
  readonly #originMs: number;
  readonly #wheel: TimerWheel;
  readonly #tracked: Tracked[] = [];
  #isLate = false;
  #isOver = false;
  #lastTick = 0;
  fired = 0;

  constructor(prng: Prng) {
    this.#prng = prng;
    this.#tickMs = prng.pick([1, 1, 10, 7, 100]);
    this.#clock = new TestClock(prng.pick([0, 12.75, 1e6 + 0.3, 2 ** 40 + 0.5]));
    this.#originMs = Math.floor(this.#clock.monotonicMs());
    this.#wheel = new TimerWheel(this.#clock, { tickMs: this.#tickMs });
    for (let i = 0; i < 40; i++) this.#track();
  }

  step(): void {
    const draw = this.#prng.float();
    if (draw < 0.5) this.#schedule();
    else if (draw < 0.6) this.#cancel();
    else if (draw < 0.9) this.#clock.advanceTo(this.#clock.monotonicMs() + this.#drawMs());
    else this.#jump();
    this.#check();
  }

  /** Everything that is pending fires, and then the wheel is empty. */
  finish(): void {
    const last = Math.max(0, ...this.#tracked.map(({ deadlineMs }) => deadlineMs ?? 0));
    this.#isOver = true;
    this.#clock.advanceTo(last + 2 * this.#tickMs);
    this.#check();
    strictEqual(this.#wheel.size, 0);
  }

  #track(): void {
    const tracked: Tracked = { entry: new TimerEntry(undefined, () => this.#onFire(tracked)), deadlineMs: null };
    this.#tracked.push(tracked);
  }

  #onFire(tracked: Tracked): void {
    const { deadlineMs } = tracked;
    const nowMs = this.#clock.monotonicMs();
    ok(deadlineMs !== null, 'fires only while it is pending');
    ok(nowMs >= deadlineMs, `fired ${deadlineMs - nowMs} ms early`);
    if (!this.#isLate) ok(nowMs <= deadlineMs + this.#tickMs, `fired ${nowMs - deadlineMs} ms late`);
    strictEqual(tracked.entry.isPending, false);
    tracked.deadlineMs = null;
    this.fired++;
    // In the order of ticks, save that what is added on the very moment of a tick that fired goes to the next one.
    const tick = Math.ceil((deadlineMs - this.#originMs) / this.#tickMs);
    ok(tick >= this.#lastTick - 1, `tick ${tick} fired after tick ${this.#lastTick}`);
    this.#lastTick = Math.max(tick, this.#lastTick);
    if (this.#isOver) return;
    if (this.#prng.chance(0.3)) this.#schedule();
    if (this.#prng.chance(0.2)) this.#cancel();
    if (this.#prng.chance(0.2)) this.#scheduleOne(tracked);
  }

  #schedule(): void {
    this.#scheduleOne(this.#prng.pick(this.#tracked));
  }

  #scheduleOne(tracked: Tracked): void {
    const delayMs = this.#drawMs();
    tracked.deadlineMs = this.#clock.monotonicMs() + delayMs;
    this.#wheel.schedule(tracked.entry, delayMs);
  }

  #cancel(): void {
    const tracked = this.#prng.pick(this.#tracked);
    strictEqual(tracked.entry.cancel(), tracked.deadlineMs !== null);
    tracked.deadlineMs = null;
  }

  #jump(): void {
    this.#isLate = true;
    const toMs = this.#clock.monotonicMs() + this.#drawMs();
    this.#clock.stallTo(toMs);
    if (this.#prng.chance(0.5)) this.#schedule();
    if (this.#prng.chance(0.5)) this.#cancel();
    this.#clock.advanceTo(toMs);
    this.#isLate = false;
  }

  /** Nothing, a fraction, a border of a level give or take one, or beyond the span of the wheel. */
  #drawMs(): number {
    const kind = this.#prng.float();
    if (kind < 0.1) return 0;
    if (kind < 0.3) return this.#prng.float() * 3 * this.#tickMs;
    if (kind < 0.5) return this.#prng.below(100) * this.#tickMs;
    const border = 32 ** this.#prng.below(kind < 0.97 ? 4 : 8) * this.#prng.between(1, 33);
    const delayMs = this.#tickMs * Math.max(0, border + this.#prng.between(-1, 1));
    // A clock that has run for a thousand years has no fractions of a millisecond left to be exact about.
    return this.#clock.monotonicMs() + delayMs < 2 ** 45 ? delayMs : this.#tickMs;
  }

  #check(): void {
    const nowMs = this.#clock.monotonicMs();
    let pending = 0;
    for (const { entry, deadlineMs } of this.#tracked) {
      strictEqual(entry.isPending, deadlineMs !== null);
      if (deadlineMs === null) continue;
      pending++;
      ok(deadlineMs > nowMs - this.#tickMs, `should have fired ${nowMs - deadlineMs} ms ago`);
    }
    strictEqual(this.#wheel.size, pending);
    strictEqual(this.#clock.outstanding, pending > 0 ? 1 : 0);
    strictEqual(this.#clock.outstandingPeak <= 1, true);
  }
}

fuzz('timer wheel', { small: 60 }, (prng) => {
  const run = new Run(prng);
  for (let i = 0; i < 400; i++) run.step();
  run.finish();
  ok(run.fired > 20, `only ${run.fired} entries fired`);
});
