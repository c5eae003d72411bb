/**
 * 128 bits that stand for a key in the offset map: the tag of Chaskey-12 (Mouha et al. 2014; ISO/IEC 29192-6), a MAC made of
 * additions, rotations and xors of 32-bit words, which is what JavaScript does fast (MD5 by `node:crypto` costs ten times more
 * a key).
 *
 * Two keys never merge: nobody who does not know the secret, which is drawn anew in each process, can find two with the same
 * tag, and by chance two of 2^32 keys have the same with a probability of 2^-65. Two keys of 16 bytes cannot have the same at all.
 */

const ROUNDS = 12;
const BLOCK_BYTES = 16;
/** Ends the last block where the key does not. */
const PADDING = 0x01;

/** Reused: `hash` leaves the tag in `a` to `d`. */
export class KeyHash {
  a = 0;
  b = 0;
  c = 0;
  d = 0;
  readonly #secret: Int32Array;
  /** What the last block is masked with: when it is whole, and when it was padded. */
  readonly #wholeMask: Int32Array;
  readonly #paddedMask: Int32Array;

  /** @param secret four words. */
  constructor(secret: Int32Array) {
    this.#secret = Int32Array.from(secret);
    this.#wholeMask = timesTwo(this.#secret);
    this.#paddedMask = timesTwo(this.#wholeMask);
  }

  /** Hashes `bytes[start, start + length)`. */
  hash(bytes: Uint8Array, start: number, length: number): void {
    const secret = this.#secret;
    this.a = secret[0]!;
    this.b = secret[1]!;
    this.c = secret[2]!;
    this.d = secret[3]!;
    let at = start;
    const end = start + length;
    for (; end - at > BLOCK_BYTES; at += BLOCK_BYTES) {
      this.#absorb(bytes, at);
      this.#permute();
    }
    if (end - at === BLOCK_BYTES) this.#absorb(bytes, at);
    else this.#absorbRest(bytes, at, end);
    const mask = end - at === BLOCK_BYTES ? this.#wholeMask : this.#paddedMask;
    this.#mask(mask);
    this.#permute();
    this.#mask(mask);
  }

  #absorb(bytes: Uint8Array, at: number): void {
    this.a ^= wordAt(bytes, at);
    this.b ^= wordAt(bytes, at + 4);
    this.c ^= wordAt(bytes, at + 8);
    this.d ^= wordAt(bytes, at + 12);
  }

  #absorbRest(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    this.a ^= paddedWordAt(bytes, at, end);
    this.b ^= paddedWordAt(bytes, (at += 4), end);
    this.c ^= paddedWordAt(bytes, (at += 4), end);
    this.d ^= paddedWordAt(bytes, (at += 4), end);
  }

  #mask(mask: Int32Array): void {
    this.a ^= mask[0]!;
    this.b ^= mask[1]!;
    this.c ^= mask[2]!;
    this.d ^= mask[3]!;
  }

  #permute(): void {
    let { a, b, c, d } = this;
    for (let round = 0; round < ROUNDS; round++) {
      a = (a + b) | 0;
      b = ((b << 5) | (b >>> 27)) ^ a;
      a = (a << 16) | (a >>> 16);
      c = (c + d) | 0;
      d = ((d << 8) | (d >>> 24)) ^ c;
      a = (a + d) | 0;
      d = ((d << 13) | (d >>> 19)) ^ a;
      c = (c + b) | 0;
      b = ((b << 7) | (b >>> 25)) ^ c;
      c = (c << 16) | (c >>> 16);
    }
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }
}

/** Little-endian. */
function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function paddedWordAt(bytes: Uint8Array, at: number, end: number): number {
  let word = 0;
  for (let i = 0; i < 4; i++) {
    if (at + i < end) word |= bytes[at + i]! << (8 * i);
    else if (at + i === end) word |= PADDING << (8 * i);
  }
  return word;
}

/** Doubles an element of GF(2^128). */
function timesTwo([a, b, c, d]: Int32Array): Int32Array {
  const carry = d! >> 31;
  return Int32Array.of(
    (a! << 1) ^ (carry & 0x87),
    (b! << 1) | (a! >>> 31),
    (c! << 1) | (b! >>> 31),
    (d! << 1) | (c! >>> 31),
  );
}
