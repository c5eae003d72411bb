/** What the fast encoders share: a table from four bytes to where they last stood, and how far two places agree. */

/** Bits of a table's index: 8,192 places are as good as more, and stay in the nearest cache beside the data. */
const HASH_BITS = 13;
const HASH_BITS_MIN = 8;

/** For positions relative to the start of a block of up to 64 KiB. */
export function createHashTable(): Uint16Array {
  return new Uint16Array(1 << HASH_BITS);
}

/**
 * Forgets what the table held, for a block of `count` bytes: a small one clears and uses a small part.
 *
 * @returns the mask for `hashOf`.
 */
export function clearHashTable(table: Uint16Array, count: number): number {
  const bits = Math.min(HASH_BITS, Math.max(HASH_BITS_MIN, 32 - Math.clz32(count)));
  table.fill(0, 0, 1 << bits);
  return (1 << bits) - 1;
}

/** The place in the table of four bytes: the top `HASH_BITS` of a product, as many of them as the mask leaves. */
export function hashOf(word: number, mask: number): number {
  return (Math.imul(word, 0x9e3779b1) >>> 19) & mask;
}

/** How far the bytes at `at` and at `from` agree, up to `end`, given that the first four do. */
export function matchLength(source: DataView, at: number, from: number, end: number): number {
  let length = 4;
  const wordsEnd = (end - at - 4) | 0;
  while (length <= wordsEnd) {
    const difference = source.getInt32((at + length) | 0, true) ^ source.getInt32((from + length) | 0, true);
    if (difference !== 0) return (length + ((31 - Math.clz32(difference & -difference)) >>> 3)) | 0;
    length = (length + 4) | 0;
  }
  while (((at + length) | 0) < end && source.getUint8((at + length) | 0) === source.getUint8((from + length) | 0)) {
    length = (length + 1) | 0;
  }
  return length;
}
