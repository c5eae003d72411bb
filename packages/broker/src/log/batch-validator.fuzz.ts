/** Damaged batches: a typed refusal that changes nothing, or bytes that Kafka would take. Never an accident. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import {
  batchBaseOffset,
  batchCount,
  batchFault,
  batchLastOffset,
  batchMaxTimestamp,
  batchPartitionLeaderEpoch,
  computeBatchCrc,
  isErrorCode,
  parseErrorName,
  RecordBatchBuilder,
  RecordIterator,
  type CompressionCodec,
} from '@ottla/protocol';
import type { Prng } from '@ottla/runtime';
import { fuzz, mutate } from '@ottla/testing';
import type { RefusedAppend } from './append-refusal.ts';
import { runRecompression } from './batch-recompression.ts';
import type { BatchRules } from './batch-rules.ts';
import { assignOffsets, BatchValidator, completeValidation, type BatchSource } from './batch-validator.ts';
import { checkVerbatim } from './batch-verbatim.ts';

const NOW = 1_700_000_000_000;
const CODECS: readonly CompressionCodec[] = ['none', 'none', 'gzip', 'snappy', 'lz4', 'zstd'];
const LIMITS = { maxBytes: 1_048_576, maxRatio: 10_000 };
const HEADER_BYTES = 61;
const LENGTH_AT = 8;
const CRC_AT = 17;

function drawBatch(prng: Prng): Uint8Array {
  const builder = new RecordBatchBuilder();
  const isIdempotent = prng.chance(0.3);
  builder.open(isIdempotent ? { producerId: prng.below(9), producerEpoch: 0, baseSequence: prng.below(9) } : {});
  for (let left = 1 + prng.below(6); left > 0; left--) {
    const headers = prng.chance(0.3) ? [{ key: 'h', value: prng.chance(0.5) ? null : 'x' }] : [];
    const timestamp = prng.chance(0.1) ? -1 : NOW + prng.between(-2_000, 500);
    builder.append(timestamp, prng.chance(0.2) ? null : `key ${prng.below(9)}`, 'v'.repeat(prng.below(90)), headers);
  }
  return new Uint8Array(builder.finish(prng.pick(CODECS)));
}

/** The damage is inside: length and checksum fit it, as those of a client that writes bad records would. */
function signed(bytes: Uint8Array): Uint8Array {
  if (bytes.length < HEADER_BYTES) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setInt32(LENGTH_AT, bytes.length - 12);
  view.setUint32(CRC_AT, computeBatchCrc(bytes, 0, bytes.length));
  return bytes;
}

function drawRules(prng: Prng): BatchRules {
  return {
    batchBytesMax: prng.chance(0.1) ? 200 : 1_048_588,
    codec: prng.chance(0.7) ? null : prng.pick(CODECS),
    level: undefined,
    keysRequired: prng.chance(0.2),
    timestampType: prng.chance(0.2) ? 'LogAppendTime' : 'CreateTime',
    timestampBeforeMaxMs: prng.chance(0.2) ? 1_500 : Infinity,
    timestampAfterMaxMs: 400,
    isStrict: prng.chance(0.5),
  };
}

function validate(bytes: Uint8Array, rules: BatchRules, source: BatchSource) {
  const verdict = new BatchValidator(LIMITS).validate(bytes, rules, source, NOW);
  return verdict.kind === 'planned' ? completeValidation(verdict, runRecompression(verdict.input)) : verdict;
}

fuzz('a damaged batch is refused, or stored as Kafka would', { small: 4_000 }, (prng) => {
  const rules = drawRules(prng);
  const source: BatchSource = prng.chance(0.7) ? { origin: 'client', apiVersion: 12 } : { origin: 'coordinator' };
  const batch = drawBatch(prng);
  const damaged = prng.chance(0.1) ? batch : mutate(batch, prng, drawBatch(prng));
  const bytes = prng.chance(0.7) ? signed(damaged) : damaged;
  const before = new Uint8Array(bytes);
  const done = validate(bytes, rules, source);
  if (done.kind === 'refused') {
    checkRefusal(done);
    deepStrictEqual(bytes, before);
    return;
  }
  const { bytes: stored, lastOffset, maxTimestamp } = assignOffsets(done, 1_000, 3, NOW);
  ok(stored.length <= before.length || rules.codec !== null);
  if (source.origin === 'client') {
    strictEqual(batchBaseOffset(stored), 1_000);
    strictEqual(batchLastOffset(stored), lastOffset);
    strictEqual(batchMaxTimestamp(stored), maxTimestamp);
    strictEqual(batchPartitionLeaderEpoch(stored), 3);
    strictEqual(batchFault(stored), null);
  }
  if (rules.isStrict) checkInside(stored, rules);
  // Who looks at more refuses more, and nothing else.
  if (rules.isStrict && rules.codec === null)
    strictEqual(validate(before, { ...rules, isStrict: false }, source).kind, 'valid');
});

function checkRefusal({ errorCode, reason, recordErrors }: RefusedAppend): void {
  ok(isErrorCode(parseErrorName(errorCode) ?? Number.NaN), errorCode);
  ok(reason.length > 20);
  ok(recordErrors.every(({ index, message }) => index >= 0 && message.length > 0));
}

/** As a consumer, and Kafka's own validation, would read it. */
function checkInside(stored: Uint8Array, rules: BatchRules): void {
  const records = new RecordIterator({ limits: LIMITS });
  let next = 1_000;
  let largest = -1;
  for (records.openAll(stored); records.next(); next++) {
    strictEqual(records.offset, next);
    records.checkHeaders();
    ok(!rules.keysRequired || records.keyLength >= 0);
    if (records.timestamp > largest) largest = records.timestamp;
    if (rules.timestampType === 'LogAppendTime') strictEqual(records.timestamp, NOW);
    else if (records.timestamp !== -1) {
      ok(records.timestamp <= NOW + rules.timestampAfterMaxMs && records.timestamp >= NOW - rules.timestampBeforeMaxMs);
    }
  }
  if (batchCount(stored) > 0) strictEqual(batchMaxTimestamp(stored), largest);
}

fuzz('damaged batches are not taken as they are, or are whole', { small: 2_000 }, (prng) => {
  const batch = drawBatch(prng);
  const damaged = mutate(batch, prng, drawBatch(prng));
  const bytes = prng.chance(0.6) ? signed(damaged) : damaged;
  const before = new Uint8Array(bytes);
  const taken = checkVerbatim(bytes, { origin: 'replication', leaderEpoch: 0, batchBytesMax: 0 });
  deepStrictEqual(bytes, before);
  if (taken.kind === 'refused') checkRefusal(taken);
  else if (taken.batchCount > 0) {
    strictEqual(batchFault(taken.bytes), null);
    ok(taken.firstOffset <= taken.lastOffsetOfFirstBatch && taken.lastOffsetOfFirstBatch <= taken.lastOffset);
  }
});
