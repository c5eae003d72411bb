/**
 * Who may touch which log: one that is being cleaned is not truncated, moved or deleted, and one that is, is not cleaned. As the
 * states of Kafka's `LogCleanerManager`.
 */
import { assert } from '@ottla/runtime';
import { CleaningAbortedError } from './cleaner-errors.ts';

interface CleaningState {
  /** Whether the cleaner, or retention, works on it. */
  isBusy: boolean;
  /** How many hold it back; once it is not busy they have it for themselves. */
  pauses: number;
  /** Those who wait for that. */
  onIdle: (() => void)[];
}

/** Logs are known by name. */
export class CleaningStates {
  /** Of logs that somebody works on, or holds back. */
  readonly #states = new Map<string, CleaningState>();
  /** Log by log the directory it was in. */
  readonly #uncleanable = new Map<string, string>();

  /** Begins work on a log that nobody works on or holds back. @returns whether it may. */
  tryBegin(log: string): boolean {
    if (this.#states.has(log)) return false;
    this.#states.set(log, { isBusy: true, pauses: 0, onIdle: [] });
    return true;
  }

  /** For whoever works on the log, every now and then. @throws {CleaningAbortedError} somebody wants it: stop. */
  checkPoint(log: string): void {
    if (this.#busy(log).pauses > 0) throw new CleaningAbortedError(log);
  }

  /** Ends the work. @returns whether it counts: nobody asked to stop it. */
  end(log: string): boolean {
    const state = this.#busy(log);
    state.isBusy = false;
    for (const resolve of state.onIdle.splice(0)) resolve();
    if (state.pauses > 0) return false;
    this.#states.delete(log);
    return true;
  }

  /** Stops the work on a log, if there is any, and lets none begin until `resume` was called as often as this. */
  async abortAndPause(log: string): Promise<void> {
    const state = this.#states.get(log) ?? { isBusy: false, pauses: 0, onIdle: [] };
    this.#states.set(log, state);
    state.pauses++;
    if (state.isBusy) await new Promise<void>((resolve) => state.onIdle.push(resolve));
  }

  resume(log: string): void {
    const state = this.#states.get(log);
    assert(state !== undefined && state.pauses > 0, 'what is resumed was paused');
    if (--state.pauses === 0 && !state.isBusy) this.#states.delete(log);
  }

  /** Stops the work on a log, if there is any. */
  async abort(log: string): Promise<void> {
    await this.abortAndPause(log);
    this.resume(log);
  }

  /** Keeps the cleaner off a log that it cannot clean, until the process ends. */
  markUncleanable(log: string, logDir: string): void {
    this.#uncleanable.set(log, logDir);
  }

  isUncleanable(log: string): boolean {
    return this.#uncleanable.has(log);
  }

  /** Those in one log directory, for its metric. */
  uncleanableIn(logDir: string): string[] {
    return [...this.#uncleanable].filter(([, directory]) => directory === logDir).map(([log]) => log);
  }

  /** The log is gone: should it come back, it is another one. */
  forget(log: string): void {
    this.#uncleanable.delete(log);
  }

  #busy(log: string): CleaningState {
    const state = this.#states.get(log);
    assert(state !== undefined && state.isBusy, 'the log is worked on');
    return state;
  }
}
