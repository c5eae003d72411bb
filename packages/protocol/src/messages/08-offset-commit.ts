/**
 * OffsetCommit (api key 8): @DOC
 *
 * v3 throttleTimeMs · v5 without retentionTimeMs · v6 committedLeaderEpoch · v7 groupInstanceId · v8 flexible ·
 * v10 topicId, without name
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, string, uuid } from '../schema/field.ts';

export const offsetCommit = api(
  'OffsetCommit',
  { key: 8, versions: '2-10', flexible: '8+' },
  {
    request: () => ({
      groupId: string('0+'),
      generationIdOrMemberEpoch: int32('1+', { default: -1, ignorable: true }),
      memberId: string('1+', { ignorable: true }),
      groupInstanceId: string('7+', { nullable: '7+', default: null }),
      retentionTimeMs: int53('2-4', { default: -1, ignorable: true, saturates: true }),
      topics: array('0+', {
        name: string('0-9', { ignorable: true }),
        topicId: uuid('10+', { ignorable: true }),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          committedOffset: int53('0+', { saturates: true }),
          committedLeaderEpoch: int32('6+', { default: -1, ignorable: true }),
          committedMetadata: string('0+', { nullable: '0+' }),
        }),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('3+', { ignorable: true }),
      topics: array('0+', {
        name: string('0-9', { ignorable: true }),
        topicId: uuid('10+', { ignorable: true }),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
        }),
      }),
    }),
  },
);

export type OffsetCommitRequest = ApiRequest<typeof offsetCommit>;
export type OffsetCommitResponse = ApiResponse<typeof offsetCommit>;
