/**
 * OffsetFetch (api key 9): the committed positions of groups, from their coordinator.
 *
 * Until v7 a request is about one group and its fields stand at the top; from v8 on they stand in `groups` (KIP-709).
 * With `requireStable` a partition with a commit in an open transaction answers UNSTABLE_OFFSET_COMMIT: ask again
 * (KIP-447). A partition without a commit is no error: its offset is -1.
 *
 * v2 errorCode · v3 throttleTimeMs · v4 throttled after the answer (KIP-219) · v5 committedLeaderEpoch (KIP-320) ·
 * v6 flexible · v7 requireStable (KIP-447) · v8 groups, without groupId, without topics, without name, without
 * partitionIndexes, without partitions, without partitionIndex, without committedOffset, without
 * committedLeaderEpoch, without metadata, without errorCode (KIP-709) · v9 memberId, memberEpoch (KIP-848) ·
 * v10 topicId, without name (KIP-848)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int53, string, uuid } from '../schema/field.ts';

export const offsetFetch = api(
  'OffsetFetch',
  { key: 9, versions: '1-10', flexible: '6+' },
  {
    request: () => ({
      groupId: string('0-7', { default: '' }),
      topics: array(
        '0-7',
        {
          name: string('0-7'),
          partitionIndexes: array('0-7', int32),
        },
        'Null for all that the group has committed.',
        { nullable: '2-7', default: [] },
      ),
      groups: array(
        '8+',
        {
          groupId: string('8+'),
          memberId: string('9+', 'Member of a consumer group, checked when given; null for whoever else asks.', {
            nullable: '9+',
            default: null,
            ignorable: true,
          }),
          memberEpoch: int32('9+', 'Checked with the member id; -1 for whoever else asks.', {
            default: -1,
            ignorable: true,
          }),
          topics: array(
            '8+',
            {
              name: string('8-9', { ignorable: true }),
              topicId: uuid('10+', { ignorable: true }),
              partitionIndexes: array('8+', int32),
            },
            'Null for all that the group has committed.',
            { nullable: '8+' },
          ),
        },
        { default: [] },
      ),
      requireStable: bool('7+', 'Answer UNSTABLE_OFFSET_COMMIT where a transaction is open.', { default: false }),
    }),
    response: () => ({
      throttleTimeMs: int32('3+', { ignorable: true }),
      topics: array(
        '0-7',
        {
          name: string('0-7'),
          partitions: array('0-7', {
            partitionIndex: int32('0-7'),
            committedOffset: int53('0-7', 'The next record to read; -1 if nothing was committed.', { saturates: true }),
            committedLeaderEpoch: int32('5-7', 'Epoch of the last record read; -1 if unknown.', {
              default: -1,
              ignorable: true,
            }),
            metadata: string('0-7', 'The text stored with the commit; empty if there is none.', { nullable: '0-7' }),
            errorCode: int16('0-7'),
          }),
        },
        { default: [] },
      ),
      errorCode: int16('2-7', 'About the group as a whole.', { default: 0, ignorable: true }),
      groups: array(
        '8+',
        {
          groupId: string('8+'),
          topics: array('8+', {
            name: string('8-9', { ignorable: true }),
            topicId: uuid('10+', { ignorable: true }),
            partitions: array('8+', {
              partitionIndex: int32('8+'),
              committedOffset: int53('8+', 'The next record to read; -1 if nothing was committed.', {
                saturates: true,
              }),
              committedLeaderEpoch: int32('8+', 'Epoch of the last record read; -1 if unknown.', {
                default: -1,
                ignorable: true,
              }),
              metadata: string('8+', 'The text stored with the commit; empty if there is none.', { nullable: '8+' }),
              errorCode: int16('8+'),
            }),
          }),
          errorCode: int16('8+', 'About the group as a whole.', { default: 0 }),
        },
        { default: [] },
      ),
    }),
  },
);

export type OffsetFetchRequest = ApiRequest<typeof offsetFetch>;
export type OffsetFetchResponse = ApiResponse<typeof offsetFetch>;
