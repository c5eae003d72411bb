import { equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { ByteWriter, isOperationalError } from '@ottla/runtime';
import { codecOf, COMPRESSION_CODECS, type CompressionCodec } from './codecs.ts';
import { CompressionError, type CompressionFault } from './compression-error.ts';
import { compressJob, decompressJob } from './compression-job.ts';
import { createCompression } from './compression.ts';
import { DEFAULT_DECOMPRESSION_LIMITS, RATIO_FREE_BYTES } from './output-limit.ts';

const CODECS = Object.keys(COMPRESSION_CODECS) as CompressionCodec[];
const compression = createCompression();

/** Matches near and far, literals, and a stretch that nothing compresses. */
function sample(length: number): Uint8Array {
  const text = Array.from({ length: length / 20 }, (_, i) => `{"id":${i},"user":"u-${(i * 7919) % 499}"}`).join('\n');
  const bytes = Buffer.from(text.padEnd(length, '.')).subarray(0, length);
  for (let at = length >> 2, state = 7; at < length >> 1; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

function refuses(fault: CompressionFault, run: () => unknown, what: string): void {
  throws(
    run,
    (error) => {
      ok(error instanceof CompressionError, what);
      ok(isOperationalError(error), what);
      equal(error.fault, fault, what);
      equal(error.code, 'ERR_PROTOCOL_COMPRESSION', what);
      equal(error.retriable, false, what);
      ok(error.expected.length > 0 && error.message.includes(error.expected), what);
      return true;
    },
    what,
  );
}

test('every codec and level gives back what it was given, at lengths around its blocks', () => {
  const plain = sample(140_000);
  for (const length of [
    0, 1, 3, 4, 11, 12, 13, 14, 15, 16, 60, 61, 255, 256, 32_767, 32_768, 32_769, 65_535, 65_536, 65_537, 140_000,
  ]) {
    const input = plain.subarray(0, length);
    for (const codec of CODECS) {
      const bounds = COMPRESSION_CODECS[codec].level;
      for (const level of bounds === null
        ? [undefined]
        : [undefined, bounds.min, bounds.fallback, codec === 'zstd' ? 5 : bounds.max]) {
        const compressed = compression.compress(codec, input, { level });
        const output = compression.decompress(codec, compressed, DEFAULT_DECOMPRESSION_LIMITS);
        equal(Buffer.compare(output, input), 0, `${codec} ${level}, ${length} bytes`);
      }
    }
  }
});

test('inputs may be views into larger memory', () => {
  const around = Buffer.concat([Buffer.alloc(5, 'x'), sample(5_000), Buffer.alloc(5, 'y')]);
  const input = around.subarray(5, 5_005);
  for (const codec of CODECS) {
    const compressed = Buffer.concat([Buffer.from('ab'), compression.compress(codec, input), Buffer.from('cd')]);
    const output = compression.decompress(codec, compressed.subarray(2, -2), DEFAULT_DECOMPRESSION_LIMITS);
    equal(Buffer.compare(output, input), 0, codec);
  }
});

test('what is returned is its own: the next call leaves it alone', () => {
  for (const codec of CODECS) {
    if (codec === 'none') continue;
    const first = compression.compress(codec, sample(3_000));
    const output = compression.decompress(codec, first, DEFAULT_DECOMPRESSION_LIMITS);
    compression.decompress(codec, compression.compress(codec, Buffer.alloc(3_000, 'z')), DEFAULT_DECOMPRESSION_LIMITS);
    equal(Buffer.compare(output, sample(3_000)), 0, codec);
    equal(Buffer.compare(compression.decompress(codec, first, DEFAULT_DECOMPRESSION_LIMITS), sample(3_000)), 0, codec);
  }
});

test('with `into` both directions append, and keep what stands there', () => {
  for (const codec of CODECS) {
    const into = new ByteWriter(16);
    into.bytes(Buffer.from('head'));
    const compressed = Uint8Array.from(compression.compress(codec, sample(9_000), { into }));
    equal(into.position, 4 + compressed.length, codec);
    const output = compression.decompress(codec, compressed, DEFAULT_DECOMPRESSION_LIMITS, into);
    equal(Buffer.compare(output, sample(9_000)), 0, codec);
    equal(output.buffer, into.buffer.buffer, codec);
    const wanted = Buffer.concat([Buffer.from('head'), compressed, sample(9_000)]);
    equal(Buffer.compare(into.written(), wanted), 0, codec);
  }
});

test('an error leaves `into` as it was', () => {
  for (const codec of CODECS) {
    const into = new ByteWriter(16);
    into.bytes(Buffer.from('head'));
    const compressed = compression.compress(codec, sample(9_000));
    const limits = { maxBytes: 8_999, maxRatio: 100 };
    refuses('limit', () => compression.decompress(codec, compressed, limits, into), codec);
    equal(into.written().toString(), 'head', codec);
    if (codec === 'none') continue;
    refuses(
      'truncated',
      () => compression.decompress(codec, compressed.subarray(0, -1), DEFAULT_DECOMPRESSION_LIMITS, into),
      codec,
    );
    equal(into.written().toString(), 'head', codec);
  }
});

test('the limits hold to the byte', () => {
  for (const codec of CODECS) {
    const compressed = compression.compress(codec, sample(9_000));
    equal(compression.decompress(codec, compressed, { maxBytes: 9_000, maxRatio: 1 }).length, 9_000, codec);
    for (const maxBytes of [8_999, 1, 0]) {
      refuses(
        'limit',
        () => compression.decompress(codec, compressed, { maxBytes, maxRatio: 1_000 }),
        `${codec}, ${maxBytes}`,
      );
    }
    const empty = compression.compress(codec, new Uint8Array(0));
    equal(compression.decompress(codec, empty, { maxBytes: 0, maxRatio: 0 }).length, 0, codec);
  }
});

test('honest data may be all zeros: the default limits let 32 MiB of them through, whatever the codec', () => {
  const zeros = new Uint8Array(32 * 1_048_576);
  for (const mebibytes of [1, 1.1, 2, 5, 20, 32]) {
    const plain = zeros.subarray(0, mebibytes * 1_048_576);
    for (const codec of CODECS) {
      const compressed = compression.compress(codec, plain);
      const output = compression.decompress(codec, compressed, DEFAULT_DECOMPRESSION_LIMITS);
      equal(Buffer.compare(output, plain), 0, `${codec}, ${mebibytes} MiB`);
    }
  }
});

test('bombs beyond the default size are refused at any ratio', () => {
  const zeros = new Uint8Array(DEFAULT_DECOMPRESSION_LIMITS.maxBytes + 1);
  for (const codec of ['snappy', 'zstd'] as const) {
    const bomb = compression.compress(codec, zeros);
    refuses('limit', () => compression.decompress(codec, bomb, DEFAULT_DECOMPRESSION_LIMITS), codec);
  }
});

test('bombs are refused by their ratio, once they are large enough to hurt', () => {
  const zeros = new Uint8Array(RATIO_FREE_BYTES + 1);
  for (const codec of CODECS) {
    if (codec === 'none') continue;
    const free = compression.compress(codec, zeros.subarray(1));
    equal(compression.decompress(codec, free, { maxBytes: 1e9, maxRatio: 1 }).length, RATIO_FREE_BYTES, codec);
    const bomb = compression.compress(codec, zeros);
    refuses('limit', () => compression.decompress(codec, bomb, { maxBytes: 1e9, maxRatio: 10 }), codec);
    const enough = Math.ceil(zeros.length / bomb.length);
    equal(compression.decompress(codec, bomb, { maxBytes: 1e9, maxRatio: enough }).length, zeros.length, codec);
  }
});

test('memory is taken for what came, not for what a header claims', () => {
  const claims: readonly (readonly [codec: CompressionCodec, reason: string, bytes: string])[] = [
    // 100,000,000 bytes are within the limits, and three come.
    ['snappy', 'a length', '80c2d72f 08616263'],
    ['snappy', 'a length in xerial framing', '82534e41505059000000000100000001 00000008 80c2d72f 08616263'],
    ['lz4', 'a content size', '04224d18 68 70 00e1f50500000000 3e 04000000 30616263 00000000'],
    ['lz4', 'a block size', '04224d18 60 70 73 04000000 30616263 05'],
  ];
  for (const [codec, reason, bytes] of claims) {
    const into = new ByteWriter(0);
    const input = Buffer.from(bytes.replaceAll(' ', ''), 'hex');
    throws(() => compression.decompress(codec, input, DEFAULT_DECOMPRESSION_LIMITS, into), CompressionError, reason);
    ok(into.capacity <= 128, `${codec}, ${reason}: ${into.capacity} bytes taken`);
  }
});

test('memory follows the output: at most twice what was written', () => {
  for (const codec of ['snappy', 'lz4'] as const) {
    const into = new ByteWriter(16);
    const compressed = compression.compress(codec, new Uint8Array(5_000_000));
    const limits = { maxBytes: 4_000_000, maxRatio: 1_000 };
    refuses('limit', () => compression.decompress(codec, compressed, limits, into), codec);
    ok(into.capacity <= 8_000_100, `${codec}: ${into.capacity} bytes taken`);
  }
});

test('levels are those of Kafka', () => {
  const input = sample(100);
  const rows: readonly (readonly [codec: CompressionCodec, legal: number[], illegal: number[]])[] = [
    ['gzip', [-1, 1, 9], [-2, 0, 10, 1.5, Number.NaN]],
    ['lz4', [1, 9, 17], [-1, 0, 18, 2.5]],
    ['zstd', [-131_072, -1, 0, 22], [-131_073, 23, 0.5]],
  ];
  for (const [codec, legal, illegal] of rows) {
    for (const level of legal) compression.compress(codec, input, { level });
    for (const level of illegal)
      refuses('level', () => compression.compress(codec, input, { level }), `${codec} ${level}`);
  }
});

test('the numbers of codecs are those of a batch', () => {
  equal([0, 1, 2, 3, 4].map(codecOf).join(), 'none,gzip,snappy,lz4,zstd');
  for (const id of [5, 6, 7, -1]) refuses('unsupported', () => codecOf(id), `${id}`);
});

test('jobs find their function in their module', async () => {
  const plain = sample(20_000);
  for (const job of [compressJob, decompressJob]) {
    const module = (await import(job.module)) as Record<string, unknown>;
    equal(module[job.export], job.run);
  }
  const bytes = compressJob.run({ codec: 'lz4', bytes: plain });
  equal(Buffer.compare(decompressJob.run({ codec: 'lz4', bytes, limits: DEFAULT_DECOMPRESSION_LIMITS }), plain), 0);
  // Moved outputs must own all of their memory.
  equal(bytes.buffer.byteLength, bytes.length);
  refuses('level', () => compressJob.run({ codec: 'lz4', bytes: plain, level: 99 }), 'a level');
  equal(compressJob.isSmall?.({ codec: 'lz4', bytes: plain }), false);
  equal(compressJob.isSmall?.({ codec: 'lz4', bytes: plain.subarray(0, 100) }), true);
});
