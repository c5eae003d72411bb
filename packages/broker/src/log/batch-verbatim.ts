/**
 * Batches that are appended as they are: what a follower fetched, and what raft's leader numbered itself. They were validated
 * once; here they are held against damage and disorder.
 */
import {
  batchBaseOffset,
  batchFault,
  BatchIterator,
  batchPartitionLeaderEpoch,
  RecordBatchError,
} from '@ottla/protocol';
import { refusedAppend, type RefusedAppend } from './append-refusal.ts';
import { refusedBatch } from './batch-recompression.ts';
import { lastOffsetOf, maxTimestampOf } from './segment-batch.ts';

export interface VerbatimSource {
  readonly origin: 'replication' | 'raftLeader';
  /** Of the leader: fetched batches of a later one are left out, and raft's own are all of this one. */
  readonly leaderEpoch: number;
  /** What raft's leader may append at most; whatever a leader took its followers take. */
  readonly batchBytesMax: number;
}

export interface VerbatimBatches {
  readonly kind: 'valid';
  /** The whole batches that may be appended. May be empty. */
  readonly bytes: Uint8Array;
  readonly batchCount: number;
  /** Of the first batch; of a message of magic 0 or 1, which may wrap others, -1. Likewise when there is none. */
  readonly firstOffset: number;
  /** Of the first batch: where the log has to end at most, if `firstOffset` is not known. */
  readonly lastOffsetOfFirstBatch: number;
  readonly lastOffset: number;
  readonly maxTimestamp: number;
  /** Last offset of the batch that has it. */
  readonly offsetOfMaxTimestamp: number;
}

/** A batch that is cut off at the end is left out, as fetch answers have it. */
export function checkVerbatim(bytes: Uint8Array, source: VerbatimSource): VerbatimBatches | RefusedAppend {
  try {
    return walk(bytes, source);
  } catch (error) {
    if (!(error instanceof RecordBatchError)) throw error;
    return refusedBatch(error);
  }
}

function walk(bytes: Uint8Array, source: VerbatimSource): VerbatimBatches | RefusedAppend {
  const batches = new BatchIterator(bytes);
  let firstOffset = -1;
  let lastOffsetOfFirstBatch = -1;
  let lastOffset = -1;
  let maxTimestamp = -1;
  let offsetOfMaxTimestamp = -1;
  let batchCount = 0;
  let end = 0;
  while (batches.next()) {
    const { position, size, magic } = batches;
    const epoch = magic < 2 ? -1 : batchPartitionLeaderEpoch(bytes, position);
    if (source.origin === 'replication' && epoch > source.leaderEpoch) break;
    const refused = refusalOf(bytes, position, size, epoch, source);
    if (refused !== null) return refused;
    const last = lastOffsetOf(bytes, position);
    if (last <= lastOffset) return outOfOrder(last, lastOffset);
    lastOffset = last;
    if (batchCount === 0) {
      firstOffset = magic < 2 ? -1 : batchBaseOffset(bytes, position);
      lastOffsetOfFirstBatch = last;
    }
    const timestamp = maxTimestampOf(bytes, position);
    if (timestamp > maxTimestamp) {
      maxTimestamp = timestamp;
      offsetOfMaxTimestamp = last;
    }
    batchCount++;
    end = position + size;
  }
  const whole = end === bytes.length ? bytes : bytes.subarray(0, end);
  return {
    kind: 'valid',
    bytes: whole,
    batchCount,
    firstOffset,
    lastOffsetOfFirstBatch,
    lastOffset,
    maxTimestamp,
    offsetOfMaxTimestamp,
  };
}

function refusalOf(
  bytes: Uint8Array,
  position: number,
  size: number,
  epoch: number,
  { origin, leaderEpoch, batchBytesMax }: VerbatimSource,
): RefusedAppend | null {
  if (origin === 'raftLeader' && epoch !== leaderEpoch) {
    return refusedAppend('INVALID_RECORD', `a batch says leader epoch ${epoch}, but ${leaderEpoch} appends it.`);
  }
  if (origin === 'raftLeader' && size > batchBytesMax) {
    return refusedAppend(
      'MESSAGE_TOO_LARGE',
      `a batch has ${size} bytes, more than the ${batchBytesMax} of a record batch.`,
    );
  }
  const fault = batchFault(bytes, position);
  return fault === null ? null : refusedBatch(fault);
}

/** Kafka has no code for it: no client can bring it about. */
function outOfOrder(offset: number, lastOffset: number): RefusedAppend {
  return refusedAppend(
    'UNKNOWN_SERVER_ERROR',
    `a batch ends at offset ${offset}, and the one before it at ${lastOffset}. The leader sent them out of order.`,
  );
}
