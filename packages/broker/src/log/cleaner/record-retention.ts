/**
 * The cleaner's work on records, as pure functions over a stretch of batches: which keys it has (`indexKeys`), and what stays of
 * it (`filterBatches`). Both are jobs for `io.compute`; the map lies in shared memory.
 *
 * Every batch's CRC is checked first: what was damaged on disk must not get a new CRC here.
 */
import {
  BatchIterator,
  batchDeleteHorizonMs,
  batchFault,
  batchLastOffset,
  isControlBatch,
  RECORD_BATCH_HEADER_BYTES,
  RecordIterator,
} from '@ottla/protocol';
import { ByteWriter, type ComputeJob } from '@ottla/runtime';
import { lastOffsetOf } from '../segment-batch.ts';
import { BatchRewriter, writeEmptied } from './batch-rewriter.ts';
import { BATCH_VERDICT } from './batch-verdict.ts';
import { OffsetMap } from './offset-map.ts';

/** Whole batches, in a buffer that comes back with the answer. */
export interface Stretch {
  readonly bytes: Uint8Array;
  /** Whole batches fill the bytes up to here. */
  readonly end: number;
  /** One of the batches is: nobody knows how large it really is. */
  readonly isCompressed: boolean;
  /** For each batch the `BATCH_VERDICT`s. */
  readonly verdicts: Uint8Array;
  /** Of the `OffsetMap`. */
  readonly map: SharedArrayBuffer;
}

export interface IndexInput extends Stretch {
  /** Records below it are clean already. */
  readonly firstDirtyOffset: number;
  /** Keys that the map takes. */
  readonly keysMax: number;
}

export interface IndexOutput {
  readonly bytes: Uint8Array;
  readonly records: number;
  /** The map took all that it can: the rest is for another pass. */
  readonly isFull: boolean;
}

/**
 * Puts the key of each record into the map, and moves the map's latest offset behind what was read. Batches to discard, and
 * control batches, have no keys.
 *
 * @throws {RecordBatchError} a batch is damaged.
 */
export function indexKeys({ bytes, end, verdicts, map: memory, firstDirtyOffset, keysMax }: IndexInput): IndexOutput {
  const map = new OffsetMap(memory);
  const records = new RecordIterator();
  const batches = new BatchIterator(bytes, 0, end);
  let count = 0;
  for (let batch = 0; batches.next(); batch++) {
    const { position } = batches;
    checkBatch(bytes, position);
    const isControl = batches.magic === 2 && isControlBatch(bytes, position);
    if (!isControl && (verdicts[batch]! & BATCH_VERDICT.discard) === 0) {
      records.open(bytes, position);
      for (; records.next(); count++) {
        if (records.keyLength < 0 || records.offset < firstDirtyOffset) continue;
        if (map.size >= keysMax) return { bytes, records: count, isFull: true };
        map.put(records.bytes, records.keyStart, records.keyLength, records.offset);
      }
    }
    const lastOffset = lastOffsetOf(bytes, position);
    if (lastOffset >= firstDirtyOffset) map.latestOffset = lastOffset;
  }
  return { bytes, records: count, isFull: false };
}

export interface FilterInput extends Stretch {
  readonly nowMs: number;
  readonly deleteRetentionMs: number;
  /** Whether tombstones of magic 0 and 1, which know no horizon, stay. */
  readonly keepsLegacyDeletes: boolean;
}

export interface FilterOutput {
  readonly bytes: Uint8Array;
  /** The batches that stay. */
  readonly kept: Uint8Array;
  /** Of the last of them, -1 when none stays. */
  readonly lastOffset: number;
  readonly recordsRead: number;
  readonly recordsKept: number;
  /** Records without a key: dropped. */
  readonly recordsInvalid: number;
}

/** @throws {RecordBatchError} a batch is damaged. */
export function filterBatches(input: FilterInput): FilterOutput {
  return new BatchFilter(input).run();
}

class BatchFilter {
  readonly #input: FilterInput;
  readonly #map: OffsetMap;
  readonly #records = new RecordIterator();
  readonly #rewriter = new BatchRewriter();
  readonly #out: ByteWriter;
  /** For each record of the batch whether it stays. */
  #keeps = new Uint8Array(1024);
  #recordsRead = 0;
  #recordsKept = 0;
  #recordsInvalid = 0;
  #lastOffset = -1;

  constructor(input: FilterInput) {
    this.#input = input;
    this.#map = new OffsetMap(input.map);
    this.#out = new ByteWriter(input.end);
  }

  run(): FilterOutput {
    const { bytes, end, verdicts } = this.#input;
    const batches = new BatchIterator(bytes, 0, end);
    for (let batch = 0; batches.next(); batch++) {
      checkBatch(bytes, batches.position);
      this.#filter(batches.position, batches.size, batches.magic, verdicts[batch]!);
    }
    const { buffer, position } = this.#out;
    return {
      bytes,
      kept: new Uint8Array(buffer.buffer, buffer.byteOffset, position),
      lastOffset: this.#lastOffset,
      recordsRead: this.#recordsRead,
      recordsKept: this.#recordsKept,
      recordsInvalid: this.#recordsInvalid,
    };
  }

  #filter(position: number, size: number, magic: number, verdict: number): void {
    const { bytes, nowMs, deleteRetentionMs } = this.#input;
    const keepsEmpty = (verdict & BATCH_VERDICT.keepEmpty) !== 0;
    const isDiscarded = (verdict & BATCH_VERDICT.discard) !== 0;
    if (isDiscarded && !keepsEmpty) return;
    const horizonMs = magic < 2 ? null : batchDeleteHorizonMs(bytes, position);
    const found = isDiscarded ? NOTHING : this.#choose(position, magic, horizonMs);
    if (found.kept === 0) {
      if (!keepsEmpty) return;
      const at = this.#out.reserve(RECORD_BATCH_HEADER_BYTES);
      writeEmptied(this.#out.buffer, at, bytes, position);
    } else {
      this.#recordsKept += found.kept;
      const needsHorizon = found.hasTombstone || (verdict & BATCH_VERDICT.lonelyMarker) !== 0;
      const setsHorizon = needsHorizon && horizonMs === null;
      if (found.kept === found.read && magic === 2 && !setsHorizon) {
        const at = this.#out.reserve(size);
        this.#out.buffer.set(bytes.subarray(position, position + size), at);
      } else {
        // What was decompressed once is not decompressed again.
        const records = this.#records;
        records.open(bytes, position, magic === 2 && records.bytes !== bytes ? records.bytes : null);
        const batch = this.#rewriter.rewrite(records, this.#keeps, setsHorizon ? nowMs + deleteRetentionMs : horizonMs);
        const at = this.#out.reserve(batch.length);
        this.#out.buffer.set(batch, at);
        this.#lastOffset = batchLastOffset(batch);
        return;
      }
    }
    this.#lastOffset = lastOffsetOf(bytes, position);
  }

  /** Decides of each record of a batch. */
  #choose(position: number, magic: number, horizonMs: number | null): Choice {
    const { bytes, nowMs, keepsLegacyDeletes } = this.#input;
    const isControl = magic === 2 && isControlBatch(bytes, position);
    const keepsDeletes = magic < 2 ? keepsLegacyDeletes : horizonMs === null || nowMs < horizonMs;
    const records = this.#records;
    records.open(bytes, position);
    let read = 0;
    let kept = 0;
    let hasTombstone = false;
    while (records.next()) {
      const isKept = isControl || this.#isKept(records, keepsDeletes);
      if (read === this.#keeps.length) this.#keeps = grown(this.#keeps);
      this.#keeps[read++] = isKept ? 1 : 0;
      if (!isKept) continue;
      kept++;
      if (records.valueLength < 0) hasTombstone = true;
    }
    this.#recordsRead += read;
    return { read, kept, hasTombstone };
  }

  #isKept({ offset, bytes, keyStart, keyLength, valueLength }: RecordIterator, keepsDeletes: boolean): boolean {
    if (offset > this.#map.latestOffset) return true;
    if (keyLength < 0) {
      this.#recordsInvalid++;
      return false;
    }
    if (valueLength < 0 && !keepsDeletes) return false;
    return offset >= this.#map.get(bytes, keyStart, keyLength);
  }
}

interface Choice {
  readonly read: number;
  readonly kept: number;
  readonly hasTombstone: boolean;
}

const NOTHING: Choice = { read: 0, kept: 0, hasTombstone: false };

function checkBatch(bytes: Uint8Array, position: number): void {
  const fault = batchFault(bytes, position);
  if (fault !== null) throw fault;
}

function grown(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2);
  larger.set(bytes);
  return larger;
}

/** From this size on a stretch goes to a worker. */
const HERE_BYTES_MAX = 4_096;

function isSmall({ end, isCompressed }: Stretch): boolean {
  return end < HERE_BYTES_MAX && !isCompressed;
}

export const indexKeysJob: ComputeJob<IndexInput, IndexOutput> = {
  name: 'log.indexKeys',
  module: import.meta.url,
  export: indexKeys.name,
  run: indexKeys,
  isSmall,
  movesOutput: true,
};

export const filterBatchesJob: ComputeJob<FilterInput, FilterOutput> = {
  name: 'log.filterBatches',
  module: import.meta.url,
  export: filterBatches.name,
  run: filterBatches,
  isSmall,
  movesOutput: true,
};
