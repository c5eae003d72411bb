/**
 * Benches that cannot rot: `npm test` runs each one small, `npm run bench -- NAME` runs it for real.
 *
 * A shared machine is noisy, so what counts is a ratio of medians between contenders that take turns in one run.
 * Nothing here ever fails on time: a bar is printed and recorded as met or missed, and a person decides.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { consumeInto, fingerprint, median, timedLoop, type TimedLoop } from './timed-loop.ts';

/** One side of a comparison. It returns what it made, so that V8 cannot delete the work. */
export type Contender = () => unknown;

export interface RoundOptions {
  /** Printed above the figures, and before each contender's name in the history: for benches of several comparisons. */
  readonly title?: string;
  /** Turns that each contender takes. Default 11. */
  readonly rounds?: number;
  /** How long one turn should last, in milliseconds; decides how many calls it makes. Default 20. */
  readonly turnMs?: number;
  /** What one call does, for rates: `{ count: 1_000, unit: 'records' }` or `{ count: 16_384, unit: 'bytes' }`. */
  readonly perCall?: { readonly count: number; readonly unit: string };
  /** The contenders must make equal results (bytes, numbers, or what JSON shows of an object). */
  readonly sameResult?: boolean;
}

export interface Measured {
  /** Median nanoseconds a call. */
  readonly ns: number;
  /** Nanoseconds a call of each round, in order. */
  readonly samples: readonly number[];
  /** Fingerprint of what one call returned: a change means that the bench no longer measures the same work. */
  readonly hash: string;
  /** Units of `perCall` a second; calls a second without it. */
  readonly perSecond: number;
}

export interface Comparison<Name extends string> {
  readonly of: Readonly<Record<Name, Measured>>;
  /** How many times faster `name` is than the fastest of `others` (default: all the rest). Ratio of medians. */
  speedup(name: Name, others?: readonly Name[]): number;
}

export interface ProcessTimes {
  /** Median wall milliseconds of a whole process, from spawn to exit. */
  readonly ms: number;
  readonly samples: readonly number[];
}

/** What a bar demands of a value: at least, or at most. */
export type Bar =
  | { readonly value: number; readonly atLeast: number }
  | { readonly value: number; readonly atMost: number };

interface HistoryLine {
  at: string;
  commit: string;
  bench: string;
  node: string;
  cpu: string;
  parameters: Record<string, number>;
  results: Record<string, { ns: number; hash?: string }>;
  bars: { text: string; value: number; bar: number; met: boolean }[];
}

export class Bench {
  readonly name: string;
  /** True under `npm run bench`; false in the smoke form that `npm test` runs. */
  readonly long: boolean;
  readonly #parameters: Record<string, number> = {};
  readonly #results: HistoryLine['results'] = {};
  readonly #bars: HistoryLine['bars'] = [];

  constructor(name: string, long: boolean) {
    this.name = name;
    this.long = long;
  }

  /** A size: `small` in `npm test`, `large` in `npm run bench`. */
  parameter(name: string, small: number, large: number): number {
    const value = this.long ? large : small;
    this.#parameters[name] = value;
    return value;
  }

  /** Prints a line in the long form. */
  report(line: string): void {
    if (this.long) console.log(`  ${line}`);
  }

  /** Times one function: a comparison of one. */
  samples(rounds: number, run: Contender, options: Omit<RoundOptions, 'rounds'> = {}): Measured {
    return this.compare({ [this.name]: run }, { ...options, rounds }).of[this.name]!;
  }

  /** Times synchronous contenders in turns, and prints each one's median and its ratio to the first. */
  compare<Name extends string>(contenders: Record<Name, Contender>, options: RoundOptions = {}): Comparison<Name> {
    const sides = Object.entries<Contender>(contenders).map(([name, run]) => {
      const value = run();
      strictEqual(value instanceof Promise, false, `contender ${name} is asynchronous: use compareAsync`);
      return { name, loop: timedLoop(run), hash: fingerprint(value), calls: 1, samples: [] as number[] };
    });
    if (this.long) for (const side of sides) side.calls = calibrate(side.loop, options.turnMs ?? 20);
    for (let round = 0; round < this.#rounds(options); round++) {
      for (const side of inTurn(sides, round)) {
        collectGarbage();
        side.samples.push(side.loop(side.calls) / side.calls);
      }
    }
    return this.#settle(sides, options) as Comparison<Name>;
  }

  /** As `compare`, for functions that return promises; each call is awaited before the next. */
  async compareAsync<Name extends string>(
    contenders: Record<Name, () => Promise<unknown>>,
    options: RoundOptions = {},
  ): Promise<Comparison<Name>> {
    const sides = [];
    for (const [name, run] of Object.entries<() => Promise<unknown>>(contenders)) {
      const hash = fingerprint(await run());
      const loop = async (calls: number): Promise<number> => {
        const started = process.hrtime.bigint();
        for (let i = 0; i < calls; i++) consumeInto(await run());
        return Number(process.hrtime.bigint() - started);
      };
      let calls = 1;
      if (this.long) {
        let ns = await loop(calls);
        while (ns < 5e6) ns = await loop((calls *= 2));
        calls = Math.max(1, Math.round(((options.turnMs ?? 20) * 1e6 * calls) / ns));
      }
      sides.push({ name, loop, hash, calls, samples: [] as number[] });
    }
    for (let round = 0; round < this.#rounds(options); round++) {
      for (const side of inTurn(sides, round)) {
        collectGarbage();
        side.samples.push((await side.loop(side.calls)) / side.calls);
      }
    }
    return this.#settle(sides, options) as Comparison<Name>;
  }

  /** Times whole processes in turns: each entry is the arguments of one run of this Node, e.g. `['first-request.ts']`. */
  processes<Name extends string>(
    commands: Record<Name, readonly string[]>,
    options: { readonly rounds?: number; readonly env?: NodeJS.ProcessEnv; readonly program?: string } = {},
  ): Record<Name, ProcessTimes> {
    const sides = Object.entries<readonly string[]>(commands).map(([name, args]) => ({
      name,
      args,
      samples: [] as number[],
    }));
    const rounds = this.long ? (options.rounds ?? 15) : 1;
    // NODE_TEST_CONTEXT would make the child report to this test run instead of just running.
    const { NODE_TEST_CONTEXT: _, ...env } = { ...process.env, ...options.env };
    for (let round = this.long ? -2 : 0; round < rounds; round++) {
      for (const side of inTurn(sides, round)) {
        const started = process.hrtime.bigint();
        execFileSync(options.program ?? process.execPath, side.args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
        // The first two rounds only warm the page cache and the compile cache.
        if (round >= 0) side.samples.push(Number(process.hrtime.bigint() - started) / 1e6);
      }
    }
    const times = {} as Record<Name, ProcessTimes>;
    for (const { name, samples } of sides) {
      const ms = median(samples);
      times[name as Name] = { ms, samples };
      this.#keep(name, { ns: ms * 1e6 });
      this.report(`${name.padEnd(28)} ${ms.toFixed(1)} ms`);
    }
    return times;
  }

  /** Records a figure that was measured by other means, in nanoseconds. */
  record(name: string, ns: number): void {
    this.#keep(name, { ns });
  }

  /** Says whether a figure meets its bar. Never fails: the figure is for the proof page, not for the test run. */
  bar(text: string, bar: Bar): boolean {
    const limit = 'atLeast' in bar ? bar.atLeast : bar.atMost;
    const met = 'atLeast' in bar ? bar.value >= bar.atLeast : bar.value <= bar.atMost;
    this.#bars.push({ text, value: round3(bar.value), bar: limit, met });
    this.report(
      `bar ${met ? 'met   ' : 'MISSED'} ${text}: ${round3(bar.value)} (${'atLeast' in bar ? '>=' : '<='} ${limit})`,
    );
    return met;
  }

  /** One JSON line of everything measured, for `bench/history.ndjson`. */
  historyLine(): string {
    const line: HistoryLine = {
      at: new Date().toISOString(),
      commit: process.env['OTTLA_BENCH_COMMIT'] ?? 'unknown',
      bench: this.name,
      node: process.version,
      cpu: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
      parameters: this.#parameters,
      results: this.#results,
      bars: this.#bars,
    };
    return JSON.stringify(line);
  }

  /** The same name in a second comparison of one bench is another figure. */
  #keep(name: string, figure: { ns: number; hash?: string }): void {
    let key = name;
    for (let n = 2; key in this.#results; n++) key = `${name} #${n}`;
    this.#results[key] = figure;
  }

  #rounds(options: RoundOptions): number {
    return this.long ? (options.rounds ?? 11) : 1;
  }

  #settle(sides: readonly Side[], options: RoundOptions): Comparison<string> {
    const of: Record<string, Measured> = {};
    for (const { name, samples, hash } of sides) {
      if (options.sameResult === true) {
        strictEqual(hash, sides[0]!.hash, `${name} makes another result than ${sides[0]!.name}: not the same work`);
      }
      const ns = median(samples);
      of[name] = { ns, samples, hash, perSecond: ((options.perCall?.count ?? 1) * 1e9) / ns };
      this.#keep(options.title === undefined ? name : `${options.title}: ${name}`, { ns: round3(ns), hash });
    }
    if (options.title !== undefined) this.report(options.title);
    const first = of[sides[0]!.name]!;
    for (const [name, measured] of Object.entries(of)) {
      const ratio = measured === first ? '' : `  ${(measured.ns / first.ns).toFixed(2)}x the time of ${sides[0]!.name}`;
      this.report(
        `${name.padEnd(28)} ${describeRate(measured, options.perCall?.unit ?? 'calls')}  hash ${measured.hash}${ratio}`,
      );
    }
    const speedup = (name: string, others = Object.keys(of).filter((other) => other !== name)): number =>
      Math.min(...others.map((other) => of[other]!.ns)) / of[name]!.ns;
    return { of, speedup };
  }
}

interface Side {
  readonly name: string;
  readonly hash: string;
  readonly samples: number[];
}

/**
 * Declares a bench. Under `node --test` it is a test that runs once at the small sizes; with `OTTLA_BENCH=long` (which
 * `npm run bench` sets) it runs at the large ones, prints, and appends a line to the file that `OTTLA_BENCH_HISTORY` names.
 */
export function bench(name: string, body: (b: Bench) => void | Promise<void>): void {
  void test(`bench: ${name}`, async () => {
    const b = new Bench(name, process.env['OTTLA_BENCH'] === 'long');
    if (b.long) console.log(name);
    await body(b);
    const history = process.env['OTTLA_BENCH_HISTORY'];
    if (b.long && history !== undefined && history !== '') appendFileSync(history, `${b.historyLine()}\n`);
  });
}

/** Calls that fill a turn, after the loop has been warmed until V8 has had its say. */
function calibrate(loop: TimedLoop, turnMs: number): number {
  const warmUpNs = 200e6;
  let calls = 1;
  let ns = loop(calls);
  for (let spent = ns; spent < warmUpNs; spent += ns) {
    if (ns < turnMs * 1e6) calls *= 2;
    ns = loop(calls);
  }
  return Math.max(1, Math.round((turnMs * 1e6 * calls) / ns));
}

/** Forwards in even rounds, backwards in odd ones: nobody always runs in the shadow of the same neighbour. */
function inTurn<T>(sides: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? sides : sides.toReversed();
}

/** A turn starts on a clean heap where `--expose-gc` allows it, and pays for the garbage that it makes itself. */
function collectGarbage(): void {
  globalThis.gc?.();
}

function describeRate({ ns, perSecond }: Measured, unit: string): string {
  const time =
    ns < 1e4 ? `${ns.toFixed(1)} ns` : ns < 1e7 ? `${(ns / 1e3).toFixed(1)} us` : `${(ns / 1e6).toFixed(1)} ms`;
  const rate =
    perSecond >= 1e9
      ? `${(perSecond / 1e9).toFixed(2)} G`
      : perSecond >= 1e6
        ? `${(perSecond / 1e6).toFixed(2)} M`
        : perSecond >= 1e3
          ? `${(perSecond / 1e3).toFixed(1)} k`
          : `${perSecond.toFixed(1)} `;
  return `${time.padStart(10)}  ${`${rate}${unit === 'bytes' ? 'B' : ` ${unit}`}/s`.padStart(18)}`;
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}
