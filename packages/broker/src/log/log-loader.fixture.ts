/** Logs to open in tests: a load with settings of one's own, and all that can be said of what came of it. */
import { createHash } from 'node:crypto';
import { batchSize } from '@ottla/protocol';
import type { Io } from '@ottla/runtime';
import { DEFAULT_LOG_CONFIG, type LogConfig } from './log-config.ts';
import type { LoadLogOptions } from './log-loader-options.ts';
import { loadLog, type LoadedLog } from './log-loader.ts';
import { OpenFiles } from './open-files.ts';
import type { ProducerStateEntry } from './producer-state/producer-state-entry.ts';
import { lastOffsetOf } from './segment-batch.ts';
import { createSegmentContext } from './segment-context.ts';
import type { Segment } from './segment.ts';
import { readWhole } from './segment.fixture.ts';
import type { AbortedTransaction } from './transaction-index.ts';

export const PRODUCER_SETTINGS = {
  producerIdExpirationMs: Infinity,
  transactionMaxTimeoutMs: 900_000,
  transactionVerificationEnabled: true,
};

export const SMALL_INDEXES: LogConfig = { ...DEFAULT_LOG_CONFIG, indexIntervalBytes: 256 };

/** Opens the directory as a new process does: unclean and from offset 0, unless told. */
export function loadIn(io: Io, path: string, options: Partial<LoadLogOptions> = {}): Promise<LoadedLog> {
  return loadLog(createSegmentContext(io), {
    directory: new OpenFiles(io.disk, 50).directory(path),
    topicPartition: path.slice(path.lastIndexOf('/') + 1),
    config: SMALL_INDEXES,
    isClean: false,
    recoveryPoint: 0,
    logStartOffset: 0,
    nowMs: io.clock.wallMs(),
    producerState: PRODUCER_SETTINGS,
    ...options,
  });
}

export async function closeLoaded({ segments, removed }: LoadedLog): Promise<void> {
  for (const segment of [...segments, ...removed]) await segment.close();
}

/** A batch as it stands in a log. */
export interface StoredBatch {
  readonly segment: number;
  readonly position: number;
  readonly lastOffset: number;
  readonly bytes: Uint8Array;
}

/** All batches by their sizes alone. @throws when a segment holds anything else. */
export async function batchesOf(segments: readonly Segment[]): Promise<StoredBatch[]> {
  const batches: StoredBatch[] = [];
  for (const segment of segments) {
    const whole = new Uint8Array(segment.sizeBytes);
    await segment.read(whole, 0);
    for (let position = 0; position < whole.length;) {
      const bytes = whole.slice(position, position + batchSize(whole, position));
      batches.push({ segment: segment.baseOffset, position, lastOffset: lastOffsetOf(bytes, 0), bytes });
      position += bytes.length;
    }
  }
  return batches;
}

export async function abortedOf(segments: readonly Segment[]): Promise<AbortedTransaction[]> {
  const all: AbortedTransaction[] = [];
  for (const segment of segments) {
    const index = await segment.indexes.transactions();
    for (let entry = 0; entry < index.entries; entry++) all.push(index.at(entry));
  }
  return all;
}

/** What two loads of the same directory must agree on. Of the cached batches a snapshot keeps only the last. */
export async function describeLoaded(log: LoadedLog): Promise<object> {
  const indexes: unknown[] = [];
  for (const segment of log.segments) {
    const { offsets, times } = await segment.indexes.load();
    indexes.push([segment.baseOffset, segment.sizeBytes, hex(offsets.encode()), hex(times.encode())]);
  }
  return {
    indexes,
    batches: (await batchesOf(log.segments)).map(({ bytes }) => createHash('sha1').update(bytes).digest('hex')),
    aborted: await abortedOf(log.segments),
    producers: producersOf(log),
    undecided: log.producers.firstUndecidedOffset,
    epochs: log.epochs.entries,
    logStartOffset: log.logStartOffset,
    nextOffset: log.nextOffset,
    recoveryPoint: log.recoveryPoint,
  };
}

export function producersOf({ producers }: LoadedLog): ProducerStateEntry[] {
  const entries = [...producers.activeProducers()].map((entry) => ({ ...entry, batches: entry.batches.slice(-1) }));
  return entries.toSorted((a, b) => a.producerId - b.producerId);
}

/** Digests of the files of a directory, by name. */
export async function filesIn({ disk }: Io, path: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const { name, kind } of await disk.list(path)) {
    if (kind !== 'file') continue;
    const bytes = (await readWhole(disk, `${path}/${name}`)) ?? new Uint8Array(0);
    files.set(name, `${bytes.length} ${createHash('sha1').update(bytes).digest('hex')}`);
  }
  return files;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
