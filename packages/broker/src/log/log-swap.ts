/**
 * What a stop leaves of deletions and compactions in a partition's directory: removed, finished or undone, by Kafka's rule.
 *
 * A compaction's output is `.cleaned` while it is made, and `.swap` once it is whole; renames go from the last segment of the
 * output to the first. So where a `.cleaned` file is left, the swaps at or above it are not all there yet: the old segments
 * still are, and stay. Otherwise the swaps are whole: what they replace goes, and they take its place.
 *
 * Kafka trusts the file system to keep changes of names in order. Here the directory is synced wherever another order would
 * leave both the old and the new segments, or neither.
 */
import { assert } from '@ottla/runtime';
import { CLEANED_SUFFIX, DELETED_SUFFIX, parseOffsetName, SEGMENT_SUFFIX, SWAP_SUFFIX } from './log-names.ts';
import { openSegment, type Loading } from './log-loader-options.ts';

/** @throws {DiskError} @throws {CorruptSegmentError} a segment that is to take its place cannot be read. */
export async function settleLeftovers(loading: Loading): Promise<void> {
  const names = await fileNames(loading);
  await removeLeftovers(loading, names);
  const swaps = names.filter((name) => name.endsWith(SWAP_SUFFIX) && !isUndone(name, lowestCleaned(names)));
  if (swaps.length > 0) await finishSwaps(loading, names, swaps);
}

/** Names of the files in the directory, in order. @throws {DiskError} */
export async function fileNames({ disk, directory }: Loading): Promise<string[]> {
  const entries = await disk.list(directory.path);
  return entries.filter(({ kind }) => kind === 'file').map(({ name }) => name);
}

/** @throws {DiskError} */
export async function removeFiles({ disk, directory }: Loading, names: readonly string[]): Promise<void> {
  for (const name of names) await disk.remove(`${directory.path}/${name}`);
}

async function removeLeftovers(loading: Loading, names: readonly string[]): Promise<void> {
  const { disk, directory, findings } = loading;
  const lowest = lowestCleaned(names);
  // Snapshots of the metadata log are those of its owner.
  const deleted = names.filter(
    (name) => name.endsWith(DELETED_SUFFIX) && !name.endsWith(`.checkpoint${DELETED_SUFFIX}`),
  );
  const undone = names.filter((name) => isUndone(name, lowest));
  const cleaned = names.filter((name) => name.endsWith(CLEANED_SUFFIX));
  await removeFiles(loading, deleted);
  await removeFiles(loading, undone);
  // NOTE(order): a swap that comes back without the `.cleaned` file beside it would be taken for whole.
  if (undone.length > 0) await disk.syncDirectory(directory.path);
  await removeFiles(loading, cleaned);
  const removed = [...deleted, ...undone, ...cleaned];
  if (removed.length === 0) return;
  findings.add(
    'leftover files',
    directory.path,
    `removed ${removed.length} files that a deletion or a compaction left when the broker stopped (${removed[0]!}` +
      `${removed.length > 1 ? ', …' : ''}). No record is lost with them.`,
  );
}

function lowestCleaned(names: readonly string[]): number {
  let lowest = Infinity;
  for (const name of names) {
    if (name.endsWith(CLEANED_SUFFIX)) lowest = Math.min(lowest, parseOffsetName(name)?.offset ?? Infinity);
  }
  return lowest;
}

function isUndone(name: string, lowestCleanedOffset: number): boolean {
  const offset = name.endsWith(SWAP_SUFFIX) ? parseOffsetName(name)?.offset : undefined;
  return offset !== undefined && offset >= lowestCleanedOffset;
}

async function finishSwaps(loading: Loading, names: readonly string[], swaps: readonly string[]): Promise<void> {
  const { disk, directory, findings } = loading;
  const range = await replacedRange(loading, swaps);
  const replaced = names.filter((name) => {
    const offset = parseOffsetName(name)?.offset;
    const isLeft = !/\.(swap|deleted|cleaned)$/.test(name);
    return isLeft && offset !== undefined && offset >= range.from && offset < range.to;
  });
  await removeFiles(loading, replaced);
  // NOTE(order): old segments must not come back once the new ones have no suffix to be told by.
  await disk.syncDirectory(directory.path);
  // Again, since looking for the end may have built an index.
  const waiting = (await fileNames(loading)).filter((name) => name.endsWith(SWAP_SUFFIX));
  for (const name of waiting) {
    const path = `${directory.path}/${name}`;
    assert(path.endsWith(SWAP_SUFFIX), 'a swap is renamed');
    await disk.rename(path, path.slice(0, -SWAP_SUFFIX.length));
  }
  await disk.syncDirectory(directory.path);
  findings.add(
    'finished swap',
    directory.path,
    `finished a compaction that was interrupted: ${waiting.length} files took the place of ${replaced.length}.`,
  );
}

/** The offsets that the new segments stand for. @param to exclusive. */
async function replacedRange(loading: Loading, swaps: readonly string[]): Promise<{ from: number; to: number }> {
  let from = Infinity;
  let to = -Infinity;
  for (const name of swaps) {
    const parsed = parseOffsetName(name);
    if (parsed === null || parsed.suffix !== SEGMENT_SUFFIX + SWAP_SUFFIX) continue;
    const stat = await loading.disk.stat(`${loading.directory.path}/${name}`);
    const segment = openSegment(loading, parsed.offset, stat?.sizeBytes ?? 0, SWAP_SUFFIX);
    const { nextOffset } = await segment.readEnd();
    await segment.close();
    from = Math.min(from, parsed.offset);
    to = Math.max(to, nextOffset);
  }
  return { from, to };
}
