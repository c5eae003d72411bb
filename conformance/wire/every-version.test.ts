/**
 * Our codec and connection against a real Apache Kafka 4.4 broker: ApiVersions, Metadata, CreateTopics, Produce, Fetch and
 * ListOffsets, each in every version that the broker serves.
 */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openConnection, type Connection } from '@ottla/connection';
import { ErrorCode, RecordBatchBuilder, RecordIterator, type AnyValue, type Api } from '@ottla/protocol';
import { produce } from '@ottla/protocol/messages/00-produce';
import { fetch } from '@ottla/protocol/messages/01-fetch';
import { listOffsets } from '@ottla/protocol/messages/02-list-offsets';
import { metadata } from '@ottla/protocol/messages/03-metadata';
import { apiVersions } from '@ottla/protocol/messages/18-api-versions';
import { createTopics } from '@ottla/protocol/messages/19-create-topics';
import { ZERO_UUID } from '@ottla/runtime';
import { createNodeIo } from '@ottla/runtime/node';
import { apacheKafkaMissing, startApacheKafka, type ApacheKafka } from '../oracle/apache-kafka.ts';
import { createTopic, produceBatch, type TestTopic } from '../oracle/topics.ts';

const skip = apacheKafkaMissing();
const TIMESTAMP_MS = 1_700_000_000_000;
const NONE = ErrorCode.NONE;

let kafka: ApacheKafka;
let connection: Connection;
const produced = new Map<string, TestTopic>();

before(async () => {
  if (skip !== false) return;
  kafka = await startApacheKafka();
  connection = await openConnection(createNodeIo(), { host: kafka.host, port: kafka.port, clientId: 'conformance' });
});

after(async () => {
  await connection?.close();
  await kafka?.[Symbol.asyncDispose]();
});

/** Versions that both sides have. The broker advertises Produce 0-2 without serving them. */
function versionsOf(api: Api): number[] {
  const { from, to } = api.versions;
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

function forEachVersion(api: Api, check: (version: number) => Promise<void>): void {
  for (const version of versionsOf(api)) {
    test(`Apache Kafka: ${api.name} v${version}`, { skip }, () => check(version));
  }
}

test('Apache Kafka: serves the versions that our messages have', { skip }, () => {
  for (const api of [produce, fetch, listOffsets, metadata, apiVersions, createTopics]) {
    strictEqual(connection.versionOf(api), api.versions.to, api.name);
  }
});

forEachVersion(apiVersions, async (version) => {
  const body = { clientSoftwareName: 'ottla', clientSoftwareVersion: '1' };
  const answer = await connection.send(apiVersions, body, { version });
  strictEqual(answer.errorCode, NONE);
  const offered = answer.apiKeys.find(({ apiKey }) => apiKey === fetch.key);
  deepStrictEqual({ ...offered }, { apiKey: 1, minVersion: 4, maxVersion: 18 });
  strictEqual(answer.supportedFeatures.length > 0, version >= 3);
});

forEachVersion(createTopics, async (version) => {
  const name = `created-v${version}`;
  const topic = {
    name,
    numPartitions: 2,
    replicationFactor: 1,
    assignments: [],
    configs: [{ name: 'cleanup.policy', value: 'compact' }],
  };
  const answer = await connection.send(createTopics, { topics: [topic], timeoutMs: 10_000 }, { version });
  strictEqual(answer.topics[0]!.errorCode, NONE, answer.topics[0]!.errorMessage ?? '');
  strictEqual(answer.topics[0]!.topicId !== ZERO_UUID, version >= 7);
  if (version >= 5) {
    strictEqual(answer.topics[0]!.numPartitions, 2);
    ok(answer.topics[0]!.configs?.some((config) => config.name === 'cleanup.policy' && config.value === 'compact'));
  }
  const again = await connection.send(
    createTopics,
    { topics: [topic], timeoutMs: 10_000, validateOnly: true },
    { version },
  );
  strictEqual(again.topics[0]!.errorCode, ErrorCode.TOPIC_ALREADY_EXISTS);
});

forEachVersion(metadata, async (version) => {
  const { name, topicId } = await createTopic(connection, `described-v${version}`);
  const topics = version >= 12 ? [{ topicId, name: null }] : [{ name }];
  const answer = await connection.send(metadata, { topics }, { version });
  const [topic] = answer.topics;
  strictEqual(topic!.errorCode, NONE);
  strictEqual(topic!.name, name);
  strictEqual(topic!.topicId, version >= 10 ? topicId : ZERO_UUID);
  deepStrictEqual(
    topic!.partitions.map((partition) => partition.leaderId),
    [1],
  );
  deepStrictEqual(
    answer.brokers.map(({ nodeId, port }) => ({ nodeId, port })),
    [{ nodeId: 1, port: kafka.port }],
  );
});

forEachVersion(produce, async (version) => {
  const topic = await createTopic(connection, `produced-v${version}`);
  produced.set(topic.name, topic);
  for (const [index, codec] of codecsOf(version).entries()) {
    const batch = batchOf(codec, index);
    const partition = await produceBatch(connection, topic, batch, version);
    strictEqual(partition.errorCode, NONE, `${codec}: ${partition.errorMessage}`);
    strictEqual(partition.baseOffset, index * 3);
    strictEqual(partition.logAppendTimeMs, -1);
  }
});

// Every version of Fetch reads what every version of Produce wrote.
forEachVersion(fetch, async (version) => {
  const name = version >= 10 ? 'produced-v13' : 'produced-v3'; // clients before Fetch 10 did not know zstd (KIP-110)
  const answer = await fetchAll(name, version);
  deepStrictEqual(recordsOf(answer), expectedRecords(version >= 10 ? 5 : 4));
});

forEachVersion(listOffsets, async (version) => {
  const asked: readonly [timestamp: number, since: number, offset: number][] = [
    [-1, 1, 15],
    [-2, 1, 0],
    [TIMESTAMP_MS + 4, 1, 4],
    [TIMESTAMP_MS + 10_000, 1, -1],
    [Infinity, 1, -1],
    [-3, 7, 14],
    [-4, 8, 0],
    [-5, 9, -1],
  ];
  for (const [timestamp, since, offset] of asked) {
    if (version < since) continue;
    const topics = [{ name: 'produced-v13', partitions: [{ partitionIndex: 0, timestamp }] }];
    const answer = await connection.send(listOffsets, { replicaId: -1, topics }, { version });
    const partition = answer.topics[0]!.partitions[0]!;
    strictEqual(partition.errorCode, NONE, `timestamp ${timestamp}`);
    strictEqual(partition.offset, offset, `timestamp ${timestamp}`);
  }
});

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
type Codec = (typeof CODECS)[number];

/** zstd came with Produce 7 (KIP-110). */
function codecsOf(version: number): readonly Codec[] {
  return version >= 7 ? CODECS : CODECS.slice(0, 4);
}

/** Three records, long enough that compression pays; one tombstone, one header. */
function batchOf(codec: Codec, index: number): Uint8Array {
  const builder = new RecordBatchBuilder();
  builder.open();
  for (const { timestamp, key, value, headers } of expectedRecords(index + 1).slice(index * 3)) {
    ok(
      builder.append(
        timestamp,
        key,
        value,
        headers.map(([name, text]) => ({ key: name!, value: text! })),
      ),
    );
  }
  return builder.finish(codec);
}

interface PlainRecord {
  offset: number;
  timestamp: number;
  key: string;
  value: string | null;
  headers: string[][];
}

function expectedRecords(batches: number): PlainRecord[] {
  return Array.from({ length: batches * 3 }, (_, offset) => ({
    offset,
    timestamp: TIMESTAMP_MS + offset,
    key: `key-${offset}`,
    value: offset % 3 === 1 ? null : `value ${offset} `.repeat(40),
    headers: offset % 3 === 2 ? [['h', 'x']] : [],
  }));
}

async function fetchAll(name: string, version: number): Promise<AnyValue> {
  const topic = version >= 13 ? { topicId: produced.get(name)!.topicId } : { topic: name };
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20 }];
  const body = { maxWaitMs: 500, minBytes: 1, isolationLevel: 0, topics: [{ ...topic, partitions }] };
  return connection.send(fetch, body, { version });
}

function recordsOf(answer: AnyValue): PlainRecord[] {
  const partition = answer['responses'][0].partitions[0];
  strictEqual(partition.errorCode, NONE);
  const found: PlainRecord[] = [];
  const records = new RecordIterator();
  records.openAll(partition.records);
  while (records.next()) {
    found.push({
      offset: records.offset,
      timestamp: records.timestamp,
      key: text(records.key())!,
      value: text(records.value()),
      headers: records.headers().map(({ key, value }) => [key, text(value)!]),
    });
  }
  return found;
}

function text(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString();
}
