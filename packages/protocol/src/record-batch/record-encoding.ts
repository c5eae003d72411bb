/** How the numbers, lengths, bytes and texts of a record are written. */
import { uvarintBytes } from '@ottla/runtime';

/** Fewer bytes are copied faster by a loop than by a call of `TypedArray.set`. */
const LOOP_BYTES_MAX = 8;
/** Shorter texts are written faster by a loop than by a call into native code. */
const LOOP_UNITS_MAX = 12;
/** The longest UTF-8 sequence: room in which one that did not fit its expected length must show. */
const CHARACTER_BYTES_MAX = 4;

/** An int32 as the unsigned number that is written as a varint. */
export function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

/** Writes an unsigned varint below 2^32. @returns the position behind it. */
export function putVarint(bytes: Uint8Array, at: number, value: number): number {
  if (value < 0x80) {
    bytes[at] = value;
    return at + 1;
  }
  if (value < 0x4000) {
    bytes[at] = value | 0x80;
    bytes[at + 1] = value >>> 7;
    return at + 2;
  }
  let end = at;
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes[end++] = rest | 0x80;
  bytes[end] = rest;
  return end + 1;
}

/** Bytes that `putVarlong` writes. */
export function varlongBytes(value: number): number {
  if (value === (value | 0)) return uvarintBytes(zigzag(value));
  let count = 1;
  for (let rest = Math.floor(magnitude(value) / 64); rest > 0; rest = Math.floor(rest / 128)) count++;
  return count;
}

/** Writes a safe integer as a zigzag int64. @returns the position behind it. */
export function putVarlong(bytes: Uint8Array, at: number, value: number): number {
  if (value === (value | 0)) return putVarint(bytes, at, zigzag(value));
  // Zigzag would need 54 bits: its lowest bit, the sign, goes into the first byte by itself.
  const size = magnitude(value);
  let end = at;
  let byte = ((size % 64) << 1) | (value < 0 ? 1 : 0);
  for (let rest = Math.floor(size / 64); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[end++] = byte | 0x80;
    byte = rest % 128;
  }
  bytes[end] = byte;
  return end + 1;
}

function magnitude(value: number): number {
  return value < 0 ? -1 - value : value;
}

/** Copies `source[start, start + length)` without a view where a loop is faster. */
export function putRange(bytes: Uint8Array, at: number, source: Uint8Array, start: number, length: number): void {
  if (length > LOOP_BYTES_MAX) {
    bytes.set(new Uint8Array(source.buffer, source.byteOffset + start, length), at);
    return;
  }
  for (let i = 0; i < length; i++) bytes[at + i] = source[start + i]!;
}

export function putBytes(bytes: Uint8Array, at: number, source: Uint8Array): void {
  const length = source.length;
  if (length > LOOP_BYTES_MAX) {
    bytes.set(source, at);
    return;
  }
  for (let i = 0; i < length; i++) bytes[at + i] = source[i]!;
}

/**
 * Writes a text as UTF-8 if that takes exactly `expected` bytes. The caller gives the length in UTF-16 units first, which is
 * right for ASCII and costs nothing to know, and the true one when that was wrong.
 *
 * @param room where writing must end at the latest; between `at + expected` and it anything may be overwritten.
 * @returns false when it takes more bytes: what stands from `at` on is then of no use.
 */
export function putText(bytes: Buffer, at: number, text: string, expected: number, room: number): boolean {
  const units = text.length;
  if (expected !== units) return bytes.write(text, at, expected) === expected;
  if (units <= LOOP_UNITS_MAX) {
    for (let i = 0; i < units; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      bytes[at + i] = code;
    }
    return true;
  }
  if (at + expected + CHARACTER_BYTES_MAX > room) {
    return Buffer.byteLength(text) === expected && bytes.write(text, at, expected) === expected;
  }
  return bytes.write(text, at, expected + CHARACTER_BYTES_MAX) === expected;
}
