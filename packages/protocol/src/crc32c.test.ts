import { deepEqual, equal, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { AssertionError } from '@ottla/runtime';
import { crc32c, createCrc32c } from './crc32c.ts';

const pure = createCrc32c({ native: 'off' });

/** Bit by bit, straight from the definition. */
function definition(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function noise(length: number): Uint8Array {
  let state = 0x9e3779b9;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

test('Kafka gives the same checksums', () => {
  const lines = readFileSync(new URL('../golden/codecs/crc.ndjson', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  equal(lines.length, 66);
  for (const line of lines) {
    const wanted = JSON.parse(line) as { bytes: string; crc32c: number; crc32: number };
    const bytes = Buffer.from(wanted.bytes, 'base64');
    equal(pure(bytes), wanted.crc32c);
    equal(crc32c(bytes), wanted.crc32c);
    equal(crc32(bytes), wanted.crc32, 'the platform has the other one, CRC-32');
  }
});

test('every length and alignment agrees with the definition, pure and native', () => {
  const bytes = noise(1200);
  for (let length = 0; length <= 1100; length += length < 80 ? 1 : 37) {
    for (let start = 0; start < 9; start++) {
      const wanted = definition(bytes.subarray(start, start + length));
      equal(pure(bytes, start, start + length), wanted, `pure, ${length} bytes from ${start}`);
      equal(crc32c(bytes, start, start + length), wanted, `auto, ${length} bytes from ${start}`);
      equal(crc32c(bytes.subarray(start, start + length)), wanted, `auto, a view of ${length} bytes from ${start}`);
    }
  }
});

test('chunks add up, whatever the engine of each', () => {
  const bytes = noise(4000);
  const wanted = definition(bytes);
  for (const cut of [0, 1, 15, 16, 17, 383, 384, 500, 511, 512, 513, 2000, 3999, 4000]) {
    equal(pure(bytes, cut, bytes.length, pure(bytes, 0, cut)), wanted, `cut at ${cut}`);
    equal(crc32c(bytes, cut, bytes.length, crc32c(bytes, 0, cut)), wanted, `cut at ${cut}`);
  }
});

test('the native engine is used where it is installed', () => {
  const require = createRequire(import.meta.url);
  const native = require('@node-rs/crc32') as { crc32c: (bytes: Uint8Array, seed?: number) => number };
  const real = native.crc32c;
  const lengths: number[] = [];
  native.crc32c = (bytes, seed) => {
    lengths.push(bytes.length);
    return real(bytes, seed);
  };
  try {
    const auto = createCrc32c({ native: 'auto' });
    auto(noise(511));
    auto(noise(512));
    auto(noise(600), 10, 600);
    deepEqual(lengths, [9, 512, 590], 'its check value, then only what is long enough');
  } finally {
    native.crc32c = real;
  }
});

for (const [reason, broken] of [
  ['gives other numbers', () => 1],
  [
    'throws',
    () => {
      throw new Error('no build for this platform');
    },
  ],
] as const) {
  test(`a native engine that ${reason} is not used`, () => {
    const native = createRequire(import.meta.url)('@node-rs/crc32') as { crc32c: () => number };
    const real = native.crc32c;
    native.crc32c = broken;
    try {
      equal(createCrc32c({ native: 'auto' })(noise(2000)), definition(noise(2000)));
    } finally {
      native.crc32c = real;
    }
  });
}

test('a range outside the bytes is a bug, not a checksum', () => {
  for (const [start, end] of [
    [-1, 4],
    [0, 11],
    [6, 5],
  ] as const) {
    throws(() => crc32c(new Uint8Array(10), start, end), AssertionError);
    throws(() => pure(new Uint8Array(10), start, end), AssertionError);
  }
});
