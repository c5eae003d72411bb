/** Random logs in the text of `cleaner.fixture.ts`. */
import type { Prng } from '@ottla/runtime';

export interface RandomLog {
  /** The last one is active. */
  readonly segments: readonly (readonly string[])[];
  /** Of the producers that are not forgotten: the last offset of their last batch with data. */
  readonly lastOffsets: ReadonlyMap<number, number>;
}

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];

export function randomSegments(prng: Prng): RandomLog {
  const segments: string[][] = [];
  const lastOffsets = new Map<number, number>();
  const ongoing = new Set<number>();
  let offset = prng.between(0, 3);
  const count = prng.between(2, 6);
  while (segments.length < count) {
    const lines: string[] = [];
    for (let left = prng.between(1, 8); left > 0; left--) {
      const [open] = ongoing;
      if (open !== undefined && prng.chance(0.25)) {
        lines.push(`${offset++} ${prng.chance(0.5) ? 'abort' : 'commit'}${open}`);
        ongoing.delete(open);
      } else {
        const producer = prng.chance(0.6) ? prng.between(7, 9) : null;
        // A producer with an open transaction writes nothing else.
        const isTransactional = producer !== null && (ongoing.has(producer) || producer > 7);
        const records = Array.from({ length: prng.between(1, 4) }, () => randomRecord(prng));
        if (producer !== null && isTransactional) ongoing.add(producer);
        if (producer !== null) lastOffsets.set(producer, offset + records.length - 1);
        const words = producer === null ? [] : [`${isTransactional ? 't' : 'p'}${producer}`];
        if (prng.chance(0.2)) words.push('gzip');
        lines.push([offset, ...words, ...records].join(' '));
        offset += records.length;
      }
      // As an earlier cleaning leaves it.
      if (prng.chance(0.1)) offset += prng.between(1, 5);
    }
    segments.push(lines);
  }
  if (prng.chance(0.5)) lastOffsets.delete(7);
  return { segments, lastOffsets };
}

function randomRecord(prng: Prng): string {
  const key = prng.chance(0.05) ? '' : prng.pick(KEYS);
  return `${key}=${prng.chance(0.25) ? '-' : prng.between(0, 999)}`;
}
