/** Cryptographically strong chance. Small draws come from a block that is filled at once: a call each would cost 1 us. */
import { randomFillSync } from 'node:crypto';
import { assert } from '../assert.ts';
import type { Random } from '../io.ts';

const BLOCK_BYTES = 4_096;
const TWO_32 = 2 ** 32;
const TWO_21 = 2 ** 21;

export class NodeRandom implements Random {
  readonly #words = new Uint32Array(BLOCK_BYTES / 4);
  #next = BLOCK_BYTES / 4;

  float(): number {
    // 53 random bits, the precision of a double.
    return (this.#uint32() * TWO_21 + (this.#uint32() >>> 11)) / 2 ** 53;
  }

  below(bound: number): number {
    assert(Number.isInteger(bound) && bound >= 1 && bound <= TWO_32, `random bound ${bound} is in [1, 2^32]`);
    // Words at the end that would favour small results are drawn again.
    const limit = TWO_32 - (TWO_32 % bound);
    let word = this.#uint32();
    while (word >= limit) word = this.#uint32();
    return word % bound;
  }

  fill(into: Uint8Array): Uint8Array {
    return randomFillSync(into);
  }

  #uint32(): number {
    if (this.#next === this.#words.length) {
      randomFillSync(this.#words);
      this.#next = 0;
    }
    const word = this.#words[this.#next]!;
    // What was handed out cannot be read again from a heap dump.
    this.#words[this.#next++] = 0;
    return word;
  }
}
