/**
 * Seeded fuzzing. `npm test` runs a small number of cases from a fixed seed, so a red test is red again;
 * `npm run fuzz -- NAME` goes on with new seeds for as long as asked.
 *
 * Environment: `OTTLA_FUZZ_SEED`, `OTTLA_FUZZ_CASES` (how many), `OTTLA_FUZZ_CASE` (this one alone), `OTTLA_FUZZ_SECONDS` (as
 * many as fit), `OTTLA_FUZZ=large` (the counts of `.ci/run`). `SEED` means the same as `OTTLA_FUZZ_SEED`.
 */
import { relative } from 'node:path';
import { test } from 'node:test';
import { Prng } from '@ottla/runtime';
import { wholeNumber, type Environment } from './environment.ts';

export interface FuzzOptions {
  /** Cases in `npm test`. */
  readonly small: number;
  /** Cases in `.ci/run`. Default 20 times `small`. */
  readonly large?: number;
}

export interface FuzzPlan {
  readonly seed: number;
  readonly firstCase: number;
  readonly caseCount: number;
  /** Stops after this time, and prints how many cases that were. */
  readonly seconds?: number;
}

/** One case: draws what it needs from `prng`, and throws when a property does not hold. `index` counts from 0. */
export type FuzzCase = (prng: Prng, index: number) => void | Promise<void>;

/** A case did not hold. Says which, how to run it alone, and what it threw. */
export class FuzzFailure extends Error {
  override readonly name = 'FuzzFailure';

  constructor(name: string, replay: string, at: { seed: number; index: number }, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`${name}: seed ${at.seed}, case ${at.index}: ${why}\n  replay: ${replay}`, { cause });
  }
}

/** Declares a fuzz test. Each case has a generator of its own, so that any one can be run alone. */
export function fuzz(name: string, options: FuzzOptions, body: FuzzCase): void {
  void test(`fuzz: ${name}`, () => runFuzz(name, fuzzPlan(options, process.env), body));
}

/** What the environment asks of a fuzz test. */
export function fuzzPlan(options: FuzzOptions, env: Environment): FuzzPlan {
  const seed = wholeNumber(env, 'OTTLA_FUZZ_SEED') ?? wholeNumber(env, 'SEED') ?? 1;
  const only = wholeNumber(env, 'OTTLA_FUZZ_CASE');
  if (only !== undefined) return { seed, firstCase: only, caseCount: 1 };
  const seconds = wholeNumber(env, 'OTTLA_FUZZ_SECONDS');
  if (seconds !== undefined) return { seed, firstCase: 0, caseCount: Infinity, seconds };
  const byDefault = env['OTTLA_FUZZ'] === 'large' ? (options.large ?? options.small * 20) : options.small;
  return { seed, firstCase: 0, caseCount: wholeNumber(env, 'OTTLA_FUZZ_CASES') ?? byDefault };
}

/** @throws {FuzzFailure} at the first case that fails. */
export async function runFuzz(name: string, plan: FuzzPlan, body: FuzzCase): Promise<void> {
  const source = new Prng(plan.seed);
  const endMs = plan.seconds === undefined ? Infinity : performance.now() + plan.seconds * 1000;
  let index = plan.firstCase;
  for (; index < plan.firstCase + plan.caseCount && performance.now() < endMs; index++) {
    try {
      const pending = body(source.fork(index), index);
      // Only what is asynchronous is awaited: a turn of the event loop a case would halve the cases a second.
      if (pending instanceof Promise) await pending;
    } catch (error) {
      const file = relative(process.cwd(), process.argv[1] ?? '');
      const replay = `npm run fuzz -- ${file} --seed ${plan.seed} --case ${index}`;
      throw new FuzzFailure(name, replay, { seed: plan.seed, index }, error);
    }
  }
  if (plan.seconds !== undefined) console.log(`  ${name}: ${index} cases`);
}
