import { createRequire } from 'node:module';
import { gzipSync, gunzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { ByteWriter, KiB, Prng } from '@ottla/runtime';
import { bench, type Contender } from '@ottla/testing';
import { COMPRESSION_CODECS, type CompressionCodec } from './codecs.ts';
import { createCompression } from './compression.ts';
import { DEFAULT_DECOMPRESSION_LIMITS } from './output-limit.ts';
import { jsonEvents } from './plain-data.fixture.ts';

const require = createRequire(import.meta.url);
const snappyjs = require('snappyjs') as {
  compress(bytes: Uint8Array): Uint8Array;
  uncompress(bytes: Uint8Array): Uint8Array;
};
/** Blocks behind their length: neither side has checksums of the content. */
const lz4Wasm = require('lz4-wasm-nodejs') as {
  compress(bytes: Uint8Array): Uint8Array;
  decompress(bytes: Uint8Array): Uint8Array;
};

interface Rival {
  readonly name: string;
  readonly compress: (bytes: Uint8Array) => Uint8Array;
  readonly decompress: (bytes: Uint8Array) => Uint8Array;
  /** The least that our speed over its speed may be, where that was promised. */
  readonly bar?: number;
}

const RIVALS: Readonly<Record<Exclude<CompressionCodec, 'none'>, Rival>> = {
  snappy: {
    name: 'snappyjs',
    compress: (bytes) => snappyjs.compress(bytes),
    decompress: (bytes) => snappyjs.uncompress(bytes),
    bar: 1,
  },
  lz4: {
    name: 'lz4-wasm-nodejs',
    compress: (bytes) => lz4Wasm.compress(bytes),
    decompress: (bytes) => lz4Wasm.decompress(bytes),
    bar: 0.6,
  },
  gzip: { name: 'node:zlib', compress: (bytes) => gzipSync(bytes), decompress: (bytes) => gunzipSync(bytes) },
  zstd: {
    name: 'node:zlib',
    compress: (bytes) => zstdCompressSync(bytes),
    decompress: (bytes) => zstdDecompressSync(bytes),
  },
};

for (const [codec, rival] of Object.entries(RIVALS) as [Exclude<CompressionCodec, 'none'>, Rival][]) {
  bench(`${codec} of JSON`, (b) => {
    const count = b.parameter('bytes', 4 * KiB, 64 * KiB);
    const plain = jsonEvents(new Prng(1), count);
    const compression = createCompression();
    const into = new ByteWriter(4 * count);
    const ours = compression.compress(codec, plain);
    const theirs = rival.compress(plain);
    b.report(`${codec}: ${count} bytes; ours ${ours.length}, ${rival.name} ${theirs.length}`);
    const options = { perCall: { count, unit: 'bytes' } };
    const appended = { into };

    const encoded = b.compare(
      {
        'compress: ours': () => compression.compress(codec, plain),
        'compress: ours, appended': () => {
          into.reset();
          return compression.compress(codec, plain, appended);
        },
        [`compress: ${rival.name}`]: () => rival.compress(plain),
      } as Record<string, Contender>,
      options,
    );
    const decoded = b.compare(
      {
        'decompress: ours': () => compression.decompress(codec, ours, DEFAULT_DECOMPRESSION_LIMITS),
        'decompress: ours, appended': () => {
          into.reset();
          return compression.decompress(codec, ours, DEFAULT_DECOMPRESSION_LIMITS, into);
        },
        [`decompress: ${rival.name}`]: () => rival.decompress(theirs),
      } as Record<string, Contender>,
      { ...options, sameResult: true },
    );
    if (rival.bar === undefined) return;
    const [encode, decode] = [`compress: ${rival.name}`, `decompress: ${rival.name}`];
    b.bar(`${codec} compression over ${rival.name}`, {
      value: encoded.speedup('compress: ours', [encode]),
      atLeast: rival.bar,
    });
    b.bar(`${codec} decompression over ${rival.name}`, {
      value: decoded.speedup('decompress: ours', [decode]),
      atLeast: rival.bar,
    });
  });
}

bench('lz4 levels', (b) => {
  const count = b.parameter('bytes', 4 * KiB, 64 * KiB);
  const plain = jsonEvents(new Prng(1), count);
  const compression = createCompression();
  const { min, max, fallback } = COMPRESSION_CODECS.lz4.level;
  const levels = b.long ? [fallback, 3, 5, 8, 10, max] : [min, max];
  for (const level of levels) {
    b.report(`level ${level}: ${compression.compress('lz4', plain, { level }).length} bytes`);
  }
  const contenders = levels.map((level) => [`level ${level}`, () => compression.compress('lz4', plain, { level })]);
  b.compare(Object.fromEntries(contenders) as Record<string, Contender>, {
    rounds: 5,
    perCall: { count, unit: 'bytes' },
  });
});
