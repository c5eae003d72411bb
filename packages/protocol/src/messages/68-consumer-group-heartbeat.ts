/**
 * ConsumerGroupHeartbeat (api key 68): @DOC
 *
 * v1 subscribedTopicRegex
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, nested, string, struct, uuid } from '../schema/field.ts';

export const consumerGroupHeartbeat = api(
  'ConsumerGroupHeartbeat',
  { key: 68, versions: '0-1', flexible: '0+' },
  {
    request: () => ({
      groupId: string('0+'),
      memberId: string('0+'),
      memberEpoch: int32('0+'),
      instanceId: string('0+', { nullable: '0+', default: null }),
      rackId: string('0+', { nullable: '0+', default: null }),
      rebalanceTimeoutMs: int32('0+', { default: -1 }),
      subscribedTopicNames: array('0+', string, { nullable: '0+', default: null }),
      subscribedTopicRegex: string('1+', { nullable: '1+', default: null }),
      serverAssignor: string('0+', { nullable: '0+', default: null }),
      topicPartitions: array(
        '0+',
        {
          topicId: uuid('0+'),
          partitions: array('0+', int32),
        },
        { nullable: '0+', default: null },
      ),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+', default: null }),
      memberId: string('0+', { nullable: '0+', default: null }),
      memberEpoch: int32('0+'),
      heartbeatIntervalMs: int32('0+'),
      assignment: nested(
        '0+',
        {
          topicPartitions: array('0+', topicPartitions()),
        },
        { nullable: '0+', default: null },
      ),
    }),
  },
);

export type ConsumerGroupHeartbeatRequest = ApiRequest<typeof consumerGroupHeartbeat>;
export type ConsumerGroupHeartbeatResponse = ApiResponse<typeof consumerGroupHeartbeat>;

function topicPartitions() {
  return struct('TopicPartitions', {
    topicId: uuid('0+'),
    partitions: array('0+', int32),
  });
}
