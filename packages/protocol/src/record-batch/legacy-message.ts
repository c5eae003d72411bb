/**
 * Messages of the formats before record batches: magic 0 (Kafka 0.8) and 1 (0.10). Log directories that were never rewritten
 * still hold them; nobody may produce them any more (KIP-724).
 *
 *     0 offset int64    12 CRC-32 of all from 16 on, uint32    17 attributes int8    key    int32 length, bytes
 *     8 length int32    16 magic int8                          18 timestamp int64    value  int32 length, bytes
 *
 * Magic 0 has no timestamp. A message stands alone, or it is a wrapper: its value is a compressed sequence of messages, and
 * its offset is that of the last one of them. Inside, magic 0 has the true offsets; magic 1 counts from 0, so that a broker
 * need not compress again.
 */
import { crc32 } from 'node:zlib';
import { int32At, uint32At } from './big-endian.ts';
import type { RecordDecompressor } from './record-compression.ts';
import {
  batchBaseOffset,
  batchMagic,
  batchSize,
  COMPRESSION_MASK,
  LOG_APPEND_TIME_FLAG,
  MAGIC_AT,
  safeInt64At,
  type TimestampType,
} from './record-batch-header.ts';
import { RecordBatchError } from './record-batch-error.ts';
import { batchSizeWithin } from './batch-iterator.ts';

const CRC_AT = 12;
const ATTRIBUTES_AT = 17;
const TIMESTAMP_AT = 18;
/** lz4: Kafka took zstd for record batches only. */
const CODEC_MAX = 3;
/** Where the key's bytes start. */
const KEY_AT_MAGIC_0 = 22;
const KEY_AT_MAGIC_1 = 30;

/** Id of the codec of a wrapper, 0 when the message stands alone. */
export function legacyCompression(bytes: Uint8Array, position = 0): number {
  return bytes[position + ATTRIBUTES_AT]! & COMPRESSION_MASK;
}

/** Unix milliseconds, a wrapper's largest; -1 in magic 0. */
export function legacyTimestamp(bytes: Uint8Array, position = 0): number {
  return batchMagic(bytes, position) === 0
    ? -1
    : safeInt64At(bytes, position + TIMESTAMP_AT, 'timestamp', 'INVALID_TIMESTAMP');
}

/** Null in magic 0. */
export function legacyTimestampType(bytes: Uint8Array, position = 0): TimestampType | null {
  if (batchMagic(bytes, position) === 0) return null;
  return (bytes[position + ATTRIBUTES_AT]! & LOG_APPEND_TIME_FLAG) === 0 ? 'CreateTime' : 'LogAppendTime';
}

/** The stored CRC-32 (not CRC-32C). */
export function legacyCrc(bytes: Uint8Array, position = 0): number {
  return uint32At(bytes, position + CRC_AT);
}

/** What the CRC-32 of a message of `size` bytes has to be. */
export function computeLegacyCrc(bytes: Uint8Array, position: number, size: number): number {
  return crc32(bytes.subarray(position + MAGIC_AT, position + size));
}

/** Walks the messages that one message stands for: itself, or those that it wraps. Reused: `open` another. */
export class LegacyMessages {
  /** What the positions below point into: the given bytes, or the decompressed ones. */
  bytes: Uint8Array = new Uint8Array(0);
  offset = -1;
  timestamp = -1;
  keyStart = 0;
  /** -1 when the key is null. */
  keyLength = -1;
  valueStart = 0;
  /** -1 when the value is null. */
  valueLength = -1;
  /** One past the message's last byte. */
  end = 0;
  readonly #decompressor: RecordDecompressor;
  /** Where the wrapper stands in its own bytes, -1 when there is none. */
  #wrapperPosition = -1;
  #next = 0;
  #end = 0;
  /** What a message's own offset is added to: 0, or in a wrapper of magic 1 the offset of the first. */
  #firstOffset = 0;
  /** The timestamp that the broker gave all wrapped messages, or null. */
  #appendTimestamp: number | null = null;

  constructor(decompressor: RecordDecompressor) {
    this.#decompressor = decompressor;
  }

  /**
   * Points before the first message of the one at `position`, `size` bytes long.
   *
   * @throws {RecordBatchError} a wrapper cannot be decompressed, or holds what it must not.
   */
  open(bytes: Uint8Array, position: number, size: number): void {
    this.bytes = bytes;
    this.#wrapperPosition = -1;
    this.#firstOffset = 0;
    this.#appendTimestamp = null;
    this.#next = position;
    this.#end = position + size;
    if (legacyCompression(bytes, position) === 0) return;
    // Until the wrapped messages are found there is nothing to walk.
    this.#next = this.#end;
    try {
      this.#openWrapper(bytes, position);
    } catch (error) {
      throw this.#located(error);
    }
  }

  /** Moves to the next message; false when there is none. @throws {RecordBatchError} it cannot be. */
  next(): boolean {
    if (this.#next === this.#end) return false;
    try {
      this.#read(this.#next);
    } catch (error) {
      throw this.#located(error);
    }
    this.#next = this.end;
    return true;
  }

  #openWrapper(bytes: Uint8Array, position: number): void {
    this.#read(position);
    if (legacyCompression(bytes, position) > CODEC_MAX)
      throw invalid(`codec ${legacyCompression(bytes, position)}`, position);
    if (this.valueLength < 0) throw invalid('a compressed message has a null value', position);
    const wrapperOffset = this.offset;
    const valueEnd = this.valueStart + this.valueLength;
    if (legacyTimestampType(bytes, position) === 'LogAppendTime') this.#appendTimestamp = this.timestamp;
    const codec = legacyCompression(bytes, position);
    this.bytes = this.#decompressor.decompress(codec, bytes, this.valueStart, valueEnd, position);
    this.#wrapperPosition = position;
    const { end, lastOffset } = this.#findEnd();
    // Some versions of librdkafka leave a wrapper's offset 0.
    if (batchMagic(bytes, position) === 1 && wrapperOffset !== 0) {
      this.#firstOffset = wrapperOffset - lastOffset;
      if (this.#firstOffset < 0)
        throw invalid(`a wrapper's offset is ${wrapperOffset}, the last one inside ${lastOffset}`, 0);
    }
    this.#next = 0;
    this.#end = end;
  }

  /** Where the wrapped messages end, and the offset that the last one has there. As in Kafka, a torn one does not count. */
  #findEnd(): { end: number; lastOffset: number } {
    const bytes = this.bytes;
    let end = 0;
    let last = 0;
    for (;;) {
      const size = batchSizeWithin(bytes, end, bytes.length);
      if (size === 0) break;
      if (batchMagic(bytes, end) > 1) throw invalid('a compressed message wraps a record batch', end);
      if (legacyCompression(bytes, end) !== 0) throw invalid('a compressed message wraps a compressed one', end);
      last = end;
      end += size;
    }
    if (end === 0) throw invalid('a compressed message wraps none', end);
    return { end, lastOffset: batchBaseOffset(bytes, last) };
  }

  #read(position: number): void {
    const bytes = this.bytes;
    const magic = batchMagic(bytes, position);
    const end = position + batchSize(bytes, position);
    const keyStart = position + (magic === 0 ? KEY_AT_MAGIC_0 : KEY_AT_MAGIC_1);
    const keyLength = int32At(bytes, keyStart - 4);
    const valueStart = keyStart + Math.max(0, keyLength) + 4;
    if (keyLength < -1 || valueStart > end) throw invalid(`key length ${keyLength}`, keyStart - 4);
    const valueLength = int32At(bytes, valueStart - 4);
    if (valueLength < -1 || valueStart + Math.max(0, valueLength) !== end) {
      throw invalid(`value length ${valueLength}, ${end - valueStart} bytes left`, valueStart - 4);
    }
    this.offset = this.#firstOffset + batchBaseOffset(bytes, position);
    this.timestamp =
      magic > 0 && this.#appendTimestamp !== null ? this.#appendTimestamp : legacyTimestamp(bytes, position);
    this.keyStart = keyStart;
    this.keyLength = keyLength;
    this.valueStart = valueStart;
    this.valueLength = valueLength;
    this.end = end;
  }

  /** Says where in the caller's bytes it went wrong. */
  #located(error: unknown): unknown {
    if (this.#wrapperPosition < 0 || !(error instanceof RecordBatchError)) return error;
    const reason = `${error.reason} at byte ${error.position} once decompressed`;
    return new RecordBatchError(error.errorCode, reason, this.#wrapperPosition);
  }
}

function invalid(reason: string, position: number): RecordBatchError {
  return new RecordBatchError('INVALID_RECORD', reason, position);
}
