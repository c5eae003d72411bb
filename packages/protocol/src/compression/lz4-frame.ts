/**
 * LZ4 frames (lz4_Frame_format.md, 1.6). Written as Kafka's Java client writes them: independent blocks of 64 KiB, no content
 * size, no checksums but the header's, because a batch has one of its own. Read with every feature but dictionaries.
 */
import type { ByteWriter } from '@ottla/runtime';
import { CompressionError, type CompressionFault } from './compression-error.ts';
import { decodeLz4Block } from './lz4-block-decode.ts';
import { encodeLz4Block } from './lz4-block-encode.ts';
import { encodeLz4BlockHigh, type MatchChains, searchDepth } from './lz4-block-encode-high.ts';
import { LZ4_BLOCK_BYTES_MAX } from './lz4-sequence.ts';
import { checkLimit, declaredLimit, type OutputLimit } from './output-limit.ts';
import { xxhash32 } from './xxhash32.ts';

const FRAME_MAGIC = 0x184d2204;
/** Sixteen magics, for frames that every reader skips. */
const SKIPPABLE_MAGIC = 0x184d2a50;

/** The flag byte: version 01 in the high bits, then these. */
const VERSION_MASK = 0xc0;
const VERSION = 0x40;
const INDEPENDENT_BLOCKS = 0x20;
const BLOCK_CHECKSUMS = 0x10;
const CONTENT_SIZE = 0x08;
const CONTENT_CHECKSUM = 0x04;
const RESERVED_FLAG = 0x02;
const DICTIONARY = 0x01;

/** The byte after it: the largest block, as 4 (64 KiB) to 7 (4 MiB) in bits 4 to 6; the others are zero. */
const BLOCK_SIZE_CODE_MIN = 4;
const BLOCK_SIZE_64_KIB = BLOCK_SIZE_CODE_MIN << 4;
const BLOCK_SIZE_RESERVED = 0x8f;

/** The top bit of a block's size: it is stored as it is. */
const STORED = 0x80000000;
const HEADER_BYTES = 7;

/** What an encoder of frames keeps between calls. `chains` is only made when a level asks for it. */
export interface Lz4Scratch {
  readonly table: Uint16Array;
  readonly chains: () => MatchChains;
}

/**
 * Appends `source` as one frame to `output`. Levels as in Kafka's Java client: 9, its default, is the fast encoder, and so
 * are 1 and 2; all others search, the longer the higher.
 */
export function encodeLz4Frame(source: Uint8Array, output: ByteWriter, level: number, scratch: Lz4Scratch): void {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const header = output.reserve(HEADER_BYTES);
  output.view.setUint32(header, FRAME_MAGIC, true);
  output.view.setUint8(header + 4, VERSION | INDEPENDENT_BLOCKS);
  output.view.setUint8(header + 5, BLOCK_SIZE_64_KIB);
  output.view.setUint8(header + 6, headerChecksum(output.view, header + 4, header + 6));
  for (let start = 0; start < source.length; start += LZ4_BLOCK_BYTES_MAX) {
    const end = Math.min(source.length, start + LZ4_BLOCK_BYTES_MAX);
    const size = output.reserve(4);
    if (level === 9 || level < 3) encodeLz4Block(view, start, end, output, scratch.table);
    else encodeLz4BlockHigh(view, start, end, output, scratch.chains(), searchDepth(level));
    const written = output.position - size - 4;
    if (written < end - start) {
      output.view.setUint32(size, written, true);
    } else {
      output.position = size + 4;
      output.bytes(source.subarray(start, end));
      output.view.setUint32(size, (end - start + STORED) >>> 0, true);
    }
  }
  output.view.setUint32(output.reserve(4), 0, true);
}

/**
 * Appends the content of one or more frames to `output`; skippable ones are skipped. A header checksum may also be the one
 * that Kafka computed before 0.10, over the magic too (KAFKA-3160): old record sets still hold it.
 *
 * @throws {CompressionError} of every fault but `level`.
 */
export function decodeLz4Frames(source: Uint8Array, output: ByteWriter, limit: OutputLimit): void {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  let at = 0;
  do {
    need(view, at, 4, 'the magic of a frame');
    const magic = view.getUint32(at, true);
    if (magic === FRAME_MAGIC) at = decodeFrame(source, view, at, output, limit);
    else if ((magic & ~15) === SKIPPABLE_MAGIC) at = skipFrame(view, at);
    else throw fault('corrupt', at, 'the magic 0x184d2204 of a frame', `0x${magic.toString(16)}`);
  } while (at < source.length);
}

/** @returns where the frame ends. */
function decodeFrame(
  source: Uint8Array,
  view: DataView,
  start: number,
  output: ByteWriter,
  limit: OutputLimit,
): number {
  const header = readHeader(view, start);
  const frameStart = output.position;
  let contentLimit = limit;
  if (header.contentSize !== null) {
    checkLimit(limit, frameStart + header.contentSize, start);
    contentLimit = declaredLimit(limit, output, header.contentSize);
  }
  let at = header.end;
  for (;;) {
    need(view, at, 4, 'the size of a block');
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) break;
    const stored = word >= STORED;
    const size = stored ? word - STORED : word;
    if (size > header.blockBytesMax)
      throw fault('corrupt', at - 4, `a block of at most ${header.blockBytesMax} bytes`, size);
    const end = at + size;
    need(view, at, size + (header.blockChecksums ? 4 : 0), 'a block');
    if (header.blockChecksums) checkHash(view, at, end, view.getUint32(end, true), end);
    if (stored) {
      checkLimit(contentLimit, output.position + size, at);
      output.bytes(source.subarray(at, end));
    } else {
      const window = header.independentBlocks ? output.position : frameStart;
      decodeLz4Block(view, at, end, output, window, declaredLimit(contentLimit, output, header.blockBytesMax));
    }
    at = header.blockChecksums ? end + 4 : end;
  }
  const contentBytes = output.position - frameStart;
  if (header.contentSize !== null && contentBytes !== header.contentSize) {
    throw fault('corrupt', start, `${header.contentSize} bytes of content, as the header says`, contentBytes);
  }
  if (header.contentChecksum) {
    need(view, at, 4, 'the checksum of the content');
    checkHash(output.view, frameStart, output.position, view.getUint32(at, true), at);
    at += 4;
  }
  return at;
}

interface FrameHeader {
  readonly independentBlocks: boolean;
  readonly blockChecksums: boolean;
  readonly contentChecksum: boolean;
  readonly contentSize: number | null;
  readonly blockBytesMax: number;
  /** Where the first block starts. */
  readonly end: number;
}

function readHeader(view: DataView, start: number): FrameHeader {
  need(view, start, HEADER_BYTES, 'the header of a frame');
  const flags = view.getUint8(start + 4);
  const sizes = view.getUint8(start + 5);
  if ((flags & VERSION_MASK) !== VERSION) throw fault('unsupported', start + 4, 'frame version 1', flags >>> 6);
  if ((flags & DICTIONARY) !== 0) throw fault('unsupported', start + 4, 'a frame without a dictionary', 'one with');
  if ((flags & RESERVED_FLAG) !== 0) throw fault('corrupt', start + 4, 'the reserved flag at 0', 1);
  const sizeCode = sizes >>> 4;
  if ((sizes & BLOCK_SIZE_RESERVED) !== 0 || sizeCode < BLOCK_SIZE_CODE_MIN) {
    throw fault('corrupt', start + 5, 'a block size of 0x40, 0x50, 0x60 or 0x70', `0x${sizes.toString(16)}`);
  }
  const sized = (flags & CONTENT_SIZE) !== 0;
  const checksum = start + (sized ? 14 : 6);
  need(view, start, sized ? HEADER_BYTES + 8 : HEADER_BYTES, 'the header of a frame');
  const found = view.getUint8(checksum);
  const wanted = headerChecksum(view, start + 4, checksum);
  if (found !== wanted && found !== headerChecksum(view, start, checksum)) {
    throw fault('checksum', checksum, `the header checksum ${wanted}`, found);
  }
  return {
    independentBlocks: (flags & INDEPENDENT_BLOCKS) !== 0,
    blockChecksums: (flags & BLOCK_CHECKSUMS) !== 0,
    contentChecksum: (flags & CONTENT_CHECKSUM) !== 0,
    contentSize: sized ? view.getUint32(start + 6, true) + view.getUint32(start + 10, true) * 0x1_0000_0000 : null,
    blockBytesMax: 1 << (2 * sizeCode + 8),
    end: checksum + 1,
  };
}

/** The second byte of the hash. */
function headerChecksum(view: DataView, start: number, end: number): number {
  return (xxhash32(view, start, end) >>> 8) & 0xff;
}

function checkHash(bytes: DataView, start: number, end: number, found: number, position: number): void {
  const wanted = xxhash32(bytes, start, end);
  if (found !== wanted) throw fault('checksum', position, `the checksum ${wanted}`, found);
}

function skipFrame(view: DataView, start: number): number {
  need(view, start, 8, 'the size of a skippable frame');
  const size = view.getUint32(start + 4, true);
  need(view, start + 8, size, 'a skippable frame');
  return start + 8 + size;
}

function need(view: DataView, at: number, count: number, what: string): void {
  if (view.byteLength - at < count) throw fault('truncated', at, `${what} in ${count} bytes`, view.byteLength - at);
}

function fault(kind: CompressionFault, position: number, expected: string, found: string | number): CompressionError {
  return new CompressionError('lz4', kind, { position, expected, found });
}
