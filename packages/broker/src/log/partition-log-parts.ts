/** What a log is put together from. */
import type { Clock, Disk, Random } from '@ottla/runtime';
import type { CheckpointFile } from './checkpoint-file.ts';
import type { DiskReads } from './disk-reads.ts';
import type { EpochEntry, LeaderEpochCache } from './leader-epoch-cache.ts';
import type { LogConfig } from './log-config.ts';
import type { OpenDirectory } from './open-files.ts';
import type { ProducerStateManager } from './producer-state/producer-state-manager.ts';
import type { SegmentContext } from './segment-context.ts';
import type { Segment } from './segment.ts';
import type { PartitionTail } from './tail-cache.ts';

/** What a log is made of, once it is loaded. */
export interface PartitionLogParts {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly context: SegmentContext;
  readonly directory: OpenDirectory;
  readonly config: LogConfig;
  /** Ascending; the last one can be appended to. Not empty. */
  readonly segments: readonly Segment[];
  readonly epochs: LeaderEpochCache;
  readonly epochFile: CheckpointFile<EpochEntry>;
  readonly producers: ProducerStateManager;
  readonly tail: PartitionTail;
  readonly diskReads: DiskReads;
  readonly nextOffset: number;
  readonly logStartOffset: number;
  /** Everything before it is on the device. */
  readonly recoveryPoint: number;
  /** A sync failed, or the log cannot be put right: its directory is given up. Called once. */
  readonly onOffline: (error: unknown) => void;
}
