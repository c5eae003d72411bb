/** The parts of an LZ4 block (lz4_Block_format.md), as both encoders write them. */
import { copyLiterals, SCRIBBLE_BYTES } from './copy.ts';

/** Positions in a block fit into 16 bits, and so does every distance. */
export const LZ4_BLOCK_BYTES_MAX = 65_536;

/** The format's end conditions: the last bytes are literals, and no match starts near them. */
export const LAST_LITERALS = 5;
export const MATCH_START_MARGIN = 12;

/** Bytes that a block of `count` bytes can need, and what is scribbled behind them. */
export function lz4BlockBytesMax(count: number): number {
  return count + Math.floor(count / 255) + 32;
}

/**
 * Literals `source[anchor, literalsEnd)`, then a match, which is four bytes longer than its length says. A length nibble of 15
 * goes on in the bytes that follow.
 *
 * @returns where the next sequence goes.
 */
export function writeSequence(
  source: DataView,
  anchor: number,
  literalsEnd: number,
  view: DataView,
  start: number,
  offset: number,
  length: number,
): number {
  const literals = (literalsEnd - anchor) | 0;
  const extra = (length - 4) | 0;
  // Most sequences are short; without a branch in between they take a sixth less time.
  if (literals >= 15 || extra >= 15) return writeLongSequence(source, anchor, literals, view, start, offset, extra);
  view.setUint8(start, (literals << 4) | extra);
  // A match follows, and the margins behind that: there are always eight more bytes to read.
  const to = (start + 1) | 0;
  view.setBigInt64(to, source.getBigInt64(anchor, true), true);
  if (literals > 8) view.setBigInt64((to + 8) | 0, source.getBigInt64((anchor + 8) | 0, true), true);
  view.setUint16((to + literals) | 0, offset, true);
  return (to + literals + 2) | 0;
}

function writeLongSequence(
  source: DataView,
  anchor: number,
  literals: number,
  view: DataView,
  start: number,
  offset: number,
  extra: number,
): number {
  let to = (start + 1) | 0;
  view.setUint8(start, (Math.min(literals, 15) << 4) | Math.min(extra, 15));
  if (literals >= 15) to = writeLength(view, to, literals - 15);
  for (let i = 0; i < literals; i = (i + 8) | 0) {
    view.setBigInt64((to + i) | 0, source.getBigInt64((anchor + i) | 0, true), true);
  }
  to = (to + literals) | 0;
  view.setUint16(to, offset, true);
  to = (to + 2) | 0;
  return extra < 15 ? to : writeLength(view, to, extra - 15);
}

/** The sequence without a match that ends every block. @returns the end of the block. */
export function writeLastLiterals(
  source: DataView,
  anchor: number,
  end: number,
  view: DataView,
  start: number,
): number {
  const literals = end - anchor;
  view.setUint8(start, literals < 15 ? literals << 4 : 240);
  const to = literals < 15 ? start + 1 : writeLength(view, start + 1, literals - 15);
  copyLiterals(source, anchor, view, to, literals, source.byteLength - SCRIBBLE_BYTES);
  return to + literals;
}

function writeLength(view: DataView, start: number, length: number): number {
  let to = start;
  let rest = length;
  for (; rest >= 255; rest -= 255) view.setUint8(to++, 255);
  view.setUint8(to, rest);
  return to + 1;
}
