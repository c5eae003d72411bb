/**
 * What a leader checks and changes before it appends: Kafka's LogValidator, looking only where the answer depends on the
 * inside (`batchWork`). A batch is changed where it lies, and mostly not at all but for its offset and leader epoch.
 *
 *     let verdict = validator.validate(bytes, rules, { origin: 'client', apiVersion }, nowMs);
 *     if (verdict.kind === 'planned') {
 *       verdict = completeValidation(verdict, await io.compute.run(recompressJob, verdict.input));
 *     }
 *     if (verdict.kind === 'valid') assignOffsets(verdict, firstOffset, leaderEpoch, nowMs);
 *
 * Stricter than Kafka: a batch with gaps between its records' offsets is refused (Kafka repairs compressed ones), and so is
 * one that says LogAppendTime. Laxer: a coordinator may send several batches.
 */
import { assert } from '@ottla/runtime';
import {
  batchCompression,
  batchFault,
  BatchIterator,
  batchLastOffsetDelta,
  batchMaxTimestamp,
  checkProducedBatch,
  RecordBatchError,
  RecordIterator,
  setBatchBaseOffset,
  setBatchLogAppendTime,
  setBatchMaxTimestamp,
  setBatchPartitionLeaderEpoch,
  validateRecords,
  type DecompressionLimits,
  type RecordRules,
  type TimestampType,
} from '@ottla/protocol';
import { refusedAppend, type RefusedAppend } from './append-refusal.ts';
import {
  planRecompression,
  refusedBatch,
  type RecompressedBatches,
  type RecompressionInput,
} from './batch-recompression.ts';
import { batchWork, recordRulesOf, type BatchRules } from './batch-rules.ts';

/** Whose batches; `apiVersion` is that of the produce request. */
export type BatchSource =
  | { readonly origin: 'client'; readonly apiVersion: number }
  | { readonly origin: 'coordinator' };

/** To be given offsets, and appended. */
export interface ValidBatches {
  readonly kind: 'valid';
  /** Whole batches, nothing else: those that came, without what was cut off behind them, or recompressed ones. */
  readonly bytes: Uint8Array;
  readonly timestampType: TimestampType;
}

/** To be looked at, or recompressed, by `recompressJob`; then `completeValidation`. */
export interface PlannedBatches {
  readonly kind: 'planned';
  readonly bytes: Uint8Array;
  readonly input: RecompressionInput;
}

/** What appending needs to know of batches. */
export interface AssignedBatches {
  readonly bytes: Uint8Array;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly batchCount: number;
  /** -1 when no record has one. */
  readonly maxTimestamp: number;
  /** Last offset of the batch that has it, as the time index wants it. */
  readonly offsetOfMaxTimestamp: number;
  /** Unix milliseconds; -1 on a topic that keeps the producer's timestamps. */
  readonly logAppendTimeMs: number;
}

export class BatchValidator {
  readonly #records = new RecordIterator();
  readonly #limits: DecompressionLimits | undefined;

  /** @param limits of decompression, in place of the default ones. */
  constructor(limits?: DecompressionLimits) {
    this.#limits = limits;
  }

  /**
   * Checks the batches of one partition. On a refusal `bytes` are as they came.
   *
   * @param bytes is changed in place: a largest timestamp that the records belie is put right.
   * @param nowMs Unix milliseconds.
   */
  validate(
    bytes: Uint8Array,
    rules: BatchRules,
    source: BatchSource,
    nowMs: number,
  ): ValidBatches | PlannedBatches | RefusedAppend {
    const checked =
      source.origin === 'client' ? checkProduced(bytes, rules, source.apiVersion) : checkOwn(bytes, rules);
    if (typeof checked !== 'number') return checked;
    const whole = checked === bytes.length ? bytes : bytes.subarray(0, checked);
    return this.#walk(whole, rules, nowMs);
  }

  /** Walks what is not compressed; what is goes into a plan. */
  #walk(bytes: Uint8Array, rules: BatchRules, nowMs: number): ValidBatches | PlannedBatches | RefusedAppend {
    const recordRules = recordRulesOf(rules, nowMs);
    const batches = new BatchIterator(bytes);
    const maxTimestamps: (number | null)[] = [];
    while (batches.next()) {
      const { position } = batches;
      const work = batchWork(bytes, position, rules, nowMs);
      if (work === 'rebuild' || (work === 'walk' && batchCompression(bytes, position) !== 0)) {
        return { kind: 'planned', bytes, input: planRecompression(bytes, rules, nowMs, this.#limits) };
      }
      const walked = work === 'pass' ? null : this.#maxTimestamp(bytes, position, recordRules);
      if (walked !== null && typeof walked !== 'number') return walked;
      maxTimestamps.push(walked);
    }
    return valid(bytes, rules, maxTimestamps);
  }

  #maxTimestamp(bytes: Uint8Array, position: number, rules: RecordRules): number | RefusedAppend {
    const walked = validateRecords(this.#records, bytes, position, rules);
    return walked.ok ? walked.maxTimestamp : refusedBatch(walked.error);
  }
}

/** `validate` went on elsewhere, and this is what came of it. */
export function completeValidation(
  { bytes, input }: PlannedBatches,
  outcome: RecompressedBatches | RefusedAppend,
): ValidBatches | RefusedAppend {
  return outcome.kind === 'refused' ? outcome : valid(outcome.bytes ?? bytes, input.rules, outcome.maxTimestamps);
}

/**
 * Gives all records their offsets, and on a LogAppendTime topic their timestamps, in place. Called when the log takes them:
 * nothing comes between this and the append.
 */
export function assignOffsets(
  { bytes, timestampType }: ValidBatches,
  firstOffset: number,
  leaderEpoch: number,
  nowMs: number,
): AssignedBatches {
  const isAppendTime = timestampType === 'LogAppendTime';
  const batches = new BatchIterator(bytes);
  let nextOffset = firstOffset;
  let batchCount = 0;
  let maxTimestamp = -1;
  let offsetOfMaxTimestamp = -1;
  for (; batches.next(); batchCount++) {
    const { position } = batches;
    setBatchBaseOffset(bytes, position, nextOffset);
    setBatchPartitionLeaderEpoch(bytes, position, leaderEpoch);
    if (isAppendTime) setBatchLogAppendTime(bytes, position, nowMs);
    nextOffset += batchLastOffsetDelta(bytes, position) + 1;
    const timestamp = batchMaxTimestamp(bytes, position);
    if (batchCount === 0 || timestamp > maxTimestamp) {
      maxTimestamp = timestamp;
      offsetOfMaxTimestamp = nextOffset - 1;
    }
  }
  assert(batchCount > 0, 'validated bytes hold a batch');
  const logAppendTimeMs = isAppendTime ? nowMs : -1;
  return {
    bytes,
    firstOffset,
    lastOffset: nextOffset - 1,
    batchCount,
    maxTimestamp,
    offsetOfMaxTimestamp,
    logAppendTimeMs,
  };
}

/** @returns bytes of the one batch. */
function checkProduced(bytes: Uint8Array, { batchBytesMax }: BatchRules, apiVersion: number): number | RefusedAppend {
  const checked = checkProducedBatch(bytes, 0, bytes.length, { apiVersion, batchBytesMax });
  return checked.ok ? checked.size : refusedBatch(checked.error);
}

/** @returns bytes of all batches. */
function checkOwn(bytes: Uint8Array, { batchBytesMax }: BatchRules): number | RefusedAppend {
  const batches = new BatchIterator(bytes);
  let end = 0;
  try {
    while (batches.next()) {
      const { position, size, magic } = batches;
      const fault = ownBatchFault(bytes, position, size, magic, batchBytesMax);
      if (fault !== null) return refusedBatch(fault);
      end = position + size;
    }
  } catch (error) {
    if (!(error instanceof RecordBatchError)) throw error;
    return refusedBatch(error);
  }
  return end > 0 ? end : refusedAppend('INVALID_RECORD', 'there is no whole batch to append.');
}

function ownBatchFault(
  bytes: Uint8Array,
  position: number,
  size: number,
  magic: number,
  sizeMax: number,
): RecordBatchError | null {
  if (magic < 2) return new RecordBatchError('INVALID_RECORD', `magic ${magic}, expected 2`, position);
  if (size <= sizeMax) return batchFault(bytes, position);
  return new RecordBatchError('MESSAGE_TOO_LARGE', `${size} bytes, expected at most ${sizeMax}`, position);
}

/** @param maxTimestamps of the records of each batch; null where none were looked at, and the header is believed. */
function valid(
  bytes: Uint8Array,
  { timestampType }: BatchRules,
  maxTimestamps: readonly (number | null)[],
): ValidBatches {
  if (timestampType === 'CreateTime') {
    const batches = new BatchIterator(bytes);
    for (let i = 0; batches.next(); i++) {
      const found = maxTimestamps[i] ?? null;
      if (found !== null) setBatchMaxTimestamp(bytes, batches.position, 'CreateTime', found);
    }
  }
  return { kind: 'valid', bytes, timestampType };
}
