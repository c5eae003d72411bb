/**
 * The trouble that strikes whole machines: power losses, kills, pauses and partitions, at times that the seed picks.
 *
 * What it breaks it mends after a while by itself, and all at once with `stop`: first the storm, in which nothing may be lost,
 * then the calm, in which everything must come back.
 */
import type { Prng } from '../prng.ts';
import type { SimProcess } from './process.ts';
import type { SimWorld } from './world.ts';

export type NemesisAct = 'crash' | 'kill' | 'pause' | 'partition' | 'oneWay';

const ACTS: readonly NemesisAct[] = ['crash', 'kill', 'pause', 'partition', 'oneWay'];

export interface NemesisOptions {
  /** Default all. */
  readonly acts?: readonly NemesisAct[];
  /** Between two acts, on average. Default 2,000. */
  readonly everyMs?: number;
  /** A process stays dead, still or cut off for up to that long. Default 3,000. */
  readonly outageMsMax?: number;
  /** Processes that it leaves alone: the test's own clients. */
  readonly spared?: readonly SimProcess[];
  /** How many processes may be dead at a time. Default all. */
  readonly victimsMax?: number;
}

export class Nemesis {
  readonly #world: SimWorld;
  readonly #options: NemesisOptions;
  readonly #prng: Prng;
  readonly #dead = new Set<SimProcess>();
  #isStopped = false;

  constructor(world: SimWorld, options: NemesisOptions = {}) {
    this.#world = world;
    this.#options = options;
    this.#prng = world.chance('nemesis');
  }

  start(): void {
    this.#isStopped = false;
    this.#scheduleNext();
  }

  /** No more trouble: the network is whole, and every process that it ended runs again. */
  stop(): void {
    this.#isStopped = true;
    this.#world.network.heal();
    for (const process of this.#dead) this.#revive(process);
  }

  #scheduleNext(): void {
    const { everyMs = 2_000 } = this.#options;
    this.#world.after(2 * everyMs * this.#prng.float(), () => {
      if (this.#isStopped) return;
      this.#act(this.#prng.pick(this.#options.acts ?? ACTS));
      this.#scheduleNext();
    });
  }

  #act(act: NemesisAct): void {
    const running = this.#victims.filter(({ isRunning }) => isRunning);
    if (running.length === 0) return;
    const victim = this.#prng.pick(running);
    const outageMs = (this.#options.outageMsMax ?? 3_000) * this.#prng.float();
    if (act === 'pause') victim.pause(outageMs);
    else if (act === 'crash' || act === 'kill') this.#end(act, victim, outageMs);
    else this.#cutOff(victim, act === 'oneWay', outageMs);
  }

  get #victims(): readonly SimProcess[] {
    return this.#world.processes.filter((process) => this.#options.spared?.includes(process) !== true);
  }

  #end(act: 'crash' | 'kill', victim: SimProcess, outageMs: number): void {
    if (this.#dead.size >= (this.#options.victimsMax ?? Infinity)) return;
    const before = this.#world.processes.filter(({ isRunning }) => isRunning);
    victim[act]();
    // A power loss takes along whatever else runs on the machine.
    for (const process of before.filter(({ isRunning }) => !isRunning)) {
      this.#dead.add(process);
      this.#world.after(outageMs, () => this.#revive(process));
    }
  }

  #revive(process: SimProcess): void {
    if (!this.#dead.delete(process) || process.isRunning) return;
    process.restart();
  }

  #cutOff(victim: SimProcess, oneWay: boolean, outageMs: number): void {
    const others = this.#world.processes.filter((process) => process.machine !== victim.machine);
    const sides = [[victim], others].map((side) => side.map(({ machine }) => machine.host.name));
    const [from, to] = this.#prng.shuffle(sides) as [string[], string[]];
    this.#world.after(outageMs, this.#world.network.partition(from, to, { oneWay }));
  }
}
