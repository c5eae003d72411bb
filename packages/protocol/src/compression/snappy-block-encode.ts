/** Writes Snappy's raw format (google/snappy, format_description.txt): the length, then literals and copies of earlier bytes. */
import { assert, type ByteWriter } from '@ottla/runtime';
import { copyLiterals, SCRIBBLE_BYTES } from './copy.ts';
import { clearHashTable, hashOf, matchLength } from './match-finder.ts';

/** Positions in a block fit into 16 bits, and so does every distance. */
const BLOCK_BYTES_MAX = 65_536;
/** No copy starts so near the end: what reads ahead stays inside. */
const MATCH_START_MARGIN = 15;

/** Appends `source[start, end)`, at most 64 KiB, as one raw block to `output`. `table` may hold anything. */
export function encodeSnappyBlock(
  source: DataView,
  start: number,
  end: number,
  output: ByteWriter,
  table: Uint16Array,
): void {
  assert(end - start <= BLOCK_BYTES_MAX, 'a Snappy block is written of at most 64 KiB');
  output.uvarint(end - start);
  const base = start | 0;
  let to = output.reserve(blockBytesMax(end - start)) | 0;
  const view = output.view;
  const mask = clearHashTable(table, end - start) | 0;
  const startEnd = (end - MATCH_START_MARGIN) | 0;
  let anchor = base;
  let at = (base + 1) | 0;
  search: while (at <= startEnd) {
    // After 32 misses the step grows by one, as in the reference implementation.
    let misses = 32;
    let from: number;
    for (;;) {
      const word = source.getInt32(at, true);
      const slot = hashOf(word, mask);
      // An empty slot reads as the block's first byte: whatever it says, the bytes are compared.
      from = (base + table[slot]!) | 0;
      table[slot] = (at - base) | 0;
      if (source.getInt32(from, true) === word) break;
      at = (at + (misses >>> 5)) | 0;
      misses = (misses + 1) | 0;
      if (at > startEnd) break search;
    }
    if (at > anchor) to = writeLiterals(source, anchor, at, view, to, end);
    const length = matchLength(source, at, from, end);
    to = writeCopy(view, to, (at - from) | 0, length);
    at = (at + length) | 0;
    anchor = at;
    if (at <= startEnd) table[hashOf(source.getInt32((at - 1) | 0, true), mask)] = (at - 1 - base) | 0;
  }
  if (anchor < end) to = writeLiterals(source, anchor, end, view, to, source.byteLength - SCRIBBLE_BYTES);
  output.position = to;
}

/** As in the reference implementation; it holds what copies scribble behind the block, too. */
function blockBytesMax(count: number): number {
  return count + Math.floor(count / 6) + 32;
}

/** @returns where the next element goes. `scribbleEnd` as for `copyLiterals`. */
function writeLiterals(
  source: DataView,
  anchor: number,
  end: number,
  view: DataView,
  start: number,
  scribbleEnd: number,
): number {
  const last = (end - anchor - 1) | 0;
  let to = (start + 1) | 0;
  if (last < 60) {
    view.setUint8(start, last << 2);
  } else if (last < 256) {
    view.setUint8(start, 60 << 2);
    view.setUint8(to, last);
    to = (to + 1) | 0;
  } else {
    view.setUint8(start, 61 << 2);
    view.setUint16(to, last, true);
    to = (to + 2) | 0;
  }
  copyLiterals(source, anchor, view, to, (last + 1) | 0, scribbleEnd);
  return (to + last + 1) | 0;
}

/** @returns where the next element goes. */
function writeCopy(view: DataView, start: number, offset: number, length: number): number {
  let to = start | 0;
  let rest = length | 0;
  // A copy holds at most 64 bytes. The last should be of 4 or more, so that a short one may serve: 65 to 67 go as 60 and the rest.
  for (; rest >= 68; rest = (rest - 64) | 0) to = writeLongCopy(view, to, offset, 64);
  if (rest > 64) {
    to = writeLongCopy(view, to, offset, 60);
    rest = (rest - 60) | 0;
  }
  if (rest >= 12 || offset >= 2048) return writeLongCopy(view, to, offset, rest);
  view.setUint8(to, ((offset >>> 8) << 5) | ((rest - 4) << 2) | 1);
  view.setUint8((to + 1) | 0, offset);
  return (to + 2) | 0;
}

function writeLongCopy(view: DataView, to: number, offset: number, length: number): number {
  view.setUint8(to, ((length - 1) << 2) | 2);
  view.setUint16((to + 1) | 0, offset, true);
  return (to + 3) | 0;
}
