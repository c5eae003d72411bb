/** The codecs that a record batch may name, with the numbers and levels of Kafka. */
import { CompressionError } from './compression-error.ts';

export interface CodecFacts {
  /** The low three bits of a batch's attributes. */
  readonly id: number;
  /** Bounds of `compression.<codec>.level`, both legal, and what is taken where it is not set. Null: no levels. */
  readonly level: { readonly min: number; readonly max: number; readonly fallback: number } | null;
}

export const COMPRESSION_CODECS = {
  none: { id: 0, level: null },
  /** The fallback, -1, is zlib's own and legal too, though outside the bounds. */
  gzip: { id: 1, level: { min: 1, max: 9, fallback: -1 } },
  snappy: { id: 2, level: null },
  lz4: { id: 3, level: { min: 1, max: 17, fallback: 9 } },
  zstd: { id: 4, level: { min: -131_072, max: 22, fallback: 3 } },
} as const satisfies Record<string, CodecFacts>;

export type CompressionCodec = keyof typeof COMPRESSION_CODECS;

const BY_ID = Object.keys(COMPRESSION_CODECS) as readonly CompressionCodec[];

/**
 * The codec with this number.
 *
 * @throws {CompressionError} `unsupported`: 5 to 7 fit into a batch's attributes and mean nothing.
 */
export function codecOf(id: number): CompressionCodec {
  const codec = BY_ID[id];
  if (codec !== undefined) return codec;
  throw new CompressionError(`codec ${id}`, 'unsupported', { position: 0, expected: 'a codec of 0 to 4', found: id });
}

/** @throws {CompressionError} `level` when Kafka would refuse it. Without a level, or for a codec without any: the fallback. */
export function levelOf(codec: CompressionCodec, level: number | undefined): number {
  const facts: CodecFacts = COMPRESSION_CODECS[codec];
  if (facts.level === null) return 0;
  const { min, max, fallback } = facts.level;
  const wanted = level ?? fallback;
  if (wanted === fallback || (Number.isInteger(wanted) && wanted >= min && wanted <= max)) return wanted;
  const expected = `a level of ${min} to ${max}${fallback < min ? ` or ${fallback}` : ''}`;
  throw new CompressionError(codec, 'level', { position: 0, expected, found: wanted });
}
