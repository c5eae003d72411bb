import { deepStrictEqual, ok, rejects, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { FuzzFailure, fuzz, fuzzPlan, runFuzz } from './fuzz.ts';

const planRows = [
  // why                                        environment                                    want
  ['small by default, from a fixed seed', {}, { seed: 1, firstCase: 0, caseCount: 50 }],
  ['a seed', { OTTLA_FUZZ_SEED: '9' }, { seed: 9, firstCase: 0, caseCount: 50 }],
  ['the short name of the seed', { SEED: '8' }, { seed: 8, firstCase: 0, caseCount: 50 }],
  ['the large form', { OTTLA_FUZZ: 'large' }, { seed: 1, firstCase: 0, caseCount: 1000 }],
  ['a count beats the form', { OTTLA_FUZZ: 'large', OTTLA_FUZZ_CASES: '7' }, { seed: 1, firstCase: 0, caseCount: 7 }],
  ['one case alone', { OTTLA_FUZZ_SEED: '3', OTTLA_FUZZ_CASE: '12' }, { seed: 3, firstCase: 12, caseCount: 1 }],
  ['as many as fit', { OTTLA_FUZZ_SECONDS: '2' }, { seed: 1, firstCase: 0, caseCount: Infinity, seconds: 2 }],
  ['an empty variable is unset', { OTTLA_FUZZ_CASES: '' }, { seed: 1, firstCase: 0, caseCount: 50 }],
] as const;

for (const [why, env, want] of planRows) {
  test(`fuzz plan: ${why}`, () => deepStrictEqual(fuzzPlan({ small: 50 }, env), want));
}

test('fuzz plan: a number that is none says so', () => {
  throws(
    () => fuzzPlan({ small: 1 }, { OTTLA_FUZZ_CASES: 'many' }),
    /OTTLA_FUZZ_CASES is "many"; it takes a whole number/,
  );
});

test('fuzz: a failure names seed and case, and that case alone fails again', async () => {
  const body = (draw: number, index: number): void => {
    if (draw % 7 === 3 && index > 2) throw new Error(`drew ${draw}`);
  };
  const run = (firstCase: number, caseCount: number): Promise<void> =>
    runFuzz('sevens', { seed: 5, firstCase, caseCount }, (prng, index) => body(prng.below(100), index));

  const failure = await run(0, 1000).then(
    () => null,
    (error: unknown) => error,
  );
  ok(failure instanceof FuzzFailure);
  const [, index, drew] = /seed 5, case (\d+): drew (\d+)\n {2}replay: npm run fuzz -- .* --seed 5 --case \1$/.exec(
    failure.message,
  )!;
  await rejects(run(Number(index), 1), { message: failure.message });
  ok(Number(drew) % 7 === 3);
});

test('fuzz: cases draw from generators of their own, the same each time', async () => {
  const draws = async (seed: number): Promise<number[]> => {
    const drawn: number[] = [];
    await runFuzz('draws', { seed, firstCase: 0, caseCount: 100 }, (prng) => void drawn.push(prng.uint32()));
    return drawn;
  };
  deepStrictEqual(await draws(1), await draws(1));
  strictEqual(new Set([...(await draws(1)), ...(await draws(2))]).size, 200);
});

test('fuzz: time ends a run without a count', async () => {
  const cases: number[] = [];
  await runFuzz(
    'timed',
    { seed: 1, firstCase: 0, caseCount: Infinity, seconds: 0.02 },
    (_, index) => void cases.push(index),
  );
  ok(cases.length > 1);
});

test('fuzz: an asynchronous case is waited for', async () => {
  await rejects(
    runFuzz('late', { seed: 1, firstCase: 0, caseCount: 1 }, () => Promise.reject(new Error('late'))),
    /seed 1, case 0: late/,
  );
});

fuzz('declares a test', { small: 10 }, (prng, index) => ok(prng.below(10) < 10 && index < 200_000));
