/** A simulated process: a name, a machine, and one life after the other. */
import { assert } from '../assert.ts';
import type { Io } from '../io.ts';
import { SimClock, type MachineClock } from './clock.ts';
import { SimCompute } from './compute.ts';
import type { SimDisk } from './disk.ts';
import type { FaultDice } from './faults.ts';
import { Life } from './life.ts';
import type { SimHost, SimNetwork } from './network.ts';
import { ProcessDisk } from './process-disk.ts';
import { ProcessNetwork } from './process-network.ts';
import type { Scheduler } from './scheduler.ts';
import type { Trace } from './trace.ts';

/** What a process does. It gets a new `Io` in every life; the disk behind it stays. */
export type ProcessMain = (io: Io, process: SimProcess) => void | Promise<void>;

export interface Machine {
  readonly host: SimHost;
  readonly disk: SimDisk;
  readonly clock: MachineClock;
}

interface Surroundings {
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly network: SimNetwork;
  readonly dice: FaultDice;
  /** All processes of the world, for a machine may carry several. */
  readonly neighbours: readonly SimProcess[];
}

const FIRST_PID = 1_000;
const START_MICROS_MAX = 1_000;

export class SimProcess {
  readonly name: string;
  readonly machine: Machine;
  readonly #main: ProcessMain | null;
  readonly #world: Surroundings;
  #lives = 0;
  #life!: Life;
  #io!: Io;

  constructor(name: string, main: ProcessMain | null, machine: Machine, world: Surroundings) {
    this.name = name;
    this.machine = machine;
    this.#main = main;
    this.#world = world;
    this.#begin();
  }

  get isRunning(): boolean {
    return this.#life.isAlive;
  }

  /** Of the present life, or the last one: calls through it are then never answered. */
  get io(): Io {
    return this.#io;
  }

  get disk(): SimDisk {
    return this.machine.disk;
  }

  /**
   * The machine loses its power: every process on it ends in the middle of whatever it did, peers are not told, and of what
   * was not synced to the disk any part is gone.
   */
  crash(): void {
    this.#world.dice.count('powerLoss');
    this.#record('power loss');
    this.machine.host.hasPower = false;
    for (const process of this.#world.neighbours) {
      if (process.machine === this.machine && process.isRunning) process.#life.end();
    }
    this.machine.disk.crash();
  }

  /** The process alone ends (kill -9): its writes are safe with the kernel, and peers see their connections close. */
  kill(): void {
    this.#world.dice.count('kill');
    this.#record('kill');
    this.#life.end();
  }

  /** Stands still for that long, as in a long pause of its garbage collector or a stopped virtual machine. */
  pause(durationMs: number): void {
    this.#world.dice.count('pause');
    this.#record('pause', durationMs);
    this.#life.pausedUntilMicros = this.#world.scheduler.nowMicros + Math.ceil(durationMs * 1000);
  }

  /** Begins a new life with a new `Io` (and calls `main`); what survived the last is on the disk. */
  restart(): Io {
    assert(!this.isRunning, `process ${this.name} is not running`);
    this.#world.dice.count('restart');
    this.#record('restart');
    this.machine.host.hasPower = true;
    this.#begin();
    // Peers that wait for the dead process learn now that it knows nothing of them.
    this.#world.network.retryHeldUp();
    return this.#io;
  }

  #begin(): void {
    const { scheduler, trace, network } = this.#world;
    const { host, disk, clock } = this.machine;
    const dice = this.#world.dice.fork(`life ${++this.#lives}`);
    const life = new Life(this.name, FIRST_PID + this.#lives);
    const wallMs = (): number => clock.wallMs(scheduler.nowMicros);
    this.#life = life;
    this.#io = {
      clock: new SimClock(scheduler, life, clock, dice.fork('clock')),
      random: dice.fork('random').prng,
      disk: new ProcessDisk({ disk, life, scheduler, trace, dice: dice.fork('disk'), wallMs }),
      network: new ProcessNetwork({ network, host, life, dice: dice.fork('network') }),
      compute: new SimCompute(scheduler, life, dice.fork('compute')),
    };
    if (this.#main !== null) this.#start(this.#main, life);
  }

  #start(main: ProcessMain, life: Life): void {
    const { scheduler, dice } = this.#world;
    const io = this.#io;
    scheduler.schedule(dice.prng.below(START_MICROS_MAX), life, 'start', () => {
      const done = main(io, this);
      // A task that throws is what fails a run, so the rejection becomes one.
      done?.catch((error: unknown) => {
        scheduler.schedule(0, null, 'main failed', () => {
          throw error;
        });
      });
    });
  }

  #record(what: string, value = 0): void {
    this.#world.trace.record(this.#world.scheduler.nowMicros, this.name, what, value);
  }
}
