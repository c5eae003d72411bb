import { deepEqual, equal, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { AssertionError } from '@ottla/runtime';
import { murmur2, murmur2Partition, toPositive } from './murmur2.ts';

interface Line {
  key: string;
  murmur2: number;
  partition: Record<string, number>;
}

const lines = readFileSync(new URL('../golden/codecs/murmur2.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Line);

test('Java gives the same hashes and partitions', () => {
  equal(lines.length, 200);
  for (const line of lines) {
    const key = Buffer.from(line.key, 'base64');
    equal(murmur2(key), line.murmur2, line.key);
    const counts = Object.keys(line.partition);
    deepEqual(
      counts.map((count) => murmur2Partition(key, Number(count))),
      Object.values(line.partition),
      line.key,
    );
  }
});

test('a range hashes as the bytes alone', () => {
  for (const line of lines) {
    const key = Buffer.from(line.key, 'base64');
    const padded = Buffer.concat([Buffer.from('ab'), key, Buffer.from('cde')]);
    equal(murmur2(padded, 2, 2 + key.length), line.murmur2, line.key);
  }
});

test('a range outside the key is a bug', () => {
  throws(() => murmur2(new Uint8Array(4), 0, 5), AssertionError);
  throws(() => murmur2(new Uint8Array(4), -1), AssertionError);
});

test('toPositive clears the sign, it does not negate', () => {
  deepEqual([-1, -2147483648, 0, 5].map(toPositive), [2147483647, 0, 0, 5]);
});
