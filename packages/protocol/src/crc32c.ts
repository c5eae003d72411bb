/**
 * CRC-32C (Castagnoli), the checksum of record batches and of snapshots.
 *
 * It is the dearest thing on the produce path, so there are two engines: slice-by-16 here, and `@node-rs/crc32` (an optional
 * dependency, prebuilt) for inputs long enough to pay for the call into native code. Both give the same numbers.
 */
import { createRequire } from 'node:module';
import { assert } from '@ottla/runtime';

/**
 * CRC-32C of `bytes[start, end)` as an unsigned 32-bit number; `end` defaults to the length of `bytes`. Allocates nothing
 * that outlives the call.
 *
 * `seed` is the checksum of what came before: `crc32c(b, 0, b.length, crc32c(a))` is that of `a` followed by `b`.
 */
export type Crc32c = (bytes: Uint8Array, start?: number, end?: number, seed?: number) => number;

/** From this length on the native engine is used. */
export const CRC32C_NATIVE_BYTES_MIN = 512;

/** From this length on 4-byte loads pay for the view that they need. */
const VIEW_BYTES_MIN = 384;

/** The Castagnoli polynomial (RFC 3720, 12.1), lowest bit first. */
const POLYNOMIAL = 0x82f63b78;

/** An engine that gives another checksum for these digits is not used. */
const CHECK_DIGITS = '123456789';
const CHECK_VALUE = 0xe3069283;

/** At `s << 8`: for each byte, its checksum once `s` zero bytes have followed it. 16 KiB. */
const SLICES = buildSlices();

/**
 * Makes a CRC-32C. With `native: 'auto'` the first input of at least `CRC32C_NATIVE_BYTES_MIN` bytes looks for
 * `@node-rs/crc32`, once; where that is absent or unfit, slice-by-16 serves every length. With `'off'` it is never looked for.
 */
export function createCrc32c(options: { readonly native: 'auto' | 'off' }): Crc32c {
  let wanted = options.native === 'auto';
  let native: NativeCrc32c | null = null;
  return (bytes, start = 0, end = bytes.length, seed = 0) => {
    assert(start >= 0 && start <= end && end <= bytes.length, 'a checksum stays inside its bytes');
    if (end - start >= CRC32C_NATIVE_BYTES_MIN) {
      if (wanted) {
        native = loadNative();
        wanted = false;
      }
      if (native !== null) return native(end - start === bytes.length ? bytes : bytes.subarray(start, end), seed);
    }
    return slicedCrc32c(bytes, start, end, seed);
  };
}

/** The CRC-32C of all Ottla: native where that is installed and pays. */
export const crc32c: Crc32c = createCrc32c({ native: 'auto' });

type NativeCrc32c = (bytes: Uint8Array, seed: number) => number;

/** Null when the package is not installed, has no build for this platform, or computes something else. */
function loadNative(): NativeCrc32c | null {
  try {
    const native = createRequire(import.meta.url)('@node-rs/crc32') as { crc32c: NativeCrc32c };
    return native.crc32c(Buffer.from(CHECK_DIGITS), 0) === CHECK_VALUE ? native.crc32c : null;
  } catch {
    return null;
  }
}

function slicedCrc32c(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let crc = ~seed;
  let position = start;
  if (end - start >= VIEW_BYTES_MIN) {
    position = start + ((end - start) & ~15);
    crc = sliceView(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), start, position, crc);
  } else {
    for (const stop = end - 15; position < stop; position += 16) crc = sliceBytes(bytes, position, crc);
  }
  for (; position < end; position++) crc = SLICES[(crc ^ bytes[position]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Sixteen bytes by sixteen loads. The terms without `crc` come first: they need not wait for the round before. */
function sliceBytes(bytes: Uint8Array, at: number, crc: number): number {
  return (
    SLICES[2816 | bytes[at + 4]!]! ^
    SLICES[2560 | bytes[at + 5]!]! ^
    SLICES[2304 | bytes[at + 6]!]! ^
    SLICES[2048 | bytes[at + 7]!]! ^
    SLICES[1792 | bytes[at + 8]!]! ^
    SLICES[1536 | bytes[at + 9]!]! ^
    SLICES[1280 | bytes[at + 10]!]! ^
    SLICES[1024 | bytes[at + 11]!]! ^
    SLICES[768 | bytes[at + 12]!]! ^
    SLICES[512 | bytes[at + 13]!]! ^
    SLICES[256 | bytes[at + 14]!]! ^
    SLICES[bytes[at + 15]!]! ^
    SLICES[3840 | ((bytes[at]! ^ crc) & 255)]! ^
    SLICES[3584 | ((bytes[at + 1]! ^ (crc >>> 8)) & 255)]! ^
    SLICES[3328 | ((bytes[at + 2]! ^ (crc >>> 16)) & 255)]! ^
    SLICES[3072 | (bytes[at + 3]! ^ (crc >>> 24))]!
  );
}

/** All of `[start, end)`, a multiple of sixteen bytes, by four loads a round. */
function sliceView(view: DataView, start: number, end: number, seed: number): number {
  let crc = seed;
  for (let at = start; at < end; at += 16) {
    const b = view.getInt32(at + 4, true);
    const c = view.getInt32(at + 8, true);
    const d = view.getInt32(at + 12, true);
    const rest =
      SLICES[2816 | (b & 255)]! ^
      SLICES[2560 | ((b >>> 8) & 255)]! ^
      SLICES[2304 | ((b >>> 16) & 255)]! ^
      SLICES[2048 | (b >>> 24)]! ^
      SLICES[1792 | (c & 255)]! ^
      SLICES[1536 | ((c >>> 8) & 255)]! ^
      SLICES[1280 | ((c >>> 16) & 255)]! ^
      SLICES[1024 | (c >>> 24)]! ^
      SLICES[768 | (d & 255)]! ^
      SLICES[512 | ((d >>> 8) & 255)]! ^
      SLICES[256 | ((d >>> 16) & 255)]! ^
      SLICES[d >>> 24]!;
    const a = view.getInt32(at, true) ^ crc;
    crc =
      rest ^
      SLICES[3840 | (a & 255)]! ^
      SLICES[3584 | ((a >>> 8) & 255)]! ^
      SLICES[3328 | ((a >>> 16) & 255)]! ^
      SLICES[3072 | (a >>> 24)]!;
  }
  return crc;
}

function buildSlices(): Int32Array {
  const slices = new Int32Array(16 << 8);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    slices[byte] = crc;
  }
  for (let at = 256; at < slices.length; at++) {
    const before = slices[at - 256]!;
    slices[at] = slices[before & 255]! ^ (before >>> 8);
  }
  return slices;
}
