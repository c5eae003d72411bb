/**
 * ShareAcknowledge (api key 79): a member of a share group says what became of the records it had acquired, without
 * fetching more (KIP-932).
 *
 * Sent to the partition leader, in the session of ShareFetch. Errors are per partition.
 *
 * v2 isRenewAck, acquisitionLockTimeoutMs (KIP-1222)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int53, int8, nested, string, uuid } from '../schema/field.ts';

export const shareAcknowledge = api(
  'ShareAcknowledge',
  { key: 79, versions: '1-2', flexible: '0+' },
  {
    request: () => ({
      groupId: string('0+', 'Null is refused.', { nullable: '0+', default: null }),
      memberId: string('0+', 'The one of ShareGroupHeartbeat; null is refused.', { nullable: '0+' }),
      shareSessionEpoch: int32('0+', "-1 closes the session; else it counts the session's requests. 0 is refused."),
      isRenewAck: bool('2+', 'Some acknowledgement is of type 4.', { default: false }),
      topics: array('0+', {
        topicId: uuid('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          acknowledgementBatches: array('0+', {
            firstOffset: int53('0+', { saturates: true }),
            lastOffset: int53('0+', 'Inclusive.', { saturates: true }),
            acknowledgeTypes: array(
              '0+',
              int8,
              'One for all or one per offset: 0 gap, 1 accept, 2 release, 3 reject, 4 renew.',
            ),
          }),
        }),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+', default: null }),
      acquisitionLockTimeoutMs: int32('2+', 'How long renewed records are locked.', { ignorable: true }),
      responses: array('0+', {
        topicId: uuid('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
          errorMessage: string('0+', { nullable: '0+', default: null }),
          currentLeader: nested(
            '0+',
            {
              leaderId: int32('0+', '-1 if unknown.'),
              leaderEpoch: int32('0+'),
            },
            'Given with NOT_LEADER_OR_FOLLOWER; else zeros.',
          ),
        }),
      }),
      nodeEndpoints: array(
        '0+',
        {
          nodeId: int32('0+'),
          host: string('0+'),
          port: int32('0+'),
          rack: string('0+', { nullable: '0+', default: null }),
        },
        'Addresses of the leaders named above.',
      ),
    }),
  },
);

export type ShareAcknowledgeRequest = ApiRequest<typeof shareAcknowledge>;
export type ShareAcknowledgeResponse = ApiResponse<typeof shareAcknowledge>;
