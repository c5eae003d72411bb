/** Walks the batches of a stretch of bytes: a log segment, a produce request's records, a fetch response's. */
import { int32At } from './big-endian.ts';
import { LENGTH_AT, LOG_OVERHEAD_BYTES, MAGIC_AT, RECORD_BATCH_HEADER_BYTES } from './record-batch-header.ts';
import { RecordBatchError } from './record-batch-error.ts';

/** Bytes of the smallest message: CRC, magic, attributes and two null lengths in magic 0. What the length field counts. */
const LENGTH_MIN = 14;
/** Least that the length field of a magic 1 message counts: the same and a timestamp. */
const LENGTH_MIN_MAGIC_1 = 22;
/** What an int32 length can say. */
const SIZE_MAX = LOG_OVERHEAD_BYTES + 0x7fff_ffff;

/**
 * A cursor: `while (batches.next())` look at `position`, `size` and `magic`. No object per batch, nothing copied.
 *
 * A batch cut off at the end, as fetch responses and torn segments have, ends the walk: see `trailingBytes`. Contents are
 * not looked at: neither CRC nor records.
 */
export class BatchIterator {
  bytes: Uint8Array;
  /** Where the current batch starts. */
  position = 0;
  /** Bytes of the current batch, as `batchSize`. */
  size = 0;
  /** Format of the current batch: 0, 1 or 2. */
  magic = 0;
  readonly #sizeMax: number;
  #next: number;
  #end: number;

  /** @param sizeMax a larger batch is refused, whole or cut off. Default: none is. */
  constructor(bytes: Uint8Array, start = 0, end = bytes.length, sizeMax = SIZE_MAX) {
    this.bytes = bytes;
    this.#next = start;
    this.#end = end;
    this.#sizeMax = sizeMax;
  }

  open(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.bytes = bytes;
    this.#next = start;
    this.#end = end;
  }

  /**
   * Moves to the next whole batch; false when there is none.
   *
   * @throws {RecordBatchError} CORRUPT_MESSAGE: the length or the magic cannot be. The walk cannot go on.
   */
  next(): boolean {
    const size = batchSizeWithin(this.bytes, this.#next, this.#end, this.#sizeMax);
    if (size === 0) return false;
    this.position = this.#next;
    this.size = size;
    this.magic = this.bytes[this.position + MAGIC_AT]!;
    this.#next += size;
    return true;
  }

  /** Bytes behind the current batch: after the last `next`, those of a batch that is cut off. */
  get trailingBytes(): number {
    return this.#end - this.#next;
  }

  /** Bytes that the batch behind the current one has or would have in full; 0 when too few are there to tell. */
  get trailingBatchSize(): number {
    if (this.trailingBytes < LOG_OVERHEAD_BYTES) return 0;
    return LOG_OVERHEAD_BYTES + int32At(this.bytes, this.#next + LENGTH_AT);
  }
}

/**
 * Size of the batch that starts at `position`, 0 when it is not all there before `end`.
 *
 * @throws {RecordBatchError} CORRUPT_MESSAGE: the length or the magic cannot be.
 */
export function batchSizeWithin(bytes: Uint8Array, position: number, end: number, sizeMax: number = SIZE_MAX): number {
  const available = end - position;
  if (available < LOG_OVERHEAD_BYTES) return 0;
  const length = int32At(bytes, position + LENGTH_AT);
  const size = LOG_OVERHEAD_BYTES + length;
  if (length < LENGTH_MIN) throw corrupt(`length ${length}, expected at least ${LENGTH_MIN}`, position + LENGTH_AT);
  if (size > sizeMax) throw corrupt(`${size} bytes, expected at most ${sizeMax}`, position + LENGTH_AT);
  if (available <= MAGIC_AT) return 0;
  const magic = bytes[position + MAGIC_AT]!;
  if (magic > 2) throw corrupt(`magic ${magic}, expected 0, 1 or 2`, position + MAGIC_AT);
  const lengthMin =
    magic === 2 ? RECORD_BATCH_HEADER_BYTES - LOG_OVERHEAD_BYTES : magic === 1 ? LENGTH_MIN_MAGIC_1 : LENGTH_MIN;
  if (length < lengthMin) {
    throw corrupt(`length ${length}, expected at least ${lengthMin} in magic ${magic}`, position + LENGTH_AT);
  }
  return size <= available ? size : 0;
}

/** Size of the batch at `position`. @throws {RecordBatchError} CORRUPT_MESSAGE: it is not all there, or cannot be. */
export function wholeBatchSize(bytes: Uint8Array, position: number): number {
  const size = batchSizeWithin(bytes, position, bytes.length);
  if (size > 0) return size;
  throw corrupt(`batch is cut off after ${bytes.length - position} bytes`, position);
}

function corrupt(reason: string, position: number): RecordBatchError {
  return new RecordBatchError('CORRUPT_MESSAGE', reason, position);
}
