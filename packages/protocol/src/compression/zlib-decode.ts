/** node:zlib's one-shot decompressors behind our limits and errors. */
import type { ByteWriter } from '@ottla/runtime';
import { CompressionError, type CompressionFault } from './compression-error.ts';
import { checkLimit, type OutputLimit } from './output-limit.ts';

type Inflate = (source: Uint8Array, options: { maxOutputLength: number; chunkSize: number }) => Buffer;

const CHUNK_BYTES_MIN = 1024;
/** A declared size is believed up to this many times the input; beyond it zlib adds chunk to chunk as the output comes. */
const BELIEVED_RATIO = 8;

/** zlib's word for what is wrong; anything else means corrupt bytes. */
const FAULTS: Readonly<Record<string, CompressionFault>> = {
  Z_BUF_ERROR: 'truncated',
  ERR_BUFFER_TOO_LARGE: 'limit',
  ZSTD_error_checksum_wrong: 'checksum',
};
/** gzip's two trailing fields: zlib tells them apart in its message alone. */
const CHECKSUM_MESSAGES = ['incorrect data check', 'incorrect length check'];

/**
 * Appends to `output` what `inflate` makes of `source`.
 *
 * @param declared bytes that the input says it holds: decides how much is allocated at first, never how much may come.
 * @param position of `source` in the caller's input, for errors: zlib does not tell the byte.
 * @throws {CompressionError} `truncated`, `corrupt` or `checksum`, or when the output would pass `limit`.
 */
export function appendInflated(
  inflate: Inflate,
  source: Uint8Array,
  declared: number,
  output: ByteWriter,
  limit: OutputLimit,
  position: number,
): void {
  const left = limit.end - output.position;
  const chunkSize = Math.max(CHUNK_BYTES_MIN, Math.min(declared, source.length * BELIEVED_RATIO, left));
  let inflated: Buffer;
  try {
    // zlib takes no maximum of 0: such a limit is checked behind it.
    inflated = inflate(source, { maxOutputLength: Math.max(1, left), chunkSize });
  } catch (error) {
    throw translate(error as Error & { code?: string }, limit, position);
  }
  checkLimit(limit, output.position + inflated.length, position);
  output.bytes(inflated);
}

function translate(error: Error & { code?: string }, limit: OutputLimit, position: number): CompressionError {
  const fault = CHECKSUM_MESSAGES.includes(error.message) ? 'checksum' : (FAULTS[error.code ?? ''] ?? 'corrupt');
  const expected =
    fault === 'limit' ? `an output of at most ${limit.end - limit.start} bytes` : 'data that zlib can read';
  const found = fault === 'limit' ? 'more' : `"${error.message}"`;
  return new CompressionError(limit.codec, fault, { position, expected, found }, error);
}
