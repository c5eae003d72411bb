/**
 * ShareFetch (api key 78): records for a member of a share group, each locked for it alone, and its word on those it
 * had before (KIP-932).
 *
 * Sent to the partition leader. What is acquired stays with the member until it acknowledges, its lock runs out or the
 * session ends; then others may get it. A session names the partitions as in Fetch and is tied to the connection; the
 * request that opens one may not acknowledge. Errors of fetching and of acknowledging stand side by side per partition.
 *
 * v1 without partitionMaxBytes · v2 shareAcquireMode, isRenewAck (KIP-1206, KIP-1222)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int53, int8, nested, records, string, uuid } from '../schema/field.ts';

export const shareFetch = api(
  'ShareFetch',
  { key: 78, versions: '1-2', flexible: '0+' },
  {
    request: () => ({
      groupId: string('0+', 'Null is refused.', { nullable: '0+', default: null }),
      memberId: string('0+', 'The one of ShareGroupHeartbeat; null is refused.', { nullable: '0+' }),
      shareSessionEpoch: int32('0+', "0 opens a session, -1 closes it; else it counts the session's requests."),
      maxWaitMs: int32('0+'),
      minBytes: int32('0+'),
      maxBytes: int32('0+', 'Limit for the response as a whole; the first batch may exceed it.', {
        default: 2147483647,
      }),
      maxRecords: int32('1+', 'A soft limit: batches are kept whole.'),
      batchSize: int32('1+', 'How many records to acquire as one batch, best.'),
      shareAcquireMode: int8('2+', '0 whole batches, past `maxRecords` if need be; 1 never more than `maxRecords`.', {
        default: 0,
        ignorable: true,
      }),
      isRenewAck: bool(
        '2+',
        'Some acknowledgement is of type 4; then nothing is fetched, and all four limits must be 0.',
        { default: false },
      ),
      topics: array(
        '0+',
        {
          topicId: uuid('0+'),
          partitions: array('0+', {
            partitionIndex: int32('0+'),
            partitionMaxBytes: int32('0', { default: 0 }),
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
        },
        'What is new in the session or acknowledged.',
      ),
      forgottenTopicsData: array(
        '0+',
        {
          topicId: uuid('0+'),
          partitions: array('0+', int32),
        },
        'What leaves the session.',
      ),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+', 'About the session or the request as a whole.'),
      errorMessage: string('0+', { nullable: '0+', default: null }),
      acquisitionLockTimeoutMs: int32('1+', 'How long the records are locked.'),
      responses: array('0+', {
        topicId: uuid('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
          errorMessage: string('0+', { nullable: '0+', default: null }),
          acknowledgeErrorCode: int16('0+'),
          acknowledgeErrorMessage: string('0+', { nullable: '0+', default: null }),
          currentLeader: nested(
            '0+',
            {
              leaderId: int32('0+', '-1 if unknown.'),
              leaderEpoch: int32('0+'),
            },
            'Given with NOT_LEADER_OR_FOLLOWER; else zeros.',
          ),
          records: records('0+', 'Whole batches; only what is acquired may be used.'),
          acquiredRecords: array('0+', {
            firstOffset: int53('0+'),
            lastOffset: int53('0+', 'Inclusive.'),
            deliveryCount: int16('0+', '1 the first time.'),
          }),
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

export type ShareFetchRequest = ApiRequest<typeof shareFetch>;
export type ShareFetchResponse = ApiResponse<typeof shareFetch>;
