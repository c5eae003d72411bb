/** What goes wrong when compressed bytes are read or asked for. Whoever reads untrusted bytes meets this error alone. */
import { OperationalError } from '@ottla/runtime';

/**
 * - `truncated`: the input ends early
 * - `corrupt`: the input breaks the codec's format
 * - `checksum`: the input is well formed, but a checksum in it does not match
 * - `limit`: the output would pass the limits that the caller set; the input may be a bomb
 * - `unsupported`: a codec, or a feature of its format, that Kafka does not use
 * - `level`: a compression level outside the codec's range
 */
export type CompressionFault = 'truncated' | 'corrupt' | 'checksum' | 'limit' | 'unsupported' | 'level';

const CAUSES: Readonly<Record<CompressionFault, string>> = {
  truncated: 'The bytes were cut off before they came here: read them again, or from another replica.',
  corrupt: 'The bytes were damaged, or were never written by this codec: read them again, or from another replica.',
  checksum: 'The bytes were damaged after they were compressed: read them again, or from another replica.',
  limit: 'Raise the limit if the data is known to be good; otherwise somebody sent a decompression bomb.',
  unsupported: 'Kafka knows none (0), gzip (1), snappy (2), lz4 (3) and zstd (4), without dictionaries.',
  level: 'Set compression.<codec>.level to a value in this range, or leave it out.',
};

export class CompressionError extends OperationalError {
  override readonly name = 'CompressionError';
  readonly code = 'ERR_PROTOCOL_COMPRESSION';
  readonly retriable = false;
  /** The codec's name, or its number where that has none. */
  readonly codec: string;
  readonly fault: CompressionFault;
  /** Byte of the input. For gzip and zstd, whose contents zlib reads: where the member or frame starts. */
  readonly position: number;
  /** What should have stood there. */
  readonly expected: string;

  constructor(
    codec: string,
    fault: CompressionFault,
    at: { readonly position: number; readonly expected: string; readonly found: string | number },
    cause?: unknown,
  ) {
    super(
      `${codec}: ${fault} at byte ${at.position}: expected ${at.expected}, found ${at.found}. ${CAUSES[fault]}`,
      cause === undefined ? undefined : { cause },
    );
    this.codec = codec;
    this.fault = fault;
    this.position = at.position;
    this.expected = at.expected;
  }
}
