/** One small segment to be tested: batches of one record each, 78 bytes long, an index entry for every other one. */
import type { Disk } from '@ottla/runtime';
import { formatOffsetName } from './log-names.ts';
import { batchOf, createTestWorld, DIRECTORY, readWhole, type TestWorld } from './segment.fixture.ts';
import { Segment, type SegmentOptions } from './segment.ts';

export const BASE = 100;
export const OPTIONS: SegmentOptions = { baseOffset: BASE, indexIntervalBytes: 150, indexBytesMax: 1_200 };
/** Of every batch here: one record of ten bytes, or more. */
export const SIZE = batchOf({ timestamps: [1] }).length;

export const pathOf = (suffix: string): string => `${DIRECTORY}/${formatOffsetName(BASE, suffix)}`;

export interface Subject extends TestWorld {
  readonly segment: Segment;
}

/** A segment with a batch of one record for each timestamp. */
export async function segmentWith(
  timestamps: readonly number[],
  options: Partial<SegmentOptions> = {},
  wrapDisk?: (disk: Disk) => Disk,
  seed = 1,
): Promise<Subject> {
  const test = await createTestWorld(wrapDisk === undefined ? { seed } : { seed, wrapDisk });
  const segment = await test.run(() => Segment.create(test.context, test.directory, { ...OPTIONS, ...options }));
  const subject = { ...test, segment };
  for (const [i, timestamp] of timestamps.entries()) await append(subject, BASE + i, timestamp);
  return subject;
}

export function append({ run, segment }: Subject, offset: number, timestamp: number): Promise<void> {
  return run(() => segment.append([batchOf({ baseOffset: offset, timestamps: [timestamp] })], offset));
}

export const hex = async ({ io, run }: TestWorld, suffix: string): Promise<string | null> => {
  const bytes = await run(() => readWhole(io.disk, pathOf(suffix)));
  return bytes === null ? null : Buffer.from(bytes).toString('hex');
};

/** The same files, opened anew. */
export async function reopened(
  { run, io, context, directory, ...rest }: Subject,
  sizeBytes?: number,
): Promise<Subject> {
  const stat = await run(() => io.disk.stat(pathOf('.log')));
  const segment = new Segment(context, directory, OPTIONS, sizeBytes ?? stat!.sizeBytes);
  return { ...rest, run, io, context, directory, segment };
}

export async function entriesOf({ run, segment }: Subject): Promise<{ offsets: number[][]; times: number[][] }> {
  const { offsets, times } = await run(() => segment.indexes.load());
  return {
    offsets: Array.from({ length: offsets.entries }, (_, i) => [offsets.offsetAt(i), offsets.positionAt(i)]),
    times: Array.from({ length: times.entries }, (_, i) => [times.timestampAt(i), times.offsetAt(i)]),
  };
}
