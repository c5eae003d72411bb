/** Why a cleaning ended early. */
import { DiskError, isOperationalError, OperationalError } from '@ottla/runtime';

/** Somebody needs the log as it is: see `CleaningStates.abortAndPause`. */
export class CleaningAbortedError extends OperationalError {
  override readonly name = 'CleaningAbortedError';
  readonly code = 'ERR_LOG_CLEANING_ABORTED';
  readonly retriable = true;

  constructor(log: string) {
    super(`cleaning of ${log} was stopped: the partition is moved, truncated or deleted. [ERR_LOG_CLEANING_ABORTED]`);
  }
}

/** What is left of a group of segments fits no segment, which only happens near 2 GiB. */
export class CleanedSegmentTooLargeError extends OperationalError {
  override readonly name = 'CleanedSegmentTooLargeError';
  readonly code = 'ERR_LOG_CLEANED_SEGMENT_TOO_LARGE';
  readonly retriable = false;

  constructor(log: string, baseOffset: number, lastOffset: number, sizeBytes: number) {
    super(
      `cleaning of ${log}: the segment from offset ${baseOffset} on would have ${sizeBytes} bytes and reach to offset ` +
        `${lastOffset}; a segment has less than 2^31 of either. Lower segment.bytes of the topic. ` +
        '[ERR_LOG_CLEANED_SEGMENT_TOO_LARGE]',
    );
  }
}

/**
 * Whether the log is not to be tried again until the broker restarts, lest it keep the cleaner from all others. Not if it was
 * stopped, if the disk failed (its directory goes offline), or if the same may succeed later.
 */
export function isUncleanable(error: unknown): boolean {
  if (error instanceof DiskError || error instanceof CleaningAbortedError) return false;
  return !isOperationalError(error) || !error.retriable;
}
