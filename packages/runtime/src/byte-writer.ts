/**
 * Writes big-endian bytes into one growing buffer; large foreign buffers (record batches) are spliced in by reference, so
 * that a response is a few chunks for one vectored write and its records are never copied.
 *
 * Reuse one writer for many messages: `reset` keeps the buffer. What `chunks` and `view` return lies in that buffer and is
 * valid until the next write or reset; `toBytes` copies.
 */
import { assert } from './assert.ts';
import { parseUuidInto } from './uuid.ts';

const TWO_32 = 4_294_967_296;
/** Below this a copy is cheaper than one more chunk in the vectored write. */
const SPLICE_BYTES_MIN = 1024;
/** A string of at most so many UTF-16 units has a one-byte varint length whatever its characters are. */
const SHORT_STRING_UNITS = 42;

export class ByteWriter {
  buffer: Buffer;
  view: DataView;
  /** Next byte in `buffer`; spliced bytes are not counted. */
  position = 0;
  capacity: number;
  readonly #spliceAt: number[] = [];
  readonly #splices: Uint8Array[] = [];
  #splicedBytes = 0;

  /** @param initialBytes capacity to begin with, or the buffer to write into first. */
  constructor(initialBytes: number | Uint8Array = 1024) {
    const initial = typeof initialBytes === 'number' ? Buffer.allocUnsafeSlow(initialBytes) : initialBytes;
    this.buffer = Buffer.from(initial.buffer, initial.byteOffset, initial.byteLength);
    this.view = new DataView(initial.buffer, initial.byteOffset, initial.byteLength);
    this.capacity = initial.byteLength;
  }

  reset(): void {
    this.position = 0;
    this.#forgetSplices(0);
  }

  /** Bytes written, splices included. */
  get size(): number {
    return this.position + this.#splicedBytes;
  }

  /** Where the writer stands, for `rewind`. */
  mark(): WriterMark {
    return { position: this.position, splices: this.#splices.length, size: this.size };
  }

  /** Bytes written since the mark, splices included. */
  sizeSince(mark: WriterMark): number {
    return this.size - mark.size;
  }

  /** Takes back what was written since the mark. */
  rewind(mark: WriterMark): void {
    this.position = mark.position;
    this.#forgetSplices(mark.splices);
  }

  /** Makes room for `count` bytes, moves past them and returns where they start. `view` may be another one afterwards. */
  reserve(count: number): number {
    const at = this.position;
    if (at + count > this.capacity) this.#grow(at + count);
    this.position = at + count;
    return at;
  }

  int8(value: number): void {
    const at = this.reserve(1);
    this.view.setInt8(at, value);
  }

  int16(value: number): void {
    const at = this.reserve(2);
    this.view.setInt16(at, value);
  }

  int32(value: number): void {
    const at = this.reserve(4);
    this.view.setInt32(at, value);
  }

  uint32(value: number): void {
    const at = this.reserve(4);
    this.view.setUint32(at, value);
  }

  /** An int64 from a safe integer. */
  int53(value: number): void {
    const at = this.reserve(8);
    this.view.setInt32(at, Math.floor(value / TWO_32));
    this.view.setUint32(at + 4, value >>> 0);
  }

  int64(value: bigint): void {
    const at = this.reserve(8);
    this.view.setBigInt64(at, value);
  }

  float64(value: number): void {
    const at = this.reserve(8);
    this.view.setFloat64(at, value);
  }

  boolean(value: boolean): void {
    const at = this.reserve(1);
    this.buffer[at] = value ? 1 : 0;
  }

  /** @returns false, with nothing written, when `text` is not a UUID's text. */
  uuid(text: string): boolean {
    const at = this.reserve(16);
    if (this.uuidAt(text, at)) return true;
    this.position = at;
    return false;
  }

  /** As `uuid`, at a position that was reserved before. */
  uuidAt(text: string, at: number): boolean {
    return parseUuidInto(text, this.buffer, at);
  }

  /** Unsigned LEB128 of a number below 2^32. */
  uvarint(value: number): void {
    let at = this.reserve(5);
    let rest = value >>> 0;
    const buffer = this.buffer;
    while (rest > 0x7f) {
      buffer[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    buffer[at++] = rest;
    this.position = at;
  }

  /** Zigzag int32. */
  varint(value: number): void {
    this.uvarint((value << 1) ^ (value >> 31));
  }

  /** Zigzag int64 of a safe integer. */
  varlong53(value: number): void {
    // The zigzag value needs up to 54 bits: kept as 28 bits below and the rest above.
    const magnitude = value < 0 ? -value - 1 : value;
    let low = ((magnitude % 134_217_728) << 1) | (value < 0 ? 1 : 0);
    let high = Math.floor(magnitude / 134_217_728);
    let at = this.reserve(10);
    const buffer = this.buffer;
    for (let i = 0; i < 4; i++) {
      const more = high > 0 || low > 0x7f;
      buffer[at++] = (low & 0x7f) | (more ? 0x80 : 0);
      if (!more) {
        this.position = at;
        return;
      }
      low >>>= 7;
    }
    while (high > 0x7f) {
      buffer[at++] = (high % 128) | 0x80;
      high = Math.floor(high / 128);
    }
    buffer[at++] = high;
    this.position = at;
  }

  /** Copies. */
  bytes(source: Uint8Array): void {
    const at = this.reserve(source.length);
    this.buffer.set(source, at);
  }

  /** Puts `source` here by reference when it is large: it must not change until the chunks were sent. */
  splice(source: Uint8Array): void {
    if (source.length < SPLICE_BYTES_MIN) {
      this.bytes(source);
      return;
    }
    this.#spliceAt.push(this.position);
    this.#splices.push(source);
    this.#splicedBytes += source.length;
  }

  /** UTF-8 after an int16 length. @returns false, with nothing written, when it is longer than 32,767 bytes. */
  string(text: string): boolean {
    const at = this.position;
    const units = text.length;
    if (units <= SHORT_STRING_UNITS && this.#ascii(text, 2)) {
      this.view.setInt16(at, units);
      return true;
    }
    const count = Buffer.byteLength(text);
    if (count > 0x7fff) return false;
    this.reserve(2 + count);
    this.view.setInt16(at, count);
    this.buffer.write(text, at + 2, count, 'utf8');
    return true;
  }

  /** UTF-8 after an unsigned varint of the length plus one. @returns as `string`. */
  compactString(text: string): boolean {
    const at = this.position;
    const units = text.length;
    if (units <= SHORT_STRING_UNITS && this.#ascii(text, 1)) {
      this.buffer[at] = units + 1;
      return true;
    }
    const count = Buffer.byteLength(text);
    if (count > 0x7fff) return false;
    this.uvarint(count + 1);
    const start = this.reserve(count);
    this.buffer.write(text, start, count, 'utf8');
    return true;
  }

  /** Writes a short text behind `prefixBytes` free bytes; false, with nothing written, when it is not ASCII. */
  #ascii(text: string, prefixBytes: number): boolean {
    const units = text.length;
    const start = this.position;
    let at = this.reserve(prefixBytes + units) + prefixBytes;
    const buffer = this.buffer;
    for (let i = 0; i < units; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        this.position = start;
        return false;
      }
      buffer[at++] = code;
    }
    return true;
  }

  /** Begins content whose varint size stands before it; `endSized` fills the size in. No splices in between. */
  beginSized(): number {
    return this.reserve(1);
  }

  endSized(at: number): void {
    const size = this.position - at - 1;
    if (size < 0x80) {
      this.buffer[at] = size;
      return;
    }
    const extra = uvarintBytes(size) - 1;
    this.reserve(extra);
    this.buffer.copyWithin(at + 1 + extra, at + 1, at + 1 + size);
    const end = this.position;
    this.position = at;
    this.uvarint(size);
    this.position = end;
  }

  /** Everything written, in order, for one vectored write. */
  chunks(): Uint8Array[] {
    const result: Uint8Array[] = [];
    let from = 0;
    for (let i = 0; i < this.#splices.length; i++) {
      const at = this.#spliceAt[i]!;
      if (at > from) result.push(this.buffer.subarray(from, at));
      result.push(this.#splices[i]!);
      from = at;
    }
    if (this.position > from) result.push(this.buffer.subarray(from, this.position));
    return result;
  }

  /** Everything written, as a view on the writer's buffer. Only without splices. */
  written(): Uint8Array {
    assert(this.#splices.length === 0, 'a writer with splices is read as chunks');
    return this.buffer.subarray(0, this.position);
  }

  /** Everything written, copied into one array of its own. */
  toBytes(): Uint8Array {
    const result = new Uint8Array(this.size);
    let at = 0;
    for (const chunk of this.chunks()) {
      result.set(chunk, at);
      at += chunk.length;
    }
    return result;
  }

  #forgetSplices(keep: number): void {
    while (this.#splices.length > keep) {
      this.#splicedBytes -= this.#splices.pop()!.length;
      this.#spliceAt.pop();
    }
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.capacity * 2, 64));
    this.buffer.copy(grown, 0, 0, this.position);
    this.buffer = grown;
    this.view = new DataView(grown.buffer, grown.byteOffset, grown.byteLength);
    this.capacity = grown.byteLength;
  }
}

export interface WriterMark {
  readonly position: number;
  readonly splices: number;
  readonly size: number;
}

/** Bytes that `ByteWriter.uvarint` writes for `value`. */
export function uvarintBytes(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;
}
