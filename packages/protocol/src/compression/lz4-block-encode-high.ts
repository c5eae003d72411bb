/**
 * Writes smaller LZ4 blocks, more slowly: for each four bytes the places where they stood before are chained, the longest
 * match among the nearest is taken, and a longer one that begins a byte later is preferred.
 */
import { assert, type ByteWriter } from '@ottla/runtime';
import {
  LAST_LITERALS,
  LZ4_BLOCK_BYTES_MAX,
  lz4BlockBytesMax,
  MATCH_START_MARGIN,
  writeLastLiterals,
  writeSequence,
} from './lz4-sequence.ts';
import { matchLength } from './match-finder.ts';

const HASH_BITS = 15;
const HASH_MULTIPLIER = 0x9e3779b1;
const NOWHERE = -1;
/** Shortest match that the format can express. */
const MATCH_BYTES_MIN = 4;
/** A match this long is taken as it is: looking further costs more than it can save. */
const GOOD_LENGTH = 256;

/**
 * Places that one search looks at, by Kafka's level from 3 on: they double a level, and give what Java's client reaches at that
 * level within 1 %. Beyond 1,024 nothing was gained in blocks of 64 KiB, and hostile inputs would cost seconds.
 */
export function searchDepth(level: number): number {
  return 1 << Math.min(level + 1, 10);
}

/** Scratch memory of the high encoder, 384 KiB. Positions are relative to the start of a block. */
export class MatchChains {
  readonly #newest = new Int32Array(1 << HASH_BITS);
  readonly #older = new Int32Array(LZ4_BLOCK_BYTES_MAX);
  readonly #nothing = new DataView(new ArrayBuffer(0));
  #source: DataView = this.#nothing;
  #start = 0;
  #next = 0;
  /** What `find` found. */
  length = 0;
  offset = 0;

  reset(source: DataView, start: number): void {
    this.#newest.fill(NOWHERE);
    this.#source = source;
    this.#start = start;
    this.#next = start;
  }

  /** Lets go of the input. */
  release(): void {
    this.#source = this.#nothing;
  }

  /** Finds the longest match for what stands at `at`, if it is longer than `least`. @returns whether there is one. */
  find(at: number, least: number, end: number, depth: number): boolean {
    this.#insertBefore(at);
    const source = this.#source;
    const word = source.getInt32(at, true);
    let best = least;
    let candidate = this.#newest[slotOf(word)]!;
    for (let left = depth; left > 0 && candidate !== NOWHERE; left--) {
      const from = this.#start + candidate;
      // What cannot be longer is not compared: its byte at the length to beat says so.
      if (source.getUint8(from + best) === source.getUint8(at + best) && source.getInt32(from, true) === word) {
        const length = matchLength(source, at, from, end);
        if (length > best) {
          best = length;
          this.length = length;
          this.offset = at - from;
          if (length >= GOOD_LENGTH || at + length === end) break;
        }
      }
      candidate = this.#older[candidate]!;
    }
    return best > least;
  }

  #insertBefore(at: number): void {
    for (; this.#next < at; this.#next++) {
      const slot = slotOf(this.#source.getInt32(this.#next, true));
      const position = this.#next - this.#start;
      this.#older[position] = this.#newest[slot]!;
      this.#newest[slot] = position;
    }
  }
}

/** Appends the block for `source[start, end)`, at most 64 KiB, to `output`. */
export function encodeLz4BlockHigh(
  source: DataView,
  start: number,
  end: number,
  output: ByteWriter,
  chains: MatchChains,
  depth: number,
): void {
  assert(end - start <= LZ4_BLOCK_BYTES_MAX, 'an LZ4 block is written of at most 64 KiB');
  let to = output.reserve(lz4BlockBytesMax(end - start));
  const view = output.view;
  const startEnd = end - MATCH_START_MARGIN;
  const matchEnd = end - LAST_LITERALS;
  chains.reset(source, start);
  let anchor = start;
  let at = start + 1;
  while (at <= startEnd) {
    if (!chains.find(at, MATCH_BYTES_MIN - 1, matchEnd, depth)) {
      at++;
      continue;
    }
    let { length, offset } = chains;
    while (length < GOOD_LENGTH && at < startEnd && chains.find(at + 1, length, matchEnd, depth)) {
      at++;
      ({ length, offset } = chains);
    }
    to = writeSequence(source, anchor, at, view, to, offset, length);
    at += length;
    anchor = at;
  }
  chains.release();
  output.position = writeLastLiterals(source, anchor, end, view, to);
}

function slotOf(word: number): number {
  return Math.imul(word, HASH_MULTIPLIER) >>> (32 - HASH_BITS);
}
