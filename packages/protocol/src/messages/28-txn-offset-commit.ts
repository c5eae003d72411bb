/**
 * TxnOffsetCommit (api key 28): consumer positions committed in a producer's transaction: they count once it commits.
 *
 * Sent by a producer to the group coordinator, which holds them until the marker comes. With member id and generation
 * it is fenced like the consumer itself (KIP-447). Errors are per partition.
 *
 * v1 throttled after the answer (KIP-219) · v2 committedLeaderEpoch (KIP-320) · v3 generationIdOrMemberEpoch,
 * memberId, groupInstanceId, flexible (KIP-447) · v4 may answer TRANSACTION_ABORTABLE (KIP-890) · v5 adds the group
 * to the transaction by itself, without AddOffsetsToTxn (KIP-890) · v6 topicId, without name, may answer
 * STALE_MEMBER_EPOCH (KIP-1319)
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
      generationIdOrMemberEpoch: int32('3+', '-1 without a group protocol.', { default: -1 }),
      memberId: string('3+', 'Empty without a group protocol.', { default: '' }),
      groupInstanceId: string('3+', 'Static member id, or null.', { nullable: '3+', default: null }),
      topics: array('0+', {
        name: string('0-5', { ignorable: true }),
        topicId: uuid('6+', { ignorable: true }),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          committedOffset: int53('0+', 'The next record to read.', { saturates: true }),
          committedLeaderEpoch: int32('2+', 'Epoch of the last record read; -1 if unknown.', {
            default: -1,
            ignorable: true,
          }),
          committedMetadata: string('0+', 'Free text of the client, bounded by offset.metadata.max.bytes.', {
            nullable: '0+',
          }),
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
