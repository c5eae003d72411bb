/** The records of a compressed batch or message, brought back within a cap; what fails is the batch's fault. */
import type { ByteWriter } from '@ottla/runtime';
import { codecOf, COMPRESSION_CODECS, type CompressionCodec } from '../compression/codecs.ts';
import { CompressionError } from '../compression/compression-error.ts';
import { createCompression, type Compression } from '../compression/compression.ts';
import { DEFAULT_DECOMPRESSION_LIMITS, type DecompressionLimits } from '../compression/output-limit.ts';
import { RecordBatchError } from './record-batch-error.ts';

export interface DecompressionOptions {
  /** Shared with others of the same owner. Default: made on first use. */
  readonly compression?: Compression | undefined;
  /** Default: `DEFAULT_DECOMPRESSION_LIMITS`. */
  readonly limits?: DecompressionLimits | undefined;
  /**
   * Where decompressed records go, over those of the batch before: views of these then end with the next `open`. Default:
   * memory of its own for each batch.
   */
  readonly into?: ByteWriter | undefined;
}

export class RecordDecompressor {
  #compression: Compression | null;
  readonly #limits: DecompressionLimits;
  readonly #into: ByteWriter | undefined;

  constructor(options: DecompressionOptions) {
    this.#compression = options.compression ?? null;
    this.#limits = options.limits ?? DEFAULT_DECOMPRESSION_LIMITS;
    this.#into = options.into;
  }

  /**
   * The content of `bytes[start, end)`, which codec number `id` compressed.
   *
   * @throws {RecordBatchError} at `position`, where the batch starts: UNSUPPORTED_COMPRESSION_TYPE, MESSAGE_TOO_LARGE beyond
   *   the limits, INVALID_RECORD when the bytes are damaged: by whoever made them, if the CRC is right.
   */
  decompress(id: number, bytes: Uint8Array, start: number, end: number, position: number): Uint8Array {
    this.#compression ??= createCompression();
    this.#into?.reset();
    try {
      return this.#compression.decompress(codecOf(id), bytes.subarray(start, end), this.#limits, this.#into);
    } catch (error) {
      if (!(error instanceof CompressionError)) throw error;
      const reason = `${error.codec}: ${error.fault}, expected ${error.expected}`;
      throw new RecordBatchError(errorCodeOf(id, error), reason, position, { cause: error });
    }
  }
}

function errorCodeOf(id: number, { fault }: CompressionError): RecordBatchError['errorCode'] {
  if (!hasCodec(id)) return 'UNSUPPORTED_COMPRESSION_TYPE';
  return fault === 'limit' ? 'MESSAGE_TOO_LARGE' : 'INVALID_RECORD';
}

const CODEC_IDS: ReadonlySet<number> = new Set(Object.values(COMPRESSION_CODECS).map(({ id }) => id));

/** Whether a codec has this number: 5 to 7 fit into a batch's attributes and mean nothing. */
export function hasCodec(id: number): boolean {
  return CODEC_IDS.has(id);
}

export function codecId(codec: CompressionCodec): number {
  return COMPRESSION_CODECS[codec].id;
}
