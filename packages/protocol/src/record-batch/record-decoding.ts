/** How the numbers of a record are read: fast where they are short, checked where they may be anything. */
import type { ByteReader } from '@ottla/runtime';

/** An unsigned varint of one to three bytes, times 4, plus how many bytes; 0 when it is longer. */
export function shortVarint(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return (first << 2) | 1;
  const second = bytes[at + 1]!;
  if (second < 0x80) return ((first & 0x7f) << 2) | (second << 9) | 2;
  const third = bytes[at + 2]!;
  return third < 0x80 ? ((first & 0x7f) << 2) | ((second & 0x7f) << 9) | (third << 16) | 3 : 0;
}

export function unzigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

/** -1 says null; less is malformed. */
export function takeLength(reader: ByteReader, what: string): number {
  const length = reader.varint();
  if (length < -1) reader.fail(`${what} length ${length}`);
  return length;
}
