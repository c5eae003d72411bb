/**
 * Builds a record batch (magic 2) in place: each record is encoded as it comes, straight to where it will be sent from.
 *
 * No object per record, no copy besides the one of key and value. What a batch says of itself is filled in at the end.
 */
import { assert, uvarintBytes } from '@ottla/runtime';
import type { CompressionCodec } from '../compression/codecs.ts';
import { createCompression, type Compression } from '../compression/compression.ts';
import { encodeControlRecordKey, type ControlRecordType } from './control-record.ts';
import { NO_BATCH_FIELDS, writeBatchHeader, type BatchFields } from './record-batch-edit.ts';
import { RECORD_BATCH_HEADER_BYTES } from './record-batch-header.ts';
import { RecordBatchError } from './record-batch-error.ts';
import { codecId } from './record-compression.ts';
import { putBytes, putRange, putText, putVarint, putVarlong, varlongBytes } from './record-encoding.ts';
import type { RecordIterator } from './record-iterator.ts';
import {
  contentLength,
  headersBytes,
  NO_HEADERS,
  NO_HEADERS_BYTES,
  sizedBytes,
  type NewRecordHeader,
  type RecordContent,
} from './record-size.ts';

export interface RecordBatchBuilderOptions {
  /** Most records in a batch. Default: what an int32 count can say. */
  readonly recordsMax?: number | undefined;
  /** Shared with others of the same owner. Default: made on first use. */
  readonly compression?: Compression | undefined;
}

const INT32_MAX = 0x7fff_ffff;
const GROWING_BYTES_MIN = 1024;

/**
 * One batch at a time: `open` (or `openIn` a slab), `append` until it says false, `finish`. Reuse it for the next.
 *
 * `append` says false, and has written nothing, when the record would take the batch beyond its bytes or its count: finish
 * this batch and put the record into the next. Sizes are those before compression.
 */
export class RecordBatchBuilder {
  /** Records so far. */
  count = 0;
  /** Largest timestamp so far, -1 for none. */
  maxTimestamp = -1;

  readonly #recordsMax: number;
  #compression: Compression | null;
  #bytes: Buffer = Buffer.alloc(0);
  /** The builder's own buffer, which may be replaced by a larger one. */
  #own: Buffer = Buffer.alloc(0);
  #isGrowing = true;
  #start = 0;
  #position = 0;
  /** Where the batch must end for want of buffer; where it must end however much that grows. */
  #room = 0;
  #limit = 0;
  #fields: BatchFields = NO_BATCH_FIELDS;
  #baseTimestamp = -1;
  #lastOffsetDelta = -1;
  #isOpen = false;
  /** Texts are taken to be ASCII, as long as they have units, until one of the batch is found not to be. */
  #textsAreCounted = false;

  constructor(options: RecordBatchBuilderOptions = {}) {
    this.#recordsMax = options.recordsMax ?? INT32_MAX;
    this.#compression = options.compression ?? null;
  }

  /**
   * Begins a batch in the builder's own buffer, which grows as needed up to `limitBytes`, header included. What was finished
   * there before becomes invalid.
   */
  open(fields: Partial<BatchFields> = NO_BATCH_FIELDS, limitBytes: number = INT32_MAX): void {
    if (this.#own.length === 0) this.#own = Buffer.allocUnsafeSlow(GROWING_BYTES_MIN);
    this.#isGrowing = true;
    this.#limit = limitBytes;
    this.#begin(this.#own, 0, Math.min(limitBytes, this.#own.length), fields);
  }

  /** Begins a batch inside `buffer[position, position + limitBytes)`; nothing outside is touched. */
  openIn(
    buffer: Uint8Array,
    position: number,
    limitBytes: number,
    fields: Partial<BatchFields> = NO_BATCH_FIELDS,
  ): void {
    assert(position >= 0 && position + limitBytes <= buffer.length, 'a batch lies inside its buffer');
    this.#isGrowing = false;
    this.#limit = position + limitBytes;
    const bytes = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    this.#begin(bytes, position, this.#limit, fields);
  }

  /** Bytes of the batch as it stands, header included. */
  get sizeBytes(): number {
    return this.#position - this.#start;
  }

  /** An idempotent producer learns its sequence number only when the batch is sent. */
  setProducer(producerId: number, producerEpoch: number, baseSequence: number, isTransactional: boolean): void {
    this.#fields = { ...this.#fields, producerId, producerEpoch, baseSequence, isTransactional };
  }

  /**
   * Appends a record at the next offset.
   *
   * @param timestampMs Unix milliseconds, or -1 for none.
   * @returns false when it does not fit.
   * @throws {RecordBatchError} INVALID_TIMESTAMP: neither, or more than 2^53 - 1 from the batch's first; INVALID_RECORD: a
   *   key, value or header is something else than its type says. The batch stays as it was.
   */
  append(
    timestampMs: number,
    key: RecordContent,
    value: RecordContent,
    headers: readonly NewRecordHeader[] = NO_HEADERS,
  ): boolean {
    assert(!this.#fields.isControl, 'a control batch holds control records only');
    return this.#append(timestampMs, key, value, headers);
  }

  /**
   * `append` for parts of other bytes, without a view of them: key and value are `source[start, start + length)`.
   *
   * @param keyLength -1 for null, as `valueLength`.
   */
  appendRange(
    timestampMs: number,
    source: Uint8Array,
    keyStart: number,
    keyLength: number,
    valueStart: number,
    valueLength: number,
  ): boolean {
    assert(!this.#fields.isControl, 'a control batch holds control records only');
    return this.#appendRange(
      this.#lastOffsetDelta + 1,
      timestampMs,
      source,
      keyStart,
      keyLength,
      valueStart,
      valueLength,
    );
  }

  /**
   * Appends the record that `records` stands on, with its offset, timestamp, key, value and headers: what compaction keeps.
   * Offsets must increase and lie within 2^31 of the base offset.
   */
  appendCopy(records: RecordIterator): boolean {
    const offsetDelta = records.offset - this.#fields.baseOffset;
    assert(offsetDelta > this.#lastOffsetDelta && offsetDelta <= INT32_MAX, 'offsets increase within a batch');
    const { bytes: source, contentStart, timestamp } = records;
    if (contentStart < 0) {
      const { keyStart, keyLength, valueStart, valueLength } = records;
      return this.#appendRange(offsetDelta, timestamp, source, keyStart, keyLength, valueStart, valueLength);
    }
    const contentBytes = records.recordEnd - contentStart;
    const at = this.#beginRecord(offsetDelta, timestamp, contentBytes);
    if (at < 0) return false;
    putRange(this.#bytes, at, source, contentStart, contentBytes);
    this.#endRecord(offsetDelta, timestamp, at + contentBytes);
    return true;
  }

  /** Appends a control record to a control batch. */
  appendControl(timestampMs: number, type: ControlRecordType, value: Uint8Array): boolean {
    assert(this.#fields.isControl, 'a control record goes into a control batch');
    return this.#append(timestampMs, encodeControlRecordKey(type), value, NO_HEADERS);
  }

  /**
   * Keeps the offsets of a batch that lost its last records to compaction.
   *
   * @param lastOffset that the batch says to end with; not below that of the last record.
   */
  overrideLastOffset(lastOffset: number): void {
    const delta = lastOffset - this.#fields.baseOffset;
    assert(delta >= this.#lastOffsetDelta && delta <= INT32_MAX, 'a batch ends with its last record or later');
    this.#lastOffsetDelta = delta;
  }

  /** A view of the records so far, for a compressor that works elsewhere (`compressJob`); see `finishCompressed`. */
  get records(): Uint8Array {
    return this.#bytes.subarray(this.#start + RECORD_BATCH_HEADER_BYTES, this.#position);
  }

  /**
   * Compresses, writes the header and closes the batch, which has at least one record.
   *
   * @param codec is not used when it makes the records no smaller: they are sent as they are then, as librdkafka does.
   * @param level one of the codec's; its own default when left out.
   * @returns a view of the batch, valid until the buffer is used again.
   * @throws {CompressionError} `level`: the codec has no such level.
   */
  finish(codec: CompressionCodec = 'none', level?: number): Uint8Array {
    if (codec === 'none') return this.#finish(0);
    this.#compression ??= createCompression();
    return this.finishCompressed(codec, this.#compression.compress(codec, this.records, { level }));
  }

  /** `finish` with what `codec` made of `records`. */
  finishCompressed(codec: CompressionCodec, compressed: Uint8Array): Uint8Array {
    const start = this.#start + RECORD_BATCH_HEADER_BYTES;
    if (compressed.length >= this.#position - start) return this.#finish(0);
    this.#bytes.set(compressed, start);
    this.#position = start + compressed.length;
    return this.#finish(codecId(codec));
  }

  #finish(compression: number): Uint8Array {
    assert(this.#isOpen && this.count > 0, 'a batch that is finished is open and has records');
    const { producerId, producerEpoch, baseSequence, isTransactional, isControl } = this.#fields;
    assert(!isTransactional || producerId >= 0, 'a transaction has a producer id');
    const hasSequence = producerEpoch >= 0 && (baseSequence >= 0 || isControl);
    assert(producerId < 0 || hasSequence, 'a producer id comes with an epoch and a sequence');
    writeBatchHeader(this.#bytes, this.#start, this.#fields, {
      size: this.sizeBytes,
      compression,
      lastOffsetDelta: this.#lastOffsetDelta,
      baseTimestamp: this.#baseTimestamp,
      maxTimestamp: this.maxTimestamp,
      count: this.count,
    });
    this.#isOpen = false;
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + this.#start, this.sizeBytes);
  }

  #begin(bytes: Buffer, position: number, room: number, fields: Partial<BatchFields>): void {
    assert(room - position >= RECORD_BATCH_HEADER_BYTES, 'a batch has room for its header');
    this.#fields = fields === NO_BATCH_FIELDS ? NO_BATCH_FIELDS : { ...NO_BATCH_FIELDS, ...fields };
    this.#bytes = bytes;
    this.#start = position;
    this.#position = position + RECORD_BATCH_HEADER_BYTES;
    this.#room = room;
    this.#baseTimestamp = this.#fields.deleteHorizonMs ?? -1;
    this.#lastOffsetDelta = -1;
    this.count = 0;
    this.maxTimestamp = -1;
    this.#isOpen = true;
    this.#textsAreCounted = false;
  }

  #append(timestampMs: number, key: RecordContent, value: RecordContent, headers: readonly NewRecordHeader[]): boolean {
    const isExact = this.#textsAreCounted;
    const keyLength = contentLength(key, isExact);
    const valueLength = contentLength(value, isExact);
    const restBytes = headers === NO_HEADERS ? NO_HEADERS_BYTES : headersBytes(headers, isExact);
    const offsetDelta = this.#lastOffsetDelta + 1;
    const start = this.#beginRecord(
      offsetDelta,
      timestampMs,
      sizedBytes(keyLength) + sizedBytes(valueLength) + restBytes,
    );
    if (start < 0) return false;
    let at = this.#putContent(start, key, keyLength);
    if (at >= 0) at = this.#putContent(at, value, valueLength);
    if (at >= 0) at = this.#putHeaders(at, headers, isExact);
    if (at < 0) {
      this.#textsAreCounted = true;
      return this.#append(timestampMs, key, value, headers);
    }
    this.#endRecord(offsetDelta, timestampMs, at);
    return true;
  }

  #appendRange(
    offsetDelta: number,
    timestampMs: number,
    source: Uint8Array,
    keyStart: number,
    keyLength: number,
    valueStart: number,
    valueLength: number,
  ): boolean {
    const restBytes = sizedBytes(keyLength) + sizedBytes(valueLength) + NO_HEADERS_BYTES;
    let at = this.#beginRecord(offsetDelta, timestampMs, restBytes);
    if (at < 0) return false;
    const bytes = this.#bytes;
    at = putLength(bytes, at, keyLength);
    if (keyLength > 0) {
      putRange(bytes, at, source, keyStart, keyLength);
      at += keyLength;
    }
    at = putLength(bytes, at, valueLength);
    if (valueLength > 0) {
      putRange(bytes, at, source, valueStart, valueLength);
      at += valueLength;
    }
    bytes[at] = 0;
    this.#endRecord(offsetDelta, timestampMs, at + 1);
    return true;
  }

  /**
   * Writes what stands before the key's length.
   *
   * @param restBytes of all that follows.
   * @returns where that goes, or -1 when the record does not fit.
   */
  #beginRecord(offsetDelta: number, timestampMs: number, restBytes: number): number {
    assert(this.#isOpen, 'a batch is open for records');
    if (!Number.isSafeInteger(timestampMs) || timestampMs < -1) throw invalidTimestamp(timestampMs, this.sizeBytes);
    if (this.count === 0 && this.#fields.deleteHorizonMs === null) this.#baseTimestamp = timestampMs;
    const timestampDelta = timestampMs - this.#baseTimestamp;
    // As far as a reader without BigInt gets: `RecordIterator` refuses the rest.
    if (!Number.isSafeInteger(timestampDelta)) throw invalidTimestampDelta(timestampDelta, this.sizeBytes);
    const zigzagDelta = (offsetDelta << 1) >>> 0;
    const length = 1 + varlongBytes(timestampDelta) + uvarintBytes(zigzagDelta) + restBytes;
    const end = this.#position + uvarintBytes(length * 2) + length;
    if (end > this.#room && !this.#grow(end)) return -1;
    if (this.count === this.#recordsMax || offsetDelta > INT32_MAX) return -1;
    const bytes = this.#bytes;
    let at = putVarint(bytes, this.#position, length * 2);
    bytes[at] = 0;
    at = putVarlong(bytes, at + 1, timestampDelta);
    return putVarint(bytes, at, zigzagDelta);
  }

  #endRecord(offsetDelta: number, timestampMs: number, end: number): void {
    this.#position = end;
    this.#lastOffsetDelta = offsetDelta;
    this.count++;
    if (timestampMs > this.maxTimestamp) this.maxTimestamp = timestampMs;
  }

  /** Writes a length and what it counts. @returns the position behind it, -1 when a text is longer than that. */
  #putContent(position: number, content: RecordContent, length: number): number {
    const bytes = this.#bytes;
    const at = putLength(bytes, position, length);
    if (content === null) return at;
    if (typeof content !== 'string') putBytes(bytes, at, content);
    else if (!putText(bytes, at, content, length, this.#room)) return -1;
    return at + length;
  }

  #putHeaders(position: number, headers: readonly NewRecordHeader[], isExact: boolean): number {
    let at = putVarint(this.#bytes, position, headers.length * 2);
    for (let i = 0; i < headers.length && at >= 0; i++) {
      const { key, value } = headers[i]!;
      at = this.#putContent(at, key, contentLength(key, isExact));
      if (at >= 0) at = this.#putContent(at, value, contentLength(value, isExact));
    }
    return at;
  }

  /** @returns false when the batch must not reach as far as `end`. */
  #grow(end: number): boolean {
    if (!this.#isGrowing || end > this.#limit) return false;
    const grown = Buffer.allocUnsafeSlow(Math.min(this.#limit, Math.max(end, this.#own.length * 2)));
    grown.set(this.#own.subarray(0, this.#position));
    this.#own = grown;
    this.#bytes = grown;
    this.#room = grown.length;
    return true;
  }
}

function putLength(bytes: Uint8Array, at: number, length: number): number {
  return putVarint(bytes, at, length < 0 ? 1 : length * 2);
}

function invalidTimestamp(timestampMs: number, position: number): RecordBatchError {
  return new RecordBatchError(
    'INVALID_TIMESTAMP',
    `timestamp ${timestampMs}, expected whole milliseconds or -1`,
    position,
  );
}

function invalidTimestampDelta(delta: number, position: number): RecordBatchError {
  const reason = `a timestamp ${Math.abs(delta)} ms from the first of its batch, at most 2^53 - 1 can be said`;
  return new RecordBatchError('INVALID_TIMESTAMP', reason, position);
}
