/**
 * A simulated world: machines with clocks, disks and a network, the processes on them, and one seed that decides it all.
 *
 * ```ts
 * const world = new SimWorld({ seed: 42, faults: stormyFaults });
 * const node = world.createProcess('node-1', (io) => startBroker({ io }));
 * await world.run({ untilMs: 10_000 });
 * node.crash();
 * node.restart();
 * ```
 */
import { assert } from '../assert.ts';
import { Prng } from '../prng.ts';
import { MachineClock } from './clock.ts';
import { SimDisk, type SimDiskOptions } from './disk.ts';
import { FaultDice, FaultLedger, type FaultKind, type FaultRates } from './faults.ts';
import { SimNetwork, type SimNetworkOptions } from './network.ts';
import { SimProcess, type ProcessMain } from './process.ts';
import { Scheduler, type RunLimits, type RunOutcome } from './scheduler.ts';
import { Trace } from './trace.ts';

export interface SimWorldOptions {
  readonly seed: number | string;
  /** Chance of each kind of fault at each opportunity; what is not named never happens. */
  readonly faults?: Partial<FaultRates>;
  readonly network?: SimNetworkOptions;
  /** What every disk is made with unless `createProcess` says otherwise. */
  readonly disk?: SimDiskOptions;
  /** How far clocks run fast or slow at most, in parts per million. Default 0. */
  readonly clockDriftPpmMax?: number;
  /** Unix milliseconds when the world begins. Default 2026-01-01. */
  readonly wallMs?: number;
  /** Keeps the trace as text too, in `traceLines`. Default false. */
  readonly keepTraceText?: boolean;
}

export interface ProcessOptions {
  /** Runs on that process's machine: same disk, clock and name on the network, as after an upgrade or beside a tool. */
  readonly machineOf?: SimProcess;
  readonly disk?: SimDiskOptions;
}

const WALL_MS = Date.UTC(2026, 0, 1);

/** A simulated program, or the machinery, threw: says where in the run, and how to run it again. */
export class SimulationError extends Error {
  override readonly name = 'SimulationError';
}

export class SimWorld {
  readonly seed: number | string;
  readonly network: SimNetwork;
  readonly #options: SimWorldOptions;
  readonly #scheduler: Scheduler;
  readonly #trace: Trace;
  readonly #ledger: FaultLedger;
  readonly #dice: FaultDice;
  readonly #processes: SimProcess[] = [];

  constructor(options: SimWorldOptions) {
    this.seed = options.seed;
    this.#options = options;
    const prng = new Prng(options.seed);
    this.#trace = new Trace(options.keepTraceText ?? false);
    this.#scheduler = new Scheduler(prng.fork('scheduler'), this.#trace);
    this.#ledger = new FaultLedger(options.faults ?? {});
    this.#dice = new FaultDice(prng, this.#ledger);
    this.network = new SimNetwork(this.#scheduler, this.#trace, this.#dice.fork('network'), options.network);
  }

  /** Milliseconds since the world began, to the microsecond. */
  get nowMs(): number {
    return this.#scheduler.nowMicros / 1000;
  }

  /** Chance for the test itself, from the world's seed. The same label gives the same stream. */
  chance(label: string): Prng {
    return this.#dice.prng.fork(`test ${label}`);
  }

  get processes(): readonly SimProcess[] {
    return this.#processes;
  }

  /** How often each kind of fault struck so far; kinds that never did are missing. */
  get faultCounts(): Readonly<Partial<Record<FaultKind, number>>> {
    return this.#ledger.counts;
  }

  /** From now on these rates hold, and no others: after the storm, a calm in which the program must recover. */
  setFaults(rates: Partial<FaultRates>): void {
    this.#ledger.rates = rates;
  }

  /** Of all that happened so far. The same seed and program give the same, or something nondeterministic got in. */
  get traceHash(): string {
    return this.#trace.hash;
  }

  /** Null unless `keepTraceText`. */
  get traceLines(): readonly string[] | null {
    return this.#trace.lines;
  }

  /** Puts what the test or program has to say into the trace. */
  note(text: string): void {
    this.#trace.record(this.#scheduler.nowMicros, 'note', text);
  }

  /**
   * A machine with a process that runs at once.
   *
   * @param main called on the process's first turn, and again after each restart; what it rejects with fails the run.
   */
  createProcess(name: string, main: ProcessMain | null = null, options: ProcessOptions = {}): SimProcess {
    assert(!this.#processes.some((other) => other.name === name), `process ${name} is new`);
    const dice = this.#dice.fork(`process ${name}`);
    const machine = options.machineOf?.machine ?? {
      host: this.network.addHost(name),
      disk: new SimDisk(dice.fork('disk'), { ...this.#options.disk, ...options.disk }),
      clock: this.#createClock(dice),
    };
    const process = new SimProcess(name, main, machine, {
      scheduler: this.#scheduler,
      trace: this.#trace,
      network: this.network,
      dice,
      neighbours: this.#processes,
    });
    this.#processes.push(process);
    return process;
  }

  /** Calls `run` in that many milliseconds, whatever happens to processes: for what the test does to the world. */
  after(delayMs: number, run: () => void): void {
    this.#scheduler.schedule(delayMs * 1000, null, 'test', run);
  }

  /** Lets time pass. @throws {SimulationError} what a simulated program threw is its cause. */
  async run(limits: RunLimits = {}): Promise<RunOutcome> {
    try {
      return await this.#scheduler.run(limits);
    } catch (cause) {
      throw this.#failure(cause);
    }
  }

  /**
   * Lets time pass until the promise settles, and settles the same.
   *
   * @throws {SimulationError} it did not within the limits, or nothing is left that could happen.
   */
  async finish<T>(promise: Promise<T>, limits: Omit<RunLimits, 'until'> = {}): Promise<T> {
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
    };
    promise.then(settle, settle);
    const { reason } = await this.run({ ...limits, until: () => isSettled });
    if (isSettled) return promise;
    throw this.#failure(
      new Error(
        reason === 'idle'
          ? 'nothing is left that could happen, and the promise has not settled'
          : `the promise has not settled by the limit of ${reason}`,
      ),
    );
  }

  #createClock(dice: FaultDice): MachineClock {
    const ppmMax = this.#options.clockDriftPpmMax ?? 0;
    const ppm = (dice.prng.fork('clock').float() * 2 - 1) * ppmMax;
    if (ppm !== 0) dice.count('clockDrift');
    return new MachineClock(1 + ppm / 1e6, this.#options.wallMs ?? WALL_MS);
  }

  #failure(cause: unknown): SimulationError {
    const why = cause instanceof Error ? cause.message : String(cause);
    const where = `seed ${this.seed}, event ${this.#trace.count}, ${this.nowMs.toFixed(3)} ms`;
    return new SimulationError(`${where}: ${why}`, { cause });
  }
}
