/**
 * Opens the log of one partition: whatever a crash, Apache Kafka or a damaged disk left in its directory becomes a log that can
 * be appended to, and what was found is told.
 *
 * As Kafka's LogLoader, in its order; where that trusts what it did not check, the files of this module say so.
 */
import type { CheckpointFile } from './checkpoint-file.ts';
import { CorruptIndexError } from './index-file.ts';
import type { EpochEntry, LeaderEpochCache } from './leader-epoch-cache.ts';
import { LoadingEpochs } from './log-loader-epochs.ts';
import { listSegments, type ListedSegment } from './log-loader-files.ts';
import { LogFindings, type LogFinding } from './log-loader-findings.ts';
import { createSegment, type LoadLogOptions, type Loading } from './log-loader-options.ts';
import { keepAborted, readSegment, recoverSegments, removeFrom, replayAborted } from './log-loader-recovery.ts';
import { segmentIndexOf } from './log-read.ts';
import { settleLeftovers } from './log-swap.ts';
import {
  finishProducers,
  loadProducers,
  noteDamage,
  producersAt,
  removeSnapshotsAbove,
  removeStaleSnapshots,
} from './producer-state-rebuild.ts';
import type { ProducerStateManager } from './producer-state/producer-state-manager.ts';
import type { SegmentContext } from './segment-context.ts';
import { CorruptSegmentError } from './segment-errors.ts';
import type { Segment } from './segment.ts';
import type { AbortedTransaction } from './transaction-index.ts';

export type { LoadLogOptions, LogTruncation } from './log-loader-options.ts';

export interface LoadedLog {
  /** By base offset, at least one; the last one is active. */
  readonly segments: readonly Segment[];
  readonly producers: ProducerStateManager;
  readonly epochs: LeaderEpochCache;
  readonly epochFile: CheckpointFile<EpochEntry>;
  readonly logStartOffset: number;
  /** Everything before it is on the device. Below the checkpoint's where flushed records are gone: write that first. */
  readonly recoveryPoint: number;
  readonly nextOffset: number;
  /** No longer of the log, and renamed: to be removed after `file.delete.delay.ms`. */
  readonly removed: readonly Segment[];
  readonly findings: readonly LogFinding[];
}

/**
 * Loading again, or after a stop at any moment of it, gives the same log.
 *
 * @throws {DiskError}
 * @throws {CorruptSegmentError} of a file that is no segment, or of a compaction's output that cannot be read.
 */
export async function loadLog(context: SegmentContext, options: LoadLogOptions): Promise<LoadedLog> {
  const { directory } = options;
  const findings = new LogFindings(options.topicPartition);
  const loading: Loading = { context, options, directory, disk: directory.files.disk, findings };
  await settleLeftovers(loading);
  const listed = await listSegments(loading);
  const segments = listed.map(({ segment }) => segment);
  const removed: Segment[] = [];
  const epochs = new LoadingEpochs(loading);
  const hasEpochs = await epochs.read();
  const opened = await openEnd({ loading, segments, removed, epochs }, listed, hasEpochs);
  const { nextOffset, logStartOffset } = await settleStart({ loading, segments, removed, epochs }, opened.nextOffset);
  await epochs.finish(logStartOffset, nextOffset);
  const producers = await settleProducers({ loading, segments, logStartOffset }, opened.producers, nextOffset);
  const recoveryPoint = options.isClean ? nextOffset : Math.min(options.recoveryPoint, nextOffset);
  return {
    segments,
    producers,
    epochs: epochs.cache,
    epochFile: epochs.file,
    logStartOffset,
    recoveryPoint: Math.max(recoveryPoint, logStartOffset),
    nextOffset,
    removed,
    findings: findings.list,
  };
}

interface Parts {
  readonly loading: Loading;
  readonly segments: Segment[];
  readonly removed: Segment[];
  readonly epochs: LoadingEpochs;
}

interface OpenedEnd {
  readonly nextOffset: number;
  /** As they are there; null where nothing was recovered. */
  readonly producers: ProducerStateManager | null;
}

/** Recovers what has to be; the last segment is active then, unless there is none. */
async function openEnd(parts: Parts, listed: readonly ListedSegment[], hasEpochs: boolean): Promise<OpenedEnd> {
  const { loading, segments, epochs } = parts;
  const { isClean, recoveryPoint } = loading.options;
  if (segments.length === 0) return { nextOffset: -1, producers: null };
  const last = segments.length - 1;
  let first = isClean ? segments.length : segmentIndexOf(segments, recoveryPoint);
  for (let index = 0; index < Math.min(first, last); index++) await checkIndexes(parts, listed[index]!);
  let end = first === segments.length ? await openCleanEnd(parts, listed[last]!) : null;
  if (end === null && first === segments.length) first = last;
  if (!hasEpochs) await epochs.collect(segments.slice(0, first));
  if (end !== null) return { nextOffset: end, producers: null };
  const { baseOffset } = segments[first]!;
  const producers = await producersAt({ loading, segments, logStartOffset: startOf(parts) }, baseOffset);
  await removeSnapshotsAbove(loading, baseOffset);
  end = await recoverSegments({ ...parts, producers }, first);
  return { nextOffset: end, producers };
}

function startOf({ loading, segments }: Parts): number {
  return Math.max(loading.options.logStartOffset, segments[0]?.baseOffset ?? 0);
}

/** Offset at which the last segment of a log ends that was closed; null when it has to be recovered after all. */
async function openCleanEnd(parts: Parts, { segment, missingIndexes }: ListedSegment): Promise<number | null> {
  noteMissingIndexes(parts, missingIndexes);
  try {
    const { nextOffset, stop } = await segment.readEnd();
    const isPossible = nextOffset === segment.baseOffset || segment.canHold(nextOffset - 1);
    if (stop !== null || !isPossible) return null;
    await segment.activate();
    return nextOffset;
  } catch (error) {
    if (error instanceof CorruptIndexError) noteTransactions(parts, error);
    else if (!(error instanceof CorruptSegmentError)) throw error;
    return null;
  }
}

/** Of a segment that was flushed: what is missing or wrong is built anew, and the records stay as they are. */
async function checkIndexes(parts: Parts, { segment, missingIndexes, hasTransactions }: ListedSegment): Promise<void> {
  noteMissingIndexes(parts, missingIndexes);
  try {
    if (missingIndexes.length > 0) await segment.indexes.load();
    if (hasTransactions) await segment.indexes.transactions();
  } catch (error) {
    if (error instanceof CorruptSegmentError) noteDamage(parts.loading, error);
    else if (error instanceof CorruptIndexError) await rebuildTransactions(parts, segment, error);
    else throw error;
  }
}

async function rebuildTransactions(parts: Parts, segment: Segment, error: CorruptIndexError): Promise<void> {
  const { loading, segments } = parts;
  noteTransactions(parts, error);
  const producers = await producersAt({ loading, segments, logStartOffset: startOf(parts) }, segment.baseOffset);
  const aborted: AbortedTransaction[] = [];
  const { stop } = await readSegment(segment, (batch) => replayAborted(loading, producers, segment, batch, aborted));
  if (stop === null) {
    segment.indexes.builder.finish();
    await keepAborted(segment, aborted);
    await segment.indexes.sync();
    segment.indexes.unpin();
    return;
  }
  noteDamage(loading, new CorruptSegmentError(segment.path, stop.position, stop.reason));
  // What is on disk says more of the rest of the segment.
  segment.indexes.unpin();
  segment.indexes.dropIndexes();
}

function noteMissingIndexes({ loading }: Parts, names: readonly string[]): void {
  for (const name of names) {
    const path = `${loading.directory.path}/${name}`;
    loading.findings.add('missing index', path, `${path} was missing; it is built anew from its segment.`);
  }
}

function noteTransactions({ loading }: Parts, { path, message }: CorruptIndexError): void {
  loading.findings.add('damaged transaction index', path, message);
}

/** Where the log starts, and a segment to append to where none is left. */
async function settleStart(parts: Parts, endOffset: number): Promise<{ nextOffset: number; logStartOffset: number }> {
  const { loading, segments, epochs } = parts;
  const { logStartOffset } = loading.options;
  if (segments.length > 0 && endOffset >= logStartOffset) {
    return { nextOffset: endOffset, logStartOffset: Math.max(logStartOffset, segments[0]!.baseOffset) };
  }
  if (segments.length > 0) {
    await segments.at(-1)!.close();
    await removeFrom(parts, 0, `the log ends at ${endOffset}, below its start at ${logStartOffset}`);
    epochs.clear();
    const { path } = loading.directory;
    const text = `all records up to offset ${logStartOffset} were deleted before; the log goes on there, empty.`;
    loading.findings.add('end below start', path, text);
  }
  segments.push(await createSegment(loading, logStartOffset));
  await loading.disk.syncDirectory(loading.directory.path);
  return { nextOffset: logStartOffset, logStartOffset };
}

/** @param recovered null where the producers are still to be loaded. */
async function settleProducers(
  rebuild: { readonly loading: Loading; readonly segments: readonly Segment[]; readonly logStartOffset: number },
  recovered: ProducerStateManager | null,
  nextOffset: number,
): Promise<ProducerStateManager> {
  if (recovered === null || recovered.mapEndOffset !== nextOffset) return loadProducers(rebuild, nextOffset);
  await removeStaleSnapshots(rebuild, nextOffset);
  return finishProducers(rebuild.loading, recovered);
}
