/** What is decided of a whole batch before anybody looks at its records: by its header and what else the log knows. */
import { batchDeleteHorizonMs, batchProducerEpoch, batchProducerId, isControlBatch } from '@ottla/protocol';
import { lastOffsetOf } from '../segment-batch.ts';

/** A byte a batch, the sum of these. */
export const BATCH_VERDICT = {
  /** None of its records stays. */
  discard: 1,
  /** When no record stays, a batch without any does. */
  keepEmpty: 2,
  /** A marker whose transaction has no data left: it may go once it was kept for `delete.retention.ms`. */
  lonelyMarker: 4,
} as const;

/** What the log knows of a producer's last batch. */
export interface LastRecord {
  /** Null when it wrote nothing but markers. */
  readonly lastDataOffset: number | null;
  readonly producerEpoch: number;
}

export interface BatchSurroundings {
  readonly nowMs: number;
  readonly highWatermark: number;
  readonly lastRecords: ReadonlyMap<number, LastRecord>;
}

/** @param canDiscard what `CleanedTransactions` says of it. */
export function judgeBatch(
  bytes: Uint8Array,
  position: number,
  magic: number,
  canDiscard: boolean,
  { nowMs, highWatermark, lastRecords }: BatchSurroundings,
): number {
  const isControl = magic === 2 && isControlBatch(bytes, position);
  let verdict = 0;
  if (isControl && canDiscard) verdict |= BATCH_VERDICT.lonelyMarker;
  if (canDiscard && (!isControl || isPastHorizon(bytes, position, nowMs))) verdict |= BATCH_VERDICT.discard;
  const lastOffset = lastOffsetOf(bytes, position);
  // Without the last batch nobody would know where the log ends.
  if (lastOffset + 1 === highWatermark) return verdict | BATCH_VERDICT.keepEmpty;
  if (magic === 2 && isLastOfProducer(bytes, position, isControl, lastOffset, lastRecords)) {
    verdict |= BATCH_VERDICT.keepEmpty;
  }
  return verdict;
}

function isPastHorizon(bytes: Uint8Array, position: number, nowMs: number): boolean {
  const horizonMs = batchDeleteHorizonMs(bytes, position);
  return horizonMs !== null && horizonMs <= nowMs;
}

/** The batch tells the producer's last sequence number, or, if there are markers alone, its epoch. */
function isLastOfProducer(
  bytes: Uint8Array,
  position: number,
  isControl: boolean,
  lastOffset: number,
  lastRecords: ReadonlyMap<number, LastRecord>,
): boolean {
  const producerId = batchProducerId(bytes, position);
  const last = producerId < 0 ? undefined : lastRecords.get(producerId);
  if (last === undefined) return false;
  if (last.lastDataOffset !== null) return lastOffset === last.lastDataOffset;
  return isControl && batchProducerEpoch(bytes, position) === last.producerEpoch;
}
