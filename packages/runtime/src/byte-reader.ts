/**
 * A cursor over big-endian bytes, as Kafka writes them. No BigInt on hot paths: `int53` reads an int64 as a number and
 * refuses what a number cannot hold.
 *
 * Positions are absolute in the underlying ArrayBuffer, so that one DataView serves every frame of a slab; what people see
 * (`ByteReaderError.position`) counts from the first byte of the reader.
 */
import { OperationalError } from './errors.ts';
import type { StringCache } from './string-cache.ts';
import { formatUuid } from './uuid.ts';

const TWO_32 = 4_294_967_296;

/** The bytes end too early or hold what the asked type cannot be. */
export class ByteReaderError extends OperationalError {
  override readonly name = 'ByteReaderError';
  readonly code = 'ERR_BYTES_MALFORMED';
  readonly retriable = false;
  /** Bytes from the start of the reader. */
  readonly position: number;
  /** What is wrong there, without the position. */
  readonly reason: string;

  constructor(reason: string, position: number) {
    super(`${reason} at byte ${position}`);
    this.reason = reason;
    this.position = position;
  }
}

export class ByteReader {
  /** The whole ArrayBuffer, as bytes and as a view. */
  bytes: Buffer;
  view: DataView;
  /** Absolute positions: first byte, next byte, one past the last byte. */
  start: number;
  position: number;
  end: number;
  /** Memory that what is decoded may still take; codecs count it down, so that nested arrays stay bounded. */
  memoryLeft: number;

  /** Remembers recurring strings; null decodes each anew. */
  readonly strings: StringCache | null;

  constructor(bytes: Uint8Array, strings: StringCache | null = null) {
    this.strings = strings;
    this.bytes = Buffer.from(bytes.buffer, 0, bytes.buffer.byteLength);
    this.view = new DataView(bytes.buffer);
    this.start = bytes.byteOffset;
    this.position = bytes.byteOffset;
    this.end = bytes.byteOffset + bytes.byteLength;
    this.memoryLeft = Number.MAX_SAFE_INTEGER;
  }

  /** Points at other bytes; cheap when they lie in the same ArrayBuffer. */
  reset(bytes: Uint8Array): void {
    if (bytes.buffer !== this.view.buffer) {
      this.bytes = Buffer.from(bytes.buffer, 0, bytes.buffer.byteLength);
      this.view = new DataView(bytes.buffer);
    }
    this.start = bytes.byteOffset;
    this.position = bytes.byteOffset;
    this.end = bytes.byteOffset + bytes.byteLength;
    this.memoryLeft = Number.MAX_SAFE_INTEGER;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.position - this.start;
  }

  /** @throws {ByteReaderError} always. */
  fail(reason: string, position = this.position): never {
    throw new ByteReaderError(reason, position - this.start);
  }

  /** Moves past `count` bytes and returns where they start. @throws {ByteReaderError} fewer are left. */
  take(count: number): number {
    const at = this.position;
    if (count > this.end - at) this.fail(`${count} bytes wanted, ${this.end - at} left`, at);
    this.position = at + count;
    return at;
  }

  int8(): number {
    return this.view.getInt8(this.take(1));
  }

  uint8(): number {
    return this.view.getUint8(this.take(1));
  }

  int16(): number {
    return this.view.getInt16(this.take(2));
  }

  uint16(): number {
    return this.view.getUint16(this.take(2));
  }

  int32(): number {
    return this.view.getInt32(this.take(4));
  }

  uint32(): number {
    return this.view.getUint32(this.take(4));
  }

  /** An int64 that must be a safe integer. */
  int53(): number {
    const at = this.take(8);
    const value = this.view.getInt32(at) * TWO_32 + this.view.getUint32(at + 4);
    if (!Number.isSafeInteger(value)) this.fail(`int64 ${this.view.getBigInt64(at)} is beyond 2^53`, at);
    return value;
  }

  int64(): bigint {
    return this.view.getBigInt64(this.take(8));
  }

  float64(): number {
    return this.view.getFloat64(this.take(8));
  }

  /** Any byte but 0 is true, as in Kafka. */
  boolean(): boolean {
    return this.view.getInt8(this.take(1)) !== 0;
  }

  uuid(): string {
    return formatUuid(this.bytes, this.take(16));
  }

  /** Unsigned LEB128 of 32 bits, at most 5 bytes; bits above 32 are dropped, as Kafka does. */
  uvarint(): number {
    const at = this.position;
    let value = 0;
    for (let i = 0; i < 5; i++) {
      if (at + i >= this.end) this.fail('varint is cut off', at);
      const byte = this.bytes[at + i]!;
      value |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80) {
        this.position = at + i + 1;
        return value >>> 0;
      }
    }
    return this.fail('varint is longer than 5 bytes', at);
  }

  /** Zigzag int32. */
  varint(): number {
    const raw = this.uvarint();
    return (raw >>> 1) ^ -(raw & 1);
  }

  /** Zigzag int64, at most 10 bytes, that must be a safe integer. */
  varlong53(): number {
    const at = this.position;
    let low = 0; // bits 0-27 of the zigzag value
    let high = 0; // bits 28-63
    for (let i = 0; i < 10; i++) {
      if (at + i >= this.end) this.fail('varlong is cut off', at);
      const byte = this.bytes[at + i]!;
      // The tenth byte has room for one bit; Kafka drops the others.
      const bits = i === 9 ? byte & 1 : byte & 0x7f;
      if (i < 4) low |= bits << (7 * i);
      else high += bits * 2 ** (7 * (i - 4));
      if (byte < 0x80) {
        this.position = at + i + 1;
        return this.#unzigzag(low, high, at);
      }
    }
    return this.fail('varlong is longer than 10 bytes', at);
  }

  #unzigzag(low: number, high: number, at: number): number {
    // value = (zigzag >>> 1) ^ -(zigzag & 1), in two halves: 27 bits below, the rest above.
    const magnitude = high * 134_217_728 + (low >>> 1);
    const value = (low & 1) === 0 ? magnitude : -magnitude - 1;
    if (!Number.isSafeInteger(value)) this.fail('varlong is beyond 2^53', at);
    return value;
  }

  /** A view, not a copy. */
  view8(count: number): Uint8Array {
    const at = this.take(count);
    return new Uint8Array(this.view.buffer, at, count);
  }

  utf8(count: number): string {
    return this.utf8At(this.take(count), count);
  }

  /** The string at an absolute position, which the caller has checked. */
  utf8At(at: number, count: number): string {
    if (this.strings !== null) return this.strings.decode(this.bytes, at, count);
    return this.bytes.toString('utf8', at, at + count);
  }
}
