/**
 * DescribeShareGroupOffsets (api key 90): how far share groups are in their partitions, from the group coordinator
 * (KIP-932).
 *
 * Errors are per group and per partition.
 *
 * v1 lag (KIP-1226)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, string, uuid } from '../schema/field.ts';

export const describeShareGroupOffsets = api(
  'DescribeShareGroupOffsets',
  { key: 90, versions: '0-1', flexible: '0+' },
  {
    request: () => ({
      groups: array('0+', {
        groupId: string('0+'),
        topics: array(
          '0+',
          {
            topicName: string('0+'),
            partitions: array('0+', int32),
          },
          'Null for all of the group.',
          { nullable: '0+' },
        ),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      groups: array('0+', {
        groupId: string('0+'),
        topics: array('0+', {
          topicName: string('0+'),
          topicId: uuid('0+'),
          partitions: array('0+', {
            partitionIndex: int32('0+'),
            startOffset: int53('0+', 'Below it all is done; -1 if not initialized or with an error.'),
            leaderEpoch: int32('0+'),
            lag: int53('1+', 'Records still to be done; -1 if unknown.', { default: -1, ignorable: true }),
            errorCode: int16('0+'),
            errorMessage: string('0+', { nullable: '0+', default: null }),
          }),
        }),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: '0+', default: null }),
      }),
    }),
  },
);

export type DescribeShareGroupOffsetsRequest = ApiRequest<typeof describeShareGroupOffsets>;
export type DescribeShareGroupOffsetsResponse = ApiResponse<typeof describeShareGroupOffsets>;
