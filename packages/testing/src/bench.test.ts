import { deepStrictEqual, ok, rejects, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { Bench, bench } from './bench.ts';
import { fingerprint, median, timedLoop } from './timed-loop.ts';

const medians = [
  ['one sample', [5], 5],
  ['odd: the middle one, whatever the order', [9, 1, 5], 5],
  ['even: the mean of the middle two', [1, 9, 3, 5], 4],
] as const;

for (const [why, samples, want] of medians) {
  test(`median: ${why}`, () => strictEqual(median(samples), want));
}

test('bench: a parameter is small in the test run and large in the real one', () => {
  strictEqual(new Bench('b', false).parameter('size', 1, 1000), 1);
  strictEqual(new Bench('b', true).parameter('size', 1, 1000), 1000);
});

test('bench: a loop calls its contender as often as it is told', () => {
  const calls: number[] = [];
  const ns = timedLoop(() => calls.push(1))(17);
  strictEqual(calls.length, 17);
  ok(ns > 0);
});

test('bench: contenders take turns, forwards then backwards', () => {
  const turns: string[] = [];
  const b = new Bench('turns', true);
  b.report = () => {};
  const side = (name: string) => () => {
    if (turns.at(-1) !== name) turns.push(name);
    const until = process.hrtime.bigint() + 100_000n;
    while (process.hrtime.bigint() < until);
  };
  b.compare({ a: side('a'), b: side('b') }, { rounds: 4, turnMs: 1 });
  // First both warm up; then a b, b a, a b, b a, in which equal neighbours fall together.
  deepStrictEqual(turns.slice(-5), ['a', 'b', 'a', 'b', 'a']);
});

test('bench: speedup is the ratio to the fastest of the others', () => {
  const b = new Bench('ratio', false);
  const spin = (ns: bigint) => () => {
    const until = process.hrtime.bigint() + ns;
    while (process.hrtime.bigint() < until);
  };
  const result = b.compare({ ours: spin(100_000n), near: spin(1_000_000n), far: spin(4_000_000n) });
  const near = result.speedup('ours');
  strictEqual(near, result.of.near.ns / result.of.ours.ns);
  strictEqual(result.speedup('ours', ['far']), result.of.far.ns / result.of.ours.ns);
  ok(result.speedup('far') < 1);
});

test('bench: contenders that make different results are no contenders', () => {
  const b = new Bench('same', false);
  const different = { ours: () => Uint8Array.of(1, 2), theirs: () => Uint8Array.of(1, 3) };
  throws(() => b.compare(different, { sameResult: true }), /theirs makes another result than ours/);
  b.compare(different);
});

test('bench: a promise handed to the synchronous comparison is refused', async () => {
  const b = new Bench('async', false);
  throws(() => b.compare({ late: () => Promise.resolve(1) }), /use compareAsync/);
  ok((await b.compareAsync({ late: () => Promise.resolve(1) })).of.late.ns > 0);
  await rejects(b.compareAsync({ broken: () => Promise.reject(new Error('broken')) }), /broken/);
});

test('bench: processes are timed to their end, and a failing one is an error', () => {
  const b = new Bench('processes', false);
  ok(b.processes({ empty: ['-e', ''] }).empty.ms > 1);
  throws(() => b.processes({ fails: ['-e', 'process.exit(3)'] }));
});

test('bench: figures of several comparisons are kept apart', () => {
  const b = new Bench('several', false);
  b.compare({ ours: () => 1 });
  b.compare({ ours: () => 1 });
  b.compare({ ours: () => 1 }, { title: '1 KiB' });
  const { results } = JSON.parse(b.historyLine()) as { results: object };
  deepStrictEqual(Object.keys(results), ['ours', 'ours #2', '1 KiB: ours']);
});

test('bench: bars are recorded as met or missed and never fail', () => {
  const b = new Bench('bars', false);
  strictEqual(b.bar('fast enough', { value: 5, atLeast: 5 }), true);
  strictEqual(b.bar('too slow', { value: 4.99, atLeast: 5 }), false);
  strictEqual(b.bar('quick enough', { value: 39, atMost: 40 }), true);
  b.parameter('size', 1, 2);
  b.record('by hand', 12);
  const line = JSON.parse(b.historyLine()) as Record<string, unknown>;
  deepStrictEqual(line['parameters'], { size: 1 });
  deepStrictEqual(line['results'], { 'by hand': { ns: 12 } });
  deepStrictEqual(line['bars'], [
    { text: 'fast enough', value: 5, bar: 5, met: true },
    { text: 'too slow', value: 4.99, bar: 5, met: false },
    { text: 'quick enough', value: 39, bar: 40, met: true },
  ]);
});

const fingerprints = [
  ['bytes by content', Uint8Array.of(1, 2), Uint8Array.of(1, 2), true],
  ['bytes that differ', Uint8Array.of(1, 2), Uint8Array.of(1, 3), false],
  ['bytes in another order', Uint8Array.of(1, 2), Uint8Array.of(2, 1), false],
  ['objects by what JSON shows', { a: 1, b: [2] }, { a: 1, b: [2] }, true],
  ['objects that differ deep inside', { a: 1, b: [2] }, { a: 1, b: [3] }, false],
  ['a bigint is no number', { a: 1n }, { a: 1 }, false],
  ['bytes inside objects', { a: Uint8Array.of(1) }, { a: Uint8Array.of(2) }, false],
] as const;

for (const [why, one, other, same] of fingerprints) {
  test(`fingerprint: ${why}`, () => strictEqual(fingerprint(one) === fingerprint(other), same));
}

bench('declares a test', (b) => {
  const size = b.parameter('size', 16, 4096);
  const bytes = new Uint8Array(size).fill(3);
  b.samples(3, () => bytes.reduce((sum, byte) => sum + byte, 0), { perCall: { count: size, unit: 'bytes' } });
});
