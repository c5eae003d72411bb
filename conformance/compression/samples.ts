/** What we compress, for decompressors that we did not write: every codec and level extreme over every shape of data. */
import { COMPRESSION_CODECS, createCompression, type CompressionCodec } from '@ottla/protocol';
import { Prng } from '@ottla/runtime';
import {
  jsonEvents,
  noise,
  patchwork,
  repetition,
} from '../../packages/protocol/src/compression/plain-data.fixture.ts';

export interface CompressedSample {
  readonly codec: CompressionCodec;
  /** Undefined: the codec's own. */
  readonly level: number | undefined;
  /** What kind of data, for messages. */
  readonly name: string;
  readonly plain: Uint8Array;
  readonly compressed: Uint8Array;
}

const LEVELS: Readonly<Record<CompressionCodec, readonly (number | undefined)[]>> = {
  none: [undefined],
  gzip: [undefined, 1, 9],
  snappy: [undefined],
  lz4: [undefined, 1, 2, 3, 5, 8, 10, 17],
  zstd: [undefined, COMPRESSION_CODECS.zstd.level.min, -5, 1, 12, 22],
};

export function* compressedSamples(seed = 1): Generator<CompressedSample> {
  const compression = createCompression();
  for (const [name, plain] of plainSamples(seed)) {
    for (const [codec, levels] of Object.entries(LEVELS) as [CompressionCodec, readonly (number | undefined)[]][]) {
      for (const level of levels) {
        yield { codec, level, name, plain, compressed: compression.compress(codec, plain, { level }) };
      }
    }
  }
}

/** Every shape, at lengths around the borders of blocks. */
export function plainSamples(seed = 1): (readonly [name: string, plain: Uint8Array])[] {
  const prng = new Prng(seed);
  const samples: [string, Uint8Array][] = [];
  for (const length of [0, 1, 12, 13, 64, 5_000, 32_768, 32_769, 65_536, 65_537, 300_000]) {
    for (const make of [jsonEvents, noise, repetition, patchwork]) {
      samples.push([`${make.name} of ${length}`, make(prng.fork(length), length)]);
    }
  }
  return samples;
}
