/**
 * Kafka's compression codecs, both ways and synchronously: batches are small. What takes over a millisecond goes through
 * `io.compute` with the jobs of `compression-job.ts`.
 */
import { ByteWriter } from '@ottla/runtime';
import { type CompressionCodec, levelOf } from './codecs.ts';
import { decodeGzip, encodeGzip } from './gzip.ts';
import { MatchChains } from './lz4-block-encode-high.ts';
import { decodeLz4Frames, encodeLz4Frame } from './lz4-frame.ts';
import { createHashTable } from './match-finder.ts';
import { checkLimit, type DecompressionLimits, outputLimit, type OutputLimit } from './output-limit.ts';
import { decodeSnappy, encodeSnappy } from './snappy.ts';
import { decodeZstd, encodeZstd } from './zstd.ts';

/** Scratch memory above this is not kept from one call to the next. */
const SCRATCH_BYTES_MAX = 1_048_576;

export interface CompressOptions {
  /** Within the bounds of `COMPRESSION_CODECS`; default: the codec's own. */
  readonly level?: number | undefined;
  /** Where to append, instead of into fresh memory. */
  readonly into?: ByteWriter | undefined;
}

/** Makes the codecs, with their scratch memory (16 KiB to about 1.5 MiB): one for each owner, not one for each call. */
export function createCompression(): Compression {
  return new Compression();
}

/** Compresses and decompresses. See `createCompression`. */
export class Compression {
  readonly #table = createHashTable();
  readonly #chains = (): MatchChains => (this.#madeChains ??= new MatchChains());
  #madeChains: MatchChains | null = null;
  #scratch = new ByteWriter(0);

  /**
   * Compresses `input` as every Kafka client reads it: a gzip member, xerial-framed snappy, an LZ4 frame, a zstd frame.
   *
   * @returns the compressed bytes, in memory of their own; with `into`, a view on what was appended there, valid until it is
   *   written to again. For `none` that is `input` itself, or its copy.
   * @throws {CompressionError} `level`.
   */
  compress(codec: CompressionCodec, input: Uint8Array, options: CompressOptions = {}): Uint8Array {
    const level = levelOf(codec, options.level);
    if (codec === 'none' && options.into === undefined) return input;
    const output = options.into ?? this.#scratch;
    const start = output.position;
    switch (codec) {
      case 'none':
        output.bytes(input);
        break;
      case 'gzip':
        encodeGzip(input, output, level);
        break;
      case 'snappy':
        encodeSnappy(input, output, this.#table);
        break;
      case 'lz4':
        encodeLz4Frame(input, output, level, { table: this.#table, chains: this.#chains });
        break;
      case 'zstd':
        encodeZstd(input, output, level);
        break;
    }
    return this.#take(output, start);
  }

  /**
   * Decompresses what any Kafka client may have sent.
   *
   * @returns as `compress` does. After an error nothing stands in `into` that was not there before.
   * @throws {CompressionError} `input` is damaged, or gives more than `limits` allow. Memory is taken as output comes, never
   *   because a header claims it: at most some three times what has been written by then.
   */
  decompress(codec: CompressionCodec, input: Uint8Array, limits: DecompressionLimits, into?: ByteWriter): Uint8Array {
    const output = into ?? this.#scratch;
    const start = output.position;
    const limit = outputLimit(codec, input.length, limits, output);
    if (codec === 'none') checkLimit(limit, start + input.length, 0);
    if (codec === 'none' && into === undefined) return input;
    try {
      decode(codec, input, output, limit);
    } catch (error) {
      output.position = start;
      throw error;
    }
    return this.#take(output, start);
  }

  #take(output: ByteWriter, start: number): Uint8Array {
    const taken = output.buffer.subarray(start, output.position);
    if (output !== this.#scratch) return taken;
    const copy = Buffer.allocUnsafeSlow(taken.length);
    taken.copy(copy);
    output.reset();
    if (output.capacity > SCRATCH_BYTES_MAX) this.#scratch = new ByteWriter(0);
    return copy;
  }
}

function decode(codec: CompressionCodec, input: Uint8Array, output: ByteWriter, limit: OutputLimit): void {
  switch (codec) {
    case 'none':
      output.bytes(input);
      break;
    case 'gzip':
      decodeGzip(input, output, limit);
      break;
    case 'snappy':
      decodeSnappy(input, output, limit);
      break;
    case 'lz4':
      decodeLz4Frames(input, output, limit);
      break;
    case 'zstd':
      decodeZstd(input, output, limit);
      break;
  }
}
