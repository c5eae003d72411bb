import { strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { KeyHash } from './key-hash.ts';

/** Tags of the reference implementation of Chaskey-12 for the bytes 0, 1, 2 and so on, by their count. */
const REFERENCE: readonly (readonly [length: number, tag: string])[] = [
  [0, '43cb1f41 51eba0c2 ff0a8ac3 7ee3f642'],
  [1, 'f9ac2067 9c35a846 441aad3d 777b7330'],
  [4, '0b2b62db 1e9e3f50 a1b8dcad b4279ae0'],
  [15, '03cfb44b 283c8163 fca71448 c40a0aea'],
  [16, '5dd0e2a9 fb5eac8c 633a392e 500c36f3'],
  [17, '8b5f6d5a 202314f6 22092368 9639e606'],
  [32, '77962784 07c647fa dd752c0f d2f5a799'],
  [63, '2dd072e1 42b89efe fb26b615 049aa451'],
];

test('tags are those of Chaskey-12, wherever the key lies', () => {
  const hash = new KeyHash(Int32Array.of(0x833d3433, 0x009f389f, 0x2398e64f, 0x417acf39));
  for (const start of [0, 3]) {
    const bytes = new Uint8Array(start + 70).map((_, i) => (i < start ? 255 : i - start));
    for (const [length, tag] of REFERENCE) {
      hash.hash(bytes, start, length);
      const words = [hash.a, hash.b, hash.c, hash.d].map((word) => (word >>> 0).toString(16).padStart(8, '0'));
      strictEqual(words.join(' '), tag, `${length} bytes`);
    }
  }
});
