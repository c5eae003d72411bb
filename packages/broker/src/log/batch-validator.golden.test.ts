/**
 * Batches as Apache Kafka's LogValidator takes, changes or refuses them (`golden/batch-validator`): with strict validation the
 * same; without it the same wherever something depends on the inside. Every difference stands here with its reason.
 */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  batchAttributes,
  batchBaseSequence,
  batchCompression,
  batchLastOffset,
  batchMaxTimestamp,
  batchPartitionLeaderEpoch,
  batchProducerEpoch,
  batchProducerId,
  isBatchCrcValid,
  RecordIterator,
  type TimestampType,
} from '@ottla/protocol';
import { runRecompression } from './batch-recompression.ts';
import type { BatchRules } from './batch-rules.ts';
import { assignOffsets, BatchValidator, completeValidation } from './batch-validator.ts';

interface GoldenCase {
  readonly name: string;
  readonly origin: 'client' | 'coordinator';
  readonly apiVersion: number;
  readonly codec: 'producer' | 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
  readonly compacted: boolean;
  readonly timestampType: TimestampType;
  readonly beforeMaxMs: number | null;
  readonly afterMaxMs: number | null;
  readonly batchBytesMax: number;
  readonly input: string;
  /** Kafka's error and the records that it blames, or … */
  readonly error?: string;
  readonly records?: readonly number[];
  /** … what it stores. */
  readonly isRebuilt?: boolean;
  readonly maxTimestamp?: number;
  readonly stored?: string;
}

const NOW = 1_700_000_000_000;
const FIRST_OFFSET = 1_000;
const LEADER_EPOCH = 5;

const CASES = readFileSync(new URL('../../golden/batch-validator/cases.ndjson', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as GoldenCase);

const COMPRESSED = ['gzip', 'snappy', 'lz4', 'zstd'];
const BELIEVED = 'nothing depends on what is inside: it is stored as it came, and readers find out';

/** What we make of a batch where that is not what Kafka makes of it, and why. */
const DIFFERENCES: Readonly<Record<string, readonly [ours: string, why: string]>> = {
  'a client that says LogAppendTime to a CreateTime topic': ['INVALID_TIMESTAMP', 'no client may say so, on no topic'],
  'a client that says LogAppendTime to a LogAppendTime topic': [
    'INVALID_TIMESTAMP',
    'the batch is blamed, not each record',
  ],
  'codec 5': ['UNSUPPORTED_COMPRESSION_TYPE', 'an error that says what is wrong'],
  'gzip that is none': ['INVALID_RECORD', 'an error that says what is wrong'],
  'zstd that is cut off': ['INVALID_RECORD', 'an error that says what is wrong'],
  'an offset delta with a gap': ['INVALID_RECORD', 'Kafka does not look, and stores two records of one offset'],
  'two batches of a coordinator': ['stored', 'our own coordinators may append several'],
};
/** Without strict validation also: */
const DIFFERENCES_UNLESS_STRICT: Readonly<Record<string, readonly [ours: string, why: string]>> = {
  'gzip that is none': ['stored', BELIEVED],
  'zstd that is cut off': ['stored', BELIEVED],
  ...Object.fromEntries(
    COMPRESSED.flatMap((codec) => [
      [`${codec} with one record more than it counts`, ['stored', BELIEVED]],
      [`${codec} with one record less than it counts`, ['stored', BELIEVED]],
      [`${codec} with a wrong largest timestamp`, ['stored', 'the header is believed, not put right']],
    ]),
  ),
};

for (const isStrict of [true, false]) {
  void test(`golden: batches are taken and refused as by Apache Kafka${isStrict ? ', strictly' : ''}`, () => {
    const unseen = new Set(Object.keys(isStrict ? DIFFERENCES : { ...DIFFERENCES, ...DIFFERENCES_UNLESS_STRICT }));
    for (const golden of CASES) {
      const outcome = validate(golden, isStrict);
      const different = (isStrict ? undefined : DIFFERENCES_UNLESS_STRICT[golden.name]) ?? DIFFERENCES[golden.name];
      unseen.delete(golden.name);
      if (different === undefined) compare(golden, outcome);
      else strictEqual(outcome.error ?? 'stored', different[0], `${golden.name}: ${different[1]}`);
    }
    deepStrictEqual([...unseen], []);
    strictEqual(CASES.length, 114);
  });
}

interface Outcome {
  readonly error?: string;
  readonly records?: readonly number[];
  readonly bytes?: Uint8Array;
  readonly maxTimestamp?: number;
}

function validate(golden: GoldenCase, isStrict: boolean): Outcome {
  const bytes = Uint8Array.from(Buffer.from(golden.input, 'base64'));
  const before = Uint8Array.from(bytes);
  const source =
    golden.origin === 'client' ? { origin: golden.origin, apiVersion: golden.apiVersion } : { origin: golden.origin };
  const verdict = new BatchValidator().validate(bytes, rulesOf(golden, isStrict), source, NOW);
  const done = verdict.kind === 'planned' ? completeValidation(verdict, runRecompression(verdict.input)) : verdict;
  if (done.kind === 'refused') {
    deepStrictEqual(bytes, before, `${golden.name}: a refusal changes nothing`);
    return { error: done.errorCode, records: done.recordErrors.map(({ index }) => index) };
  }
  const assigned = assignOffsets(done, FIRST_OFFSET, LEADER_EPOCH, NOW);
  strictEqual(assigned.firstOffset, FIRST_OFFSET);
  strictEqual(assigned.logAppendTimeMs, golden.timestampType === 'LogAppendTime' ? NOW : -1);
  if (assigned.batchCount === 1) strictEqual(assigned.offsetOfMaxTimestamp, assigned.lastOffset);
  return { bytes: assigned.bytes, maxTimestamp: assigned.maxTimestamp };
}

function rulesOf(golden: GoldenCase, isStrict: boolean): BatchRules {
  return {
    batchBytesMax: golden.batchBytesMax,
    codec: golden.codec === 'producer' ? null : golden.codec,
    level: undefined,
    keysRequired: golden.compacted,
    timestampType: golden.timestampType,
    timestampBeforeMaxMs: golden.beforeMaxMs ?? Infinity,
    timestampAfterMaxMs: golden.afterMaxMs ?? Infinity,
    isStrict,
  };
}

function compare(golden: GoldenCase, outcome: Outcome): void {
  const { name, error, records, stored, maxTimestamp, isRebuilt } = golden;
  if (error !== undefined) {
    deepStrictEqual([outcome.error, outcome.records], [error, records], name);
    return;
  }
  ok(outcome.bytes !== undefined, `${name}: ${outcome.error}`);
  strictEqual(outcome.maxTimestamp, maxTimestamp, name);
  const theirs = Buffer.from(stored!, 'base64');
  if (!isRebuilt) deepStrictEqual(Buffer.from(outcome.bytes), theirs, name);
  else {
    ok(isBatchCrcValid(outcome.bytes, 0, outcome.bytes.length), name);
    deepStrictEqual(contentOf(outcome.bytes), contentOf(theirs), name);
    const codec = batchCompression(outcome.bytes);
    // What compression makes no smaller is stored as it is.
    ok(codec === batchCompression(theirs) || (codec === 0 && outcome.bytes.length <= theirs.length), name);
  }
}

/** All that a reader of a batch can see, but the codec. */
function contentOf(bytes: Uint8Array): unknown {
  const records = new RecordIterator();
  const seen: unknown[] = [
    batchLastOffset(bytes),
    batchAttributes(bytes) & ~7,
    batchMaxTimestamp(bytes),
    batchPartitionLeaderEpoch(bytes),
    [batchProducerId(bytes), batchProducerEpoch(bytes), batchBaseSequence(bytes)],
  ];
  for (records.open(bytes); records.next();) {
    const headers = records.headers().map(({ key, value }) => [key, textOf(value)]);
    seen.push([records.offset, records.timestamp, textOf(records.key()), textOf(records.value()), headers]);
  }
  return seen;
}

function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('latin1');
}
