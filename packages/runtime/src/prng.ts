/**
 * Chance from a seed, for tests, generators and simulation: the same seed gives the same draws for ever (golden values
 * in the test), so that a failing seed written down today still fails tomorrow.
 *
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, no multiplication, no allocation. Not for
 * secrets: those come from the `Io.random` of `runtime/node`.
 */
import { assert } from './assert.ts';
import type { Random } from './io.ts';

const TWO_32 = 2 ** 32;
const TWO_53 = 2 ** 53;

/** Seeded source of chance. It is a `Random`, so it can stand in as `Io.random`. */
export class Prng implements Random {
  /** Who this stream is: the seed and the labels of the forks that led here. Drawing does not change it. */
  #key: ArrayLike<number> = ROOT_KEY;
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 0;

  /** @param seed a safe integer or any text; `1` and `'1'` are different seeds. */
  constructor(seed: number | string) {
    this.#start(deriveKey(ROOT_KEY, seed));
  }

  /**
   * An independent stream. It depends on this one's seed and on the label alone, not on what was drawn so far: one more
   * draw in one part of a test leaves every other part as it was. The same label gives the same stream again.
   */
  fork(label: number | string): Prng {
    const child = new Prng(0);
    child.#start(deriveKey(this.#key, label));
    return child;
  }

  /** Uniform integer in [0, 2^32). */
  uint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  float(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / TWO_53;
  }

  /** Uniform integer in [0, bound); `bound` is in [1, 2^53]. Without modulo bias. */
  below(bound: number): number {
    assert(Number.isInteger(bound) && bound >= 1 && bound <= TWO_53, 'a bound of chance is an integer in [1, 2^53]');
    return bound <= TWO_32 ? this.#below32(bound) : this.#below53(bound);
  }

  /** Uniform integer in [min, max], both ends included; any two safe integers. */
  between(min: number, max: number): number {
    assert(
      Number.isSafeInteger(min) && Number.isSafeInteger(max) && min <= max,
      'a range is safe integers, min <= max',
    );
    const span = max - min;
    if (span < TWO_53) return min + this.below(span + 1);
    // Wider than a double counts exactly: draw a sign and a magnitude, which hit the range more often than not.
    for (;;) {
      const magnitude = this.#below53(TWO_53);
      const drawn = this.uint32() >>> 31 === 1 ? -magnitude : magnitude;
      if (!Object.is(drawn, -0) && drawn >= min && drawn <= max) return drawn;
    }
  }

  /** True with this probability: never at 0, always at 1. */
  chance(probability: number): boolean {
    return this.float() < probability;
  }

  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    assert(items.length > 0, 'chance picks from a list that is not empty');
    return items[this.#below32(items.length)] as T;
  }

  /** Puts `items` in random order, in place, and returns them. */
  shuffle<T>(items: T[]): T[] {
    for (let left = items.length; left > 1; left--) {
      const from = this.#below32(left);
      const last = items[left - 1] as T;
      items[left - 1] = items[from] as T;
      items[from] = last;
    }
    return items;
  }

  /** `length` uniform bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    this.fill(bytes);
    return bytes;
  }

  /** Overwrites `into` with uniform bytes and returns it. Four bytes a draw, least significant first. */
  fill(into: Uint8Array): Uint8Array {
    let draw = 0;
    for (let i = 0; i < into.length; i++) {
      draw = (i & 3) === 0 ? this.uint32() : draw >>> 8;
      into[i] = draw;
    }
    return into;
  }

  #start(key: Int32Array): void {
    this.#key = key;
    [this.#a, this.#b, this.#c] = [key[0]! ^ key[3]!, key[1]!, key[2]!];
    this.#counter = 1;
    // The first few outputs of sfc32 still show the seed.
    for (let round = 0; round < 12; round++) this.uint32();
  }

  /** Draws above the greatest multiple of `bound` would favour small values: they are thrown away. */
  #below32(bound: number): number {
    const limit = TWO_32 - (TWO_32 % bound);
    for (;;) {
      const drawn = this.uint32();
      if (drawn < limit) return drawn % bound;
    }
  }

  #below53(bound: number): number {
    const highBound = Math.ceil(bound / TWO_32);
    const highMask = 0xffffffff >>> Math.clz32(highBound - 1);
    for (;;) {
      const drawn = (this.uint32() & highMask) * TWO_32 + this.uint32();
      if (drawn < bound) return drawn;
    }
  }
}

/** Digits of the square roots of 2, 3, 5 and 7: nothing up the sleeve. */
const ROOT_KEY = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a] as const;

/** The key of `label` below a parent: 128 bits in which each bit of parent and label counts. */
function deriveKey(parent: ArrayLike<number>, label: number | string): Int32Array {
  const key = Int32Array.from(parent);
  if (typeof label === 'number') {
    assert(Number.isSafeInteger(label), 'a seed is a safe integer or a text');
    absorb(key, 1);
    absorb(key, label | 0);
    absorb(key, Math.floor(label / TWO_32));
  } else {
    absorb(key, 2);
    for (let i = 0; i < label.length; i++) absorb(key, label.charCodeAt(i));
    absorb(key, label.length);
  }
  for (let lane = 0; lane < 4; lane++) absorb(key, lane);
  return key;
}

/** Mixes a word into all four lanes, with the rounds of MurmurHash3's finaliser between neighbours. */
function absorb(key: Int32Array, word: number): void {
  let carry = word;
  for (let lane = 0; lane < 4; lane++) {
    let mixed = Math.imul(key[lane]! ^ carry, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    key[lane] = mixed ^ (mixed >>> 16);
    carry = (key[lane]! + Math.imul(carry, 0x9e3779b1)) | 0;
  }
}
