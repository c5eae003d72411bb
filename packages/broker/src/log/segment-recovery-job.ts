/** The part of a recovery that costs CPU, for `io.compute`: is what the file holds what somebody wrote? */
import { batchFault, batchSize, crc32c, isBatchCrcValid } from '@ottla/protocol';
import type { ComputeJob } from '@ottla/runtime';
import { crc32 } from 'node:zlib';
import type { SegmentStopKind } from './segment-errors.ts';

/** From this size on a stretch is checked in a worker. */
const CHECK_HERE_BYTES = 65_536;

export interface CheckBatchesInput {
  /** A buffer of its own, which comes back with the answer. */
  readonly bytes: Uint8Array;
  /** Whole batches fill the bytes up to here: their sizes were walked. */
  readonly end: number;
}

export interface CheckedBatches {
  readonly bytes: Uint8Array;
  /** Intact batches fill the bytes up to here. */
  readonly validBytes: number;
  /** What is wrong with the batch after them; null when all are intact. */
  readonly fault: { readonly kind: SegmentStopKind; readonly reason: string } | null;
}

export function checkBatches({ bytes, end }: CheckBatchesInput): CheckedBatches {
  let position = 0;
  while (position < end) {
    const error = batchFault(bytes, position);
    const size = batchSize(bytes, position);
    if (error !== null) {
      const kind = isBatchCrcValid(bytes, position, size) ? 'header' : 'crc';
      return { bytes, validBytes: position, fault: { kind, reason: error.reason } };
    }
    position += size;
  }
  return { bytes, validBytes: position, fault: null };
}

export const checkBatchesJob: ComputeJob<CheckBatchesInput, CheckedBatches> = {
  name: 'log.checkBatches',
  module: import.meta.url,
  export: checkBatches.name,
  run: checkBatches,
  isSmall: ({ end }) => end < CHECK_HERE_BYTES,
  movesOutput: true,
};

export interface ChecksumInput {
  /** A buffer of its own, which comes back with the answer. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Of what came before. */
  readonly seed: number;
  /** As batches of magic 0 and 1 have it: CRC-32; else CRC-32C. */
  readonly isLegacy: boolean;
}

export interface Checksum {
  readonly bytes: Uint8Array;
  readonly checksum: number;
}

/** A part of the checksum of a batch that is too large to be looked at as a whole. */
export function checksum({ bytes, start, end, seed, isLegacy }: ChecksumInput): Checksum {
  return { bytes, checksum: isLegacy ? crc32(bytes.subarray(start, end), seed) : crc32c(bytes, start, end, seed) };
}

export const checksumJob: ComputeJob<ChecksumInput, Checksum> = {
  name: 'log.checksum',
  module: import.meta.url,
  export: checksum.name,
  run: checksum,
  isSmall: ({ start, end }) => end - start < CHECK_HERE_BYTES,
  movesOutput: true,
};
