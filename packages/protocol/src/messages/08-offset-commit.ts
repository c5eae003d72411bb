/**
 * OffsetCommit (api key 8): a consumer's positions, stored by the group coordinator.
 *
 * A member commits under its generation (classic group) or member epoch (consumer group) and is fenced by it. A client
 * outside of any group protocol commits with generation -1 and an empty member id, which works only while the group has
 * no members. Errors are per partition, also those that concern the whole group.
 *
 * v3 throttleTimeMs · v4 throttled after the answer (KIP-219) · v5 without retentionTimeMs (KIP-211) ·
 * v6 committedLeaderEpoch (KIP-320) · v7 groupInstanceId (KIP-345) · v8 flexible · v9 for consumer groups too, may
 * answer STALE_MEMBER_EPOCH and GROUP_ID_NOT_FOUND (KIP-848) · v10 topicId, without name (KIP-848)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, string, uuid } from '../schema/field.ts';

export const offsetCommit = api(
  'OffsetCommit',
  { key: 8, versions: '2-10', flexible: '8+' },
  {
    request: () => ({
      groupId: string('0+'),
      generationIdOrMemberEpoch: int32('1+', '-1 outside of a group protocol.', { default: -1, ignorable: true }),
      memberId: string('1+', 'Empty outside of a group protocol.', { ignorable: true }),
      groupInstanceId: string('7+', 'Static member id, or null.', { nullable: '7+', default: null }),
      retentionTimeMs: int53('2-4', "-1 for the broker's offsets.retention.minutes.", {
        default: -1,
        ignorable: true,
        saturates: true,
      }),
      topics: array('0+', {
        name: string('0-9', { ignorable: true }),
        topicId: uuid('10+', { ignorable: true }),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          committedOffset: int53('0+', 'The next record to read.', { saturates: true }),
          committedLeaderEpoch: int32('6+', 'Epoch of the last record read; -1 if unknown.', {
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
