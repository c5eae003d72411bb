/** The two facts of a batch that a segment keeps books on, in any format. */
import { batchBaseOffset, batchLastOffset, batchMagic, batchMaxTimestamp, legacyTimestamp } from '@ottla/protocol';

export function lastOffsetOf(bytes: Uint8Array, position: number): number {
  return batchMagic(bytes, position) < 2 ? batchBaseOffset(bytes, position) : batchLastOffset(bytes, position);
}

/** Unix milliseconds, -1 for none. */
export function maxTimestampOf(bytes: Uint8Array, position: number): number {
  return batchMagic(bytes, position) < 2 ? legacyTimestamp(bytes, position) : batchMaxTimestamp(bytes, position);
}
