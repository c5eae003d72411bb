/** The outer shape of Zstandard frames (RFC 8878, 3.1): headers and block sizes, not what is in the blocks. */
import { CompressionError, type CompressionFault } from './compression-error.ts';

const FRAME_MAGIC = 0xfd2fb528;
/** Sixteen magics, for frames that every reader skips. */
const SKIPPABLE_MAGIC = 0x184d2a50;

/** The descriptor byte after the magic. */
const SINGLE_SEGMENT = 0x20;
const RESERVED_BIT = 0x08;
const CONTENT_CHECKSUM = 0x04;
/** Bytes of the dictionary's id, and of the content size, by the two-bit codes in the descriptor. */
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;

const BLOCK_HEADER_BYTES = 3;
const BLOCK_BYTES_MAX = 131_072;
const RLE_BLOCK = 1;
const COMPRESSED_BLOCK = 2;
const RESERVED_BLOCK = 3;

export interface ZstdFrame {
  readonly kind: 'data';
  /** One past the last byte in the view. */
  readonly end: number;
  /** As the header says; null where it does not. */
  readonly contentSize: number | null;
  /** Most bytes that the blocks can give, from their own headers. */
  readonly contentBytesMax: number;
  /** What a decoder is asked to keep: 0 when that is the content itself. */
  readonly windowBytes: number;
  /** Where the byte that says so stands, counted from the start of the frame. */
  readonly windowAt: number;
}

export interface SkippableFrame {
  readonly kind: 'skippable';
  readonly end: number;
}

/** @throws {CompressionError} `truncated`, `corrupt` or `unsupported`. */
export function readZstdFrame(view: DataView, start: number): ZstdFrame | SkippableFrame {
  need(view, start, 5, 'the header of a frame');
  const magic = view.getUint32(start, true);
  if ((magic & ~15) === SKIPPABLE_MAGIC) {
    need(view, start + 4, 4, 'the size of a skippable frame');
    const size = view.getUint32(start + 4, true);
    need(view, start + 8, size, 'a skippable frame');
    return { kind: 'skippable', end: start + 8 + size };
  }
  if (magic !== FRAME_MAGIC)
    throw fault('corrupt', start, 'the magic 0xfd2fb528 of a frame', `0x${magic.toString(16)}`);

  const descriptor = view.getUint8(start + 4);
  if ((descriptor & RESERVED_BIT) !== 0) throw fault('corrupt', start + 4, 'the reserved bit at 0', 1);
  const singleSegment = (descriptor & SINGLE_SEGMENT) !== 0;
  const windowAt = start + 5;
  const dictionaryAt = singleSegment ? windowAt : windowAt + 1;
  const sizeAt = dictionaryAt + DICTIONARY_ID_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3];
  const sizeCode = (descriptor >>> 6) as 0 | 1 | 2 | 3;
  const sizeBytes = singleSegment && sizeCode === 0 ? 1 : CONTENT_SIZE_BYTES[sizeCode];
  need(view, windowAt, sizeAt + sizeBytes - windowAt, 'the header of a frame');
  for (let at = dictionaryAt; at < sizeAt; at++) {
    if (view.getUint8(at) !== 0) throw fault('unsupported', at, 'a frame without a dictionary', 'one with');
  }
  const contentSize = sizeBytes === 0 ? null : readContentSize(view, sizeAt, sizeBytes);
  const windowBytes = singleSegment ? 0 : windowOf(view.getUint8(windowAt));
  const blockBytesMax = Math.min(BLOCK_BYTES_MAX, singleSegment ? contentSize! : windowBytes);
  const blocks = walkBlocks(view, sizeAt + sizeBytes, blockBytesMax);
  let end = blocks.end;
  if ((descriptor & CONTENT_CHECKSUM) !== 0) {
    need(view, end, 4, 'the checksum of the content');
    end += 4;
  }
  return { kind: 'data', end, contentSize, contentBytesMax: blocks.bytesMax, windowBytes, windowAt: windowAt - start };
}

function walkBlocks(view: DataView, start: number, blockBytesMax: number): { end: number; bytesMax: number } {
  let bytesMax = 0;
  for (let at = start, last = false; ;) {
    if (last) return { end: at, bytesMax };
    need(view, at, BLOCK_HEADER_BYTES, 'the header of a block');
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    last = (header & 1) !== 0;
    const type = (header >>> 1) & 3;
    const size = header >>> 3;
    if (type === RESERVED_BLOCK) throw fault('corrupt', at, 'a raw, repeated or compressed block', 'type 3');
    if (size > blockBytesMax) throw fault('corrupt', at, `a block of at most ${blockBytesMax} bytes`, size);
    bytesMax += type === COMPRESSED_BLOCK ? blockBytesMax : size;
    const stored = type === RLE_BLOCK ? 1 : size;
    need(view, at + BLOCK_HEADER_BYTES, stored, 'a block');
    at += BLOCK_HEADER_BYTES + stored;
  }
}

/** An exponent in the high five bits, eighths in the low three. */
function windowOf(byte: number): number {
  const base = 2 ** (10 + (byte >>> 3));
  return base + (base / 8) * (byte & 7);
}

function readContentSize(view: DataView, at: number, bytes: number): number {
  switch (bytes) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, true) + 256;
    case 4:
      return view.getUint32(at, true);
    default:
      return view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000;
  }
}

function need(view: DataView, at: number, count: number, what: string): void {
  if (view.byteLength - at < count) throw fault('truncated', at, `${what} in ${count} bytes`, view.byteLength - at);
}

function fault(kind: CompressionFault, position: number, expected: string, found: string | number): CompressionError {
  return new CompressionError('zstd', kind, { position, expected, found });
}
