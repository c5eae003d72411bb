/**
 * Reads batches of a log: from memory where the tail cache has them, else from disk, never beyond the offset that the reader
 * may see, and never a part of a batch.
 */
import { batchLastOffset, batchSize, LOG_OVERHEAD_BYTES } from '@ottla/protocol';
import type { DiskReads, ReadBlock } from './disk-reads.ts';
import type { Segment } from './segment.ts';
import type { PartitionTail } from './tail-cache.ts';

/** What a read looks at. */
export interface ReadableLog {
  /** By base offset; the last one is appended to. */
  readonly segments: readonly Segment[];
  readonly tail: PartitionTail;
  readonly diskReads: DiskReads;
}

export interface ReadOptions {
  readonly offset: number;
  /** No batch that reaches this offset is given: the high watermark, the last stable offset or the log end. */
  readonly upTo: number;
  readonly maxBytes: number;
  /** The first batch is given whole even when it is larger than `maxBytes`. */
  readonly minOneMessage: boolean;
}

/** Whole batches, in order; their memory is held until `release`. */
export interface LogRead {
  readonly chunks: readonly Uint8Array[];
  readonly sizeBytes: number;
  /** The segment that was read, and the position in it from which on; null where the tail cache answered, or nothing did. */
  readonly place: { readonly segment: Segment; readonly position: number } | null;
  release(): void;
}

const NOTHING: LogRead = Object.freeze({ chunks: [], sizeBytes: 0, place: null, release: () => {} });

/**
 * Batches from the one on that holds `offset`, or the next one where compaction left a gap.
 *
 * @throws {DiskError} {CorruptSegmentError} {SlabPoolExhaustedError}
 */
export async function readLog(log: ReadableLog, options: ReadOptions): Promise<LogRead> {
  const { offset, upTo, maxBytes, minOneMessage } = options;
  if (offset >= upTo || (maxBytes <= 0 && !minOneMessage)) return NOTHING;
  const cached = log.tail.read(offset, upTo, maxBytes, minOneMessage);
  if (cached !== null) {
    return { chunks: cached.chunks, sizeBytes: cached.sizeBytes, place: null, release: () => cached.release() };
  }
  // What is not in one segment may be in a later one: its end may be compacted away.
  for (let index = segmentIndexOf(log.segments, offset); index < log.segments.length; index++) {
    const segment = log.segments[index]!;
    const place = await segment.translateOffset(offset);
    if (place !== null) return readSegment(log.diskReads, segment, place, options);
  }
  return NOTHING;
}

/** Index of the last segment that begins at or below `offset`; 0 when none does. */
export function segmentIndexOf(segments: readonly Segment[], offset: number): number {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (segments[middle]!.baseOffset <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

async function readSegment(
  reads: DiskReads,
  segment: Segment,
  first: { readonly position: number; readonly sizeBytes: number; readonly lastOffset: number },
  { upTo, maxBytes, minOneMessage }: ReadOptions,
): Promise<LogRead> {
  const { position } = first;
  if (first.lastOffset >= upTo || (first.sizeBytes > maxBytes && !minOneMessage)) return NOTHING;
  const block = await reads.read(segment, position, Math.max(first.sizeBytes, maxBytes));
  const bytes = block.lease.slice(position - block.position, block.sizeBytes - (position - block.position));
  const sizeBytes = wholeBatches(bytes, upTo, Math.max(maxBytes, first.sizeBytes));
  if (sizeBytes === 0) {
    // Truncated since its place was found.
    block.lease.release();
    return NOTHING;
  }
  return answer(block, bytes.subarray(0, sizeBytes), { segment, position });
}

function answer(block: ReadBlock, bytes: Uint8Array, place: LogRead['place']): LogRead {
  return { chunks: [bytes], sizeBytes: bytes.length, place, release: () => block.lease.release() };
}

/** Bytes of the batches that are all there, end below `upTo` and fit. */
function wholeBatches(bytes: Uint8Array, upTo: number, maxBytes: number): number {
  const end = Math.min(bytes.length, maxBytes);
  let at = 0;
  while (at + LOG_OVERHEAD_BYTES <= end) {
    const next = at + batchSize(bytes, at);
    if (next > end || batchLastOffset(bytes, at) >= upTo) break;
    at = next;
  }
  return at;
}
