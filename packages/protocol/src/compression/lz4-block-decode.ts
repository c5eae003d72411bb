/**
 * Reads one LZ4 block (lz4_Block_format.md): sequences of literals and a match, the last one without a match.
 *
 * All access goes through two views, and copies stand here as in `copy.ts`: calls would cost a tenth of the speed.
 */
import type { ByteWriter } from '@ottla/runtime';
import { CompressionError } from './compression-error.ts';
import { copyNear, SCRIBBLE_BYTES } from './copy.ts';
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
  const stop = end | 0;
  const window = windowStart | 0;
  const scribbleEnd = (source.byteLength - SCRIBBLE_BYTES) | 0;
  let view = output.view;
  let room = roomOf(output, limit) | 0;
  let at = start | 0;
  let to = output.position | 0;
  for (;;) {
    if (at >= stop) throw truncated(at, 'a sequence');
    const token = source.getUint8(at);
    at = (at + 1) | 0;

    let literals = token >>> 4;
    if (literals === 15) {
      const lengthEnd = skipLength(source, at, stop);
      literals = 15 + longLength(source, at, lengthEnd);
      at = lengthEnd;
    }
    if (literals > ((stop - at) | 0)) throw truncated(stop, `${literals} literals`);
    if (literals > ((room - to) | 0)) {
      room = roomFor(output, to, literals, limit, at) | 0;
      view = output.view;
    }
    const literalsEnd = (at + literals) | 0;
    const literalsTo = (to + literals) | 0;
    if (literalsEnd <= scribbleEnd) {
      view.setBigInt64(to, source.getBigInt64(at, true), true);
      for (at = (at + 8) | 0, to = (to + 8) | 0; at < literalsEnd; at = (at + 8) | 0, to = (to + 8) | 0) {
        view.setBigInt64(to, source.getBigInt64(at, true), true);
      }
    } else {
      for (; at < literalsEnd; at = (at + 1) | 0, to = (to + 1) | 0) view.setUint8(to, source.getUint8(at));
    }
    at = literalsEnd;
    to = literalsTo;
    if (at === stop) break;

    if (((stop - at) | 0) < 2) throw truncated(stop, 'a match offset');
    const offset = source.getUint16(at, true);
    if (offset === 0 || offset > ((to - window) | 0)) throw badOffset(at, offset, to - window);
    at = (at + 2) | 0;
    // A match is four bytes longer than its length says.
    let length = (token & 15) + 4;
    if (length === 19) {
      const lengthEnd = skipLength(source, at, stop);
      length = 19 + longLength(source, at, lengthEnd);
      at = lengthEnd;
    }
    if (length > ((room - to) | 0)) {
      room = roomFor(output, to, length, limit, at) | 0;
      view = output.view;
    }
    if (offset < 8) {
      copyNear(view, to, offset, length);
    } else {
      const from = (to - offset) | 0;
      view.setBigInt64(to, view.getBigInt64(from, true), true);
      if (length > 8) view.setBigInt64((to + 8) | 0, view.getBigInt64((from + 8) | 0, true), true);
      for (let i = 16; i < length; i = (i + 8) | 0) {
        view.setBigInt64((to + i) | 0, view.getBigInt64((from + i) | 0, true), true);
      }
    }
    to = (to + length) | 0;
  }
  output.position = to;
}

/** Where the bytes of a long length end: with the first that is not 255. */
function skipLength(source: DataView, start: number, end: number): number {
  for (let at = start; at < end; at = (at + 1) | 0) {
    if (source.getUint8(at) !== 255) return (at + 1) | 0;
  }
  throw truncated(end, 'the rest of a length');
}

function longLength(source: DataView, start: number, end: number): number {
  return (end - 1 - start) * 255 + source.getUint8(end - 1);
}

function truncated(position: number, expected: string): CompressionError {
  return new CompressionError('lz4', 'truncated', { position, expected, found: 'the end of the block' });
}

function badOffset(position: number, offset: number, reach: number): CompressionError {
  const expected = `a match offset of 1 to ${Math.min(reach, 65_535)}`;
  return new CompressionError('lz4', 'corrupt', { position, expected, found: offset });
}
