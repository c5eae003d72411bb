/**
 * DescribeTopicPartitions (api key 75): partitions of topics page by page, with their eligible leaders (KIP-966). Any
 * broker answers.
 *
 * Topics come in the order of their names. A response that hits the limit names where to go on in `nextCursor`. Errors
 * are per topic.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, nested, string, uuid } from '../schema/field.ts';

export const describeTopicPartitions = api(
  'DescribeTopicPartitions',
  { key: 75, versions: '0', flexible: '0+' },
  {
    request: () => ({
      topics: array(
        '0+',
        {
          name: string('0+'),
        },
        'Empty for all.',
      ),
      responsePartitionLimit: int32('0+', "The broker's max.request.partition.size.limit bounds it.", {
        default: 2000,
      }),
      cursor: nested(
        '0+',
        {
          topicName: string('0+', 'Must be among the topics asked.'),
          partitionIndex: int32('0+'),
        },
        '`nextCursor` of the page before; null for the first page.',
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
          leaderId: int32('0+', '-1 while there is none.'),
          leaderEpoch: int32('0+', { default: -1, ignorable: true }),
          replicaNodes: array('0+', int32),
          isrNodes: array('0+', int32),
          eligibleLeaderReplicas: array(
            '0+',
            int32,
            'Out of sync but with all committed records: may be elected without loss.',
            { nullable: '0+', default: null },
          ),
          lastKnownElr: array('0+', int32, 'While there is no leader, the one who led last.', {
            nullable: '0+',
            default: null,
          }),
          offlineReplicas: array('0+', int32, 'Those on dead brokers or failed log directories.', { ignorable: true }),
        }),
        topicAuthorizedOperations: int32('0+', 'Bit field of ACL operations.', { default: -2147483648 }),
      }),
      nextCursor: nested(
        '0+',
        {
          topicName: string('0+'),
          partitionIndex: int32('0+'),
        },
        'Null on the last page.',
        { nullable: '0+', default: null },
      ),
    }),
  },
);

export type DescribeTopicPartitionsRequest = ApiRequest<typeof describeTopicPartitions>;
export type DescribeTopicPartitionsResponse = ApiResponse<typeof describeTopicPartitions>;
