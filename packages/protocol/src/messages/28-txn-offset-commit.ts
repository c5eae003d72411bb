/**
 * TxnOffsetCommit (api key 28): @DOC
 *
 * v2 committedLeaderEpoch · v3 generationIdOrMemberEpoch, memberId, groupInstanceId, flexible · v6 topicId,
 * without name
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, string, uuid } from '../schema/field.ts';

export const txnOffsetCommit = api(
  'TxnOffsetCommit',
  { key: 28, versions: '0-6', flexible: '3+' },
  {
    request: () => ({
      transactionalId: string('0+'),
      groupId: string('0+'),
      producerId: int53('0+'),
      producerEpoch: int16('0+'),
      generationIdOrMemberEpoch: int32('3+', { default: -1 }),
      memberId: string('3+', { default: '' }),
      groupInstanceId: string('3+', { nullable: '3+', default: null }),
      topics: array('0+', {
        name: string('0-5', { ignorable: true }),
        topicId: uuid('6+', { ignorable: true }),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          committedOffset: int53('0+', { saturates: true }),
          committedLeaderEpoch: int32('2+', { default: -1, ignorable: true }),
          committedMetadata: string('0+', { nullable: '0+' }),
        }),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      topics: array('0+', {
        name: string('0-5', { ignorable: true }),
        topicId: uuid('6+', { ignorable: true }),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
        }),
      }),
    }),
  },
);

export type TxnOffsetCommitRequest = ApiRequest<typeof txnOffsetCommit>;
export type TxnOffsetCommitResponse = ApiResponse<typeof txnOffsetCommit>;
