/**
 * Looking inside compressed batches, and writing batches anew in the codec that their topic stores: what takes too long for the
 * event loop, as a job for `io.compute`.
 */
import {
  batchBaseOffset,
  batchBaseSequence,
  BatchIterator,
  batchPartitionLeaderEpoch,
  batchProducerEpoch,
  batchProducerId,
  createCompression,
  isTransactionalBatch,
  RecordBatchBuilder,
  RecordBatchError,
  RecordIterator,
  validateRecords,
  type DecompressionLimits,
} from '@ottla/protocol';
import { assert, type ComputeJob } from '@ottla/runtime';
import { refusedAppend, type RefusedAppend } from './append-refusal.ts';
import { batchWork, recordRulesOf, type BatchRules } from './batch-rules.ts';

/** Below this a job is done about as fast as it is shipped, whatever it unpacks to. */
const HERE_BYTES = 2_048;

export interface RecompressionInput {
  /** Whole batches that were checked but for their records; a copy, so that it can move to a worker. */
  readonly bytes: Uint8Array;
  readonly rules: BatchRules;
  readonly nowMs: number;
  readonly limits: DecompressionLimits | undefined;
}

export interface RecompressedBatches {
  readonly kind: 'recompressed';
  /** The batches as they are to be stored; null when they may stay as they are. */
  readonly bytes: Uint8Array | null;
  /** Of the records of each batch, in order; null where none were looked at. */
  readonly maxTimestamps: readonly (number | null)[];
}

/** Runs it with `io.compute.run(recompressJob, input, [input.bytes.buffer])`. A refusal is the records' fault. */
export function planRecompression(
  bytes: Uint8Array,
  rules: BatchRules,
  nowMs: number,
  limits?: DecompressionLimits,
): RecompressionInput {
  return { bytes: new Uint8Array(bytes), rules, nowMs, limits };
}

export function runRecompression(input: RecompressionInput): RecompressedBatches | RefusedAppend {
  try {
    return recompress(input);
  } catch (error) {
    // A record that can be read cannot always be written: its timestamp may be negative.
    if (error instanceof RecordBatchError) return refusedBatch(error);
    throw error;
  }
}

function recompress({ bytes, rules, nowMs, limits }: RecompressionInput): RecompressedBatches | RefusedAppend {
  const compression = createCompression();
  const records = new RecordIterator({ compression, limits });
  const recordRules = recordRulesOf(rules, nowMs);
  const batches = new BatchIterator(bytes);
  const stored: Uint8Array[] = [];
  const maxTimestamps: (number | null)[] = [];
  let isChanged = false;
  while (batches.next()) {
    const { position, size } = batches;
    const work = batchWork(bytes, position, rules, nowMs);
    const walked = work === 'pass' ? null : validateRecords(records, bytes, position, recordRules);
    if (walked !== null && !walked.ok) return refusedBatch(walked.error);
    maxTimestamps.push(walked?.maxTimestamp ?? null);
    if (work !== 'rebuild') {
      stored.push(bytes.subarray(position, position + size));
      continue;
    }
    const rebuilt = rebuild(new RecordBatchBuilder({ compression }), records, rules);
    if (rebuilt.length > rules.batchBytesMax) return tooLarge(size, rebuilt.length, rules);
    stored.push(rebuilt);
    isChanged = true;
  }
  const stays = stored.length === 1 ? stored[0]! : Buffer.concat(stored);
  return { kind: 'recompressed', bytes: isChanged ? new Uint8Array(stays) : null, maxTimestamps };
}

export const recompressJob: ComputeJob<RecompressionInput, RecompressedBatches | RefusedAppend> = {
  name: 'broker.recompress',
  module: import.meta.url,
  export: runRecompression.name,
  run: runRecompression,
  isSmall: ({ bytes }) => bytes.length < HERE_BYTES,
  movesOutput: true,
};

export function refusedBatch({ errorCode, message, recordFaults }: RecordBatchError): RefusedAppend {
  return refusedAppend(errorCode, message, recordFaults);
}

/**
 * The records that were just walked, with the offsets and timestamps that they have.
 *
 * @throws {RecordBatchError} such a batch may be kept, but nobody may write one.
 */
function rebuild(builder: RecordBatchBuilder, records: RecordIterator, rules: BatchRules): Uint8Array {
  const { batch, batchPosition: at } = records;
  checkProducer(batch, at);
  // What was decompressed for the walk serves once more.
  records.open(batch, at, records.bytes === batch ? null : records.bytes);
  builder.open({
    baseOffset: batchBaseOffset(batch, at),
    partitionLeaderEpoch: batchPartitionLeaderEpoch(batch, at),
    producerId: batchProducerId(batch, at),
    producerEpoch: batchProducerEpoch(batch, at),
    baseSequence: batchBaseSequence(batch, at),
    isTransactional: isTransactionalBatch(batch, at),
  });
  while (records.next()) assert(builder.appendCopy(records), 'records that fit into one batch fit into another');
  return builder.finish(rules.codec ?? 'none', rules.level);
}

/** Kafka too keeps such a header in place, and does not write one. */
function checkProducer(batch: Uint8Array, at: number): void {
  const producerId = batchProducerId(batch, at);
  const isTransactional = isTransactionalBatch(batch, at);
  if (producerId === -1 && !isTransactional) return;
  const epoch = batchProducerEpoch(batch, at);
  const sequence = batchBaseSequence(batch, at);
  if (producerId >= 0 && epoch >= 0 && sequence >= 0) return;
  const what = `${isTransactional ? 'transactional, ' : ''}producer id ${producerId}, epoch ${epoch}, sequence ${sequence}`;
  throw new RecordBatchError('INVALID_RECORD', `${what}: no producer has these together`, at);
}

function tooLarge(sizeBefore: number, size: number, { codec, batchBytesMax }: BatchRules): RefusedAppend {
  return refusedAppend(
    'MESSAGE_TOO_LARGE',
    `a batch of ${sizeBefore} bytes takes ${size} once stored as compression.type asks (${codec ?? 'producer'}), more than ` +
      `the ${batchBytesMax} of max.message.bytes. Send smaller batches, raise that, or set compression.type=producer.`,
  );
}
