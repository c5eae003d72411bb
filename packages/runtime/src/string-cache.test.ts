/** The cache never changes what a string is: it only saves decoding it. */
import { ok, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from './prng.ts';
import { StringCache } from './string-cache.ts';

test('string cache: always the string of the bytes, whatever was asked before', () => {
  const prng = new Prng(1);
  const cache = new StringCache(8);
  const alphabet = ['a', 'b', 'é', '€', '😀', '\0'];
  for (let i = 0; i < 5_000; i++) {
    const text = Array.from({ length: prng.below(prng.chance(0.1) ? 90 : 5) }, () => prng.pick(alphabet)).join('');
    const bytes = Buffer.concat([prng.bytes(3), Buffer.from(text), prng.bytes(3)]);
    strictEqual(cache.decode(bytes, 3, bytes.length - 6), text);
  }
  ok(cache.hits > 100 && cache.misses > 100, `${cache.hits} hits, ${cache.misses} misses`);
});

test('string cache: bytes that are not UTF-8 decode as without it', () => {
  const cache = new StringCache();
  const bytes = Buffer.of(0xff, 0x61, 0xc3);
  strictEqual(cache.decode(bytes, 0, 3), bytes.toString('utf8'));
  strictEqual(cache.decode(bytes, 0, 3), bytes.toString('utf8'));
  strictEqual(cache.hits, 1);
});

test('string cache: later changes of the bytes do not reach it', () => {
  const cache = new StringCache(1);
  const bytes = Buffer.from('orders');
  strictEqual(cache.decode(bytes, 0, 6), 'orders');
  bytes.write('others');
  strictEqual(cache.decode(bytes, 0, 6), 'others');
  strictEqual(cache.decode(Buffer.from('orders'), 0, 6), 'orders');
  strictEqual(cache.decode(bytes, 0, 0), '');
});
