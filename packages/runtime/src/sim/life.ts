/** One run of a simulated process, from its start to its crash. What belongs to a life that is over never happens. */
export class Life {
  /** Name of the process, for traces and messages. */
  readonly name: string;
  /** Of the process in this life; another one after a restart. */
  readonly pid: number;
  isAlive = true;
  /** Until then (virtual microseconds) the process stands still: its turns come later. */
  pausedUntilMicros = 0;
  readonly #onEnd = new Set<() => void>();

  constructor(name: string, pid: number) {
    this.name = name;
    this.pid = pid;
  }

  /** Calls `run` when the life ends; returns what takes that back. */
  onEnd(run: () => void): () => void {
    this.#onEnd.add(run);
    return () => this.#onEnd.delete(run);
  }

  end(): void {
    this.isAlive = false;
    for (const run of this.#onEnd) run();
    this.#onEnd.clear();
  }
}
