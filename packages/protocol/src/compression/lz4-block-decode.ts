/**
 * Reads one LZ4 block (lz4_Block_format.md): sequences of literals and a match, the last one without a match.
 *
 * All access goes through two views, so that V8 has few bounds to keep in registers.
 */
import type { ByteWriter } from '@ottla/runtime';
import { CompressionError } from './compression-error.ts';
import { copyLiterals, copyMatch, SCRIBBLE_BYTES } from './copy.ts';
import { LONG_LENGTH, MATCH_LENGTH_MIN } from './lz4-sequence.ts';
import { roomFor, roomOf, type OutputLimit } from './output-limit.ts';

/**
 * Appends the content of the block `source[start, end)` to `output`.
 *
 * @param windowStart first position of `output` that a match may reach back to.
 * @throws {CompressionError} `truncated` or `corrupt`, or when the output would pass `limit`.
 */
export function decodeLz4Block(
  source: DataView,
  start: number,
  end: number,
  output: ByteWriter,
  windowStart: number,
  limit: OutputLimit,
): void {
  const scribbleEnd = source.byteLength - SCRIBBLE_BYTES;
  let view = output.view;
  let room = roomOf(output, limit);
  let at = start | 0;
  let to = output.position | 0;
  for (;;) {
    if (at >= end) throw truncated(at, 'a sequence');
    const token = source.getUint8(at);
    at = (at + 1) | 0;

    let literals = token >>> 4;
    if (literals === LONG_LENGTH) {
      const lengthEnd = skipLength(source, at, end);
      literals = longLength(source, at, lengthEnd);
      at = lengthEnd;
    }
    if (literals > end - at) throw truncated(end, `${literals} literals`);
    if (literals > room - to) {
      room = roomFor(output, to, literals, limit, at);
      view = output.view;
    }
    copyLiterals(source, at, view, to, literals, scribbleEnd);
    at = (at + literals) | 0;
    to = (to + literals) | 0;
    if (at === end) break;

    if (end - at < 2) throw truncated(end, 'a match offset');
    const offset = source.getUint16(at, true);
    if (offset === 0 || offset > to - windowStart) throw badOffset(at, offset, to - windowStart);
    at = (at + 2) | 0;
    let length = (token & LONG_LENGTH) + MATCH_LENGTH_MIN;
    if (length === LONG_LENGTH + MATCH_LENGTH_MIN) {
      const lengthEnd = skipLength(source, at, end);
      length = longLength(source, at, lengthEnd) + MATCH_LENGTH_MIN;
      at = lengthEnd;
    }
    if (length > room - to) {
      room = roomFor(output, to, length, limit, at);
      view = output.view;
    }
    copyMatch(view, to, offset, length);
    to = (to + length) | 0;
  }
  output.position = to;
}

/** Where the bytes of a long length end: with the first that is not 255. */
function skipLength(source: DataView, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const byte = source.getUint8(at);
    at = (at + 1) | 0;
    if (byte !== 255) return at;
  }
  throw truncated(end, 'the rest of a length');
}

function longLength(source: DataView, start: number, end: number): number {
  return LONG_LENGTH + (end - 1 - start) * 255 + source.getUint8(end - 1);
}

function truncated(position: number, expected: string): CompressionError {
  return new CompressionError('lz4', 'truncated', { position, expected, found: 'the end of the block' });
}

function badOffset(position: number, offset: number, reach: number): CompressionError {
  const expected = `a match offset of 1 to ${Math.min(reach, 65_535)}`;
  return new CompressionError('lz4', 'corrupt', { position, expected, found: offset });
}
