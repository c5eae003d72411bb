/**
 * DescribeTopicPartitions (api key 75): @DOC
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, nested, string, uuid } from '../schema/field.ts';

export const describeTopicPartitions = api(
  'DescribeTopicPartitions',
  { key: 75, versions: '0', flexible: '0+' },
  {
    request: () => ({
      topics: array('0+', {
        name: string('0+'),
      }),
      responsePartitionLimit: int32('0+', { default: 2000 }),
      cursor: nested(
        '0+',
        {
          topicName: string('0+'),
          partitionIndex: int32('0+'),
        },
        { nullable: '0+', default: null },
      ),
    }),
    response: () => ({
      throttleTimeMs: int32('0+', { ignorable: true }),
      topics: array('0+', {
        errorCode: int16('0+'),
        name: string('0+', { nullable: '0+' }),
        topicId: uuid('0+', { ignorable: true }),
        isInternal: bool('0+', { default: false, ignorable: true }),
        partitions: array('0+', {
          errorCode: int16('0+'),
          partitionIndex: int32('0+'),
          leaderId: int32('0+'),
          leaderEpoch: int32('0+', { default: -1, ignorable: true }),
          replicaNodes: array('0+', int32),
          isrNodes: array('0+', int32),
          eligibleLeaderReplicas: array('0+', int32, { nullable: '0+', default: null }),
          lastKnownElr: array('0+', int32, { nullable: '0+', default: null }),
          offlineReplicas: array('0+', int32, { ignorable: true }),
        }),
        topicAuthorizedOperations: int32('0+', { default: -2147483648 }),
      }),
      nextCursor: nested(
        '0+',
        {
          topicName: string('0+'),
          partitionIndex: int32('0+'),
        },
        { nullable: '0+', default: null },
      ),
    }),
  },
);

export type DescribeTopicPartitionsRequest = ApiRequest<typeof describeTopicPartitions>;
export type DescribeTopicPartitionsResponse = ApiResponse<typeof describeTopicPartitions>;
