import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from './assert.ts';
import { Prng } from './prng.ts';

const MIN = Number.MIN_SAFE_INTEGER;
const MAX = Number.MAX_SAFE_INTEGER;

/** What the first `count` calls of `draw` give. */
function draws<T>(count: number, prng: Prng, draw: (prng: Prng) => T): T[] {
  return Array.from({ length: count }, () => draw(prng));
}

// Golden: a seed that someone wrote down must go on meaning the same for ever. These rows never change.
const word = (prng: Prng): number => prng.uint32();
const goldens: readonly [why: string, drawn: unknown, golden: unknown][] = [
  ['an integer seed', draws(4, new Prng(1), word), [4021264387, 2614722443, 1571872570, 802880660]],
  ['seed 0', draws(4, new Prng(0), word), [3375456640, 1169211857, 4083478391, 3382710338]],
  ['a negative seed', draws(4, new Prng(-1), word), [656655505, 1414128972, 647645370, 2024041192]],
  ['a seed over 32 bits', draws(4, new Prng(2 ** 40 + 1), word), [921837286, 1102098967, 4081003810, 4247211593]],
  ['a text seed', draws(4, new Prng('ottla'), word), [1239849823, 1041113168, 259106232, 2403617048]],
  ['a fork', draws(4, new Prng(1).fork('disk'), word), [1199077865, 2940559659, 2029785692, 982020666]],
  ['a fork of a fork', draws(3, new Prng(1).fork('disk').fork(7), word), [1676901998, 4166415672, 1651842778]],
  ['float', draws(2, new Prng(1), (p) => p.float()), [0.936273579364922, 0.3659800975541414]],
  ['below 10', draws(12, new Prng(1), (p) => p.below(10)), [7, 3, 0, 0, 2, 6, 2, 6, 6, 7, 2, 5]],
  ['below 2^40', draws(3, new Prng(1), (p) => p.below(2 ** 40)), [15499624331, 249910983828, 869975404588]],
  ['between -3 and 3', draws(6, new Prng(1), (p) => p.between(-3, 3)), [-3, 1, -1, -2, -3, -3]],
  ['between all', draws(2, new Prng(1), (p) => p.between(MIN, MAX)), [4398062010728331, -7596062767293898]],
  ['chance', draws(6, new Prng(1), (p) => p.chance(0.3)), [false, false, true, true, true, false]],
  ['pick', draws(6, new Prng(1), (p) => p.pick(['a', 'b', 'c'])), ['b', 'c', 'b', 'c', 'b', 'a']],
  ['shuffle', new Prng(1).shuffle([0, 1, 2, 3, 4, 5, 6, 7]), [1, 7, 5, 2, 0, 6, 4, 3]],
  ['bytes', Buffer.from(new Prng(1).bytes(11)).toString('hex'), '03a0afef8b7fd99b3adfb0'],
];

for (const [why, drawn, golden] of goldens) {
  test(`prng golden: ${why}`, () => deepStrictEqual(drawn, golden));
}

test('prng: a number and its text, a sign, and the order of labels are different seeds', () => {
  const streams = [
    new Prng(1),
    new Prng('1'),
    new Prng(-1),
    new Prng(2 ** 32 + 1),
    new Prng(''),
    new Prng('\0'),
    new Prng(1).fork('a').fork('b'),
    new Prng(1).fork('b').fork('a'),
    new Prng(1).fork('ab'),
    new Prng(1).fork(1),
    new Prng(1).fork('1'),
  ];
  strictEqual(new Set(streams.map((prng) => prng.uint32())).size, streams.length);
});

test('prng: a fork depends on seed and label, not on what its parent drew', () => {
  const fresh = new Prng(5);
  const used = new Prng(5);
  draws(100, used, word);
  deepStrictEqual(draws(10, fresh.fork('x'), word), draws(10, used.fork('x'), word));
  const drawnBefore = draws(10, new Prng(5), word);
  deepStrictEqual(draws(10, fresh, word), drawnBefore, 'and forking draws nothing from the parent');
});

test('prng: neighbouring seeds and labels give unrelated first draws', () => {
  const seeds = Array.from({ length: 20_000 }, (_, seed) => new Prng(seed).uint32());
  const labels = Array.from({ length: 20_000 }, (_, label) => new Prng(9).fork(label).uint32());
  for (const [what, firsts] of [
    ['seeds', seeds],
    ['labels', labels],
  ] as const) {
    ok(new Set(firsts).size > 19_990, `${what}: hardly any collision`);
    for (let bit = 0; bit < 32; bit++) {
      const flips = firsts.filter((first, i) => i > 0 && ((first ^ firsts[i - 1]!) >>> bit) & 1).length;
      ok(Math.abs(flips - 10_000) < 400, `${what}: bit ${bit} flipped ${flips} times of 20,000`);
    }
  }
});

// Chi-square against a uniform spread; the bound is five standard deviations above the mean.
const spreads: readonly [why: string, buckets: number, draw: (prng: Prng) => number][] = [
  ['below a small bound', 10, (p) => p.below(10)],
  [
    'below a bound just over a power of two, where modulo bias is worst',
    3,
    (p) => Math.floor(p.below(3 * 2 ** 30) / 2 ** 30),
  ],
  ['below a bound over 32 bits', 12, (p) => Math.floor(p.below(3 * 2 ** 40) / 2 ** 38)],
  ['the low bits below a bound over 32 bits', 16, (p) => p.below(3 * 2 ** 40) % 16],
  ['between, around zero', 21, (p) => p.between(-10, 10) + 10],
  ['between, wider than 53 bits', 16, (p) => Math.floor((p.between(MIN, MAX) / 2 ** 53 + 1) * 8)],
  ['between, wider than 53 bits and lopsided', 4, (p) => Math.floor((p.between(MIN, 2 ** 51) / 2 ** 51 + 4) * 0.8)],
  ['float', 50, (p) => Math.floor(p.float() * 50)],
  ['float, its low bits', 16, (p) => (p.float() * 2 ** 53) % 16],
  ['pick', 7, (p) => p.pick([0, 1, 2, 3, 4, 5, 6])],
  ['bytes', 256, (p) => p.bytes(3)[2]!],
  [
    'shuffle of three: each order',
    6,
    (p) => ['012', '021', '102', '120', '201', '210'].indexOf(p.shuffle([0, 1, 2]).join('')),
  ],
  ['chance of a half', 2, (p) => (p.chance(0.5) ? 1 : 0)],
];

for (const [why, buckets, draw] of spreads) {
  test(`prng spread: ${why}`, () => {
    const counts = new Float64Array(buckets);
    for (const bucket of draws(20_000, new Prng(why), draw)) counts[bucket]! += 1;
    const expected = 20_000 / buckets;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    const freedom = buckets - 1;
    ok(chiSquare < freedom + 5 * Math.sqrt(2 * freedom), `${chiSquare} over ${freedom} degrees: ${counts.join(' ')}`);
    strictEqual(
      counts.reduce((sum, count) => sum + count),
      20_000,
      'every draw fell into a bucket',
    );
  });
}

test('prng: the ends of a range are reached, and a range of one is that one', () => {
  const prng = new Prng(3);
  deepStrictEqual(
    [...new Set(draws(200, prng, (p) => p.between(-1, 2)))].toSorted((a, b) => a - b),
    [-1, 0, 1, 2],
  );
  strictEqual(prng.below(1), 0);
  strictEqual(prng.between(7, 7), 7);
  strictEqual(prng.between(MAX, MAX), MAX);
  ok(draws(50, prng, (p) => p.between(0, MAX)).some((drawn) => drawn > 2 ** 52));
  deepStrictEqual(new Set(draws(1_000, prng, (p) => p.chance(0))), new Set([false]));
  deepStrictEqual(new Set(draws(1_000, prng, (p) => p.chance(1))), new Set([true]));
});

test('prng: fill overwrites the whole of what it is given, and no more', () => {
  for (let length = 0; length < 12; length++) {
    const backing = new Uint8Array(length + 2).fill(0xee);
    const filled = new Prng(length).fill(backing.subarray(1, length + 1));
    deepStrictEqual(Buffer.from(filled), Buffer.from(new Prng(length).bytes(length)), 'as bytes() would');
    deepStrictEqual([backing[0], backing[length + 1]], [0xee, 0xee]);
  }
  notDeepStrictEqual(new Prng(1).bytes(16), new Prng(2).bytes(16));
});

// A bad argument is a bug of the caller, never a quiet NaN.
const misuses: readonly [why: string, misuse: (prng: Prng) => unknown][] = [
  ['below 0', (p) => p.below(0)],
  ['below a fraction', (p) => p.below(1.5)],
  ['below NaN', (p) => p.below(Number.NaN)],
  ['below more than 2^53', (p) => p.below(2 ** 54)],
  ['between upside down', (p) => p.between(2, 1)],
  ['between unsafe ends', (p) => p.between(0, 2 ** 53)],
  ['pick from nothing', (p) => p.pick([])],
  ['a seed that is not whole', () => new Prng(0.5)],
  ['a label that is not safe', (p) => p.fork(2 ** 53)],
];

for (const [why, misuse] of misuses) {
  test(`prng misuse: ${why}`, () => throws(() => misuse(new Prng(1)), AssertionError));
}
