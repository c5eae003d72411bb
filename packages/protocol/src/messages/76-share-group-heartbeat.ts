/**
 * ShareGroupHeartbeat (api key 76): @DOC
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, nested, string, struct, uuid } from '../schema/field.ts';

export const shareGroupHeartbeat = api(
  'ShareGroupHeartbeat',
  { key: 76, versions: '1', flexible: '0+' },
  {
    request: () => ({
      groupId: string('0+'),
      memberId: string('0+'),
      memberEpoch: int32('0+'),
      rackId: string('0+', { nullable: '0+', default: null }),
      subscribedTopicNames: array('0+', string, { nullable: '0+', default: null }),
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

export type ShareGroupHeartbeatRequest = ApiRequest<typeof shareGroupHeartbeat>;
export type ShareGroupHeartbeatResponse = ApiResponse<typeof shareGroupHeartbeat>;

function topicPartitions() {
  return struct('TopicPartitions', {
    topicId: uuid('0+'),
    partitions: array('0+', int32),
  });
}
