/** Hostile bytes out of good ones: what a broken peer, a torn disk or an attacker would send. */
import type { Prng } from '@ottla/runtime';

/** Values at which parsers of lengths and counts break: signs, powers of two, and their neighbours. */
const INTERESTING_INT32 = [
  0, 1, -1, 2, -2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 1_000_000, 1_000_001, 0x7fffffff,
  -0x80000000,
] as const;

/** Unsigned varints as they stand on the wire: small, 32 bits full, over-long, and never ending. */
const INTERESTING_VARINTS = [
  [0x00],
  [0x01],
  [0x7f],
  [0x80, 0x00],
  [0x80, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
] as const;

/** One kind of damage. Returns a fresh array, or `bytes` itself written in place: `mutate` owns them. */
type Mutation = (bytes: Uint8Array, prng: Prng, donor: Uint8Array) => Uint8Array;

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  flipBit(bytes, prng) {
    const at = prng.below(bytes.length);
    bytes[at]! ^= 1 << prng.below(8);
    return bytes;
  },
  setByte(bytes, prng) {
    bytes[prng.below(bytes.length)] = prng.below(256);
    return bytes;
  },
  truncate: (bytes, prng) => bytes.subarray(0, prng.below(bytes.length)),
  dropHead: (bytes, prng) => bytes.subarray(1 + prng.below(bytes.length)),
  extend(bytes, prng) {
    return join(bytes, prng.bytes(1 + prng.below(32)));
  },
  /** The head of this, the tail of another. */
  splice(bytes, prng, donor) {
    return join(bytes.subarray(0, prng.below(bytes.length + 1)), donor.subarray(prng.below(donor.length + 1)));
  },
  duplicate(bytes, prng) {
    const { start, end } = range(bytes, prng);
    return join(bytes.subarray(0, end), bytes.subarray(start));
  },
  remove(bytes, prng) {
    const { start, end } = range(bytes, prng);
    return join(bytes.subarray(0, start), bytes.subarray(end));
  },
  fill(bytes, prng) {
    const { start, end } = range(bytes, prng);
    return bytes.fill(prng.chance(0.5) ? 0 : 0xff, start, end);
  },
  lengthInt32: (bytes, prng) => overwrite(bytes, prng, int32Bytes(prng.pick(INTERESTING_INT32))),
  lengthInt16: (bytes, prng) => overwrite(bytes, prng, int32Bytes(prng.pick(INTERESTING_INT32)).subarray(2)),
  /** A number that stands there, moved a little: off-by-one lengths are the interesting ones. */
  nudge(bytes, prng) {
    const at = prng.below(bytes.length);
    bytes[at] = bytes[at]! + prng.below(9) - 4;
    return bytes;
  },
  varint: (bytes, prng) => overwrite(bytes, prng, Uint8Array.from(prng.pick(INTERESTING_VARINTS))),
};

/**
 * Damages a copy of `bytes` in one to four ways.
 *
 * @param donor bytes to splice from, another message of the same kind, say. Default: `bytes`.
 */
export function mutate(bytes: Uint8Array, prng: Prng, donor: Uint8Array = bytes): Uint8Array {
  let mutated: Uint8Array = Uint8Array.from(bytes);
  const kinds = Object.keys(MUTATIONS);
  for (let left = 1 + prng.below(4); left > 0; left--) {
    // Nothing is left to damage: grow again.
    const kind = mutated.length === 0 ? 'extend' : prng.pick(kinds);
    mutated = MUTATIONS[kind]!(mutated, prng, donor);
  }
  return mutated;
}

/** The kinds of damage that `mutate` does, for tests that show each one to happen. */
export const mutationKinds: readonly string[] = Object.keys(MUTATIONS);

/** Applies one kind of damage to a copy. `bytes` must not be empty. */
export function mutateBy(kind: string, bytes: Uint8Array, prng: Prng, donor: Uint8Array = bytes): Uint8Array {
  return MUTATIONS[kind]!(Uint8Array.from(bytes), prng, donor);
}

/** A non-empty stretch, mostly short. */
function range(bytes: Uint8Array, prng: Prng): { start: number; end: number } {
  const start = prng.below(bytes.length);
  return { start, end: Math.min(bytes.length, start + 1 + prng.below(prng.chance(0.8) ? 8 : bytes.length)) };
}

function overwrite(bytes: Uint8Array, prng: Prng, value: Uint8Array): Uint8Array {
  const at = prng.below(bytes.length);
  bytes.set(value.subarray(0, bytes.length - at), at);
  return bytes;
}

function int32Bytes(value: number): Uint8Array {
  return Uint8Array.of(value >> 24, value >> 16, value >> 8, value);
}

function join(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const joined = new Uint8Array(head.length + tail.length);
  joined.set(head, 0);
  joined.set(tail, head.length);
  return joined;
}
