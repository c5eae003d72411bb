/**
 * Snappy as Kafka's clients send it: Java's in the framing of xerial's snappy-java, librdkafka's and others' as one raw block.
 * Both are read; the framing is written, because every client reads it.
 */
import type { ByteWriter } from '@ottla/runtime';
import { CompressionError } from './compression-error.ts';
import type { OutputLimit } from './output-limit.ts';
import { decodeSnappyBlock } from './snappy-block-decode.ts';
import { encodeSnappyBlock } from './snappy-block-encode.ts';

/** `\x82SNAPPY\0`. No raw block begins so: it would be a length of 10,626 and then a copy of nothing. */
const MAGIC_HIGH = 0x82534e41;
const MAGIC_LOW = 0x50505900;
const HEADER_BYTES = 16;
const VERSION = 1;
const COMPATIBLE_VERSION = 1;
/** What snappy-java puts into one block. */
const BLOCK_BYTES = 32_768;

/** Appends `source` in xerial's framing to `output`. `table` may hold anything. */
export function encodeSnappy(source: Uint8Array, output: ByteWriter, table: Uint16Array): void {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  output.uint32(MAGIC_HIGH);
  output.uint32(MAGIC_LOW);
  output.int32(VERSION);
  output.int32(COMPATIBLE_VERSION);
  for (let start = 0; start < source.length; start += BLOCK_BYTES) {
    const size = output.reserve(4);
    encodeSnappyBlock(view, start, Math.min(source.length, start + BLOCK_BYTES), output, table);
    output.view.setInt32(size, output.position - size - 4);
  }
}

/**
 * Appends the content of a xerial stream, of several behind one another, or of a raw block, to `output`.
 *
 * @throws {CompressionError} `truncated`, `corrupt` or `unsupported`, or when the output would pass `limit`.
 */
export function decodeSnappy(source: Uint8Array, output: ByteWriter, limit: OutputLimit): void {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  if (!hasHeader(view, 0)) {
    decodeSnappyBlock(view, 0, source.length, output, limit);
    return;
  }
  let at = 0;
  while (at < source.length) {
    if (hasHeader(view, at)) {
      const compatible = view.getInt32(at + 12);
      if (compatible > VERSION) {
        throw new CompressionError('snappy', 'unsupported', {
          position: at + 12,
          expected: `a stream that version ${VERSION} can read`,
          found: compatible,
        });
      }
      at += HEADER_BYTES;
      continue;
    }
    const left = source.length - at - 4;
    const size = left < 0 ? 0 : view.getUint32(at);
    if (size > left) {
      throw new CompressionError('snappy', 'truncated', {
        position: at,
        expected: left < 0 ? 'the size of a block' : `a block of ${size} bytes`,
        found: Math.max(0, left),
      });
    }
    decodeSnappyBlock(view, at + 4, at + 4 + size, output, limit);
    at += 4 + size;
  }
}

function hasHeader(view: DataView, at: number): boolean {
  return (
    view.byteLength - at >= HEADER_BYTES && view.getUint32(at) === MAGIC_HIGH && view.getUint32(at + 4) === MAGIC_LOW
  );
}
