/**
 * Zstandard (RFC 8878) by node:zlib, which reads one frame and silently stops. So the frames are walked here first; that also
 * tells where the input breaks, and how much a frame can give at most.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ByteWriter } from '@ottla/runtime';
import { CompressionError } from './compression-error.ts';
import { checkLimit, type OutputLimit } from './output-limit.ts';
import { appendInflated } from './zlib-decode.ts';
import { readZstdFrame, type ZstdFrame } from './zstd-frame.ts';

/** A window up to here is allocated as declared. RFC 8878 (3.1.1.1.2) wants every decoder to manage 8 MiB. */
const WINDOW_BYTES_TRUSTED = 8_388_608;
/** A context for each frame costs far more than the few bytes of an empty one: nobody sends so many. */
const FRAMES_MAX = 1_000;
/** Below this the window would cut the largest block. */
const WINDOW_LOG_MIN = 17;

/** Appends `source` as one frame, its size in the header, to `output`. Level -131072 to 22. */
export function encodeZstd(source: Uint8Array, output: ByteWriter, level: number): void {
  const params = { [constants.ZSTD_c_compressionLevel]: level };
  output.bytes(zstdCompressSync(source, { params, pledgedSrcSize: source.length }));
}

/**
 * Appends the content of one or more frames to `output`; skippable ones are skipped.
 *
 * @throws {CompressionError} of every fault but `level`.
 */
export function decodeZstd(source: Uint8Array, output: ByteWriter, limit: OutputLimit): void {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  let at = 0;
  let frames = 0;
  do {
    const frame = readZstdFrame(view, at);
    if (frame.kind === 'data') {
      frames++;
      if (frames > FRAMES_MAX) {
        const expected = `at most ${FRAMES_MAX} frames`;
        throw new CompressionError('zstd', 'limit', { position: at, expected, found: 'more' });
      }
      decodeFrame(source.subarray(at, frame.end), frame, output, limit, at);
    }
    at = frame.end;
  } while (at < source.length);
}

function decodeFrame(
  source: Uint8Array,
  frame: ZstdFrame,
  output: ByteWriter,
  limit: OutputLimit,
  position: number,
): void {
  const { contentSize, contentBytesMax } = frame;
  if (contentSize !== null) {
    checkLimit(limit, output.position + contentSize, position);
    if (contentSize > contentBytesMax) {
      throw new CompressionError('zstd', 'corrupt', {
        position,
        expected: `a content size of at most ${contentBytesMax}, which the blocks can hold`,
        found: contentSize,
      });
    }
  }
  appendInflated(
    zstdDecompressSync,
    withinWindow(source, frame),
    contentSize ?? contentBytesMax,
    output,
    limit,
    position,
  );
}

/**
 * zlib allocates the window that a frame declares; at level 20 and above Java's client declares up to 128 MiB for the
 * smallest batch. A window that holds all that the blocks can give does as well, so such a frame is copied with a smaller one.
 */
function withinWindow(source: Uint8Array, frame: ZstdFrame): Uint8Array {
  if (frame.windowBytes <= WINDOW_BYTES_TRUSTED || frame.contentBytesMax >= frame.windowBytes) return source;
  const log = Math.max(WINDOW_LOG_MIN, Math.ceil(Math.log2(frame.contentBytesMax)));
  const copy = Uint8Array.from(source);
  copy[frame.windowAt] = (log - 10) << 3;
  return copy;
}
