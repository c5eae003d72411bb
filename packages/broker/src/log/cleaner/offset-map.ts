/**
 * For each key of the dirty part of a log the offset of its last record, in a bounded piece of memory: 24 bytes a key, as in
 * Kafka, whatever the keys look like. Keys are known by 128 bits (`KeyHash`).
 *
 * All of it lies in one shared memory, so that the jobs in `io.compute` that fill it and ask it see what the job before left:
 * `new OffsetMap(memory)` there is the same map. At a time only one of them works on it.
 *
 *     0 latest offset  float64    16 slots in use  float64    32 probes      float64    48 secret  4 x int32
 *     8 keys           float64    24 look-ups      float64    40 generation  float64    64 slots
 *
 * A slot: tag (4 x int32), offset (low 32 bits), offset (high 21 bits) and generation (11 bits). A slot of another generation
 * is empty, so that clearing costs nothing.
 */
import { assert } from '@ottla/runtime';
import { KeyHash } from './key-hash.ts';

export const OFFSET_MAP_SLOT_BYTES = 24;
/** `log.cleaner.io.buffer.load.factor`. */
export const OFFSET_MAP_LOAD_FACTOR = 0.9;

const HEADER_BYTES = 64;
const HEADER_WORDS = HEADER_BYTES / 4;
const SLOT_WORDS = OFFSET_MAP_SLOT_BYTES / 4;
const LATEST_OFFSET = 0;
const KEYS = 1;
const SLOTS = 2;
const LOOKUPS = 3;
const PROBES = 4;
const GENERATION = 5;
const SECRET_BYTES_AT = 48;
const GENERATION_SHIFT = 21;
const GENERATION_MAX = 2 ** (32 - GENERATION_SHIFT) - 1;
const HIGH_MASK = 2 ** GENERATION_SHIFT - 1;
const TWO_32 = 2 ** 32;

export class OffsetMap {
  readonly memory: SharedArrayBuffer;
  readonly #header: Float64Array;
  readonly #words: Int32Array;
  readonly #hash: KeyHash;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#header = new Float64Array(memory, 0, 6);
    this.#words = new Int32Array(memory);
    this.#hash = new KeyHash(new Int32Array(memory, SECRET_BYTES_AT, 4));
  }

  /**
   * Makes an empty map.
   *
   * @param bytesMax of memory for slots; what is never used costs no memory. Room for one slot at least.
   * @param secret 16 bytes that nobody can guess.
   */
  static create(bytesMax: number, secret: Uint8Array): OffsetMap {
    const slots = Math.floor(bytesMax / OFFSET_MAP_SLOT_BYTES);
    assert(slots > 0 && secret.length === 16, 'an offset map has a slot and a secret');
    const memory = new SharedArrayBuffer(HEADER_BYTES + slots * OFFSET_MAP_SLOT_BYTES);
    new Uint8Array(memory, SECRET_BYTES_AT, 16).set(secret);
    const map = new OffsetMap(memory);
    map.clear(slots);
    return map;
  }

  /** Slots that there is memory for. */
  get slotsMax(): number {
    return Math.floor((this.memory.byteLength - HEADER_BYTES) / OFFSET_MAP_SLOT_BYTES);
  }

  /** Slots in use: see `clear`. */
  get slots(): number {
    return this.#header[SLOTS]!;
  }

  /** Keys in the map. */
  get size(): number {
    return this.#header[KEYS]!;
  }

  /** Up to this offset (inclusive) the map knows the log; -1 before the first. */
  get latestOffset(): number {
    return this.#header[LATEST_OFFSET]!;
  }

  set latestOffset(offset: number) {
    this.#header[LATEST_OFFSET] = offset;
  }

  /** Share of all memory that holds keys. */
  get utilization(): number {
    return this.size / this.slotsMax;
  }

  /** Slots looked at beyond the first, for each look-up. */
  get collisionRate(): number {
    const lookups = this.#header[LOOKUPS]!;
    return lookups === 0 ? 0 : (this.#header[PROBES]! - lookups) / lookups;
  }

  /** Forgets all keys. @param slots to use from now on; a small log needs few, and touches little memory. */
  clear(slots: number): void {
    const header = this.#header;
    header[LATEST_OFFSET] = -1;
    header[KEYS] = 0;
    header[SLOTS] = Math.max(1, Math.min(slots, this.slotsMax));
    header[LOOKUPS] = 0;
    header[PROBES] = 0;
    if (header[GENERATION]! < GENERATION_MAX) {
      header[GENERATION]!++;
      return;
    }
    this.#words.fill(0, HEADER_WORDS);
    header[GENERATION] = 1;
  }

  /** The offset last put for the key `bytes[start, start + length)`, -1 when there is none. */
  get(bytes: Uint8Array, start: number, length: number): number {
    const at = this.#find(bytes, start, length);
    if (at < 0 || !this.#isTaken(at)) return -1;
    const words = this.#words;
    return (words[at + 5]! & HIGH_MASK) * TWO_32 + (words[at + 4]! >>> 0);
  }

  /** Puts the offset for a key, over the one before. There is a slot left. */
  put(bytes: Uint8Array, start: number, length: number, offset: number): void {
    const at = this.#find(bytes, start, length);
    assert(at >= 0, 'an offset map that is full takes no key');
    const header = this.#header;
    const words = this.#words;
    if (!this.#isTaken(at)) {
      const hash = this.#hash;
      words[at] = hash.a;
      words[at + 1] = hash.b;
      words[at + 2] = hash.c;
      words[at + 3] = hash.d;
      header[KEYS]!++;
    }
    words[at + 4] = offset | 0;
    words[at + 5] = Math.floor(offset / TWO_32) | (header[GENERATION]! << GENERATION_SHIFT);
    header[LATEST_OFFSET] = offset;
  }

  #isTaken(at: number): boolean {
    return this.#words[at + 5]! >>> GENERATION_SHIFT === this.#header[GENERATION]!;
  }

  /** The slot that holds the key, or else the one to put it into; -1 when all are taken by others. */
  #find(bytes: Uint8Array, start: number, length: number): number {
    const hash = this.#hash;
    hash.hash(bytes, start, length);
    const { a, b, c, d } = hash;
    const header = this.#header;
    const words = this.#words;
    const slots = header[SLOTS]!;
    const generation = header[GENERATION]!;
    header[LOOKUPS]!++;
    // The words of the tag are four places by chance; then one after the other.
    let slot = placeOf(a, slots);
    for (let probe = 1; probe <= slots + 4; probe++) {
      const at = HEADER_WORDS + slot * SLOT_WORDS;
      header[PROBES]!++;
      if (words[at + 5]! >>> GENERATION_SHIFT !== generation) return at;
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return at;
      if (probe === 1) slot = placeOf(b, slots);
      else if (probe === 2) slot = placeOf(c, slots);
      else if (probe === 3) slot = placeOf(d, slots);
      else if (++slot === slots) slot = 0;
    }
    return -1;
  }
}

function placeOf(word: number, slots: number): number {
  return Math.floor(((word >>> 0) * slots) / TWO_32);
}
