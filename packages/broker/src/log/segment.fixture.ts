/** Segments for tests, on a simulated disk: batches to append, whole files to look at, and golden directories with Kafka's facts. */
import { readFileSync } from 'node:fs';
import { RecordBatchBuilder, type BatchFields, type CompressionCodec } from '@ottla/protocol';
import type { Disk, Io } from '@ottla/runtime';
import { SimWorld, type SimWorldOptions } from '@ottla/runtime/sim';
import { extractArchive, readArchive } from '@ottla/testing';
import { parseOffsetName, SEGMENT_SUFFIX } from './log-names.ts';
import { OpenFiles, type OpenDirectory } from './open-files.ts';
import { createSegmentContext, type SegmentContext, type SegmentContextOptions } from './segment-context.ts';

export const DIRECTORY = '/data/t-0';

export interface TestWorld {
  readonly world: SimWorld;
  readonly io: Io;
  readonly context: SegmentContext;
  readonly directory: OpenDirectory;
  /** Paths and reasons of the indexes that were built anew. */
  readonly rebuilt: string[];
  /** Runs it in virtual time. */
  readonly run: <T>(body: () => Promise<T>) => Promise<T>;
}

/** A world with an empty partition directory, or the one of `golden`. */
export async function createTestWorld(
  options: Partial<SimWorldOptions> & {
    readonly openMax?: number;
    readonly context?: SegmentContextOptions;
    /** What segments use in place of the world's disk. */
    readonly wrapDisk?: (disk: Disk) => Disk;
  } = {},
): Promise<TestWorld> {
  const world = new SimWorld({ seed: 1, ...options });
  const { io } = world.createProcess('node');
  const rebuilt: string[] = [];
  const onIndexRebuilt = (path: string, reason: string): void => void rebuilt.push(`${path}: ${reason}`);
  await world.finish(io.disk.makeDirectory(DIRECTORY));
  return {
    world,
    io,
    context: createSegmentContext(io, { onIndexRebuilt, ...options.context }),
    directory: new OpenFiles(options.wrapDisk?.(io.disk) ?? io.disk, options.openMax ?? 100).directory(DIRECTORY),
    rebuilt,
    run: (body) => world.finish(body()),
  };
}

export interface BatchShape extends Partial<BatchFields> {
  readonly timestamps: readonly number[];
  readonly valueBytes?: number;
  readonly codec?: CompressionCodec;
  /** Offset that the batch says to end with, as compaction leaves it. */
  readonly lastOffset?: number;
}

/** A batch of one record a timestamp, in an array of its own. */
export function batchOf({
  timestamps,
  valueBytes = 10,
  codec = 'none',
  lastOffset,
  ...fields
}: BatchShape): Uint8Array {
  const builder = new RecordBatchBuilder();
  builder.open({ partitionLeaderEpoch: 0, ...fields });
  for (const timestamp of timestamps) builder.append(timestamp, null, new Uint8Array(valueBytes).fill(7));
  if (lastOffset !== undefined) builder.overrideLastOffset(lastOffset);
  return Uint8Array.prototype.slice.call(builder.finish(codec));
}

export async function readWhole(disk: Disk, path: string): Promise<Uint8Array | null> {
  const stat = await disk.stat(path);
  if (stat === null) return null;
  const file = await disk.open(path, 'read');
  const bytes = new Uint8Array(stat.sizeBytes);
  await file.read(bytes, 0);
  await file.close();
  return bytes;
}

export async function writeWhole(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const file = await disk.open(path, 'create');
  await file.truncate(0);
  await file.append([bytes]);
  await file.close();
}

// -------------------------------------------------------------------------------------------------------------- golden

export interface BatchFacts {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly position: number;
  readonly size: number;
  readonly CreateTime?: number;
  readonly LogAppendTime?: number;
  readonly partitionLeaderEpoch: number;
}

export interface RecordFacts {
  readonly offset: number;
  readonly CreateTime?: number;
  readonly LogAppendTime?: number;
}

/** What Kafka's own dump tool says of a segment. */
export interface SegmentFacts {
  readonly directory: string;
  readonly baseOffset: number;
  readonly batches: readonly { readonly batch: BatchFacts; readonly records: readonly RecordFacts[] }[];
  readonly offsets: readonly { readonly offset: number; readonly position: number }[];
  readonly times: readonly { readonly timestamp: number; readonly offset: number }[];
  readonly transactions: readonly Readonly<Record<string, number>>[];
  /** The last of its log. */
  readonly isLast: boolean;
}

export type Golden = 'clean' | 'killed';

/** Lays the golden directory out below `/`. */
export async function extractGolden(test: TestWorld, name: Golden): Promise<void> {
  await test.run(() => extractArchive(archive(name), test.io.disk, ''));
}

/** Facts of all segments that have any, in the order of their names. */
export function goldenSegments(name: Golden): SegmentFacts[] {
  const found: SegmentFacts[] = [];
  for (const { path, kind, bytes } of archive(`facts-${name}`)) {
    if (kind !== 'file') continue;
    const lines = Buffer.from(bytes).toString().split('\n').filter(Boolean);
    const partition = path.slice(path.lastIndexOf('/') + 1, -'.ndjson'.length);
    found.push(
      ...segmentsOf(
        `/${name}/${partition}`,
        lines.map((line) => JSON.parse(line) as FactLine),
      ),
    );
  }
  return found;
}

interface FactLine {
  readonly file: string;
  readonly batch?: BatchFacts;
  readonly records?: readonly RecordFacts[];
  readonly entry?: Readonly<Record<string, number>>;
}

function segmentsOf(directory: string, lines: readonly FactLine[]): SegmentFacts[] {
  const suffixed = (suffix: string, offset: number): FactLine[] =>
    lines.filter(({ file }) => {
      const name = parseOffsetName(file);
      return name?.offset === offset && name.suffix === suffix;
    });
  const offsets = new Set<number>();
  for (const { file } of lines) {
    const name = parseOffsetName(file);
    if (name?.suffix === SEGMENT_SUFFIX) offsets.add(name.offset);
  }
  return [...offsets].map((baseOffset) => ({
    directory,
    baseOffset,
    batches: suffixed('.log', baseOffset).filter(
      ({ batch }) => batch !== undefined,
    ) as SegmentFacts['batches'][number][],
    offsets: suffixed('.index', baseOffset).map(({ entry }) => entry as { offset: number; position: number }),
    times: suffixed('.timeindex', baseOffset).map(({ entry }) => entry as { timestamp: number; offset: number }),
    transactions: suffixed('.txnindex', baseOffset).map(({ entry }) => entry as Record<string, number>),
    isLast: baseOffset === Math.max(...offsets),
  }));
}

function archive(name: string): ReturnType<typeof readArchive> {
  return readArchive(readFileSync(new URL(`../../golden/log-dirs/${name}.tar.gz`, import.meta.url)));
}
