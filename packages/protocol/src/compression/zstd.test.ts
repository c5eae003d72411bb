import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { buffer } from 'node:stream/consumers';
import { constants, createZstdCompress, zstdCompressSync } from 'node:zlib';
import { createCompression } from './compression.ts';
import { CompressionError } from './compression-error.ts';
import { readZstdFrame } from './zstd-frame.ts';

const compression = createCompression();
const LIMITS = { maxBytes: 1_000_000, maxRatio: 1_000 };
const EMPTY = zstdCompressSync('');
const ABC = zstdCompressSync('abc');
const CHECKED = zstdCompressSync('abc', { params: { [constants.ZSTD_c_checksumFlag]: 1 } });

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(/[^0-9a-f]/g, ''), 'hex');
}

function outcome(bytes: Uint8Array): string {
  try {
    return Buffer.from(compression.decompress('zstd', bytes, LIMITS)).toString('latin1');
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
    return `${error.fault} at ${error.position}`;
  }
}

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at < 0 ? copy.length + at : at]! ^= 0x55;
  return copy;
}

/** Magic, then a window of 1 KiB (00) or 128 MiB (88), then blocks. */
const SMALL_WINDOW = '28b52ffd 00 00';
const WIDE_WINDOW = '28b52ffd 00 88';
const RAW_ABC = '190000 616263';

const ROWS: readonly (readonly [reason: string, bytes: Uint8Array, wanted: string])[] = [
  ['a frame', ABC, 'abc'],
  ['an empty frame', zstdCompressSync(''), ''],
  ['a frame with a checksum', CHECKED, 'abc'],
  ['two frames, of which zlib alone reads one', Buffer.concat([ABC, CHECKED]), 'abcabc'],
  ['a skippable frame', Buffer.concat([hex('502a4d18 02000000 ffff'), ABC]), 'abc'],
  ['a skippable frame behind', Buffer.concat([ABC, hex('5f2a4d18 00000000')]), 'abc'],
  ['a raw block', hex(`${SMALL_WINDOW} ${RAW_ABC}`), 'abc'],
  ['a repeated byte', hex(`${SMALL_WINDOW} 23 00 00 61`), 'aaaa'],
  ['two blocks', hex(`${SMALL_WINDOW} 18 00 00 616263 23 00 00 61`), 'abcaaaa'],
  ['a dictionary of number 0', hex(`28b52ffd 01 00 00 ${RAW_ABC}`), 'abc'],
  ['a wide window', hex(`${WIDE_WINDOW} ${RAW_ABC}`), 'abc'],
  ['a window that zlib refuses, around three bytes', hex(`28b52ffd 00 ff ${RAW_ABC}`), 'abc'],
  ['nothing', Buffer.alloc(0), 'truncated at 0'],
  ['half a magic', ABC.subarray(0, 3), 'truncated at 0'],
  ['half a header', hex('28b52ffd 00'), 'truncated at 5'],
  ['half a content size', hex('28b52ffd e0 000000'), 'truncated at 5'],
  ['another magic', changed(ABC, 0), 'corrupt at 0'],
  ['the reserved bit', hex(`28b52ffd 08 00 ${RAW_ABC}`), 'corrupt at 4'],
  ['a dictionary', hex(`28b52ffd 01 00 07 ${RAW_ABC}`), 'unsupported at 6'],
  ['no block', hex(SMALL_WINDOW), 'truncated at 6'],
  ['half a block', hex(`${SMALL_WINDOW} 190000 6162`), 'truncated at 9'],
  ['no last block', hex(`${SMALL_WINDOW} 180000 616263`), 'truncated at 12'],
  ['a block of the reserved type', hex(`${SMALL_WINDOW} 1f0000 616263`), 'corrupt at 6'],
  ['a block above the window', hex(`${SMALL_WINDOW} 0b2000 61`), 'corrupt at 6'],
  ['a block above 128 KiB', hex(`${WIDE_WINDOW} 0b0010 61`), 'corrupt at 6'],
  ['no checksum', CHECKED.subarray(0, -1), `truncated at ${CHECKED.length - 4}`],
  ['a wrong checksum', changed(CHECKED, -1), 'checksum at 0'],
  ['a wrong checksum in the second frame', Buffer.concat([ABC, changed(CHECKED, -1)]), `checksum at ${ABC.length}`],
  ['bytes behind', Buffer.concat([ABC, Buffer.from('xyzxyz')]), `corrupt at ${ABC.length}`],
  ['half a skippable frame', hex('502a4d18 03000000 ff'), 'truncated at 8'],
  ['a content size that the blocks cannot hold', hex(`28b52ffd a0 04000000 ${RAW_ABC}`), 'corrupt at 0'],
  ['a content size beyond the limit', hex('28b52ffd e0 ffffffffffffffff 190000 616263'), 'limit at 0'],
  ['a content size above the content', hex(`28b52ffd a0 05000000 1d0000 616263`), 'corrupt at 0'],
  ['a compressed block of nonsense', hex(`${SMALL_WINDOW} 1d0000 ffffff`), 'corrupt at 0'],
  ['a thousand frames', Buffer.concat(Array<Buffer>(1_000).fill(EMPTY)), ''],
  ['and one more', Buffer.concat(Array<Buffer>(1_001).fill(EMPTY)), `limit at ${1_000 * EMPTY.length}`],
  ['more than the limit', zstdCompressSync(Buffer.alloc(1_100_000)), 'limit at 0'],
];

test('frames are read, and what is wrong with them is told', () => {
  for (const [reason, bytes, wanted] of ROWS) equal(outcome(bytes), wanted, reason);
});

test('levels reach zlib, and the size stands in the header', () => {
  const plain = Buffer.from(
    Array.from({ length: 5_000 }, (_, i) => `${(i * i * 7919) % 10_007} ${i % 7 ? 'order' : 'view'},`).join(''),
  );
  const sizes = [-131_072, 1, 22].map((level) => {
    const stream = compression.compress('zstd', plain, { level });
    const frame = readZstdFrame(new DataView(stream.buffer, stream.byteOffset, stream.byteLength), 0);
    equal(frame.kind === 'data' && frame.contentSize, plain.length, `level ${level}`);
    equal(Buffer.compare(compression.decompress('zstd', stream, LIMITS), plain), 0, `level ${level}`);
    return stream.length;
  });
  ok(sizes[0]! > sizes[1]! && sizes[1]! > sizes[2]!, sizes.join(', '));
});

test('a narrowed window holds matches as far back as the content goes', async () => {
  // Noise, then the same noise again; streamed, so that the header declares a window of 128 MiB and no content size.
  const noise = Buffer.alloc(500_000);
  for (let at = 0, state = 1; at < noise.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    noise[at] = state >>> 24;
  }
  const stream = createZstdCompress({ params: { [constants.ZSTD_c_windowLog]: 27 } });
  stream.write(noise);
  stream.end(noise);
  const frame = await buffer(stream);
  ok(frame.length < 510_000, 'the second half is a match');
  const header = readZstdFrame(new DataView(frame.buffer, frame.byteOffset, frame.byteLength), 0);
  equal(header.kind === 'data' && header.windowBytes, 134_217_728);
  equal(Buffer.compare(compression.decompress('zstd', frame, LIMITS), Buffer.concat([noise, noise])), 0);
});
