/** What the cleaner sees of a log. */
import type { LogConfig } from '../log-config.ts';
import type { Segment } from '../segment.ts';
import type { AbortedTransaction } from '../transaction-index.ts';
import type { LastRecord } from './batch-verdict.ts';

export interface CleanableLog {
  /** For errors and log lines: `orders-3`. */
  readonly name: string;
  readonly config: LogConfig;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly highWatermark: number;
  /** Up to here (exclusive) transactions are decided, and not beyond the high watermark. */
  readonly lastStableOffset: number;
  /** In the order of their base offsets, as they are now. The last one is appended to. */
  segments(): readonly Segment[];
  /** By producer id: what producer state knows of each producer that is not forgotten. */
  lastRecordsOfActiveProducers(): ReadonlyMap<number, LastRecord>;
  /**
   * Makes an empty segment with the suffix `.cleaned`, to append to, in place of what an earlier attempt left.
   *
   * @throws {DiskError}
   */
  createCleanedSegment(baseOffset: number): Promise<Segment>;
  /**
   * Puts `cleaned` in place of `replaced`, which follow one another: `swapSegments`, with the log's own list of segments.
   *
   * @throws {DiskError} the log directory has to go offline; what a restart finds is put right by `planSwapRecovery`.
   */
  replaceSegments(cleaned: Segment, replaced: readonly Segment[]): Promise<void>;
}

/** The segments that hold offsets of `[from, to)`, as Kafka counts: from the one on that begins at `from` or below. */
export function segmentsBetween<S extends { readonly baseOffset: number }>(
  segments: readonly S[],
  from: number,
  to: number,
): readonly S[] {
  if (from >= to) return [];
  let first = segments.findIndex(({ baseOffset }) => baseOffset > from);
  if (first < 0) first = segments.length;
  return segments.slice(Math.max(0, first - 1)).filter(({ baseOffset }) => baseOffset < to);
}

/**
 * The aborted transactions that overlap with `[from, to)`, by the transaction indexes from there on.
 *
 * @throws {CorruptIndexError} a segment has to be recovered. @throws {DiskError}
 */
export async function collectAborted(
  segments: readonly Segment[],
  from: number,
  to: number,
): Promise<AbortedTransaction[]> {
  const found: AbortedTransaction[] = [];
  for (const segment of segmentsBetween(segments, from, Infinity)) {
    if (await segment.collectAborted(from, to, found)) break;
  }
  return found;
}
