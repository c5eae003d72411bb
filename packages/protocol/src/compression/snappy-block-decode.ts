/** Reads Snappy's raw format (google/snappy, format_description.txt), of any length. */
import type { ByteWriter } from '@ottla/runtime';
import { CompressionError } from './compression-error.ts';
import { copyLiterals, copyMatch, SCRIBBLE_BYTES } from './copy.ts';
import { checkLimit, declaredLimit, roomFor, roomOf, type OutputLimit } from './output-limit.ts';

/**
 * Appends the content of the raw block `source[start, end)` to `output`. The length that it begins with is checked against
 * the limit first, and then only believed as the elements bear it out.
 *
 * @throws {CompressionError} `truncated` or `corrupt`, or when the output would pass `limit`.
 */
export function decodeSnappyBlock(
  source: DataView,
  start: number,
  end: number,
  output: ByteWriter,
  limit: OutputLimit,
): void {
  const stop = end | 0;
  const windowStart = output.position | 0;
  const elements = skipVarint(source, start, end);
  const declared = readVarint(source, start, elements);
  checkLimit(limit, windowStart + declared, start);
  const blockLimit = declaredLimit(limit, output, declared);
  const scribbleEnd = (source.byteLength - SCRIBBLE_BYTES) | 0;
  let view = output.view;
  let room = roomOf(output, blockLimit) | 0;
  let at = elements | 0;
  let to = windowStart;
  while (at < stop) {
    const tag = source.getUint8(at);
    at = (at + 1) | 0;
    let length: number;
    let offset: number;
    switch (tag & 3) {
      case 0: {
        let literals = (tag >>> 2) + 1;
        if (literals > 60) {
          // The length stands in 1 to 4 bytes of its own.
          const lengthBytes = literals - 60;
          if (((stop - at) | 0) < lengthBytes) throw truncated(stop, 'a literal length');
          literals = readLength(source, at, lengthBytes) + 1;
          at = (at + lengthBytes) | 0;
        }
        if (literals > ((stop - at) | 0)) throw truncated(stop, `${literals} literals`);
        if (literals > ((room - to) | 0)) {
          room = roomFor(output, to, literals, blockLimit, at) | 0;
          view = output.view;
        }
        copyLiterals(source, at, view, to, literals, scribbleEnd);
        at = (at + literals) | 0;
        to = (to + literals) | 0;
        continue;
      }
      case 1:
        if (at >= stop) throw truncated(stop, 'a copy offset');
        length = ((tag >>> 2) & 7) + 4;
        offset = ((tag >>> 5) << 8) | source.getUint8(at);
        at = (at + 1) | 0;
        break;
      case 2:
        if (((stop - at) | 0) < 2) throw truncated(stop, 'a copy offset');
        length = (tag >>> 2) + 1;
        offset = source.getUint16(at, true);
        at = (at + 2) | 0;
        break;
      default:
        if (((stop - at) | 0) < 4) throw truncated(stop, 'a copy offset');
        length = (tag >>> 2) + 1;
        offset = source.getInt32(at, true);
        at = (at + 4) | 0;
    }
    if (offset <= 0 || offset > ((to - windowStart) | 0)) throw badOffset(at, offset >>> 0, to - windowStart);
    if (length > ((room - to) | 0)) {
      room = roomFor(output, to, length, blockLimit, at) | 0;
      view = output.view;
    }
    copyMatch(view, to, offset, length);
    to = (to + length) | 0;
  }
  output.position = to;
  if (to - windowStart !== declared) throw truncated(end, `${declared - to + windowStart} more bytes of output`);
}

/** Where the length at the start ends. */
function skipVarint(source: DataView, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    if (source.getUint8(at) < 128) return at + 1;
    if (at === start + 4) {
      throw new CompressionError('snappy', 'corrupt', {
        position: start,
        expected: 'a length of at most 5 bytes',
        found: 'a longer one',
      });
    }
  }
  throw truncated(end, 'the rest of a length');
}

function readVarint(source: DataView, start: number, end: number): number {
  let value = 0;
  for (let at = end - 1; at >= start; at--) value = value * 128 + (source.getUint8(at) & 127);
  return value;
}

/** 1 to 4 bytes, little-endian. */
function readLength(source: DataView, at: number, bytes: number): number {
  switch (bytes) {
    case 1:
      return source.getUint8(at);
    case 2:
      return source.getUint16(at, true);
    case 3:
      return source.getUint16(at, true) | (source.getUint8(at + 2) << 16);
    default:
      return source.getUint32(at, true);
  }
}

function truncated(position: number, expected: string): CompressionError {
  return new CompressionError('snappy', 'truncated', { position, expected, found: 'the end of the block' });
}

function badOffset(position: number, offset: number, reach: number): CompressionError {
  return new CompressionError('snappy', 'corrupt', {
    position,
    expected: `a copy offset of 1 to ${reach}`,
    found: offset,
  });
}
