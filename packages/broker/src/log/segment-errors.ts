/** What can be wrong with a segment file, as a typed error for people. Its indexes: `CorruptIndexError`. */
import { OperationalError } from '@ottla/runtime';

/** A segment holds bytes that are no batch, where batches were. */
export class CorruptSegmentError extends OperationalError {
  override readonly name = 'CorruptSegmentError';
  readonly code = 'ERR_LOG_SEGMENT_CORRUPT';
  readonly retriable = false;
  readonly path: string;
  readonly position: number;
  readonly reason: string;

  constructor(path: string, position: number, reason: string, options?: ErrorOptions) {
    super(
      `segment ${path} is damaged at byte ${position}: ${reason}. A failing disk, or another program that wrote to the file, ` +
        'does that. Take the partition from another replica (stop this broker, move the directory away, start it), or cut the ' +
        'log there and lose what follows. [ERR_LOG_SEGMENT_CORRUPT]',
      options,
    );
    this.path = path;
    this.position = position;
    this.reason = reason;
  }
}

/** Why a walk over a segment ended before the file did. */
export type SegmentStopKind =
  /** The last batch is not all there: the write was cut off. */
  | 'torn'
  /** Nothing but zeros follows: the file was preallocated, or its size reached the disk and its content did not. */
  | 'zeros'
  /** No batch has that size. */
  | 'size'
  | 'magic'
  | 'crc'
  /** The CRC is right, and the header says what cannot be. */
  | 'header'
  /** The offset is not above the one before. */
  | 'offset order'
  /** The offset is below the segment's, or too far above to be indexed. */
  | 'offset range';

export interface SegmentStop {
  readonly kind: SegmentStopKind;
  /** Where the first batch that is not taken would start. */
  readonly position: number;
  /** For a person: what was found there. */
  readonly reason: string;
}
