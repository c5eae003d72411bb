/**
 * The producers of a log as they are at one of its offsets: from the latest snapshot that can be believed, and the batches
 * behind it.
 *
 * Unlike Kafka a log without snapshots that was closed cleanly is read, too: one that has records has producers.
 */
import { batchBaseOffset, batchMagic, isControlBatch, RecordBatchError } from '@ottla/protocol';
import type { Loading } from './log-loader-options.ts';
import { fileNames } from './log-swap.ts';
import {
  producerSnapshotPath,
  readProducerSnapshot,
  snapshotOffsetsOf,
  snapshotsOutOfRange,
  snapshotOffsetsToTake,
  straySnapshots,
  writeProducerSnapshot,
} from './producer-state/producer-snapshot-file.ts';
import { CorruptProducerSnapshotError } from './producer-state/producer-snapshot.ts';
import { ProducerStateManager, type CompletedTransaction } from './producer-state/producer-state-manager.ts';
import { CorruptSegmentError } from './segment-errors.ts';
import { BatchHeaders } from './segment-headers.ts';
import type { Segment } from './segment.ts';

/** Batches were checked when they were appended: here they only tell what they did. */
const REPLICATED = { origin: 'replication', transactionVersion: -1, verificationGuard: null } as const;

export interface ProducerRebuild {
  readonly loading: Loading;
  /** By base offset. */
  readonly segments: readonly Segment[];
  readonly logStartOffset: number;
}

/**
 * The state at `offset`, a batch's first or the log's end.
 *
 * @param takeAt offsets at which a segment begins, to write a snapshot there on the way.
 * @throws {DiskError}
 */
export async function producersAt(
  rebuild: ProducerRebuild,
  offset: number,
  takeAt: readonly number[] = [],
): Promise<ProducerStateManager> {
  const { loading, segments, logStartOffset } = rebuild;
  const state = await latestSnapshot(rebuild, offset);
  for (let index = 0; index < segments.length && state.mapEndOffset < offset; index++) {
    const segment = segments[index]!;
    if (segment.baseOffset >= offset) break;
    if ((segments[index + 1]?.baseOffset ?? Infinity) <= state.mapEndOffset) continue;
    const from = Math.max(segment.baseOffset, state.mapEndOffset, logStartOffset);
    state.advanceTo(from);
    if (takeAt.includes(segment.baseOffset)) await takeSnapshot(loading, state);
    await replaySegment(loading, state, segment, from, offset);
  }
  state.advanceTo(offset);
  return state;
}

/** Writes a snapshot of what the state covers, unless the last one says the same. @throws {DiskError} */
export async function takeSnapshot(loading: Loading, state: ProducerStateManager): Promise<void> {
  if (!state.isSnapshotDue) return;
  const { disk, directory } = loading;
  const offset = state.mapEndOffset;
  await writeProducerSnapshot(disk, directory.path, offset, state.encodeSnapshot(), true);
  state.onSnapshotTaken(offset);
}

/** Removes the snapshots that say nothing of the log as it is. @throws {DiskError} */
export async function removeStaleSnapshots(
  { loading, segments, logStartOffset }: ProducerRebuild,
  endOffset: number,
): Promise<void> {
  const offsets = snapshotOffsetsOf(await fileNames(loading));
  const inRange = new Set(offsets);
  for (const offset of snapshotsOutOfRange(offsets, logStartOffset, endOffset)) inRange.delete(offset);
  const bases = segments.map(({ baseOffset }) => baseOffset);
  for (const offset of straySnapshots([...inRange], bases)) inRange.delete(offset);
  for (const offset of offsets) if (!inRange.has(offset)) await removeSnapshot(loading, offset);
}

/** Removes the snapshots of what is about to be read: they may be of records that are gone. @throws {DiskError} */
export async function removeSnapshotsAbove(loading: Loading, offset: number): Promise<void> {
  for (const snapshot of snapshotOffsetsOf(await fileNames(loading))) {
    if (snapshot > offset) await removeSnapshot(loading, snapshot);
  }
}

/** Of a log that was closed cleanly, or of one whose records were all taken as they are. @throws {DiskError} */
export async function loadProducers(rebuild: ProducerRebuild, endOffset: number): Promise<ProducerStateManager> {
  await removeStaleSnapshots(rebuild, endOffset);
  const bases = rebuild.segments.map(({ baseOffset }) => baseOffset);
  const state = await producersAt(rebuild, endOffset, snapshotOffsetsToTake(bases, endOffset));
  return finishProducers(rebuild.loading, state);
}

/** Forgets who has expired, and leaves a snapshot of the end. @throws {DiskError} */
export async function finishProducers(loading: Loading, state: ProducerStateManager): Promise<ProducerStateManager> {
  state.removeExpired(loading.options.nowMs);
  await takeSnapshot(loading, state);
  return state;
}

/**
 * What a batch did. One that contradicts what is known of its producer is passed over, and noted.
 *
 * @returns the transaction that it decided, if any.
 */
export function replayBatch(
  loading: Loading,
  state: ProducerStateManager,
  bytes: Uint8Array,
  position: number,
  at: { readonly path: string; readonly position: number },
): CompletedTransaction | null {
  if (batchMagic(bytes, position) < 2) return null;
  let why: string;
  try {
    const verdict = state.append(bytes, position, REPLICATED);
    // Nothing of it is ever taken back.
    state.release(state.mark());
    if (verdict.kind === 'accepted') return verdict.completed;
    why = verdict.kind === 'refused' ? verdict.reason : 'it is there twice.';
  } catch (error) {
    if (!(error instanceof RecordBatchError)) throw error;
    why = `${error.reason}.`;
  }
  // One of a segment tells enough.
  if (loading.findings.has('refused batch', at.path)) return null;
  loading.findings.add(
    'refused batch',
    at.path,
    `the batch at byte ${at.position} of ${at.path} (offset ${batchBaseOffset(bytes, position)}) contradicts what is known ` +
      `of its producer: ${why} It is served as it is; the producer's state is that without it.`,
    at.position,
  );
  return null;
}

async function latestSnapshot(
  { loading, logStartOffset }: ProducerRebuild,
  offset: number,
): Promise<ProducerStateManager> {
  const { disk, directory, findings, options } = loading;
  const state = new ProducerStateManager(options.producerState);
  const offsets = snapshotOffsetsOf(await fileNames(loading));
  for (const snapshot of offsets.toReversed()) {
    if (snapshot > offset || snapshot <= logStartOffset) continue;
    try {
      state.load(await readProducerSnapshot(disk, directory.path, snapshot), snapshot, options.nowMs);
      return state;
    } catch (error) {
      if (!(error instanceof CorruptProducerSnapshotError)) throw error;
      findings.add('damaged snapshot', error.path, error.message);
      await removeSnapshot(loading, snapshot);
    }
  }
  state.load([], logStartOffset, options.nowMs);
  return state;
}

function removeSnapshot({ disk, directory }: Loading, offset: number): Promise<void> {
  return disk.remove(producerSnapshotPath(directory.path, offset));
}

async function replaySegment(
  loading: Loading,
  state: ProducerStateManager,
  segment: Segment,
  from: number,
  to: number,
): Promise<void> {
  try {
    const place = segment.sizeBytes === 0 ? null : await segment.translateOffset(from);
    if (place === null) return;
    await walkBatches(loading, segment, place.position, (bytes, position, headers) => {
      if (headers.baseOffset >= to) return false;
      replayBatch(loading, state, bytes, position, { path: segment.path, position: headers.position });
      return true;
    });
  } catch (error) {
    if (!(error instanceof CorruptSegmentError)) throw error;
    noteDamage(loading, error);
  }
}

/** A segment that nobody wrote to lately is damaged: what can be read of it is served, and the rest refused. */
export function noteDamage({ findings }: Loading, error: CorruptSegmentError): void {
  if (!findings.has('damaged batch', error.path))
    findings.add('damaged batch', error.path, error.message, error.position);
}

/**
 * Shows each batch from `position` on with its header, and one of control records whole, until told to stop.
 *
 * @throws {CorruptSegmentError} there is something else than batches. @throws {DiskError}
 */
export function walkBatches(
  { context }: Loading,
  segment: Segment,
  position: number,
  visit: (bytes: Uint8Array, position: number, headers: BatchHeaders) => boolean,
): Promise<void> {
  return context.walkBuffers.use(async (buffer) => {
    const headers = new BatchHeaders(segment, buffer, position, segment.sizeBytes);
    let start = position;
    do {
      while (headers.step()) {
        const at = headers.position - start;
        if (at > 0 && at + headers.sizeBytes > buffer.length && headers.magic === 2 && isControlBatch(buffer, at)) {
          headers.rewind();
          break;
        }
        if (!visit(buffer, at, headers)) return;
      }
      start = headers.nextPosition;
    } while (await headers.fill());
    const { stop } = headers;
    if (stop !== null) throw new CorruptSegmentError(segment.path, stop.position, stop.reason);
  });
}
