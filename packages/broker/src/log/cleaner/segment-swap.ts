/**
 * A cleaned segment takes the place of those it was made from, so that after a crash at any point either it is there or they are.
 *
 * The names tell how far it came: `.cleaned` counts for nothing; once all files are `.swap` the new segment counts, whatever of
 * the old ones is still there; those become `.deleted`, and at last the new one loses its suffix. Kafka has the same names, and
 * recovers what is left of a swap of ours. We sync the directory between the steps, since a disk may otherwise forget an
 * earlier one and remember a later one.
 */
import { CLEANED_SUFFIX, DELETED_SUFFIX, parseOffsetName, SEGMENT_SUFFIX, SWAP_SUFFIX } from '../log-names.ts';

/** What the swap does with a segment. */
export interface SwappedSegment {
  readonly baseOffset: number;
  changeSuffix(suffix: string): Promise<void>;
}

export interface SegmentSwap<S extends SwappedSegment> {
  /**
   * Whole and synced, with the suffix `.cleaned`, and the first base offset of the replaced ones. It has every kind of file
   * that the replaced one of that offset has, be it empty: each is renamed over the old one.
   */
  readonly cleaned: S;
  /** In the order of their offsets. */
  readonly replaced: readonly S[];
  syncDirectory(): Promise<void>;
  /** Puts the new segment into the log's list in place of the others: from now on it is read. Must not fail. */
  install(): void;
  /** Removes the files of an old one, some time later. */
  retire(segment: S): void;
}

/** @throws {DiskError} the directory has to go offline; see `planSwapRecovery`. */
export async function swapSegments<S extends SwappedSegment>(swap: SegmentSwap<S>): Promise<void> {
  const { cleaned, replaced } = swap;
  // NOTE(order): every line needs the one before it on the disk.
  await swap.syncDirectory();
  await cleaned.changeSuffix(SWAP_SUFFIX);
  await swap.syncDirectory();
  swap.install();
  for (const segment of replaced) await segment.changeSuffix(DELETED_SUFFIX);
  await swap.syncDirectory();
  await cleaned.changeSuffix('');
  await swap.syncDirectory();
  for (const segment of replaced) swap.retire(segment);
}

/** What to do with a partition directory, in this order. */
export type SwapRecoveryStep =
  | { readonly kind: 'remove'; readonly name: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'syncDirectory' };

/** Half of a recovery: first the leftovers go; then, once it is known how far they reach, new segments come in. */
export interface SwapRecovery {
  readonly steps: readonly SwapRecoveryStep[];
  /** Base offsets of the `.log.swap` files that count. */
  readonly swappedBaseOffsets: readonly number[];
}

const SYNC: SwapRecoveryStep = { kind: 'syncDirectory' };

/**
 * What to do first in a directory that may hold what a crash left of a swap.
 *
 * @param names of the directory's files.
 */
export function planSwapRecovery(names: readonly string[]): SwapRecovery {
  const cleaned = names.filter((name) => name.endsWith(CLEANED_SUFFIX));
  const deleted = names.filter(
    (name) => name.endsWith(DELETED_SUFFIX) && !name.endsWith(`.checkpoint${DELETED_SUFFIX}`),
  );
  const cleanedFrom = Math.min(...cleaned.map((name) => parseOffsetName(name)?.offset ?? Infinity));
  const swaps = swapsIn(names);
  // Not all files of that segment were renamed.
  const early = swaps.filter(({ offset }) => offset >= cleanedFrom);
  const logs = swaps.filter(({ offset, name }) => offset < cleanedFrom && isLog(name));
  // NOTE(order): while a `.cleaned` is there, a `.swap` does not count.
  const steps: SwapRecoveryStep[] = [];
  if (early.length > 0) steps.push(...early.map(({ name }) => removal(name)), SYNC);
  if (cleaned.length + deleted.length > 0) steps.push(...[...cleaned, ...deleted].map(removal), SYNC);
  return { steps, swappedBaseOffsets: logs.map(({ offset }) => offset) };
}

/**
 * What to do then. Old segments beyond the last record of the new one stay: all that they hold is superseded, and the next
 * cleaning finds it again.
 *
 * @param names of the files that are left.
 * @param swapped of `planSwapRecovery`, each with the offset behind its last batch.
 */
export function planSwapCompletion(
  names: readonly string[],
  swapped: readonly { readonly baseOffset: number; readonly nextOffset: number }[],
): SwapRecoveryStep[] {
  const swaps = swapsIn(names);
  // What has the new segment's own name is renamed over; if there is nothing to do that with, it is the new one's already.
  const replaced = names.filter((name) => {
    const offset = parseOffsetName(name)?.offset ?? -1;
    return (
      !name.endsWith(SWAP_SUFFIX) &&
      swapped.some(({ baseOffset, nextOffset }) => offset > baseOffset && offset < nextOffset)
    );
  });
  // NOTE(order): once no `.log.swap` is there, nobody looks for replaced segments any more.
  const steps: SwapRecoveryStep[] = [];
  if (replaced.length > 0) steps.push(...replaced.map(removal), SYNC);
  for (const { name } of swaps) steps.push({ kind: 'rename', from: name, to: name.slice(0, -SWAP_SUFFIX.length) });
  if (swaps.length > 0) steps.push(SYNC);
  return steps;
}

function swapsIn(names: readonly string[]): { name: string; offset: number }[] {
  const swaps: { name: string; offset: number }[] = [];
  for (const name of names) {
    const parsed = name.endsWith(SWAP_SUFFIX) ? parseOffsetName(name) : null;
    if (parsed !== null) swaps.push({ name, offset: parsed.offset });
  }
  return swaps;
}

function isLog(name: string): boolean {
  return name.endsWith(SEGMENT_SUFFIX + SWAP_SUFFIX);
}

function removal(name: string): SwapRecoveryStep {
  return { kind: 'remove', name };
}
