/**
 * Simulations from seeds. `npm test` runs the first few seeds; `npm run simulate -- --seed N` runs one and prints its trace.
 *
 * A simulation is worth nothing if a seed does not replay: the first seed always runs twice, and its traces must be equal.
 *
 * Environment: `OTTLA_SIM_SEED` (or `SEED`), `OTTLA_SIM_SEEDS` (how many from there on).
 */
import { strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { wholeNumber, type Environment } from './environment.ts';

export interface SimulationOptions {
  /** Seeds in `npm test`. */
  readonly seeds: number;
  /** Seeds in `.ci/run`. Default 20 times as many. */
  readonly seedsLarge?: number;
}

/** What a run shows for itself: the trace that must replay, line by line, and counts (of faults, say) to be summed. */
export interface SimulationRun {
  readonly trace: readonly string[];
  readonly counts?: Readonly<Record<string, number>>;
}

/** Throws when an invariant breaks. */
export type Simulate = (seed: number) => SimulationRun | Promise<SimulationRun>;

/** Declares a simulation. Each kind that a run counts must have happened in some seed of the whole lot: none is 0. */
export function simulation(name: string, options: SimulationOptions, simulate: Simulate): void {
  void test(`simulation: ${name}`, async () => {
    const { seed, seedCount, alone } = seedPlan(options, process.env);
    const first = await withSeed(name, seed, simulate);
    if (alone) console.log(first.trace.join('\n'));
    assertSameTrace(first.trace, (await simulate(seed)).trace, seed);

    const totals = { ...first.counts };
    for (let i = 1; i < seedCount; i++) {
      const { counts = {} } = await withSeed(name, seed + i, simulate);
      for (const [kind, count] of Object.entries(counts)) totals[kind] = (totals[kind] ?? 0) + count;
    }
    if (alone) console.log(totals);
    const never = Object.keys(totals).filter((kind) => totals[kind] === 0);
    if (!alone) strictEqual(never.join(', '), '', `${name}: never happened in ${seedCount} seeds`);
  });
}

export interface SeedPlan {
  readonly seed: number;
  readonly seedCount: number;
  /** One seed was asked for by name: its trace is wanted. */
  readonly alone: boolean;
}

export function seedPlan(options: SimulationOptions, env: Environment): SeedPlan {
  const asked = wholeNumber(env, 'OTTLA_SIM_SEED') ?? wholeNumber(env, 'SEED');
  const count = wholeNumber(env, 'OTTLA_SIM_SEEDS');
  if (asked !== undefined) return { seed: asked, seedCount: count ?? 1, alone: (count ?? 1) === 1 };
  const byDefault = env['OTTLA_FUZZ'] === 'large' ? (options.seedsLarge ?? options.seeds * 20) : options.seeds;
  return { seed: 0, seedCount: count ?? byDefault, alone: false };
}

async function withSeed(name: string, seed: number, simulate: Simulate): Promise<SimulationRun> {
  try {
    return await simulate(seed);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${name}: seed ${seed}: ${why}\n  replay: npm run simulate -- --seed ${seed}`, { cause });
  }
}

/** Names the first line that differs: the place where chance came in by another door. */
function assertSameTrace(first: readonly string[], second: readonly string[], seed: number): void {
  for (let line = 0; line < Math.max(first.length, second.length); line++) {
    strictEqual(second[line], first[line], `seed ${seed} does not replay: traces part at line ${line + 1}`);
  }
}
