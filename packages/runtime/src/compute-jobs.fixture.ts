/** Jobs for tests of `Compute`. Exported by name, for worker threads load them from here. */
import { assert } from './assert.ts';
import { DiskError } from './disk-errors.ts';
import type { ComputeJob } from './io.ts';

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The same bytes, each one higher: in place, in a buffer of its own. */
export function increment(input: Uint8Array): Uint8Array {
  return input.map((byte) => byte + 1);
}

export function failing(kind: 'disk' | 'assertion' | 'plain' | 'text' | 'uncloneable'): unknown {
  if (kind === 'disk') throw new DiskError('read', '/data/x', 'EIO', { detail: 'sector 7' });
  if (kind === 'uncloneable') return () => 1;
  // oxlint-disable-next-line typescript/only-throw-error -- what a careless job may do
  if (kind === 'text') throw 'just a text';
  assert(kind !== 'assertion', 'jobs are never asked for this');
  throw new TypeError('some bug');
}

const at = { module: import.meta.url };

export const sumJob: ComputeJob<readonly number[], number> = { ...at, name: 'sum', export: 'sum', run: sum };

export const smallSumJob: ComputeJob<readonly number[], number> = {
  ...sumJob,
  // The module is missing: only where the job runs inline does it succeed.
  module: new URL('./no-such-module.ts', import.meta.url).href,
  isSmall: (numbers) => numbers.length < 3,
};

export const incrementJob: ComputeJob<Uint8Array, Uint8Array> = {
  ...at,
  name: 'increment',
  export: 'increment',
  run: increment,
  movesOutput: true,
};

export const failingJob: ComputeJob<Parameters<typeof failing>[0], unknown> = {
  ...at,
  name: 'failing',
  export: 'failing',
  run: failing,
};
