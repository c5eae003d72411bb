/** Lets a repeated event through once in a while, and counts what it held back. */
import type { Clock } from '../io.ts';

/** Beyond it the oldest key is forgotten, and its next event comes through. */
const KEYS_MAX = 1_000;

interface Window {
  readonly openedMs: number;
  suppressed: number;
}

export class LogLimiter {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #windows = new Map<string, Window>();

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** @returns how many events of `key` were held back since the last that passed; null when this one is, too. */
  pass(key: string, intervalMs: number): number | null {
    const nowMs = this.#clock.monotonicMs();
    const window = this.#windows.get(key);
    if (window !== undefined && nowMs - window.openedMs < intervalMs) {
      window.suppressed++;
      return null;
    }
    this.#windows.delete(key);
    if (this.#windows.size >= KEYS_MAX) {
      for (const oldest of this.#windows.keys()) {
        this.#windows.delete(oldest);
        break;
      }
    }
    this.#windows.set(key, { openedMs: nowMs, suppressed: 0 });
    return window?.suppressed ?? 0;
  }
}
