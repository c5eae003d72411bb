/**
 * Finds batches in a segment. The indexes say where to begin, and the batch that is found there says whether they are right:
 * one that would hide records is built anew, and asked again.
 */
import type { Compute } from '@ottla/runtime';
import { CorruptIndexError } from './index-file.ts';
import type { ScratchBuffers } from './segment-context.ts';
import { CorruptSegmentError, type SegmentStop } from './segment-errors.ts';
import { BatchHeaders, type SegmentBytes } from './segment-headers.ts';
import type { SegmentIndexes } from './segment-indexes.ts';
import { findInBatch, type TimestampedRecord } from './segment-time-search.ts';
import type { TimestampOffset } from './time-index.ts';

/** A segment, to look into. */
export interface SearchedSegment extends SegmentBytes {
  readonly baseOffset: number;
  readonly path: string;
  readonly sizeBytes: number;
  readonly indexes: SegmentIndexes;
  readonly compute: Compute;
  readonly buffers: ScratchBuffers;
}

export interface BatchPlace {
  readonly position: number;
  readonly sizeBytes: number;
  /** In magic 0 and 1 the last offset, which is all that the header tells. */
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly maxTimestamp: number;
}

/** Where the records of a segment end. */
export interface SegmentEnd {
  /** Behind the last batch; the base offset when there is none. */
  readonly nextOffset: number;
  /** Why the batches end before the file does: the segment has to be recovered. Null when they do not. */
  readonly stop: SegmentStop | null;
}

/** A smaller segment is walked from its start: loading an index takes longer. */
const WALKED_BYTES_MAX = 4_096;

/** The first batch that ends at `offset` or above it, from `startingPosition` on; null when there is none. */
export function findBatch(
  segment: SearchedSegment,
  offset: number,
  startingPosition: number,
): Promise<BatchPlace | null> {
  return segment.buffers.use(async (buffer) => {
    const headers = await headersFor(segment, buffer, offset, startingPosition);
    while (await headers.next()) {
      if (headers.lastOffset < offset) continue;
      const { position, sizeBytes, baseOffset, lastOffset, maxTimestamp } = headers;
      return { position, sizeBytes, baseOffset, lastOffset, maxTimestamp };
    }
    throwUnlessTorn(segment, headers.stop);
    return null;
  });
}

/** Walks from the last index entry to the end. */
export async function findEnd(segment: SearchedSegment): Promise<SegmentEnd> {
  if (segment.sizeBytes === 0) return { nextOffset: segment.baseOffset, stop: null };
  return segment.buffers.use(async (buffer) => {
    const headers =
      segment.sizeBytes <= WALKED_BYTES_MAX
        ? headersFrom(segment, buffer, 0)
        : await headersFor(segment, buffer, Number.MAX_SAFE_INTEGER, 0);
    let nextOffset = segment.baseOffset;
    while (await headers.next()) nextOffset = headers.lastOffset + 1;
    return { nextOffset, stop: headers.stop };
  });
}

/** The first record at `timestamp` or later and at `startingOffset` or beyond; null when there is none. */
export async function findByTimestamp(
  segment: SearchedSegment,
  timestamp: number,
  startingOffset: number,
): Promise<TimestampedRecord | null> {
  const oldest = await findTimestamped(segment, timestamp);
  const start = await findBatch(segment, startingOffset, oldest);
  if (start === null) return null;
  return segment.buffers.use(async (buffer) => {
    const headers = headersFrom(segment, buffer, Math.max(oldest, start.position));
    while (await headers.next()) {
      const found = await findInBatch(segment, headers, timestamp, startingOffset);
      if (found !== null) return found;
    }
    throwUnlessTorn(segment, headers.stop);
    return null;
  });
}

/** Looks behind the last entry of the time index for a larger timestamp. */
export async function findLargestTimestamp(segment: SearchedSegment): Promise<TimestampOffset> {
  const { times } = await segment.indexes.load();
  let largest = { timestamp: times.lastTimestamp, offset: times.lastOffset };
  return segment.buffers.use(async (buffer) => {
    const headers = await headersFor(segment, buffer, largest.offset, 0);
    while (await headers.next()) {
      const { maxTimestamp: timestamp, lastOffset: offset } = headers;
      if (timestamp > largest.timestamp) largest = { timestamp, offset };
    }
    throwUnlessTorn(segment, headers.stop);
    return largest;
  });
}

/** Largest timestamp of the first batch, -1 when there is none. */
export function findFirstTimestamp(segment: SearchedSegment): Promise<number> {
  return segment.buffers.use(async (buffer) => {
    const headers = headersFrom(segment, buffer, 0);
    if (await headers.next()) return headers.maxTimestamp;
    throwUnlessTorn(segment, headers.stop);
    return -1;
  });
}

/** A position before which every record is older than `timestamp`. */
async function findTimestamped(segment: SearchedSegment, timestamp: number): Promise<number> {
  for (let attempt = 0; attempt < 2; attempt++) {
    const { times } = await segment.indexes.load();
    const entry = times.lookup(timestamp);
    if (entry.timestamp < 0) return 0;
    const batch = await findBatch(segment, entry.offset, 0);
    // The batch that the entry tells of brought that timestamp.
    if (batch !== null && batch.maxTimestamp === entry.timestamp) return batch.position;
    const reason = `offset ${entry.offset} does not have its timestamp ${entry.timestamp}`;
    await segment.indexes.rebuild(new CorruptIndexError(segment.path, reason));
  }
  return 0;
}

/** A walk from a batch on before which every offset is below `offset`. */
async function headersFor(
  segment: SearchedSegment,
  buffer: Uint8Array,
  offset: number,
  startingPosition: number,
): Promise<BatchHeaders> {
  for (let attempt = 0; attempt < 2; attempt++) {
    const { offsets } = await segment.indexes.load();
    const entry = offsets.lookup(offset);
    if (entry.position <= startingPosition) return headersFrom(segment, buffer, startingPosition);
    const headers = headersFrom(segment, buffer, entry.position);
    // The batch ends with the entry's offset, or before it in files of Kafka 2 and older.
    if ((await headers.next()) && headers.baseOffset >= segment.baseOffset && headers.lastOffset <= entry.offset) {
      headers.rewind();
      return headers;
    }
    const reason = `byte ${entry.position} is not where the batch that ends with offset ${entry.offset} starts`;
    await segment.indexes.rebuild(new CorruptIndexError(segment.path, reason));
  }
  return headersFrom(segment, buffer, startingPosition);
}

function headersFrom(segment: SearchedSegment, buffer: Uint8Array, position: number): BatchHeaders {
  return new BatchHeaders(segment, buffer, Math.min(position, segment.sizeBytes), segment.sizeBytes);
}

/** A torn end is a crash's, and a recovery's. Anything else is damage. */
function throwUnlessTorn({ path }: SearchedSegment, stop: SegmentStop | null): void {
  if (stop !== null && stop.kind !== 'torn') throw new CorruptSegmentError(path, stop.position, stop.reason);
}
