/**
 * Recovery after an unclean stop: segments from the recovery point on are read, checked and, where they end early, cut. What
 * follows a cut was written after what is lost, so it goes, too.
 *
 * The log is a prefix of what it was at every moment of this: segments behind a cut lose their names for good before the cut
 * is made. Kafka cuts first; stopped there, its next start takes the later segments for good.
 */
import { batchBaseOffset, batchMagic, batchPartitionLeaderEpoch } from '@ottla/protocol';
import { DELETED_SUFFIX } from './log-names.ts';
import type { LoadingEpochs } from './log-loader-epochs.ts';
import type { Loading } from './log-loader-options.ts';
import { replayBatch, takeSnapshot } from './producer-state-rebuild.ts';
import type { ProducerStateManager } from './producer-state/producer-state-manager.ts';
import { lastOffsetOf, maxTimestampOf } from './segment-batch.ts';
import { CorruptSegmentError, type SegmentStop } from './segment-errors.ts';
import { scanForRecovery, type RecoveredBatch, type RecoveredStretch } from './segment-recovery.ts';
import type { Segment } from './segment.ts';
import type { AbortedTransaction } from './transaction-index.ts';

export interface Recovery {
  readonly loading: Loading;
  /** By base offset. Those behind a cut are taken out. */
  readonly segments: Segment[];
  /** Taken out, and renamed. */
  readonly removed: Segment[];
  readonly producers: ProducerStateManager;
  readonly epochs: LoadingEpochs;
}

/** What the segments read so far tell of those behind them. */
interface Trail {
  /** No offset was left out within a segment, as compaction does. */
  isDense: boolean;
}

/**
 * Recovers the segments from the one at `first` on; the last one that stays is active then.
 *
 * @param recovery whose producers are as where that segment begins.
 * @returns where the log ends. @throws {DiskError}
 */
export async function recoverSegments(recovery: Recovery, first: number): Promise<number> {
  const { loading, segments, producers } = recovery;
  const { onRecovering } = loading.options;
  const trail: Trail = { isDense: true };
  let nextOffset = segments[first]!.baseOffset;
  for (let index = first; index < segments.length; index++) {
    const segment = segments[index]!;
    onRecovering?.(segment.baseOffset, segments.length - index - 1);
    producers.advanceTo(segment.baseOffset);
    if (index > first) await takeSnapshot(loading, producers);
    nextOffset = await recoverSegment(recovery, index, trail);
    producers.advanceTo(nextOffset);
  }
  await segments.at(-1)!.activate();
  return nextOffset;
}

/** @returns where the segment ends. */
async function recoverSegment(recovery: Recovery, index: number, trail: Trail): Promise<number> {
  const { segments, loading } = recovery;
  const segment = segments[index]!;
  const sizeBytes = segment.sizeBytes;
  const aborted: AbortedTransaction[] = [];
  let expectedOffset = segment.baseOffset;
  const onBatch = (batch: RecoveredBatch): void => {
    if (batchBaseOffset(batch.bytes, batch.position) !== expectedOffset) trail.isDense = false;
    expectedOffset = lastOffsetOf(batch.bytes, batch.position) + 1;
    replayRecovered(recovery, segment, batch, aborted);
  };
  if (index === segments.length - 1) {
    const stretch = await segment.recover(onBatch);
    await keepAborted(segment, aborted);
    if (stretch.stop !== null) await noteCut(loading, segment, stretch.stop, sizeBytes, stretch.nextOffset);
    return stretch.nextOffset;
  }
  const stretch = await readSegment(segment, onBatch);
  if (stretch.stop !== null) {
    await removeFrom(recovery, index + 1, `what came before offset ${segments[index + 1]!.baseOffset} is damaged`);
    await segment.recover(() => {});
    await keepAborted(segment, aborted);
    await noteCut(loading, segment, stretch.stop, sizeBytes, stretch.nextOffset);
    return stretch.nextOffset;
  }
  segment.indexes.builder.finish();
  await keepAborted(segment, aborted);
  const next = segments[index + 1]!.baseOffset;
  if (trail.isDense && isMissingBetween(loading, stretch.nextOffset, next)) {
    await removeFrom(recovery, index + 1, `offsets ${stretch.nextOffset} to ${next - 1} before it are missing`);
    noteMissing(loading, stretch.nextOffset, next);
  } else {
    segment.indexes.unpin();
  }
  return stretch.nextOffset;
}

/**
 * Reads and checks a segment and builds its indexes in memory. Nothing on disk changes.
 *
 * @throws {DiskError}
 */
export function readSegment(segment: Segment, onBatch: (batch: RecoveredBatch) => void): Promise<RecoveredStretch> {
  const builder = segment.indexes.reset();
  return scanForRecovery({
    compute: segment.compute,
    read: (into, position) => segment.read(into, position),
    sizeBytes: segment.sizeBytes,
    baseOffset: segment.baseOffset,
    onBatch: (batch) => {
      const { bytes, position, sizeBytes, filePosition } = batch;
      builder.add(filePosition, sizeBytes, lastOffsetOf(bytes, position), maxTimestampOf(bytes, position));
      onBatch(batch);
    },
  });
}

/** Tells the producers, and the list of those that it aborted. */
export function replayAborted(
  loading: Loading,
  producers: ProducerStateManager,
  segment: Segment,
  { bytes, position, filePosition }: RecoveredBatch,
  aborted: AbortedTransaction[],
): void {
  const completed = replayBatch(loading, producers, bytes, position, { path: segment.path, position: filePosition });
  if (completed === null || !completed.isAborted) return;
  const { producerId, firstOffset, lastOffset, lastStableOffset } = completed;
  aborted.push({ producerId, firstOffset, lastOffset, lastStableOffset });
}

/** Brings the indexes of a segment that was read or recovered to the disk, with its aborted transactions. */
export async function keepAborted(segment: Segment, aborted: readonly AbortedTransaction[]): Promise<void> {
  for (const transaction of aborted) segment.indexes.addAborted(transaction);
  await segment.indexes.write();
}

function replayRecovered(
  recovery: Recovery,
  segment: Segment,
  batch: RecoveredBatch,
  aborted: AbortedTransaction[],
): void {
  const { bytes, position } = batch;
  if (batchMagic(bytes, position) >= 2) {
    recovery.epochs.note(batchPartitionLeaderEpoch(bytes, position), batchBaseOffset(bytes, position));
  }
  replayAborted(recovery.loading, recovery.producers, segment, batch, aborted);
}

/**
 * Whether a segment's name was lost with the power. Only what was never flushed can be lost that way, and where nothing is
 * compacted (or was, before its policy changed) no offset is left out.
 */
function isMissingBetween({ options }: Loading, nextOffset: number, nextBaseOffset: number): boolean {
  if (options.config.cleanupPolicy.includes('compact')) return false;
  return nextOffset >= options.recoveryPoint && nextBaseOffset > nextOffset;
}

/** Takes segments out of the log, the last one first, so that what is left is a prefix of it at every moment. */
export async function removeFrom(
  recovery: Pick<Recovery, 'loading' | 'segments' | 'removed'>,
  index: number,
  why: string,
): Promise<void> {
  const { loading, segments, removed } = recovery;
  const gone = segments.splice(index);
  const { disk, directory, findings } = loading;
  for (const segment of gone.toReversed()) await segment.changeSuffix(DELETED_SUFFIX);
  // NOTE(order): they must not come back behind what is cut, or appended, next.
  await disk.syncDirectory(directory.path);
  removed.push(...gone);
  const bases = gone.map(({ baseOffset }) => baseOffset);
  findings.add(
    'removed segments',
    directory.path,
    `removed the ${gone.length === 1 ? 'segment' : `${gone.length} segments`} from offset ${bases[0]!} on: ${why}. The files ` +
      `end in ${DELETED_SUFFIX} until file.delete.delay.ms is over; copy them before if they are needed. A replica fetches ` +
      'the records from its leader again.',
  );
}

async function noteCut(
  loading: Loading,
  segment: Segment,
  stop: SegmentStop,
  sizeBytes: number,
  nextOffset: number,
): Promise<void> {
  // NOTE(order): what was cut off must not come back behind what is appended next.
  await segment.datasync();
  const { path } = segment;
  const removedBytes = sizeBytes - stop.position;
  loading.options.onTruncated?.({ path, position: stop.position, removedBytes, nextOffset, reason: stop.reason });
  if (stop.kind === 'torn' || stop.kind === 'zeros') {
    loading.findings.add(
      'torn tail',
      path,
      `${path} ended in the middle of a write (${stop.reason}); ${removedBytes} bytes were cut off at byte ${stop.position}, ` +
        `and the log ends at offset ${nextOffset}. That is normal after a crash.`,
      stop.position,
    );
    return;
  }
  const { message } = new CorruptSegmentError(path, stop.position, stop.reason);
  loading.findings.add(
    'damaged batch',
    path,
    `${message} It was cut there: ${removedBytes} bytes are gone, and the log ends at offset ${nextOffset}.`,
    stop.position,
  );
}

function noteMissing({ findings, directory }: Loading, nextOffset: number, next: number): void {
  findings.add(
    'missing segment',
    directory.path,
    `no segment has the offsets ${nextOffset} to ${next - 1}: the power went before its directory entry was durable. None of ` +
      `these records was flushed; the log ends at offset ${nextOffset}.`,
  );
}
