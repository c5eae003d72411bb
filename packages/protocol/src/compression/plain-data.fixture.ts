/** What goes into compressors in fuzz tests, benches and conformance: the shapes of data that people send, and noise. */
import type { Prng } from '@ottla/runtime';

const EVENTS = ['checkout', 'search', 'login', 'cart', 'refund', 'shipment', 'invoice', 'profile'];
const CITIES = ['Amsterdam', 'Oslo', 'Lisbon', 'Vienna', 'Warsaw', 'Dublin'];

/** One JSON document a line, cut to `length` bytes. Compresses about 3:1 by the fast codecs. */
export function jsonEvents(prng: Prng, length: number): Uint8Array {
  const lines: string[] = [];
  for (let written = 0; written < length;) {
    const line = JSON.stringify({
      id: prng.below(1_000_000_000),
      at: 1_700_000_000_000 + prng.below(100_000_000),
      type: prng.pick(EVENTS),
      user: { id: `u-${prng.below(100_000)}`, city: prng.pick(CITIES), vip: prng.chance(0.1) },
      amount: prng.below(100_000) / 100,
      items: Array.from({ length: prng.between(1, 4) }, () => ({
        sku: `sku-${prng.below(5_000).toString(36)}`,
        quantity: prng.between(1, 5),
      })),
      ok: true,
    });
    lines.push(line);
    written += line.length + 1;
  }
  return Uint8Array.from(Buffer.from(lines.join('\n')).subarray(0, length));
}

export function noise(prng: Prng, length: number): Uint8Array {
  return prng.fill(new Uint8Array(length));
}

/** A short stretch over and over, with a few bytes changed: matches near and long. */
export function repetition(prng: Prng, length: number): Uint8Array {
  const period = noise(prng, prng.between(1, prng.chance(0.5) ? 16 : 1_000));
  const bytes = Buffer.alloc(length, period);
  for (let left = prng.below(5); left > 0 && length > 0; left--) bytes[prng.below(length)] = prng.below(256);
  return bytes;
}

/** Stretches copied from anywhere before, between noise: every offset and length that a format can express. */
export function patchwork(prng: Prng, length: number): Uint8Array {
  const bytes = noise(prng, length);
  for (let at = prng.between(1, 64); at < length;) {
    const count = Math.min(length - at, prng.chance(0.9) ? prng.between(3, 80) : prng.between(80, 3_000));
    const from = at - prng.between(1, Math.min(at, prng.chance(0.5) ? 16 : 70_000));
    for (let i = 0; i < count; i++) bytes[at + i] = bytes[from + i]!;
    at += count + prng.below(prng.chance(0.8) ? 8 : 400);
  }
  return bytes;
}

/** Any of the above. Lengths lean to the borders of blocks. */
export function plainData(prng: Prng, lengthMax: number): Uint8Array {
  const border = prng.pick([16, 64, 256, 32_768, 65_536, 131_072]) + prng.between(-5, 5);
  const length = prng.chance(0.3) ? Math.min(border, lengthMax) : prng.below(prng.chance(0.7) ? 3_000 : lengthMax + 1);
  return prng.pick([jsonEvents, noise, repetition, patchwork])(prng, length);
}
