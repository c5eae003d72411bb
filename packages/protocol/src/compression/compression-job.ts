/** Compression as jobs for `io.compute`, for batches that would hold up the event loop. */
import type { ComputeJob } from '@ottla/runtime';
import type { CompressionCodec } from './codecs.ts';
import { createCompression } from './compression.ts';
import type { DecompressionLimits } from './output-limit.ts';

/** Inputs below are done, at the codecs' defaults, about as fast as they are shipped to a worker. */
const COMPRESS_HERE_BYTES = 8_192;
const DECOMPRESS_HERE_BYTES = 4_096;

export interface CompressJobInput {
  readonly codec: CompressionCodec;
  readonly level?: number | undefined;
  readonly bytes: Uint8Array;
}

export interface DecompressJobInput {
  readonly codec: CompressionCodec;
  readonly bytes: Uint8Array;
  readonly limits: DecompressionLimits;
}

/** @throws {CompressionError} as `Compression.compress` does. */
export function runCompressJob({ codec, level, bytes }: CompressJobInput): Uint8Array {
  return createCompression().compress(codec, bytes, { level });
}

/** @throws {CompressionError} as `Compression.decompress` does. */
export function runDecompressJob({ codec, bytes, limits }: DecompressJobInput): Uint8Array {
  return createCompression().decompress(codec, bytes, limits);
}

export const compressJob: ComputeJob<CompressJobInput, Uint8Array> = {
  name: 'protocol.compress',
  module: import.meta.url,
  export: runCompressJob.name,
  run: runCompressJob,
  isSmall: ({ bytes }) => bytes.length < COMPRESS_HERE_BYTES,
  movesOutput: true,
};

export const decompressJob: ComputeJob<DecompressJobInput, Uint8Array> = {
  name: 'protocol.decompress',
  module: import.meta.url,
  export: runDecompressJob.name,
  run: runDecompressJob,
  isSmall: ({ bytes }) => bytes.length < DECOMPRESS_HERE_BYTES,
  movesOutput: true,
};
