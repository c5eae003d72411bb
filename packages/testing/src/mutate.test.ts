import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '@ottla/runtime';
import { fuzz } from './fuzz.ts';
import { mutate, mutateBy, mutationKinds } from './mutate.ts';

const bytes = Uint8Array.from({ length: 64 }, (_, i) => i + 100);

for (const kind of mutationKinds) {
  test(`mutate: ${kind} damages, and leaves the original alone`, () => {
    const before = Uint8Array.from(bytes);
    const prng = new Prng(1);
    let damaged = 0;
    for (let i = 0; i < 100; i++) if (Buffer.compare(mutateBy(kind, bytes, prng), bytes) !== 0) damaged++;
    ok(damaged >= 75, `${damaged} of 100`); // a byte may happen to be set to what it was
    deepStrictEqual(bytes, before);
  });
}

const lengthRows = [
  // why                                  kind         shorter longer
  ['truncation only shortens', 'truncate', true, false],
  ['a cut head only shortens', 'dropHead', true, false],
  ['a removed stretch only shortens', 'remove', true, false],
  ['a doubled stretch only lengthens', 'duplicate', false, true],
  ['more bytes only lengthen', 'extend', false, true],
  ['flipping a bit keeps the length', 'flipBit', false, false],
  ['a length field keeps the length', 'lengthInt32', false, false],
] as const;

for (const [why, kind, shorter, longer] of lengthRows) {
  test(`mutate: ${why}`, () => {
    const prng = new Prng(2);
    for (let i = 0; i < 200; i++) {
      const { length } = mutateBy(kind, bytes, prng);
      ok(length === bytes.length ? !shorter && !longer : length < bytes.length ? shorter : longer, `${length}`);
    }
  });
}

test('mutate: a bit flip changes exactly one bit', () => {
  const flipped = mutateBy('flipBit', bytes, new Prng(3));
  let bits = 0;
  for (let i = 0; i < bytes.length; i++) bits += (bytes[i]! ^ flipped[i]!).toString(2).replaceAll('0', '').length;
  strictEqual(bits, 1);
});

test('mutate: a splice takes its tail from the donor', () => {
  const donor = new Uint8Array(50).fill(7);
  const prng = new Prng(4);
  const tails = Array.from({ length: 50 }, () => mutateBy('splice', bytes, prng, donor).at(-1));
  ok(tails.filter((last) => last === 7).length > 40);
});

test('mutate: the same seed does the same damage, another seed another', () => {
  deepStrictEqual(mutate(bytes, new Prng(5)), mutate(bytes, new Prng(5)));
  notDeepStrictEqual(mutate(bytes, new Prng(5)), mutate(bytes, new Prng(6)));
});

fuzz('mutate: nothing is too short to be damaged', { small: 2_000 }, (prng) => {
  const damaged = mutate(prng.bytes(prng.below(4)), prng, prng.bytes(prng.below(4)));
  ok(damaged instanceof Uint8Array);
});
