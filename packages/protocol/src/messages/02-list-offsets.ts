/**
 * ListOffsets (api key 2): @DOC
 *
 * v2 isolationLevel, throttleTimeMs · v4 currentLeaderEpoch, leaderEpoch · v6 flexible · v10 timeoutMs
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, int8, string } from '../schema/field.ts';

export const listOffsets = api(
  'ListOffsets',
  { key: 2, versions: '1-11', flexible: '6+' },
  {
    request: () => ({
      replicaId: int32('0+'),
      isolationLevel: int8('2+', { default: 0 }),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          currentLeaderEpoch: int32('4+', { default: -1, ignorable: true }),
          timestamp: int53('0+', { saturates: true }),
        }),
      }),
      timeoutMs: int32('10+', { ignorable: true }),
    }),
    response: () => ({
      throttleTimeMs: int32('2+', { ignorable: true }),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
          timestamp: int53('1+', { default: -1, saturates: true }),
          offset: int53('1+', { default: -1 }),
          leaderEpoch: int32('4+', { default: -1 }),
        }),
      }),
    }),
  },
);

export type ListOffsetsRequest = ApiRequest<typeof listOffsets>;
export type ListOffsetsResponse = ApiResponse<typeof listOffsets>;
