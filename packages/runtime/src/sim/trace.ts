/**
 * What happened in a simulation, as a hash: the same seed must give the same hash, or something nondeterministic got in.
 *
 * Every event goes in with its virtual time, who, what and two numbers, and samples of all bytes written and sent, so that
 * wrong content is noticed and not only a wrong order. With `keepText` the events are kept as lines for a person, too.
 */
import { bytesHash } from './bytes-hash.ts';

const TWO_32 = 2 ** 32;

export class Trace {
  /** One line an event, without newline; null unless `keepText`. */
  readonly lines: string[] | null;
  #low = 0x6a09e667;
  #high = 0xbb67ae85 | 0;
  #count = 0;
  /** Names are mixed in once, and stand for themselves by number from then on. */
  readonly #names = new Map<string, number>();

  constructor(keepText: boolean) {
    this.lines = keepText ? [] : null;
  }

  /** Events so far. */
  get count(): number {
    return this.#count;
  }

  /** 16 hexadecimal digits. */
  get hash(): string {
    return hex(this.#high) + hex(this.#low);
  }

  /** @param micros virtual time; `a` and `b` are whatever tells this event from its like. */
  record(micros: number, who: string, what: string, a = 0, b = 0): void {
    this.#count++;
    this.#mixNumber(micros);
    this.#mix(this.#numberOf(who));
    this.#mix(this.#numberOf(what));
    this.#mixNumber(a);
    this.#mixNumber(b);
    this.lines?.push(`${(micros / 1000).toFixed(3)} ${who} ${what} ${a} ${b}`);
  }

  bytes(chunk: Uint8Array): void {
    this.#mix(bytesHash(chunk));
  }

  #numberOf(name: string): number {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const number = this.#names.size;
    this.#names.set(name, number);
    for (let i = 0; i < name.length; i++) this.#mix(name.charCodeAt(i));
    return number;
  }

  #mixNumber(value: number): void {
    this.#mix(value | 0);
    this.#mix(Math.floor(value / TWO_32) | 0);
  }

  #mix(word: number): void {
    const low = Math.imul(this.#low ^ word, 0x85ebca6b);
    this.#low = (low ^ (low >>> 15)) + this.#high;
    this.#high = Math.imul((this.#high << 13) | (this.#high >>> 19), 5) + (low ^ 0xe6546b64);
    this.#low |= 0;
    this.#high |= 0;
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
