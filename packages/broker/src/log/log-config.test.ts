/** Every topic key of Apache Kafka 4.4 is a row, and says what Kafka says. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { describeConfig, parseValue } from '@ottla/runtime/config';
import { DEFAULT_LOG_CONFIG, segmentBytesOf, topicConfig } from './log-config.ts';

interface Fact {
  name: string;
  valid?: { kind: string };
  server?: unknown;
}

const facts = JSON.parse(readFileSync(new URL('../../facts/topic.json', import.meta.url), 'utf8')) as Fact[];
const ours = new Map(describeConfig(topicConfig).map((row) => [row.name, row]));

test('log config: every topic key is a row, and no other', () => {
  deepStrictEqual([...ours.keys()].sort(), facts.map(({ name }) => name).sort());
});

for (const fact of facts) {
  test(`log config: ${fact.name}`, () => {
    const { valid, ...row } = ours.get(fact.name)!;
    const { valid: wanted, ...rest } = fact;
    deepStrictEqual({ ...row }, rest);
    // Kinds that are code in Kafka are data here: their own lines below.
    if (wanted !== undefined && !['code', 'throttledReplicas'].includes(wanted.kind))
      deepStrictEqual({ ...valid }, wanted);
    ok(topicConfig.byKey.get(fact.name)!.doc.endsWith('.'));
  });
}

test('log config: what Kafka checks in code', () => {
  const accepts = (key: string, text: string): boolean => parseValue(topicConfig.byKey.get(key)!, text).ok;
  for (const [text, wanted] of [
    ['-1', true],
    ['0', false],
    ['1', true],
    ['9', true],
    ['10', false],
  ] as const) {
    strictEqual(accepts('compression.gzip.level', text), wanted, text);
  }
  for (const [text, wanted] of [
    ['*', true],
    ['0:1', true],
    ['', true],
    ['*,0:1', false],
    ['none', false],
  ] as const) {
    strictEqual(accepts('leader.replication.throttled.replicas', text), wanted, text);
  }
});

test('log config: defaults, and a segment size for tests', () => {
  strictEqual(DEFAULT_LOG_CONFIG.retentionMs, 604_800_000);
  strictEqual(DEFAULT_LOG_CONFIG.flushMessages, Infinity);
  strictEqual(segmentBytesOf(DEFAULT_LOG_CONFIG), 1_073_741_824);
  strictEqual(segmentBytesOf({ ...DEFAULT_LOG_CONFIG, internalSegmentBytes: 100 }), 100);
});
