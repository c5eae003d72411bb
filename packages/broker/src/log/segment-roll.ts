/** When a segment is full: Kafka's rule, in Kafka's order. */

/** A segment that is appended to, or one that is planned. */
export interface RollableSegment {
  readonly sizeBytes: number;
  /** Largest timestamp of the first batch, -1 for none. */
  readonly firstTimestamp: number;
  readonly createdMs: number;
  readonly rollJitterMs: number;
  readonly isIndexFull: boolean;
  canHold(offset: number): boolean;
}

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
  segment: RollableSegment,
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
function waitedMs(segment: RollableSegment, { maxTimestamp }: PendingAppend, nowMs: number): number {
  const { firstTimestamp, createdMs } = segment;
  return firstTimestamp >= 0 ? maxTimestamp - firstTimestamp : nowMs - createdMs;
}
