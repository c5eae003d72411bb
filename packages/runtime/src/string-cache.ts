/**
 * Remembers the strings that recur in frames (topic names, client ids, groups): the same bytes give the same string object,
 * without decoding, without garbage, and with its hash already known to whatever Map looks it up next.
 *
 * Direct-mapped and of fixed size: a newcomer takes the slot of whoever was there, so a peer that sends ever new names costs
 * a miss each and nothing else.
 */

/** Longer strings are rarely repeated. */
const BYTES_MAX = 64;

export class StringCache {
  readonly #mask: number;
  readonly #strings: string[];
  readonly #lengths: Uint8Array;
  /** `BYTES_MAX` bytes a slot: what its string was decoded from. */
  readonly #bytes: Uint8Array;
  hits = 0;
  misses = 0;

  /** @param slots a power of two; a slot takes about 100 bytes and its string. */
  constructor(slots = 512) {
    this.#mask = slots - 1;
    this.#strings = Array.from({ length: slots }, () => '');
    this.#lengths = new Uint8Array(slots);
    this.#bytes = new Uint8Array(slots * BYTES_MAX);
  }

  /** The UTF-8 string of `count` bytes from `start` on, which the caller has checked to be there. */
  decode(bytes: Buffer, start: number, count: number): string {
    if (count > BYTES_MAX) return bytes.toString('utf8', start, start + count);
    let hash = count;
    for (let i = 0; i < count; i++) hash = Math.imul(hash ^ bytes[start + i]!, 0x0100_0193);
    const slot = (hash ^ (hash >>> 15)) & this.#mask;
    if (this.#holds(slot, bytes, start, count)) {
      this.hits++;
      return this.#strings[slot]!;
    }
    this.misses++;
    const text = bytes.toString('utf8', start, start + count);
    this.#strings[slot] = text;
    this.#lengths[slot] = count;
    this.#bytes.set(bytes.subarray(start, start + count), slot * BYTES_MAX);
    return text;
  }

  #holds(slot: number, bytes: Buffer, start: number, count: number): boolean {
    if (this.#lengths[slot] !== count) return false;
    const own = slot * BYTES_MAX;
    for (let i = 0; i < count; i++) {
      if (this.#bytes[own + i] !== bytes[start + i]) return false;
    }
    return true;
  }
}
