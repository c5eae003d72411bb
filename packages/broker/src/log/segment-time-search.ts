/** Looks into batches for the first record at or after a time. */
import {
  batchCompression,
  batchCount,
  batchMagic,
  codecOf,
  DEFAULT_DECOMPRESSION_LIMITS,
  decompressJob,
  RECORD_BATCH_HEADER_BYTES,
  RecordBatchError,
  RecordIterator,
} from '@ottla/protocol';
import { isOperationalError, type Compute } from '@ottla/runtime';
import type { BatchHeaders, SegmentBytes } from './segment-headers.ts';

export interface TimestampedRecord {
  /** Unix milliseconds. */
  readonly timestamp: number;
  readonly offset: number;
  /** Of its batch, -1 for none. */
  readonly leaderEpoch: number;
}

/** A larger batch is not looked into. */
const BATCH_BYTES_MAX = 134_217_728;

/**
 * The first record of the current batch that is at `timestamp` or later and at `startingOffset` or beyond; null when there is
 * none. Where the records cannot be read (a broken interior is stored as it came) the batch answers as a whole: its largest
 * timestamp, and an offset that misses nothing.
 *
 * @throws {DiskError}
 */
export async function findInBatch(
  source: SegmentBytes & { readonly compute: Compute },
  batch: BatchHeaders,
  timestamp: number,
  startingOffset: number,
): Promise<TimestampedRecord | null> {
  const { position, sizeBytes, baseOffset, lastOffset, maxTimestamp, partitionLeaderEpoch: leaderEpoch } = batch;
  if (maxTimestamp < timestamp || lastOffset < startingOffset) return null;
  const whole = { timestamp: maxTimestamp, offset: Math.max(baseOffset, startingOffset), leaderEpoch };
  if (sizeBytes > BATCH_BYTES_MAX) return whole;
  const bytes = new Uint8Array(sizeBytes);
  if ((await source.read(bytes, position)) < sizeBytes) return null;
  try {
    const records = new RecordIterator();
    records.open(bytes, 0, await decompressed(source.compute, bytes));
    while (records.next()) {
      if (records.timestamp >= timestamp && records.offset >= startingOffset) {
        return { timestamp: records.timestamp, offset: records.offset, leaderEpoch };
      }
    }
    return null;
  } catch (error) {
    if (isUnreadable(error)) return whole;
    throw error;
  }
}

/** The records of a compressed batch; null when they are not compressed, or are wrapped as in magic 0 and 1. */
async function decompressed(compute: Compute, batch: Uint8Array): Promise<Uint8Array | null> {
  if (batchMagic(batch) < 2 || batchCompression(batch) === 0 || batchCount(batch) === 0) return null;
  const bytes = batch.subarray(RECORD_BATCH_HEADER_BYTES);
  const input = { codec: codecOf(batchCompression(batch)), bytes, limits: DEFAULT_DECOMPRESSION_LIMITS };
  return compute.run(decompressJob, input);
}

function isUnreadable(error: unknown): boolean {
  // A worker's error has its code, but not its class.
  return error instanceof RecordBatchError || (isOperationalError(error) && error.code === 'ERR_PROTOCOL_COMPRESSION');
}
