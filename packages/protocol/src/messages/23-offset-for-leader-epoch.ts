/**
 * OffsetForLeaderEpoch (api key 23): where an epoch ended in the leader's log. Followers and consumers truncate or
 * check their position by it.
 *
 * Since Fetch v12 followers learn of a divergence there; consumers ask here after a change of leader. Errors are per
 * partition.
 *
 * v2 currentLeaderEpoch (KIP-320) · v3 replicaId (KIP-392) · v4 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, string } from '../schema/field.ts';

export const offsetForLeaderEpoch = api(
  'OffsetForLeaderEpoch',
  { key: 23, versions: '2-4', flexible: '4+' },
  {
    request: () => ({
      replicaId: int32(
        '3+',
        'Broker id of a follower; -1 for a consumer; -2, as before v3, may see past the high watermark.',
        { default: -2, ignorable: true },
      ),
      topics: array('0+', {
        topic: string('0+'),
        partitions: array('0+', {
          partition: int32('0+'),
          currentLeaderEpoch: int32('2+', 'The leader epoch that the caller knows, to fence by; -1 for none.', {
            default: -1,
            ignorable: true,
          }),
          leaderEpoch: int32('0+', 'The epoch whose end is asked.'),
        }),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('2+', { ignorable: true }),
      topics: array('0+', {
        topic: string('0+'),
        partitions: array('0+', {
          errorCode: int16('0+'),
          partition: int32('0+'),
          leaderEpoch: int32('1+', 'Newest epoch not above the one asked; -1 if unknown.', {
            default: -1,
            ignorable: true,
          }),
          endOffset: int53('0+', 'First offset after that epoch; -1 if unknown.', { default: -1 }),
        }),
      }),
    }),
  },
);

export type OffsetForLeaderEpochRequest = ApiRequest<typeof offsetForLeaderEpoch>;
export type OffsetForLeaderEpochResponse = ApiResponse<typeof offsetForLeaderEpoch>;
