/** What opening a log takes, and what its parts share meanwhile. */
import type { Disk } from '@ottla/runtime';
import type { LogConfig } from './log-config.ts';
import type { LogFindings } from './log-loader-findings.ts';
import type { OpenDirectory } from './open-files.ts';
import type { ProducerStateSettings } from './producer-state/producer-state-manager.ts';
import type { SegmentContext } from './segment-context.ts';
import { Segment } from './segment.ts';

/** The end of the log was cut off. */
export interface LogTruncation {
  readonly path: string;
  readonly position: number;
  readonly removedBytes: number;
  /** Where the log ends now. */
  readonly nextOffset: number;
  readonly reason: string;
}

export interface LogProgress {
  /** @param left segments to recover after this one. */
  readonly onRecovering?: (segmentBaseOffset: number, left: number) => void;
  readonly onTruncated?: (truncation: LogTruncation) => void;
}

export interface LoadLogOptions extends LogProgress {
  /** Of the partition. Nobody else uses it meanwhile. */
  readonly directory: OpenDirectory;
  /** As `orders-0`, for messages. */
  readonly topicPartition: string;
  readonly config: LogConfig;
  /** Whether the log directory was closed by a clean shutdown: then nothing is recovered that shows no damage. */
  readonly isClean: boolean;
  /** Of the checkpoint; 0 when there is none. */
  readonly recoveryPoint: number;
  /** Of the checkpoint; 0 when there is none. */
  readonly logStartOffset: number;
  /** Unix milliseconds: which producers have expired. */
  readonly nowMs: number;
  readonly producerState: ProducerStateSettings;
  /** Drawn for each segment: see `SegmentOptions`. Default none. */
  readonly rollJitterMs?: () => number;
}

/** One log while it is opened. */
export interface Loading {
  readonly context: SegmentContext;
  readonly options: LoadLogOptions;
  readonly directory: OpenDirectory;
  readonly disk: Disk;
  readonly findings: LogFindings;
}

/** A segment whose files are there. @param sizeBytes of its `.log`. */
export function openSegment(loading: Loading, baseOffset: number, sizeBytes: number, suffix = ''): Segment {
  return new Segment(loading.context, loading.directory, { ...segmentOptions(loading, baseOffset), suffix }, sizeBytes);
}

/** @throws {DiskError} */
export function createSegment(loading: Loading, baseOffset: number): Promise<Segment> {
  return Segment.create(loading.context, loading.directory, segmentOptions(loading, baseOffset));
}

function segmentOptions({ options }: Loading, baseOffset: number) {
  return {
    baseOffset,
    indexIntervalBytes: options.config.indexIntervalBytes,
    indexBytesMax: options.config.segmentIndexBytes,
    rollJitterMs: options.rollJitterMs?.() ?? 0,
  };
}
