/** Topics and batches on a broker that may just have started: asks until the leader is there. */
import { strictEqual } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@ottla/connection';
import { ErrorCode } from '@ottla/protocol';
import { produce } from '@ottla/protocol/messages/00-produce';
import { metadata } from '@ottla/protocol/messages/03-metadata';
import { createTopics } from '@ottla/protocol/messages/19-create-topics';

/** A topic of one partition, and its id. */
export interface TestTopic {
  readonly name: string;
  readonly topicId: string;
}

export async function createTopic(connection: Connection, name: string): Promise<TestTopic> {
  const topics = [{ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }];
  const answer = await connection.send(createTopics, { topics, timeoutMs: 10_000 });
  const { errorCode, errorMessage, topicId } = answer.topics[0]!;
  strictEqual(errorCode, ErrorCode.NONE, errorMessage ?? '');
  while (!(await isDescribed(connection, name))) await sleep(20);
  return { name, topicId };
}

/** What the controller has made reaches the broker's metadata a moment later. */
async function isDescribed(connection: Connection, name: string): Promise<boolean> {
  const { topics } = await connection.send(metadata, { topics: [{ name }], allowAutoTopicCreation: false });
  return topics[0]!.errorCode === ErrorCode.NONE && topics[0]!.partitions.every(({ leaderId }) => leaderId >= 0);
}

/** Produces one batch with acks=all and gives the partition's answer. */
export async function produceBatch(connection: Connection, topic: TestTopic, records: Uint8Array, version: number) {
  const named = version >= 13 ? { topicId: topic.topicId } : { name: topic.name };
  const topicData = [{ ...named, partitionData: [{ index: 0, records }] }];
  const body = { transactionalId: null, acks: -1, timeoutMs: 10_000, topicData };
  for (;;) {
    const { responses } = await connection.send(produce, body, { version });
    const partition = responses[0]!.partitionResponses[0]!;
    const tooEarly: readonly number[] = [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.NOT_LEADER_OR_FOLLOWER];
    if (!tooEarly.includes(partition.errorCode)) return partition;
    await sleep(20);
  }
}
