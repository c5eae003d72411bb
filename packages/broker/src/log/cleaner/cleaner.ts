/**
 * Compaction of one log: of each key only the last record stays (and the one before, until the last is below what may be
 * cleaned). As Kafka's `Cleaner`.
 *
 * One pass finds the last offset of as many keys of the dirty part as the map takes, and then copies all segments up to there
 * without what is superseded, a group of them into one. What the map could not take is for the next pass: see `endOffset`.
 * The CPU is spent in `io.compute`; here batches' headers are looked at, a stretch at a time.
 */
import { assert, isOperationalError, type Io } from '@ottla/runtime';
import { segmentBytesOf } from '../log-config.ts';
import { OFFSET_INDEX_ENTRY_BYTES } from '../offset-index.ts';
import type { Segment } from '../segment.ts';
import { CorruptSegmentError } from '../segment-errors.ts';
import { TIME_INDEX_ENTRY_BYTES } from '../time-index.ts';
import { BATCH_VERDICT, judgeBatch } from './batch-verdict.ts';
import type { DirtyRange } from './cleanable.ts';
import { collectAborted, segmentsBetween, type CleanableLog } from './cleanable-log.ts';
import { CleanedSegmentWriter } from './cleaned-segment-writer.ts';
import { CleanedTransactions } from './cleaned-transactions.ts';
import { IoThrottle } from './io-throttle.ts';
import { OFFSET_MAP_LOAD_FACTOR, OffsetMap } from './offset-map.ts';
import { filterBatchesJob, indexKeysJob } from './record-retention.ts';
import { groupSegments, type SegmentSizes } from './segment-groups.ts';
import { StretchReader, type JudgeBatch, type JudgedStretch } from './stretch-reader.ts';

export interface CleanerSettings {
  /** `log.cleaner.dedupe.buffer.size`, of this cleaner. */
  readonly dedupeBufferBytes: number;
  /** `log.cleaner.io.buffer.load.factor`. */
  readonly loadFactor: number;
  /** Of one buffer: half of this cleaner's `log.cleaner.io.buffer.size`. */
  readonly ioBufferBytes: number;
  /** `log.cleaner.io.max.bytes.per.second`, read and written, `Infinity` for no limit. */
  readonly ioBytesPerSecondMax: number;
}

export const DEFAULT_CLEANER_SETTINGS: CleanerSettings = {
  dedupeBufferBytes: 134_217_728,
  loadFactor: OFFSET_MAP_LOAD_FACTOR,
  ioBufferBytes: 262_144,
  ioBytesPerSecondMax: Infinity,
};

export interface CleaningStats {
  /** Of the dirty part, for the map. */
  readonly indexedBytes: number;
  readonly indexedRecords: number;
  readonly readBytes: number;
  readonly readRecords: number;
  readonly keptBytes: number;
  readonly keptRecords: number;
  /** Records without a key, which a compacted topic cannot keep: dropped. Worth a warning. */
  readonly invalidRecords: number;
  /** Share of the map's memory that was needed. */
  readonly mapUtilization: number;
  readonly indexMs: number;
  readonly totalMs: number;
}

export interface CleaningResult {
  /** For `cleaner-offset-checkpoint`: below it the log is clean now. */
  readonly endOffset: number;
  /** Whether that is all that may be cleaned; if not, the map was full. */
  readonly isComplete: boolean;
  readonly stats: CleaningStats;
}

/** A writable `CleaningStats`. */
type Counts = { -readonly [K in keyof CleaningStats]: CleaningStats[K] };

/** What one pass goes by. */
interface Pass {
  readonly log: CleanableLog;
  readonly range: Pick<DirtyRange, 'firstDirtyOffset' | 'firstUncleanableOffset'>;
  readonly checkPoint: () => void;
  readonly nowMs: number;
  readonly counts: Counts;
}

/** One at a time cleans one log at a time. Its map is made once. */
export class Cleaner {
  readonly #io: Pick<Io, 'clock' | 'compute' | 'disk'>;
  readonly #settings: CleanerSettings;
  readonly #map: OffsetMap;
  readonly #throttle: IoThrottle;

  /** @param throttle shared by all cleaners of a broker. */
  constructor(
    io: Pick<Io, 'clock' | 'compute' | 'disk' | 'random'>,
    settings: CleanerSettings = DEFAULT_CLEANER_SETTINGS,
    throttle = new IoThrottle(io.clock, settings.ioBytesPerSecondMax),
  ) {
    this.#io = io;
    this.#settings = settings;
    this.#throttle = throttle;
    this.#map = OffsetMap.create(settings.dedupeBufferBytes, io.random.fill(new Uint8Array(16)));
    assert(this.#map.slotsMax * settings.loadFactor >= 1, 'the offset map has room for a key');
  }

  /**
   * Cleans as much of the log as the map takes. Whoever calls it has the log for himself, but for appends and reads.
   *
   * @param checkPoint called now and then; throws to end the cleaning. What is cleaned until then stays so.
   * @throws what `checkPoint` throws. @throws {DiskError}
   * @throws {CorruptSegmentError} {CorruptIndexError} {CleanedSegmentTooLargeError} see `isUncleanable`.
   */
  async clean(
    log: CleanableLog,
    range: Pick<DirtyRange, 'firstDirtyOffset' | 'firstUncleanableOffset'>,
    checkPoint: () => void,
  ): Promise<CleaningResult> {
    const { clock } = this.#io;
    const startMs = clock.monotonicMs();
    const counts = newCounts();
    const pass: Pass = { log, range, checkPoint, nowMs: clock.wallMs(), counts };
    const legacyHorizonMs = await this.#legacyHorizonMs(log, range.firstDirtyOffset);
    await this.#fillMap(pass);
    counts.mapUtilization = this.#map.utilization;
    counts.indexMs = clock.monotonicMs() - startMs;
    const endOffset = Math.max(this.#map.latestOffset + 1, range.firstDirtyOffset);
    const transactions = new CleanedTransactions((transaction) => writer?.addAborted(transaction));
    let writer: CleanedSegmentWriter | null = null;
    for (const group of await this.#groups(pass, endOffset)) {
      writer = await CleanedSegmentWriter.create(this.#io.disk, log, group);
      await this.#cleanGroup(pass, group, writer, transactions, legacyHorizonMs);
    }
    counts.totalMs = clock.monotonicMs() - startMs;
    return { endOffset, isComplete: endOffset >= range.firstUncleanableOffset, stats: counts };
  }

  // --------------------------------------------------------------------------------------------------------------- map

  /** Puts the keys of the dirty part into the map, until it is full. */
  async #fillMap(pass: Pass): Promise<void> {
    const { log, range, checkPoint } = pass;
    const { firstDirtyOffset, firstUncleanableOffset } = range;
    const map = this.#map;
    // As many slots as there can be keys, and as many again, so that few of them collide.
    map.clear(2 * (firstUncleanableOffset - firstDirtyOffset));
    const all = log.segments();
    const dirty = segmentsBetween(all, firstDirtyOffset, firstUncleanableOffset);
    const transactions = new CleanedTransactions();
    if (dirty.length > 0) transactions.expect(await collectAborted(all, firstDirtyOffset, firstUncleanableOffset));
    else map.latestOffset = firstUncleanableOffset - 1;
    for (const [i, segment] of dirty.entries()) {
      checkPoint();
      if (await this.#indexSegment(pass, segment, transactions)) return;
      // Over the offsets that are missing at the segment's end, too.
      map.latestOffset = (dirty[i + 1]?.baseOffset ?? firstUncleanableOffset) - 1;
    }
  }

  /** @returns whether the map is full. */
  async #indexSegment(pass: Pass, segment: Segment, transactions: CleanedTransactions): Promise<boolean> {
    const { firstDirtyOffset } = pass.range;
    const { offsets } = await segment.indexes.load();
    const judge: JudgeBatch = (bytes, position, magic) =>
      transactions.canDiscard(bytes, position, magic) ? BATCH_VERDICT.discard : 0;
    const keysMax = Math.max(1, Math.floor(this.#map.slots * this.#settings.loadFactor));
    let isFull = false;
    await this.#walk(pass, segment, offsets.lookup(firstDirtyOffset).position, judge, async (stretch) => {
      const input = { ...this.#inputOf(stretch), firstDirtyOffset, keysMax };
      const output = await this.#io.compute.run(indexKeysJob, input, [stretch.bytes.buffer]);
      pass.counts.indexedBytes += stretch.end;
      pass.counts.indexedRecords += output.records;
      isFull = output.isFull;
      return isFull ? null : output.bytes;
    });
    return isFull;
  }

  // -------------------------------------------------------------------------------------------------------------- copy

  async #cleanGroup(
    pass: Pass,
    group: readonly Segment[],
    writer: CleanedSegmentWriter,
    transactions: CleanedTransactions,
    legacyHorizonMs: number,
  ): Promise<void> {
    const { log } = pass;
    try {
      const lastRecords = log.lastRecordsOfActiveProducers();
      for (const segment of group) {
        const all = log.segments();
        const nextBaseOffset = all.find(({ baseOffset }) => baseOffset > segment.baseOffset)?.baseOffset ?? Infinity;
        transactions.expect(await collectAborted(all, segment.baseOffset, nextBaseOffset));
        const { nowMs } = pass;
        const surroundings = { nowMs, highWatermark: log.highWatermark, lastRecords };
        const judge: JudgeBatch = (bytes, position, magic) => {
          const canDiscard = transactions.canDiscard(bytes, position, magic);
          return judgeBatch(bytes, position, magic, canDiscard, surroundings);
        };
        const keepsLegacyDeletes = (await this.#modifiedMs(segment)) > legacyHorizonMs;
        await this.#walk(pass, segment, 0, judge, (stretch) => this.#filter(pass, stretch, keepsLegacyDeletes, writer));
      }
      await writer.finish();
    } catch (error) {
      await writer.discard();
      throw error;
    }
    await log.replaceSegments(writer.segment, group);
  }

  async #filter(
    pass: Pass,
    stretch: JudgedStretch,
    keepsLegacyDeletes: boolean,
    writer: CleanedSegmentWriter,
  ): Promise<Uint8Array> {
    const { log, nowMs, counts } = pass;
    const { deleteRetentionMs } = log.config;
    const input = { ...this.#inputOf(stretch), nowMs, deleteRetentionMs, keepsLegacyDeletes };
    const output = await this.#io.compute.run(filterBatchesJob, input, [stretch.bytes.buffer]);
    counts.readBytes += stretch.end;
    counts.readRecords += output.recordsRead;
    counts.keptBytes += output.kept.length;
    counts.keptRecords += output.recordsKept;
    counts.invalidRecords += output.recordsInvalid;
    if (output.kept.length > 0) {
      await writer.append(output.kept, output.lastOffset);
      await this.#throttle.moved(output.kept.length);
    }
    return output.bytes;
  }

  /** Neighbours that become one segment, of all up to the offset. */
  async #groups({ log, range }: Pass, endOffset: number): Promise<Segment[][]> {
    const sized: (SegmentSizes & { readonly segment: Segment })[] = [];
    for (const segment of segmentsBetween(log.segments(), 0, endOffset)) {
      const { baseOffset, sizeBytes } = segment;
      const { offsets, times } = await segment.indexes.load();
      const offsetIndexBytes = offsets.entries * OFFSET_INDEX_ENTRY_BYTES;
      const timeIndexBytes = times.entries * TIME_INDEX_ENTRY_BYTES;
      sized.push({ segment, baseOffset, sizeBytes, offsetIndexBytes, timeIndexBytes });
    }
    const limits = { segmentBytes: segmentBytesOf(log.config), indexBytes: log.config.segmentIndexBytes };
    const groups = groupSegments(sized, limits, range.firstUncleanableOffset);
    return groups.map((group) => group.map(({ segment }) => segment));
  }

  // -------------------------------------------------------------------------------------------------------------- both

  /** Reads a segment from `position` on. @param work gives the bytes back, or null to read no further. */
  async #walk(
    pass: Pass,
    segment: Segment,
    position: number,
    judge: JudgeBatch,
    work: (stretch: JudgedStretch) => Promise<Uint8Array | null>,
  ): Promise<void> {
    const reader = new StretchReader(segment, position, this.#settings.ioBufferBytes, judge);
    try {
      for (;;) {
        pass.checkPoint();
        const stretch = await reader.next();
        if (stretch === null) return;
        await this.#throttle.moved(stretch.end);
        const bytes = await work(stretch).catch((error: unknown) => {
          throw locatedFault(error, segment, stretch);
        });
        if (bytes === null) return;
        reader.recycle(bytes);
      }
    } finally {
      await reader.close();
    }
  }

  #inputOf({ bytes, end, isCompressed, verdicts }: JudgedStretch) {
    return { bytes, end, isCompressed, verdicts, map: this.#map.memory };
  }

  /** Tombstones of magic 0 and 1 go once their segment was last written before this. */
  async #legacyHorizonMs(log: CleanableLog, firstDirtyOffset: number): Promise<number> {
    const lastClean = segmentsBetween(log.segments(), 0, firstDirtyOffset).at(-1);
    return lastClean === undefined ? 0 : (await this.#modifiedMs(lastClean)) - log.config.deleteRetentionMs;
  }

  async #modifiedMs(segment: Segment): Promise<number> {
    return (await this.#io.disk.stat(segment.path))?.modifiedMs ?? 0;
  }
}

/** A batch that a job found to be damaged, as a fault of the segment. */
function locatedFault(error: unknown, segment: Segment, stretch: JudgedStretch): unknown {
  if (!isOperationalError(error) || error.code !== 'ERR_PROTOCOL_RECORD_BATCH') return error;
  const { position = 0, reason = error.message } = error as { position?: number; reason?: string };
  return new CorruptSegmentError(segment.path, stretch.position + position, reason, { cause: error });
}

function newCounts(): Counts {
  return {
    indexedBytes: 0,
    indexedRecords: 0,
    readBytes: 0,
    readRecords: 0,
    keptBytes: 0,
    keptRecords: 0,
    invalidRecords: 0,
    mapUtilization: 0,
    indexMs: 0,
    totalMs: 0,
  };
}
