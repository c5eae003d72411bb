/**
 * What of a log can be cleaned, and which of several logs should be, as Kafka's `LogCleanerManager` has it.
 *
 * Pure, but for `readDirtyFacts`, which asks segments for the timestamps that the settings make necessary.
 */
import type { LogConfig } from '../log-config.ts';
import { segmentsBetween, type CleanableLog } from './cleanable-log.ts';

export interface DirtySegment {
  readonly baseOffset: number;
  readonly sizeBytes: number;
  /** Null where `min.compaction.lag.ms` does not ask for it, and in the active segment. */
  readonly largestTimestamp: number | null;
  /** Of its first batch; null where `max.compaction.lag.ms` does not ask for it, and in the active segment. */
  readonly firstTimestamp: number | null;
}

/** A log as it was at one moment. */
export interface DirtyFacts {
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly lastStableOffset: number;
  readonly config: Pick<LogConfig, 'minCompactionLagMs' | 'maxCompactionLagMs' | 'minCleanableDirtyRatio'>;
  /** The last one is active. */
  readonly segments: readonly DirtySegment[];
}

export interface DirtyRange {
  /** Below it all is clean. */
  readonly firstDirtyOffset: number;
  /** The base offset of the first segment that must be left alone. */
  readonly firstUncleanableOffset: number;
  /** Why the checkpoint was not believed, for the log; it is to be written anew. Null when it was. */
  readonly resetReason: string | null;
  readonly cleanBytes: number;
  readonly cleanableBytes: number;
  /** Cleanable bytes in all of those, 0 to 1. */
  readonly cleanableRatio: number;
  /** By how much the oldest dirty record is older than `max.compaction.lag.ms`; 0 when it is not. */
  readonly compactionDelayMs: number;
  /** Whether it is worth cleaning, or has to be cleaned. */
  readonly isDue: boolean;
}

/** @param checkpoint of `cleaner-offset-checkpoint`, null when the log is not in it. */
export function findDirtyRange(facts: DirtyFacts, checkpoint: number | null, nowMs: number): DirtyRange {
  const { config, segments } = facts;
  const { firstDirtyOffset, resetReason } = startOf(facts, checkpoint);
  const firstUncleanableOffset = endOf(facts, firstDirtyOffset, nowMs);
  const cleanBytes = sumOf(segments.filter(({ baseOffset }) => baseOffset < firstDirtyOffset));
  const from = Math.min(firstDirtyOffset, firstUncleanableOffset);
  // A segment that is dirty from the middle on counts as a whole, and as clean, too.
  const cleanableBytes = sumOf(segmentsBetween(segments, from, firstUncleanableOffset));
  const totalBytes = cleanBytes + cleanableBytes;
  const cleanableRatio = totalBytes === 0 ? 0 : cleanableBytes / totalBytes;
  const compactionDelayMs = delayOf(facts, firstDirtyOffset, nowMs);
  const isOverdue = compactionDelayMs > 0 && cleanableBytes > 0;
  const isDue = totalBytes > 0 && (isOverdue || cleanableRatio > config.minCleanableDirtyRatio);
  const bytes = { cleanBytes, cleanableBytes, cleanableRatio };
  return { firstDirtyOffset, firstUncleanableOffset, resetReason, ...bytes, compactionDelayMs, isDue };
}

/** The one with the largest share of dirty bytes among those that are due; null when none is. */
export function pickFilthiest<L extends { readonly range: DirtyRange }>(logs: Iterable<L>): L | null {
  let filthiest: L | null = null;
  for (const log of logs) {
    if (!log.range.isDue) continue;
    if (filthiest === null || log.range.cleanableRatio > filthiest.range.cleanableRatio) filthiest = log;
  }
  return filthiest;
}

/** @throws {DiskError} {CorruptSegmentError} a segment cannot be asked for its timestamps. */
export async function readDirtyFacts(log: CleanableLog, checkpoint: number | null): Promise<DirtyFacts> {
  const { logStartOffset, logEndOffset, lastStableOffset, config } = log;
  const all = log.segments();
  const { firstDirtyOffset } = startOf({ logStartOffset, logEndOffset }, checkpoint);
  const dirty = new Set(closedFrom(all, firstDirtyOffset));
  const segments: DirtySegment[] = [];
  for (const segment of all) {
    const { baseOffset, sizeBytes } = segment;
    const needsLargest = dirty.has(segment) && config.minCompactionLagMs > 0;
    const needsFirst = dirty.has(segment) && config.maxCompactionLagMs < Infinity;
    const largestTimestamp = needsLargest ? await segment.retentionTimestamp() : null;
    const firstTimestamp = needsFirst ? await segment.readFirstTimestamp() : null;
    segments.push({ baseOffset, sizeBytes, largestTimestamp, firstTimestamp });
  }
  return { logStartOffset, logEndOffset, lastStableOffset, config, segments };
}

function startOf(
  { logStartOffset, logEndOffset }: Pick<DirtyFacts, 'logStartOffset' | 'logEndOffset'>,
  checkpoint: number | null,
): Pick<DirtyRange, 'firstDirtyOffset' | 'resetReason'> {
  if (checkpoint === null) return { firstDirtyOffset: logStartOffset, resetReason: null };
  if (checkpoint < logStartOffset) {
    return { firstDirtyOffset: logStartOffset, resetReason: `${checkpoint} is below the log start ${logStartOffset}` };
  }
  if (checkpoint > logEndOffset) {
    return { firstDirtyOffset: logStartOffset, resetReason: `${checkpoint} is beyond the log end ${logEndOffset}` };
  }
  return { firstDirtyOffset: checkpoint, resetReason: null };
}

function endOf({ lastStableOffset, config, segments }: DirtyFacts, firstDirtyOffset: number, nowMs: number): number {
  const activeBaseOffset = segments[segments.length - 1]!.baseOffset;
  const isTooYoung = ({ largestTimestamp }: DirtySegment): boolean =>
    largestTimestamp !== null && largestTimestamp > nowMs - config.minCompactionLagMs;
  const tooYoung = closedFrom(segments, firstDirtyOffset).find(isTooYoung)?.baseOffset ?? Infinity;
  const bound = Math.max(firstDirtyOffset, Math.min(lastStableOffset, activeBaseOffset, tooYoung));
  // Only whole segments: the one that holds the bound is left alone.
  return closedFrom(segments, bound)[0]?.baseOffset ?? activeBaseOffset;
}

function delayOf({ config, segments }: DirtyFacts, firstDirtyOffset: number, nowMs: number): number {
  let earliest = Infinity;
  for (const { firstTimestamp } of closedFrom(segments, firstDirtyOffset)) {
    if (firstTimestamp !== null && firstTimestamp > 0) earliest = Math.min(earliest, firstTimestamp);
  }
  return earliest === Infinity ? 0 : Math.max(0, nowMs - config.maxCompactionLagMs - earliest);
}

/** Those that are not appended to, from the one on that holds `offset`. */
function closedFrom<S extends { readonly baseOffset: number }>(segments: readonly S[], offset: number): readonly S[] {
  return segmentsBetween(segments, offset, segments[segments.length - 1]!.baseOffset);
}

function sumOf(segments: readonly { readonly sizeBytes: number }[]): number {
  return segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
