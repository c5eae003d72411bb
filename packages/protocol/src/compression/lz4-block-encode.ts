/**
 * Writes LZ4 blocks fast: one probe into a hash table a step, with longer steps where nothing matches.
 * `lz4-block-encode-high.ts` searches longer, for the levels that ask for it.
 */
import { assert, type ByteWriter } from '@ottla/runtime';
import {
  LAST_LITERALS,
  LZ4_BLOCK_BYTES_MAX,
  lz4BlockBytesMax,
  MATCH_START_MARGIN,
  writeLastLiterals,
  writeSequence,
} from './lz4-sequence.ts';
import { clearHashTable, hashOf, matchLength } from './match-finder.ts';

/** Appends the block for `source[start, end)`, at most 64 KiB, to `output`. `table` may hold anything. */
export function encodeLz4Block(
  source: DataView,
  start: number,
  end: number,
  output: ByteWriter,
  table: Uint16Array,
): void {
  assert(end - start <= LZ4_BLOCK_BYTES_MAX, 'an LZ4 block is written of at most 64 KiB');
  const base = start | 0;
  let to = output.reserve(lz4BlockBytesMax(end - start)) | 0;
  const view = output.view;
  const mask = clearHashTable(table, end - start) | 0;
  const startEnd = (end - MATCH_START_MARGIN) | 0;
  const matchEnd = (end - LAST_LITERALS) | 0;
  let anchor = base;
  let at = (base + 1) | 0;
  search: while (at <= startEnd) {
    // After 64 misses the step grows by one, as in the reference implementation.
    let misses = 64;
    let from: number;
    for (;;) {
      const word = source.getInt32(at, true);
      const slot = hashOf(word, mask);
      // An empty slot reads as the block's first byte: whatever it says, the bytes are compared.
      from = (base + table[slot]!) | 0;
      table[slot] = (at - base) | 0;
      if (source.getInt32(from, true) === word) break;
      at = (at + (misses >>> 6)) | 0;
      misses = (misses + 1) | 0;
      if (at > startEnd) break search;
    }
    const offset = (at - from) | 0;
    const first = Math.max(anchor, (base + offset) | 0);
    while (at > first && source.getUint8((at - 1) | 0) === source.getUint8((at - 1 - offset) | 0)) at = (at - 1) | 0;
    const length = matchLength(source, at, (at - offset) | 0, matchEnd);
    to = writeSequence(source, anchor, at, view, to, offset, length) | 0;
    at = (at + length) | 0;
    anchor = at;
    if (at <= startEnd) table[hashOf(source.getInt32((at - 2) | 0, true), mask)] = (at - 2 - base) | 0;
  }
  output.position = writeLastLiterals(source, anchor, end, view, to);
}
