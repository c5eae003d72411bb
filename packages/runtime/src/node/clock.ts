/** The machine's clocks and timers. */
import { performance } from 'node:perf_hooks';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { assert } from '../assert.ts';
import type { Clock, Timer } from '../io.ts';

/** Node fires a longer timer at once. */
const DELAY_MS_MAX = 2 ** 31 - 1;

// Taken when the module loads, so that a test which fakes the globals does not stop a broker embedded in it.
const wallMs = Date.now;
const monotonicMs = performance.now.bind(performance);

export class NodeClock implements Clock {
  wallMs(): number {
    return wallMs();
  }

  monotonicMs(): number {
    return monotonicMs();
  }

  after(delayMs: number, fire: () => void): Timer {
    assert(delayMs >= 0 && delayMs < Infinity, `a delay is not negative, and finite: ${delayMs}`);
    return new NodeTimer(delayMs, fire);
  }

  defer(run: () => void): void {
    setImmediate(run);
  }
}

class NodeTimer implements Timer {
  readonly #dueMs: number;
  readonly #fire: () => void;
  #timeout: NodeJS.Timeout;

  constructor(delayMs: number, fire: () => void) {
    this.#dueMs = monotonicMs() + delayMs;
    this.#fire = fire;
    this.#timeout = setTimeout(this.#onTimeout, Math.min(delayMs, DELAY_MS_MAX));
  }

  cancel(): void {
    clearTimeout(this.#timeout);
  }

  /** Node counts in whole milliseconds of its loop's own clock, so it may be up to one early; and long delays come in steps. */
  readonly #onTimeout = (): void => {
    const leftMs = this.#dueMs - monotonicMs();
    if (leftMs <= 0) this.#fire();
    else this.#timeout = setTimeout(this.#onTimeout, Math.min(Math.ceil(leftMs), DELAY_MS_MAX));
  };
}
