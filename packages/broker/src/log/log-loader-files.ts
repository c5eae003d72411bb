/** Which segments a partition's directory holds, by names and sizes alone, and which of their indexes are missing. */
import { INT32_MAX } from './index-file.ts';
import {
  formatOffsetName,
  OFFSET_INDEX_SUFFIX,
  parseOffsetName,
  PRODUCER_SNAPSHOT_SUFFIX,
  SEGMENT_SUFFIX,
  TIME_INDEX_SUFFIX,
  TRANSACTION_INDEX_SUFFIX,
} from './log-names.ts';
import type { Loading } from './log-loader-options.ts';
import { openSegment } from './log-loader-options.ts';
import { CorruptSegmentError } from './segment-errors.ts';
import type { Segment } from './segment.ts';
import { fileNames, removeFiles } from './log-swap.ts';

export interface ListedSegment {
  readonly segment: Segment;
  /** Names of the offset and time index that should be there. */
  readonly missingIndexes: readonly string[];
  readonly hasTransactions: boolean;
}

const INDEX_SUFFIXES = [OFFSET_INDEX_SUFFIX, TIME_INDEX_SUFFIX, TRANSACTION_INDEX_SUFFIX];
const OFFSET_SUFFIXES: ReadonlySet<string> = new Set([...INDEX_SUFFIXES, SEGMENT_SUFFIX, PRODUCER_SNAPSHOT_SUFFIX]);

/**
 * By base offset. Indexes without their segment are removed.
 *
 * @throws {DiskError} @throws {CorruptSegmentError} a file is larger than a segment can be.
 */
export async function listSegments(loading: Loading): Promise<ListedSegment[]> {
  const names = await fileNames(loading);
  const present = new Set(names);
  await removeOrphans(loading, names, present);
  const listed: ListedSegment[] = [];
  for (const name of names) {
    const parsed = parseOffsetName(name);
    if (parsed === null) noteForeign(loading, name);
    else if (parsed.suffix === SEGMENT_SUFFIX) listed.push(await listSegment(loading, parsed.offset, present));
  }
  return listed;
}

async function listSegment(loading: Loading, baseOffset: number, present: ReadonlySet<string>): Promise<ListedSegment> {
  const path = `${loading.directory.path}/${formatOffsetName(baseOffset, SEGMENT_SUFFIX)}`;
  const stat = await loading.disk.stat(path);
  const sizeBytes = stat?.sizeBytes ?? 0;
  if (sizeBytes > INT32_MAX) {
    throw new CorruptSegmentError(path, INT32_MAX, `${sizeBytes} bytes, and no segment is larger than ${INT32_MAX}`);
  }
  const named = (suffix: string): string => formatOffsetName(baseOffset, suffix);
  return {
    segment: openSegment(loading, baseOffset, sizeBytes),
    missingIndexes: [named(OFFSET_INDEX_SUFFIX), named(TIME_INDEX_SUFFIX)].filter((name) => !present.has(name)),
    hasTransactions: present.has(named(TRANSACTION_INDEX_SUFFIX)),
  };
}

async function removeOrphans(loading: Loading, names: readonly string[], present: ReadonlySet<string>): Promise<void> {
  const orphans = names.filter((name) => {
    const parsed = parseOffsetName(name);
    if (parsed === null || !INDEX_SUFFIXES.includes(parsed.suffix)) return false;
    return !present.has(formatOffsetName(parsed.offset, SEGMENT_SUFFIX));
  });
  await removeFiles(loading, orphans);
  for (const name of orphans) {
    const path = `${loading.directory.path}/${name}`;
    loading.findings.add('orphaned index', path, `removed ${path}, an index without its segment.`);
  }
}

/** A file that Kafka would take for a segment's, or that it could not take for anything. */
function noteForeign({ directory, findings }: Loading, name: string): void {
  const dot = name.indexOf('.');
  if (dot < 0 || !OFFSET_SUFFIXES.has(name.slice(dot))) return;
  const path = `${directory.path}/${name}`;
  findings.add(
    'foreign file',
    path,
    `${path} is named like a file of a segment, but without an offset of 20 digits. It is left alone; move it away, since ` +
      'Apache Kafka does not start beside it.',
  );
}
