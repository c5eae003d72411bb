/** When a segment is full: Kafka's rule, in Kafka's order. */
import type { Segment } from './segment.ts';

export interface RollLimits {
  /** `segment.bytes`. */
  readonly segmentBytes: number;
  /** `segment.ms`. */
  readonly segmentMs: number;
}

/** What is about to be appended. */
export interface PendingAppend {
  readonly bytes: number;
  readonly maxTimestamp: number;
  readonly lastOffset: number;
}

export type RollReason = 'size' | 'time' | 'index full' | 'offset overflow';

/** Why the segment has to be rolled before the append; null when it has not. */
export function rollReason(
  segment: Segment,
  append: PendingAppend,
  limits: RollLimits,
  nowMs: number,
): RollReason | null {
  if (segment.sizeBytes > limits.segmentBytes - append.bytes) return 'size';
  if (segment.sizeBytes > 0 && waitedMs(segment, append, nowMs) > limits.segmentMs - segment.rollJitterMs)
    return 'time';
  if (segment.isIndexFull) return 'index full';
  return segment.canHold(append.lastOffset) ? null : 'offset overflow';
}

/** Time is that of the records, from the first batch on, so that copying a log keeps its segments; else the clock's. */
function waitedMs(segment: Segment, { maxTimestamp }: PendingAppend, nowMs: number): number {
  const { firstTimestamp, createdMs } = segment;
  return firstTimestamp >= 0 ? maxTimestamp - firstTimestamp : nowMs - createdMs;
}
