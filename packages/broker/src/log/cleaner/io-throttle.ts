/** Holds work back so that it moves no more bytes a second than it may, on the average of windows of 300 ms, as in Kafka. */
import type { Clock } from '@ottla/runtime';

const WINDOW_MS = 300;

export class IoThrottle {
  readonly #clock: Clock;
  readonly #bytesPerSecondMax: number;
  #windowStartMs: number;
  #windowBytes = 0;

  /** @param bytesPerSecondMax `Infinity` for no limit. */
  constructor(clock: Clock, bytesPerSecondMax: number) {
    this.#clock = clock;
    this.#bytesPerSecondMax = bytesPerSecondMax;
    this.#windowStartMs = clock.monotonicMs();
  }

  /** Counts bytes that were moved, and waits when they were too many. */
  async moved(bytes: number): Promise<void> {
    this.#windowBytes += bytes;
    const elapsedMs = this.#clock.monotonicMs() - this.#windowStartMs;
    if (elapsedMs < WINDOW_MS || this.#windowBytes === 0) return;
    const waitMs = (this.#windowBytes / this.#bytesPerSecondMax) * 1_000 - elapsedMs;
    if (waitMs > 0) await new Promise<void>((resolve) => this.#clock.after(waitMs, resolve));
    this.#windowStartMs = this.#clock.monotonicMs();
    this.#windowBytes = 0;
  }
}
