/** How much a decompressor may write: decided before it starts, claimed as it goes, never taken from a header's word. */
import type { ByteWriter } from '@ottla/runtime';
import type { CompressionCodec } from './codecs.ts';
import { CompressionError } from './compression-error.ts';
import { SCRIBBLE_BYTES } from './copy.ts';

export interface DecompressionLimits {
  /** Most bytes that one call may give. */
  readonly maxBytes: number;
  /** Most bytes that one byte of input may give; the first `RATIO_FREE_BYTES` of output are free of it. */
  readonly maxRatio: number;
}

/**
 * What Ottla allows where nobody says otherwise. Kafka itself sets no limit but memory. 128 MiB is above every batch that
 * `socket.request.max.bytes` (100 MiB) lets in uncompressed. The ratio bounds what small inputs may ask for beyond
 * `RATIO_FREE_BYTES`; zstd gives equal bytes back at over 30,000:1.
 */
export const DEFAULT_DECOMPRESSION_LIMITS: DecompressionLimits = { maxBytes: 134_217_728, maxRatio: 10_000 };

/** Outputs up to here are harmless at any ratio, and an honest batch of equal bytes reaches any: zstd says 1 MiB in 54. */
export const RATIO_FREE_BYTES = 33_554_432;

/** Positions in a writer stay below this, so that sums of two are still 32-bit numbers. */
const POSITION_MAX = 0x3fff_ffff;

export interface OutputLimit {
  readonly codec: CompressionCodec;
  /** Why it exists: the caller's limits, or a size that the input's own format declares. */
  readonly fault: 'limit' | 'corrupt';
  /** Where the output starts in the writer. */
  readonly start: number;
  /** Where in the writer it must end at the latest. */
  readonly end: number;
}

/** The limit for what `inputBytes` of input may append to `output`. */
export function outputLimit(
  codec: CompressionCodec,
  inputBytes: number,
  limits: DecompressionLimits,
  output: ByteWriter,
): OutputLimit {
  const bytes = Math.min(limits.maxBytes, Math.max(RATIO_FREE_BYTES, inputBytes * limits.maxRatio));
  const start = output.position;
  return { codec, fault: 'limit', start, end: Math.min(start + bytes, POSITION_MAX) };
}

/** The same, or what the format declares for the next `bytes` of output where that is less. */
export function declaredLimit(limit: OutputLimit, output: ByteWriter, bytes: number): OutputLimit {
  const start = output.position;
  return start + bytes >= limit.end ? limit : { codec: limit.codec, fault: 'corrupt', start, end: start + bytes };
}

/** @throws {CompressionError} when the output would reach `end` in the writer, and may not. */
export function checkLimit(limit: OutputLimit, end: number, position: number): void {
  if (end <= limit.end) return;
  throw new CompressionError(limit.codec, limit.fault, {
    position,
    expected: `an output of at most ${limit.end - limit.start} bytes`,
    found: `${end - limit.start} or more`,
  });
}

/** Up to where in the writer a decoder may write without asking; it scribbles only behind that. */
export function roomOf(output: ByteWriter, limit: OutputLimit): number {
  return Math.min(output.capacity - SCRIBBLE_BYTES, limit.end);
}

/**
 * Makes room for `count` bytes from `to` on. The writer at most doubles what the input has paid for by then.
 *
 * @param position of the input, for the error.
 * @returns `roomOf` the writer, whose view is another one now.
 * @throws {CompressionError} when the limit forbids it.
 */
export function roomFor(output: ByteWriter, to: number, count: number, limit: OutputLimit, position: number): number {
  checkLimit(limit, to + count, position);
  output.position = to;
  output.reserve(count + SCRIBBLE_BYTES);
  output.position = to;
  return roomOf(output, limit);
}
