/**
 * What is left of a file when the power goes. Every written page that was not synced may be there or not, each by itself; the
 * size may have grown by all writes, by some, or by none. A page that is missing below the size reads as zeros, or as what was
 * stable there before.
 */
import type { Prng } from '../prng.ts';
import type { ConsequenceKind } from './faults.ts';
import { cut, PAGE_BYTES, type FileContent, type Page } from './file-content.ts';

/** Of all dirty pages: none, about half, or all survive. The extremes are common in reality, and what code forgets. */
const KEPT = [0, 0.5, 0.5, 1] as const;

/**
 * @param cache as reads saw it
 * @param stable as the last syncs left it
 * @param dirty pages written since
 * @param sizes that the file had since, the current one last
 * @param count told what was lost
 */
export function crashedContent(
  cache: FileContent,
  stable: FileContent,
  dirty: ReadonlySet<number>,
  sizes: readonly number[],
  prng: Prng,
  count: (kind: ConsequenceKind) => void,
): FileContent {
  const kept = prng.pick(KEPT);
  const pages = [...stable.pages];
  const lost: number[] = [];
  for (const index of dirty) {
    const page = cache.pages[index]!;
    if (prng.chance(kept)) pages[index] = shared(page);
    else lost.push(index);
  }
  const sizeBytes = prng.pick([stable.sizeBytes, cache.sizeBytes, prng.pick([cache.sizeBytes, ...sizes])]);
  const modifiedMs = prng.chance(0.5) ? cache.modifiedMs : stable.modifiedMs;
  const content = { pages, sizeBytes, modifiedMs };
  cut(content, sizeBytes);
  if (sizeBytes < cache.sizeBytes) count('crashShrunkFile');
  if (lost.length > 0) count('crashLostPage');
  if (lost.length > 0 && lost.length < dirty.size) count('crashKeptPage');
  if (lost.some((index) => pages[index] === undefined && index * PAGE_BYTES < sizeBytes)) count('crashHole');
  return content;
}

function shared(page: Page): Page {
  page.isShared = true;
  return page;
}
