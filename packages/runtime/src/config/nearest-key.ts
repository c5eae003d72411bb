/** Finds the key that a wrong one was probably meant to be. */

/** Longer names are not anybody's typing. */
const KEY_CHARS_MAX = 200;

/** Edits that still look like a slip of the fingers in a key of this length. */
export function typoEditsMax(key: string): number {
  return key.length < 8 ? 1 : 2;
}

/** A typing mistake away from a known key: case and the choice of `.`, `-` and `_` do not count as edits. */
export function findTypo(key: string, known: Iterable<string>): string | null {
  return nearestWithin(key, known, typoEditsMax(key));
}

/** The nearest known key, if any is near enough to be worth suggesting. */
export function findNearest(key: string, known: Iterable<string>): string | null {
  return nearestWithin(key, known, Math.max(2, Math.floor(key.length / 4)));
}

function nearestWithin(key: string, known: Iterable<string>, editsMax: number): string | null {
  if (key === '' || key.length > KEY_CHARS_MAX) return null;
  const wanted = normalise(key);
  let best: string | null = null;
  let bestEdits = editsMax + 1;
  for (const candidate of known) {
    const edits = editDistance(wanted, normalise(candidate), Math.min(bestEdits, editsMax));
    // Of two equally near the one that comes first in the alphabet, so that the order of the rows does not show.
    if (edits < bestEdits || (edits === bestEdits && best !== null && candidate < best)) {
      best = candidate;
      bestEdits = edits;
    }
  }
  return best;
}

function normalise(key: string): string {
  return key.toLowerCase().replace(/[-_]/g, '.');
}

/**
 * Inserted, dropped and changed characters and swapped neighbours (optimal string alignment).
 *
 * @returns `editsMax + 1` as soon as it is clear that there are more.
 */
export function editDistance(one: string, other: string, editsMax: number): number {
  const tooMany = editsMax + 1;
  if (Math.abs(one.length - other.length) > editsMax) return tooMany;
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    let rowMin = row;
    for (let column = 1; column <= other.length; column++) {
      const cost = one[row - 1] === other[column - 1] ? 0 : 1;
      let edits = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + cost);
      const isSwap = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (isSwap) edits = Math.min(edits, beforeLast[column - 2]! + 1);
      current.push(edits);
      if (edits < rowMin) rowMin = edits;
    }
    if (rowMin > editsMax) return tooMany;
    beforeLast = last;
    last = current;
  }
  return Math.min(last[other.length]!, tooMany);
}
