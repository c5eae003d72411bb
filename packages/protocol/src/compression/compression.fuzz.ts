import { equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { ByteWriter, type Prng } from '@ottla/runtime';
import { fuzz, mutate } from '@ottla/testing';
import { COMPRESSION_CODECS, type CompressionCodec } from './codecs.ts';
import { CompressionError } from './compression-error.ts';
import { createCompression } from './compression.ts';
import { decodeLz4Block } from './lz4-block-decode.ts';
import { encodeLz4Block } from './lz4-block-encode.ts';
import { createHashTable } from './match-finder.ts';
import {
  DEFAULT_DECOMPRESSION_LIMITS,
  type DecompressionLimits,
  outputLimit,
  RATIO_FREE_BYTES,
} from './output-limit.ts';
import { noise, plainData } from './plain-data.fixture.ts';
import { encodeSnappyBlock } from './snappy-block-encode.ts';

type RealCodec = Exclude<CompressionCodec, 'none'>;
const CODECS = ['gzip', 'snappy', 'lz4', 'zstd'] as const satisfies readonly RealCodec[];
const LENGTH_MAX = 300_000;

const require = createRequire(import.meta.url);
const snappyjs = require('snappyjs') as {
  compress(bytes: Uint8Array): Uint8Array;
  uncompress(bytes: Uint8Array): Uint8Array;
};
const lz4Wasm = require('lz4-wasm-nodejs') as {
  compress(bytes: Uint8Array): Uint8Array;
  decompress(bytes: Uint8Array): Uint8Array;
};

const compression = createCompression();

function level(prng: Prng, codec: RealCodec): number | undefined {
  const bounds = COMPRESSION_CODECS[codec].level;
  if (bounds === null || prng.chance(0.4)) return undefined;
  // The highest levels of zstd cost tens of milliseconds and show nothing new here.
  return codec === 'zstd' ? prng.pick([bounds.min, -7, 1, 9]) : prng.between(bounds.min, bounds.max);
}

function sameBytes(a: Uint8Array, b: Uint8Array, what: string): void {
  equal(a.length, b.length, what);
  equal(Buffer.compare(a, b), 0, what);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

fuzz('compression: there and back', { small: 250 }, (prng) => {
  const codec = prng.pick(CODECS);
  const plain = plainData(prng, LENGTH_MAX);
  const into = prng.chance(0.3) ? new ByteWriter(prng.below(100)) : undefined;
  const options = { level: level(prng, codec), into };
  const what = `${codec} ${options.level}, ${plain.length} bytes`;
  const compressed = Uint8Array.from(compression.compress(codec, plain, options));
  sameBytes(compression.decompress(codec, compressed, DEFAULT_DECOMPRESSION_LIMITS, into), plain, what);
  const exact = { maxBytes: plain.length, maxRatio: 1_000_000 };
  sameBytes(compression.decompress(codec, compressed, exact), plain, what);
});

fuzz('compression: with other implementations', { small: 150 }, (prng) => {
  const plain = plainData(prng, LENGTH_MAX);
  const read = (codec: RealCodec, bytes: Uint8Array): Uint8Array =>
    compression.decompress(codec, bytes, DEFAULT_DECOMPRESSION_LIMITS);
  switch (prng.below(4)) {
    case 0: {
      sameBytes(read('snappy', snappyjs.compress(plain)), plain, 'snappyjs to ours');
      const block = plain.subarray(0, 65_536);
      const output = new ByteWriter(0);
      encodeSnappyBlock(viewOf(block), 0, block.length, output, createHashTable());
      sameBytes(snappyjs.uncompress(Uint8Array.from(output.written())), block, 'ours to snappyjs');
      break;
    }
    case 1: {
      // Theirs stands behind its length, 32 bits little-endian.
      const theirs = lz4Wasm.compress(plain);
      const output = new ByteWriter(0);
      const limit = outputLimit('lz4', theirs.length, DEFAULT_DECOMPRESSION_LIMITS, output);
      decodeLz4Block(viewOf(theirs), 4, theirs.length, output, 0, limit);
      sameBytes(output.written(), plain, 'lz4-wasm-nodejs to ours');
      const block = plain.subarray(0, 65_536);
      const ours = new ByteWriter(16);
      ours.bytes(Uint8Array.of(block.length, block.length >> 8, block.length >> 16, 0));
      encodeLz4Block(viewOf(block), 0, block.length, ours, createHashTable());
      sameBytes(lz4Wasm.decompress(ours.written()), block, 'ours to lz4-wasm-nodejs');
      break;
    }
    case 2:
      sameBytes(read('gzip', gzipSync(plain)), plain, 'zlib to ours');
      sameBytes(gunzipSync(compression.compress('gzip', plain)), plain, 'ours to zlib');
      break;
    default:
      sameBytes(read('zstd', zstdCompressSync(plain)), plain, 'zlib to ours');
      sameBytes(zstdDecompressSync(compression.compress('zstd', plain)), plain, 'ours to zlib');
  }
});

/** Streams of Kafka's Java client and of other tools, to be damaged. */
const GOLDEN: readonly { readonly codec: RealCodec; readonly bytes: Uint8Array }[] = [
  'streams.ndjson',
  'foreign-streams.ndjson',
].flatMap((name) =>
  readFileSync(new URL(`../../golden/codecs/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { codec: CompressionCodec; stream: string })
    .flatMap(({ codec, stream }) => (codec === 'none' ? [] : [{ codec, bytes: Buffer.from(stream, 'base64') }])),
);

/**
 * Whatever the bytes are: a value within the limits, or a `CompressionError` with a position inside them. Memory follows the
 * output; the writer of a failed call shows how much was taken.
 */
function decodesOrRefuses(codec: CompressionCodec, bytes: Uint8Array, limits: DecompressionLimits): void {
  const into = new ByteWriter(0);
  try {
    const output = compression.decompress(codec, bytes, limits, into);
    ok(output.length <= limits.maxBytes, `${output.length} bytes out, ${limits.maxBytes} allowed`);
    ok(
      output.length <= Math.max(RATIO_FREE_BYTES, bytes.length * limits.maxRatio),
      `${output.length} bytes from ${bytes.length}`,
    );
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
    equal(error.codec, codec);
    ok(
      error.position >= 0 && error.position <= bytes.length,
      `position ${error.position} of ${bytes.length}: ${error.message}`,
    );
    equal(into.position, 0);
  }
  ok(into.capacity <= 2 * limits.maxBytes + 128, `${into.capacity} bytes taken, ${limits.maxBytes} allowed`);
}

function limits(prng: Prng): DecompressionLimits {
  return { maxBytes: prng.pick([0, 100, 5_000, 400_000]), maxRatio: prng.pick([1, 20, 1_000]) };
}

fuzz('compression: damaged streams', { small: 1_200, large: 30_000 }, (prng) => {
  if (prng.chance(0.5)) {
    const { codec, bytes } = prng.pick(GOLDEN);
    const donor = prng.pick(GOLDEN.filter((stream) => stream.codec === codec));
    decodesOrRefuses(codec, mutate(bytes, prng, donor.bytes), limits(prng));
    return;
  }
  const codec = prng.pick(CODECS);
  const compressed = compression.compress(codec, plainData(prng, 20_000), { level: level(prng, codec) });
  decodesOrRefuses(codec, mutate(Uint8Array.from(compressed), prng), limits(prng));
});

/** What the codecs look for first: behind it, noise reaches the inner decoders. */
const HEADS: Readonly<Record<RealCodec, readonly string[]>> = {
  gzip: ['', '1f8b08000000000000ff'],
  snappy: ['', '82534e4150505900000000010000000100000080', 'ffff03', '80808001'],
  lz4: ['', '04224d1860408240000000', '04224d18607073ff000000', '04224d184040c080000000', '04224d1860408200010000'],
  zstd: ['', '28b52ffd0058', '28b52ffd00880d0400', '28b52ffd2040', '502a4d18'],
};

fuzz('compression: noise', { small: 1_200, large: 30_000 }, (prng) => {
  const codec = prng.pick(CODECS);
  const head = Buffer.from(prng.pick(HEADS[codec]), 'hex');
  // Small bytes are short lengths and near offsets: noise of them goes further before it breaks.
  const tail = noise(prng, prng.below(400));
  if (prng.chance(0.5)) for (let at = 0; at < tail.length; at++) tail[at]! &= prng.pick([0x0f, 0x1f, 0xf3, 0x77]);
  decodesOrRefuses(codec, Buffer.concat([head, tail]), limits(prng));
});
