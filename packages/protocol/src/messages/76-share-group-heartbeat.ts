/**
 * ShareGroupHeartbeat (api key 76): a member joins a share group, stays in it and leaves (KIP-932).
 *
 * Sent to the group coordinator, which assigns. Members of a share group may share partitions, so an assignment takes
 * effect at once: there is nothing to give up first. The first heartbeat says all; later ones only what has changed,
 * where null means "as before". v0 was early access in Kafka 4.0.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, nested, string, struct, uuid } from '../schema/field.ts';

export const shareGroupHeartbeat = api(
  'ShareGroupHeartbeat',
  { key: 76, versions: '1', flexible: '0+' },
  {
    request: () => ({
      groupId: string('0+'),
      memberId: string('0+', "A random uuid of the member's own, for as long as it lives."),
      memberEpoch: int32('0+', '0 joins, -1 leaves; else the epoch last received.'),
      rackId: string('0+', 'Null if unchanged or not known.', { nullable: '0+', default: null }),
      subscribedTopicNames: array('0+', string, 'Null if unchanged.', { nullable: '0+', default: null }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+', default: null }),
      memberId: string('0+', { nullable: '0+', default: null }),
      memberEpoch: int32('0+', 'To send with the next heartbeat.'),
      heartbeatIntervalMs: int32('0+', 'When to send it.'),
      assignment: nested(
        '0+',
        {
          topicPartitions: array('0+', topicPartitions()),
        },
        'Null if unchanged.',
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
