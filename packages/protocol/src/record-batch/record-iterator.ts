/**
 * The records of a batch, one after the other, as positions into its bytes.
 *
 * Nothing is made per record: a consumer that wants offsets only pays for offsets only. `key()`, `value()` and `headers()`
 * make views on demand. Compressed batches are decompressed as they are opened, within a cap.
 */
import { ByteReader, ByteReaderError } from '@ottla/runtime';
import { BatchIterator, wholeBatchSize } from './batch-iterator.ts';
import { LegacyMessages } from './legacy-message.ts';
import {
  addToSequence,
  batchBaseOffset,
  batchBaseSequence,
  batchBaseTimestamp,
  batchCompression,
  batchCount,
  batchMagic,
  batchMaxTimestamp,
  batchTimestampType,
  RECORD_BATCH_HEADER_BYTES,
} from './record-batch-header.ts';
import { RecordBatchError } from './record-batch-error.ts';
import { RecordDecompressor, type DecompressionOptions } from './record-compression.ts';
import { shortVarint, takeLength, unzigzag } from './record-decoding.ts';

export interface RecordHeader {
  readonly key: string;
  readonly value: Uint8Array | null;
}

/** Length, attributes, timestamp delta, offset delta, key length, value length and header count, a byte each. */
export const RECORD_BYTES_MIN = 7;
/** Room within which six varints of at most three bytes end: no load of the fast path leaves the array. */
const FAST_PATH_BYTES = 16;
/** Timestamps and offsets below this stay exact after any delta that the fast path reads, and any int32. */
const EXACT_BASE_MAX = Number.MAX_SAFE_INTEGER - 0x8000_0000;
const NO_BYTES = new Uint8Array(0);
const NO_HEADERS: readonly RecordHeader[] = [];

/**
 * A cursor: `open` a batch (or `openAll` the batches of a stretch of bytes), then `while (records.next())` read its fields.
 * Reuse one for many batches. All formats: of magic 0 and 1 the wrapped messages are walked.
 *
 * Checked on the way: that every length stays inside its record, its batch and the array, and that the batch holds exactly
 * the records that it counts. Headers are checked when they are asked for. Stricter: `validateRecords`.
 */
export class RecordIterator {
  // The current record; `next` writes, everyone may read.
  offset = -1;
  /** Unix milliseconds; when the broker appended the batch if that is its timestamp type; -1 for none. */
  timestamp = -1;
  /** What the positions below point into: the batch's own bytes, or the decompressed ones. Valid until the next `open`. */
  bytes: Uint8Array = NO_BYTES;
  keyStart = 0;
  /** -1 when the key is null. */
  keyLength = -1;
  valueStart = 0;
  /** -1 when the value is null. */
  valueLength = -1;
  headerCount = 0;
  headersStart = 0;
  /**
   * Where the key's length stands: from here to its end a record does not depend on where and when it was appended. -1 for
   * messages of magic 0 and 1, which are laid out otherwise.
   */
  contentStart = -1;
  /** One past the record's last byte. */
  recordEnd = 0;

  /** The batch that the current record stands in: for `batchProducerId(records.batch, records.batchPosition)` and the like. */
  batch: Uint8Array = NO_BYTES;
  batchPosition = 0;

  readonly #decompressor: RecordDecompressor;
  /** Records of this batch that `next` has not reached; 0 while legacy messages are walked. */
  #left = 0;
  #next = 0;
  /** One past the batch's records in `bytes`. */
  #end = 0;
  /** From here on a record goes the careful way. */
  #fastEnd = -1;
  #baseOffset = 0;
  #baseTimestamp = 0;
  /** The timestamp of every record when `#isLogAppendTime`. */
  #appendTimestamp = 0;
  #isLogAppendTime = false;
  #isLegacy = false;
  #legacy: LegacyMessages | null = null;
  #batches: BatchIterator | null = null;
  #reader: ByteReader | null = null;
  /** Why the batch could not be opened. */
  #fault: Error | null = null;

  constructor(options: DecompressionOptions = {}) {
    this.#decompressor = new RecordDecompressor(options);
  }

  /**
   * Points before the first record of the batch at `position`.
   *
   * @param decompressed the batch's records, when they were decompressed elsewhere (`decompressJob`).
   * @throws {RecordBatchError} the batch is cut off or its header cannot be; what is compressed cannot be decompressed.
   */
  open(bytes: Uint8Array, position = 0, decompressed: Uint8Array | null = null): void {
    this.#batches = null;
    this.#openBatch(bytes, position, decompressed);
  }

  /** Points before the first record of the batches in `bytes[start, end)`. A batch cut off at the end is left out. */
  openAll(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.#left = 0;
    this.#isLegacy = false;
    this.#fault = null;
    this.#batches = new BatchIterator(bytes, start, end);
  }

  /**
   * Moves to the next record; false when there is none.
   *
   * @throws {RecordBatchError} the record cannot be: nothing after it can be read, and every further call throws the same.
   */
  next(): boolean {
    const left = this.#left;
    if (left === 0) return this.#nextBatch();
    // The way of nearly all records: whatever looks odd goes to `#nextCarefully`, which alone decides and says why.
    const bytes = this.bytes;
    const fastEnd = this.#fastEnd;
    let at = this.#next;
    if (at > fastEnd) return this.#nextCarefully();
    const length = shortVarint(bytes, at);
    at += length & 3;
    const recordEnd = at + (length >>> 3);
    const timestampDelta = shortVarint(bytes, at + 1);
    at += 1 + (timestampDelta & 3);
    const offsetDelta = shortVarint(bytes, at);
    at += offsetDelta & 3;
    const contentStart = at;
    const key = shortVarint(bytes, at);
    at += key & 3;
    const keyStart = at;
    const keyLength = unzigzag(key >>> 2);
    if (keyLength > 0) at += keyLength;
    if (at > fastEnd) return this.#nextCarefully();
    const value = shortVarint(bytes, at);
    at += value & 3;
    const valueStart = at;
    const valueLength = unzigzag(value >>> 2);
    if (valueLength > 0) at += valueLength;
    if (at > fastEnd) return this.#nextCarefully();
    const headers = shortVarint(bytes, at);
    at += headers & 3;
    const headerCount = headers >>> 3;
    if (
      // Bit 2 is the zigzag sign; 0 is a varint of more than three bytes.
      ((length | offsetDelta | headers) & 4) !== 0 ||
      length === 0 ||
      timestampDelta === 0 ||
      offsetDelta === 0 ||
      key === 0 ||
      value === 0 ||
      headers === 0 ||
      keyLength < -1 ||
      valueLength < -1 ||
      (headerCount === 0 ? at !== recordEnd : at + 2 * headerCount > recordEnd) ||
      (left === 1 ? recordEnd !== this.#end : recordEnd > this.#end)
    ) {
      return this.#nextCarefully();
    }
    this.offset = this.#baseOffset + (offsetDelta >>> 3);
    this.timestamp = this.#isLogAppendTime
      ? this.#appendTimestamp
      : this.#baseTimestamp + unzigzag(timestampDelta >>> 2);
    this.keyStart = keyStart;
    this.keyLength = keyLength;
    this.valueStart = valueStart;
    this.valueLength = valueLength;
    this.headerCount = headerCount;
    this.headersStart = at;
    this.contentStart = contentStart;
    this.recordEnd = recordEnd;
    this.#next = recordEnd;
    this.#left = left - 1;
    return true;
  }

  /** A view of the current record's key, or null. */
  key(): Uint8Array | null {
    const bytes = this.bytes;
    return this.keyLength < 0 ? null : new Uint8Array(bytes.buffer, bytes.byteOffset + this.keyStart, this.keyLength);
  }

  /** A view of the current record's value, or null. */
  value(): Uint8Array | null {
    const bytes = this.bytes;
    return this.valueLength < 0
      ? null
      : new Uint8Array(bytes.buffer, bytes.byteOffset + this.valueStart, this.valueLength);
  }

  /**
   * The current record's headers in order, one key perhaps several times; values are views.
   *
   * @throws {RecordBatchError} INVALID_RECORD: they do not fill their place in the record exactly.
   */
  headers(): readonly RecordHeader[] {
    if (this.headerCount === 0) return NO_HEADERS;
    const headers: RecordHeader[] = [];
    this.#walkHeaders(headers);
    return headers;
  }

  /** Throws what `headers` would, and makes nothing. */
  checkHeaders(): void {
    if (this.headerCount !== 0) this.#walkHeaders(null);
  }

  /** The producer's sequence number of the current record, -1 when it has none. */
  get sequence(): number {
    if (batchMagic(this.batch, this.batchPosition) < 2) return -1;
    const base = batchBaseSequence(this.batch, this.batchPosition);
    return base < 0 ? -1 : addToSequence(base, this.offset - this.#baseOffset);
  }

  #nextBatch(): boolean {
    for (;;) {
      if (this.#fault !== null) throw this.#fault;
      if (this.#isLegacy && this.#nextLegacy(this.#legacy!)) return true;
      const batches = this.#batches;
      if (batches === null || !batches.next()) return false;
      this.#openBatch(batches.bytes, batches.position, null);
      if (this.#left > 0) return this.next();
    }
  }

  #openBatch(bytes: Uint8Array, position: number, decompressed: Uint8Array | null): void {
    this.batch = bytes;
    this.batchPosition = position;
    // Until all is known to be good there is nothing to read: an error here must not leave the batch before half open.
    this.#left = 0;
    this.#isLegacy = false;
    this.#fault = null;
    try {
      const size = wholeBatchSize(bytes, position);
      if (batchMagic(bytes, position) < 2) this.#openLegacy(bytes, position, size);
      else this.#openRecords(bytes, position, size, decompressed);
    } catch (error) {
      this.#fault = error as Error;
      throw error;
    }
  }

  #openLegacy(bytes: Uint8Array, position: number, size: number): void {
    this.#legacy ??= new LegacyMessages(this.#decompressor);
    this.#legacy.open(bytes, position, size);
    this.#isLegacy = true;
  }

  #openRecords(bytes: Uint8Array, position: number, size: number, decompressed: Uint8Array | null): void {
    this.#baseOffset = batchBaseOffset(bytes, position);
    this.#baseTimestamp = batchBaseTimestamp(bytes, position);
    this.#appendTimestamp = batchMaxTimestamp(bytes, position);
    this.#isLogAppendTime = batchTimestampType(bytes, position) === 'LogAppendTime';
    if (this.#baseOffset < 0 || this.#baseOffset > EXACT_BASE_MAX) {
      throw invalid(`base offset ${this.#baseOffset}`, position);
    }
    const count = batchCount(bytes, position);
    this.#findRecords(bytes, position, size, decompressed);
    const recordBytes = this.#end - this.#next;
    if (count < 0 || count * RECORD_BYTES_MIN > recordBytes || (count === 0 && recordBytes > 0)) {
      throw invalid(`${count} records in ${recordBytes} bytes`, position);
    }
    this.#fastEnd = Math.abs(this.#baseTimestamp) > EXACT_BASE_MAX ? -1 : this.bytes.length - FAST_PATH_BYTES;
    this.#left = count;
  }

  /** Finds the records' bytes, decompressed if need be. */
  #findRecords(bytes: Uint8Array, position: number, size: number, decompressed: Uint8Array | null): void {
    const start = position + RECORD_BATCH_HEADER_BYTES;
    const compression = batchCompression(bytes, position);
    if (compression === 0 || batchCount(bytes, position) === 0) {
      this.bytes = bytes;
      this.#next = start;
      this.#end = position + size;
      return;
    }
    this.bytes = decompressed ?? this.#decompressor.decompress(compression, bytes, start, position + size, position);
    this.#next = 0;
    this.#end = this.bytes.length;
  }

  /** Reads one record that may be anything, and is the one that says what is wrong with it. */
  #nextCarefully(): boolean {
    const reader = this.#readerOver(this.#next, this.#end);
    try {
      const length = reader.varint();
      if (length < RECORD_BYTES_MIN - 1 || length > reader.remaining) {
        reader.fail(`record length ${length}, ${reader.remaining} bytes left`);
      }
      reader.end = reader.position + length;
      reader.take(1);
      const timestamp = this.#baseTimestamp + reader.varlong53();
      if (!Number.isSafeInteger(timestamp)) throw this.#timestampFault();
      const offsetDelta = reader.varint();
      if (offsetDelta < 0) reader.fail(`offset delta ${offsetDelta}`);
      const contentStart = reader.position;
      const keyLength = takeLength(reader, 'key');
      const keyStart = reader.take(Math.max(0, keyLength));
      const valueLength = takeLength(reader, 'value');
      const valueStart = reader.take(Math.max(0, valueLength));
      const headerCount = reader.varint();
      if (headerCount < 0 || 2 * headerCount > reader.remaining)
        reader.fail(`${headerCount} headers, ${reader.remaining} bytes left`);
      if (headerCount === 0 && reader.remaining > 0) reader.fail(`${reader.remaining} bytes left in the record`);
      const recordEnd = reader.end - this.bytes.byteOffset;
      if (this.#left === 1 && recordEnd !== this.#end)
        reader.fail(`${this.#end - recordEnd} bytes after the last record`, reader.end);
      this.offset = this.#baseOffset + offsetDelta;
      this.timestamp = this.#isLogAppendTime ? this.#appendTimestamp : timestamp;
      this.keyStart = keyStart - this.bytes.byteOffset;
      this.keyLength = keyLength;
      this.valueStart = valueStart - this.bytes.byteOffset;
      this.valueLength = valueLength;
      this.headerCount = headerCount;
      this.headersStart = reader.position - this.bytes.byteOffset;
      this.contentStart = contentStart - this.bytes.byteOffset;
      this.recordEnd = recordEnd;
    } catch (error) {
      throw this.#readFault(error, batchCount(this.batch, this.batchPosition) - this.#left);
    }
    this.#next = this.recordEnd;
    this.#left--;
    return true;
  }

  #nextLegacy(messages: LegacyMessages): boolean {
    if (!messages.next()) return false;
    this.bytes = messages.bytes;
    this.offset = messages.offset;
    this.timestamp = messages.timestamp;
    this.keyStart = messages.keyStart;
    this.keyLength = messages.keyLength;
    this.valueStart = messages.valueStart;
    this.valueLength = messages.valueLength;
    this.headerCount = 0;
    this.headersStart = messages.end;
    this.contentStart = -1;
    this.recordEnd = messages.end;
    return true;
  }

  #walkHeaders(into: RecordHeader[] | null): void {
    const reader = this.#readerOver(this.headersStart, this.recordEnd);
    try {
      for (let i = 0; i < this.headerCount; i++) {
        const keyLength = reader.varint();
        if (keyLength < 0) reader.fail(`header key length ${keyLength}`);
        const keyStart = reader.take(keyLength);
        const valueLength = takeLength(reader, 'header value');
        const valueStart = reader.take(Math.max(0, valueLength));
        into?.push({
          key: reader.bytes.toString('utf8', keyStart, keyStart + keyLength),
          value: valueLength < 0 ? null : new Uint8Array(reader.view.buffer, valueStart, valueLength),
        });
      }
      if (reader.remaining > 0) reader.fail(`${reader.remaining} bytes after the last header`);
    } catch (error) {
      throw this.#readFault(error, batchCount(this.batch, this.batchPosition) - this.#left - 1);
    }
  }

  #readerOver(start: number, end: number): ByteReader {
    const reader = (this.#reader ??= new ByteReader(this.bytes));
    reader.reset(this.bytes);
    reader.position += start;
    reader.end = reader.start + end;
    return reader;
  }

  #timestampFault(): RecordBatchError {
    const reason = `record ${batchCount(this.batch, this.batchPosition) - this.#left}: timestamp is beyond 2^53`;
    return new RecordBatchError('INVALID_TIMESTAMP', reason, this.batchPosition);
  }

  /** What a reader threw, as the batch's error. */
  #readFault(error: unknown, index: number): unknown {
    if (!(error instanceof ByteReaderError)) return error;
    if (this.bytes === this.batch) return invalid(`record ${index}: ${error.reason}`, error.position);
    return invalid(`record ${index}: ${error.reason} at byte ${error.position} once decompressed`, this.batchPosition);
  }
}

function invalid(reason: string, position: number): RecordBatchError {
  return new RecordBatchError('INVALID_RECORD', reason, position);
}
