/**
 * What we compress, librdkafka's decompressors read: batches of every codec and level, stored by Apache Kafka as they came
 * (topics keep the producer's codec), consumed by librdkafka with its checksums on.
 */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { openConnection } from '@ottla/connection';
import { ErrorCode, RecordBatchBuilder } from '@ottla/protocol';
import { createNodeIo } from '@ottla/runtime/node';
import { CONFLUENT_KAFKA, pythonWith } from '../clients/python.ts';
import { apacheKafkaMissing, startApacheKafka } from '../oracle/apache-kafka.ts';
import { createTopic, produceBatch } from '../oracle/topics.ts';
import { compressedSamples } from './samples.ts';

const python = await pythonWith(CONFLUENT_KAFKA);
const skip = apacheKafkaMissing() || ('missing' in python ? python.missing : false);

test('librdkafka reads what we compress', { skip }, async () => {
  await using kafka = await startApacheKafka(['message.max.bytes=4000000']);
  const connection = await openConnection(createNodeIo(), { host: kafka.host, port: kafka.port });
  const topic = await createTopic(connection, 'compressed-by-us');
  const wanted: string[] = [];
  for (const { codec, level, plain } of compressedSamples()) {
    const builder = new RecordBatchBuilder();
    builder.open();
    ok(builder.append(1_700_000_000_000, null, plain));
    const { errorCode, errorMessage } = await produceBatch(connection, topic, builder.finish(codec, level), 13);
    strictEqual(errorCode, ErrorCode.NONE, `${codec} ${level}: ${errorMessage}`);
    wanted.push(createHash('sha256').update(plain).digest('hex'));
  }
  await connection.close();
  const script = new URL('consume.py', import.meta.url).pathname;
  ok(!('missing' in python));
  const printed = await python.run(script, `${kafka.host}:${kafka.port}`, topic.name, String(wanted.length));
  deepStrictEqual(printed.trim().split('\n'), wanted);
});
