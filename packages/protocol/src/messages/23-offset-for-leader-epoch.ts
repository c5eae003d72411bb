/**
 * OffsetForLeaderEpoch (api key 23): @DOC
 *
 * v3 replicaId · v4 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, string } from '../schema/field.ts';

export const offsetForLeaderEpoch = api(
  'OffsetForLeaderEpoch',
  { key: 23, versions: '2-4', flexible: '4+' },
  {
    request: () => ({
      replicaId: int32('3+', { default: -2, ignorable: true }),
      topics: array('0+', {
        topic: string('0+'),
        partitions: array('0+', {
          partition: int32('0+'),
          currentLeaderEpoch: int32('2+', { default: -1, ignorable: true }),
          leaderEpoch: int32('0+'),
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
          leaderEpoch: int32('1+', { default: -1, ignorable: true }),
          endOffset: int53('0+', { default: -1 }),
        }),
      }),
    }),
  },
);

export type OffsetForLeaderEpochRequest = ApiRequest<typeof offsetForLeaderEpoch>;
export type OffsetForLeaderEpochResponse = ApiResponse<typeof offsetForLeaderEpoch>;
