/**
 * ConsumerGroupHeartbeat (api key 68): a member joins a consumer group, stays in it, reconciles its partitions and
 * leaves (KIP-848).
 *
 * Sent to the group coordinator, which assigns. The first heartbeat of a member says all; later ones only what has
 * changed, where null or -1 means "as before". The assignment comes back when it has changed: the member gives up what
 * is no longer its own, says so in `topicPartitions`, and then gets what is new. FENCED_MEMBER_EPOCH and
 * UNKNOWN_MEMBER_ID mean: give up all partitions and join anew.
 *
 * v1 subscribedTopicRegex, the member makes its own id (KIP-848, KIP-1082)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, nested, string, struct, uuid } from '../schema/field.ts';

export const consumerGroupHeartbeat = api(
  'ConsumerGroupHeartbeat',
  { key: 68, versions: '0-1', flexible: '0+' },
  {
    request: () => ({
      groupId: string('0+'),
      memberId: string('0+', "A random uuid of the member's own, for as long as it lives; in v0 empty on joining."),
      memberEpoch: int32(
        '0+',
        '0 joins, -1 leaves, -2 leaves for a restart of the static member; else the epoch last received.',
      ),
      instanceId: string('0+', 'Static member id; null if unchanged or there is none.', {
        nullable: '0+',
        default: null,
      }),
      rackId: string('0+', 'Null if unchanged or not known.', { nullable: '0+', default: null }),
      rebalanceTimeoutMs: int32('0+', 'How long the member may take to give partitions up; -1 if unchanged.', {
        default: -1,
      }),
      subscribedTopicNames: array('0+', string, 'Null if unchanged.', { nullable: '0+', default: null }),
      subscribedTopicRegex: string('1+', 'RE2, resolved by the coordinator; null if unchanged.', {
        nullable: '1+',
        default: null,
      }),
      serverAssignor: string('0+', 'Such as `uniform` or `range`; null if unchanged or left to the coordinator.', {
        nullable: '0+',
        default: null,
      }),
      topicPartitions: array(
        '0+',
        {
          topicId: uuid('0+'),
          partitions: array('0+', int32),
        },
        'What the member holds; null if unchanged.',
        { nullable: '0+', default: null },
      ),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+', default: null }),
      memberId: string('0+', "In v0 the one the coordinator made, else the member's own.", {
        nullable: '0+',
        default: null,
      }),
      memberEpoch: int32('0+', 'To send with the next heartbeat.'),
      heartbeatIntervalMs: int32('0+', 'When to send it.'),
      assignment: nested(
        '0+',
        {
          topicPartitions: array('0+', topicPartitions(), 'What the member may hold now.'),
        },
        'Null if unchanged.',
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
