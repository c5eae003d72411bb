/**
 * Logs to clean, written as text, on a simulated disk.
 *
 * A batch is a line: `4 a=1 b=- =x` has record a with value 1 at offset 4, a tombstone of b at 5 and a record without key at 6.
 * Words before the records: `p7` and `t7` (idempotent and transactional producer 7), `abort7` and `commit7` (its markers), `h50`
 * (a delete horizon), `gzip`, `..9` (the batch says to end at 9), `@50` (timestamp of all; default the offset), `log@50` (log
 * append time). What is read back is written likewise, each record with its offset: `4..6 4:a=1 5:b=- 6:=x`.
 */
import {
  BatchIterator,
  batchBaseOffset,
  batchCompression,
  batchDeleteHorizonMs,
  batchLastOffset,
  batchMagic,
  batchProducerId,
  batchTimestampType,
  decodeControlRecordKey,
  encodeEndTxnMarker,
  isControlBatch,
  isTransactionalBatch,
  RecordBatchBuilder,
  RecordIterator,
  type BatchFields,
} from '@ottla/protocol';
import type { Io } from '@ottla/runtime';
import { DEFAULT_LOG_CONFIG, type LogConfig } from '../log-config.ts';
import { CLEANED_SUFFIX, parseOffsetName, SEGMENT_SUFFIX } from '../log-names.ts';
import type { OpenDirectory } from '../open-files.ts';
import { Segment, type SegmentOptions } from '../segment.ts';
import type { SegmentContext } from '../segment-context.ts';
import { lastOffsetOf } from '../segment-batch.ts';
import type { AbortedTransaction } from '../transaction-index.ts';
import type { LastRecord } from './batch-verdict.ts';
import { collectAborted, type CleanableLog } from './cleanable-log.ts';
import { planSwapCompletion, planSwapRecovery, swapSegments, type SwapRecoveryStep } from './segment-swap.ts';

const SEGMENT_OPTIONS = { indexIntervalBytes: 100, indexBytesMax: 10_000 };
const text = (bytes: Uint8Array | null): string => (bytes === null ? '-' : Buffer.from(bytes).toString('latin1'));

/** The bytes of a batch that is written as text. */
export function batchOfText(line: string): Uint8Array {
  const words = line.split(' ');
  const baseOffset = Number(words.shift());
  const find = (pattern: RegExp): RegExpExecArray | null =>
    words.map((word) => pattern.exec(word)).find((match) => match !== null) ?? null;
  const numberOf = (pattern: RegExp): number | null => {
    const found = find(pattern);
    return found === null ? null : Number(found[1]);
  };
  const marker = find(/^(abort|commit)(\d+)$/);
  const producer = numberOf(/^[pt](\d+)$/) ?? (marker === null ? null : Number(marker[2]));
  const fields: Partial<BatchFields> = {
    baseOffset,
    partitionLeaderEpoch: 3,
    producerId: producer ?? -1,
    producerEpoch: producer === null ? -1 : 1,
    baseSequence: producer === null || marker !== null ? -1 : baseOffset,
    isTransactional: marker !== null || find(/^t\d+$/) !== null,
    isControl: marker !== null,
    logAppendTimeMs: numberOf(/^log@(\d+)$/),
    deleteHorizonMs: numberOf(/^h(\d+)$/),
  };
  const builder = new RecordBatchBuilder();
  builder.open(fields);
  const stamp = numberOf(/^@(\d+)$/);
  if (marker !== null) {
    builder.appendControl(stamp ?? baseOffset, marker[1] === 'abort' ? 'ABORT' : 'COMMIT', encodeEndTxnMarker(0));
  }
  let offset = baseOffset;
  for (const word of words) {
    const record = /^([a-z]\w*)?=(.*)$/.exec(word);
    if (record === null) continue;
    builder.append(stamp ?? offset++, record[1] ?? null, record[2] === '-' ? null : record[2]!);
  }
  const end = numberOf(/^\.\.(\d+)$/);
  if (end !== null) builder.overrideLastOffset(end);
  return Uint8Array.prototype.slice.call(builder.finish(find(/^gzip$/) === null ? 'none' : 'gzip'));
}

/** A batch as text, with what the cleaner may change of it. */
export function textOfBatch(bytes: Uint8Array, position: number): string {
  const words = [`${batchBaseOffset(bytes, position)}..${lastOffsetOf(bytes, position)}`];
  const records = new RecordIterator();
  records.open(bytes, position);
  if (batchMagic(bytes, position) === 2) {
    const producerId = batchProducerId(bytes, position);
    const horizonMs = batchDeleteHorizonMs(bytes, position);
    if (isControlBatch(bytes, position)) words.push(`control${producerId}`);
    else if (producerId >= 0) words.push((isTransactionalBatch(bytes, position) ? 't' : 'p') + producerId);
    if (batchTimestampType(bytes, position) === 'LogAppendTime') words.push('log');
    if (batchCompression(bytes, position) !== 0) words.push(`codec${batchCompression(bytes, position)}`);
    if (horizonMs !== null) words.push(`h${horizonMs}`);
  } else words.push(`magic${batchMagic(bytes, position)}`);
  while (records.next()) {
    const isControl = batchMagic(bytes, position) === 2 && isControlBatch(bytes, position);
    const key = isControl ? decodeControlRecordKey(records.key()) : records.keyLength < 0 ? '' : text(records.key());
    words.push(isControl ? String(key) : `${records.offset}:${key}=${text(records.value())}@${records.timestamp}`);
  }
  return words.join(' ');
}

export class TextLog implements CleanableLog {
  readonly name = 't-0';
  readonly io: Io;
  readonly #context: SegmentContext;
  readonly #directory: OpenDirectory;
  config: LogConfig = { ...DEFAULT_LOG_CONFIG, internalSegmentBytes: 1_000_000, deleteRetentionMs: 1_000 };
  logStartOffset = 0;
  logEndOffset = 0;
  highWatermark = -1;
  lastStableOffset = 0;
  readonly producers = new Map<number, LastRecord>();
  #segments: Segment[] = [];
  readonly #open = new Map<number, number>();
  onSwapped: () => void = () => {};

  constructor(io: Io, context: SegmentContext, directory: OpenDirectory) {
    this.io = io;
    this.#context = context;
    this.#directory = directory;
  }

  segments(): readonly Segment[] {
    return this.#segments;
  }

  lastRecordsOfActiveProducers(): ReadonlyMap<number, LastRecord> {
    return this.producers;
  }

  createCleanedSegment(baseOffset: number): Promise<Segment> {
    return Segment.create(this.#context, this.#directory, { ...SEGMENT_OPTIONS, baseOffset, suffix: CLEANED_SUFFIX });
  }

  async replaceSegments(cleaned: Segment, replaced: readonly Segment[]): Promise<void> {
    const retired: Segment[] = [];
    await swapSegments({
      cleaned,
      replaced,
      syncDirectory: () => this.io.disk.syncDirectory(this.#directory.path),
      install: () => {
        const others = this.#segments.filter((segment) => !replaced.includes(segment));
        this.#segments = [...others, cleaned].sort((a, b) => a.baseOffset - b.baseOffset);
      },
      retire: (segment) => void retired.push(segment),
    });
    for (const segment of retired) await segment.remove();
    this.onSwapped();
  }

  /** Writes segments, of lines each; the last one stays active. */
  async write(segments: readonly (readonly string[])[]): Promise<this> {
    for (const lines of segments) await this.writeSegment(lines.map(batchOfText));
    this.lastStableOffset = Math.min(this.logEndOffset, ...this.#open.values());
    return this;
  }

  /** Rolls, and appends batches. @param baseOffset of an empty segment. */
  async writeSegment(batches: readonly Uint8Array[], baseOffset?: number): Promise<void> {
    const first = baseOffset ?? (batches[0] === undefined ? this.logEndOffset : lowestOffset(batches[0]));
    await this.#segments.at(-1)?.seal();
    await this.#segments.at(-1)?.flush();
    const options: SegmentOptions = { ...SEGMENT_OPTIONS, baseOffset: first };
    const segment = await Segment.create(this.#context, this.#directory, options);
    this.#segments.push(segment);
    for (const batch of batches) {
      await segment.append([batch], lastOffsetOf(batch, 0));
      this.logEndOffset = lastOffsetOf(batch, 0) + 1;
      this.#noteTransaction(segment, batch);
    }
    this.lastStableOffset = Math.min(this.logEndOffset, ...this.#open.values());
    await segment.flush();
    await this.io.disk.syncDirectory(this.#directory.path);
  }

  /** Opens what a crash, or Kafka, left. The last segment is active. */
  async open(): Promise<this> {
    const { disk } = this.io;
    const { path } = this.#directory;
    const names = async (): Promise<string[]> => (await disk.list(path)).map(({ name }) => name);
    const { steps, swappedBaseOffsets } = planSwapRecovery(await names());
    await this.#apply(steps);
    const swapped: { baseOffset: number; nextOffset: number }[] = [];
    for (const baseOffset of swappedBaseOffsets) {
      const segment = await this.#openSegment(baseOffset, '.swap');
      swapped.push({ baseOffset, nextOffset: (await segment.readEnd()).nextOffset });
      await segment.close();
    }
    await this.#apply(planSwapCompletion(await names(), swapped));
    for (const name of await names()) {
      const parsed = parseOffsetName(name);
      if (parsed?.suffix === SEGMENT_SUFFIX) this.#segments.push(await this.#openSegment(parsed.offset, ''));
    }
    await this.#segments.at(-1)!.activate();
    this.logEndOffset = (await this.#segments.at(-1)!.readEnd()).nextOffset;
    this.lastStableOffset = this.logEndOffset;
    return this;
  }

  /** Every batch, as text, by segment. */
  async read(): Promise<string[][]> {
    const all: string[][] = [];
    for (const segment of this.#segments) {
      const bytes = await this.bytesOf(segment);
      const batches = new BatchIterator(bytes);
      const lines: string[] = [];
      while (batches.next()) lines.push(textOfBatch(bytes, batches.position));
      all.push(lines);
    }
    return all;
  }

  async bytesOf(segment: Segment): Promise<Uint8Array> {
    const bytes = new Uint8Array(segment.sizeBytes);
    await segment.read(bytes, 0);
    return bytes;
  }

  /** What a consumer of `read_committed` gets, as the Java client finds it out. */
  async readCommitted(): Promise<CommittedRecord[]> {
    const expected = await collectAborted(this.#segments, 0, this.lastStableOffset);
    expected.sort((a, b) => a.firstOffset - b.firstOffset);
    const aborting = new Set<number>();
    const found: CommittedRecord[] = [];
    for (const segment of this.#segments) {
      const bytes = await this.bytesOf(segment);
      const batches = new BatchIterator(bytes);
      while (batches.next()) this.#consume(bytes, batches.position, expected, aborting, found);
    }
    return found;
  }

  #consume(
    bytes: Uint8Array,
    position: number,
    expected: AbortedTransaction[],
    aborting: Set<number>,
    into: CommittedRecord[],
  ): void {
    while (expected.length > 0 && expected[0]!.firstOffset <= lastOffsetOf(bytes, position)) {
      aborting.add(expected.shift()!.producerId);
    }
    const producerId = batchProducerId(bytes, position);
    const records = new RecordIterator();
    records.open(bytes, position);
    if (isControlBatch(bytes, position)) {
      if (records.next() && decodeControlRecordKey(records.key()) === 'ABORT') aborting.delete(producerId);
      return;
    }
    if (isTransactionalBatch(bytes, position) && aborting.has(producerId)) return;
    while (records.next() && records.offset < this.lastStableOffset) {
      const { offset, timestamp } = records;
      into.push({ offset, timestamp, key: text(records.key()), value: text(records.value()) });
    }
  }

  #noteTransaction(segment: Segment, batch: Uint8Array): void {
    const producerId = batchProducerId(batch);
    if (producerId < 0 || !isTransactionalBatch(batch)) return;
    if (!isControlBatch(batch)) {
      if (!this.#open.has(producerId)) this.#open.set(producerId, batchBaseOffset(batch));
      return;
    }
    const firstOffset = this.#open.get(producerId);
    this.#open.delete(producerId);
    if (firstOffset === undefined) return;
    const records = new RecordIterator();
    records.open(batch);
    records.next();
    if (decodeControlRecordKey(records.key()) !== 'ABORT') return;
    const lastOffset = batchLastOffset(batch);
    const lastStableOffset = Math.min(lastOffset + 1, ...this.#open.values());
    segment.addAborted({ producerId, firstOffset, lastOffset, lastStableOffset });
  }

  async #openSegment(baseOffset: number, suffix: string): Promise<Segment> {
    const stat = await this.io.disk.stat(this.#directory.file(nameOf(baseOffset, suffix)).path);
    return new Segment(this.#context, this.#directory, { ...SEGMENT_OPTIONS, baseOffset, suffix }, stat!.sizeBytes);
  }

  async #apply(steps: readonly SwapRecoveryStep[]): Promise<void> {
    const { disk } = this.io;
    const { path } = this.#directory;
    for (const step of steps) {
      if (step.kind === 'remove') await disk.remove(`${path}/${step.name}`);
      else if (step.kind === 'rename') await disk.rename(`${path}/${step.from}`, `${path}/${step.to}`);
      else await disk.syncDirectory(path);
    }
  }
}

export interface CommittedRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string;
  readonly value: string;
}

function nameOf(baseOffset: number, suffix: string): string {
  return String(baseOffset).padStart(20, '0') + SEGMENT_SUFFIX + suffix;
}

function lowestOffset(batch: Uint8Array): number {
  return batchBaseOffset(batch);
}
