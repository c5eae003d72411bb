import { equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createCompression } from './compression.ts';
import { CompressionError } from './compression-error.ts';

const compression = createCompression();
const LIMITS = { maxBytes: 100_000, maxRatio: 1_000 };
const ABC = gzipSync('abc');

function outcome(bytes: Uint8Array): string {
  try {
    return Buffer.from(compression.decompress('gzip', bytes, LIMITS)).toString('latin1');
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
    return `${error.fault} at ${error.position}`;
  }
}

function changed(at: number, bytes: Buffer = ABC): Buffer {
  const copy = Buffer.from(bytes);
  copy[at < 0 ? copy.length + at : at]! ^= 0x55;
  return copy;
}

const ROWS: readonly (readonly [reason: string, bytes: Uint8Array, wanted: string])[] = [
  ['a member', ABC, 'abc'],
  ['an empty member', gzipSync(''), ''],
  ['two members', Buffer.concat([ABC, gzipSync('de')]), 'abcde'],
  ['zero bytes behind', Buffer.concat([ABC, Buffer.alloc(3)]), 'abc'],
  ['nothing', Buffer.alloc(0), 'truncated at 0'],
  ['half a header', ABC.subarray(0, 5), 'truncated at 0'],
  ['half a body', ABC.subarray(0, 12), 'truncated at 0'],
  ['half a trailer', ABC.subarray(0, -1), 'truncated at 0'],
  ['another magic', changed(0), 'corrupt at 0'],
  ['another method', changed(2), 'corrupt at 0'],
  ['a damaged body', changed(10), 'corrupt at 0'],
  ['a damaged checksum', changed(-5), 'checksum at 0'],
  ['a damaged length', changed(-4), 'checksum at 0'],
  ['bytes behind', Buffer.concat([ABC, Buffer.from('xyz')]), 'corrupt at 0'],
  ['more than the limit', gzipSync(Buffer.alloc(100_001)), 'limit at 0'],
];

test('members are read, and what is wrong with them is told', () => {
  for (const [reason, bytes, wanted] of ROWS) equal(outcome(bytes), wanted, reason);
});

test('zlib itself stops at the limit', () => {
  throws(
    () => compression.decompress('gzip', gzipSync(Buffer.alloc(100_001)), LIMITS),
    (error: Error) => (error.cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE',
  );
});

test('levels reach zlib', () => {
  const plain = Buffer.from(Array.from({ length: 5_000 }, (_, i) => `${(i * 7919) % 1009},`).join(''));
  for (const level of [-1, 1, 9]) {
    equal(
      Buffer.compare(compression.compress('gzip', plain, { level }), gzipSync(plain, { level })),
      0,
      `level ${level}`,
    );
    equal(Buffer.compare(gunzipSync(compression.compress('gzip', plain, { level })), plain), 0, `level ${level}`);
  }
});
