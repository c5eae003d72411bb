/**
 * Where the segments of a log begin, decided as offsets are assigned and ahead of what is written: a producer snapshot is then
 * of exactly that offset, whatever waits behind it.
 */
import { segmentBytesOf, type LogConfig } from './log-config.ts';
import { rollReason, type PendingAppend, type RollReason } from './segment-roll.ts';
import type { Segment } from './segment.ts';

export class RollPlan {
  /** The segment that is appended to; null while the one that is planned is not made yet. */
  #segment: Segment | null;
  #baseOffset: number;
  /** With what is assigned and not written. */
  #sizeBytes: number;
  #firstTimestamp: number;
  #createdMs: number;
  #rollJitterMs: number;

  constructor(segment: Segment) {
    this.#segment = segment;
    this.#baseOffset = segment.baseOffset;
    this.#sizeBytes = segment.sizeBytes;
    this.#firstTimestamp = segment.sizeBytes === 0 ? -1 : segment.firstTimestamp;
    this.#createdMs = segment.createdMs;
    this.#rollJitterMs = segment.rollJitterMs;
  }

  /** Why the append does not go into the present segment; null when it does. */
  rollReason(append: PendingAppend, config: LogConfig, nowMs: number): RollReason | null {
    const limits = { segmentBytes: segmentBytesOf(config), segmentMs: maxSegmentMs(config) };
    return rollReason(this, append, limits, nowMs);
  }

  /** The next append begins a segment. */
  roll(baseOffset: number, nowMs: number, rollJitterMs: number): void {
    this.#segment = null;
    this.#baseOffset = baseOffset;
    this.#sizeBytes = 0;
    this.#firstTimestamp = -1;
    this.#createdMs = nowMs;
    this.#rollJitterMs = rollJitterMs;
  }

  /** The segment that was planned is there. */
  made(segment: Segment): void {
    if (segment.baseOffset === this.#baseOffset) this.#segment = segment;
  }

  /** @param firstTimestamp largest timestamp of the append's first batch. */
  add(bytes: number, firstTimestamp: number): void {
    if (this.#sizeBytes === 0) this.#firstTimestamp = firstTimestamp;
    this.#sizeBytes += bytes;
  }

  // What `rollReason` asks of a segment.

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get firstTimestamp(): number {
    return this.#firstTimestamp;
  }

  get createdMs(): number {
    return this.#createdMs;
  }

  get rollJitterMs(): number {
    return this.#rollJitterMs;
  }

  /** Of what is written. What waits may pass it by a little: a full index takes no more entries, and that does no harm. */
  get isIndexFull(): boolean {
    return this.#segment !== null && this.#segment.isActive && this.#segment.isIndexFull;
  }

  canHold(offset: number): boolean {
    return offset >= this.#baseOffset && offset - this.#baseOffset <= 0x7fff_ffff;
  }
}

/** A compacted log is rolled in time for `max.compaction.lag.ms`, since only closed segments are compacted. */
export function maxSegmentMs(config: LogConfig): number {
  const isCompacted = config.cleanupPolicy.includes('compact') && config.maxCompactionLagMs > 0;
  return isCompacted ? Math.min(config.segmentMs, config.maxCompactionLagMs) : config.segmentMs;
}
