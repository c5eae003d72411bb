/**
 * The leader epochs of a log as it is opened: those of the checkpoint, as far as the log bears them out.
 *
 * Batches say in which epoch they were written. What the checkpoint misses of that is added (Kafka does so only above its
 * latest entry); what it has beyond is kept, for compaction may have removed an epoch's last batch.
 */
import { CheckpointFile } from './checkpoint-file.ts';
import { LeaderEpochCache, leaderEpochFormat, type EpochEntry } from './leader-epoch-cache.ts';
import { LogFileError } from './log-dir-text.ts';
import { LEADER_EPOCH_CHECKPOINT_NAME } from './log-names.ts';
import type { Loading } from './log-loader-options.ts';
import { noteDamage, walkBatches } from './producer-state-rebuild.ts';
import { CorruptSegmentError } from './segment-errors.ts';
import type { Segment } from './segment.ts';

export class LoadingEpochs {
  readonly file: CheckpointFile<EpochEntry>;
  cache = new LeaderEpochCache();
  readonly #loading: Loading;
  #mustWrite = false;

  constructor(loading: Loading) {
    this.#loading = loading;
    this.file = new CheckpointFile(
      loading.disk,
      `${loading.directory.path}/${LEADER_EPOCH_CHECKPOINT_NAME}`,
      leaderEpochFormat,
    );
  }

  /** @returns false when the checkpoint tells nothing: then batches are to be noted from the first one on. @throws {DiskError} */
  async read(): Promise<boolean> {
    try {
      const entries = await this.file.read();
      this.cache = new LeaderEpochCache(entries ?? []);
      return entries !== null && entries.length > 0;
    } catch (error) {
      if (!(error instanceof LogFileError)) throw error;
      this.#loading.findings.add(
        'damaged epochs',
        this.file.path,
        `${error.message} It was written anew from the batches' leader epochs.`,
      );
      this.#mustWrite = true;
      return false;
    }
  }

  /** In the order of offsets. @param epoch -1 for none. */
  note(epoch: number, baseOffset: number): void {
    // A batch of an epoch that is already over would contradict the order of leaders: as in Kafka the checkpoint counts.
    if (epoch < 0 || epoch <= (this.cache.epochForOffset(baseOffset) ?? -1)) return;
    const { path } = this.file;
    if (!this.#loading.findings.has('missing epochs', path) && !this.#mustWrite) {
      this.#loading.findings.add(
        'missing epochs',
        path,
        `${path} did not know that leader epoch ${epoch} began at offset ${baseOffset}; it was completed from the batches.`,
      );
    }
    this.cache.truncateFromEnd(baseOffset);
    this.cache.assign(epoch, baseOffset);
  }

  /** Notes the epochs of whole segments. @throws {DiskError} */
  async collect(segments: readonly Segment[]): Promise<void> {
    for (const segment of segments) {
      try {
        await walkBatches(this.#loading, segment, 0, (_bytes, _position, headers) => {
          this.note(headers.partitionLeaderEpoch, headers.baseOffset);
          return true;
        });
      } catch (error) {
        if (!(error instanceof CorruptSegmentError)) throw error;
        noteDamage(this.#loading, error);
      }
    }
  }

  /** Forgets what the log does not hold, and writes what changed. @throws {DiskError} */
  async finish(logStartOffset: number, endOffset: number): Promise<void> {
    this.cache.truncateFromEnd(endOffset);
    this.cache.truncateFromStart(logStartOffset);
    if (this.cache.isDirty || this.#mustWrite) await this.cache.flush(this.file);
  }

  /** The log begins anew. */
  clear(): void {
    this.cache.clear();
  }
}
