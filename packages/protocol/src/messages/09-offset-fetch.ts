/**
 * OffsetFetch (api key 9): @DOC
 *
 * v2 errorCode · v3 throttleTimeMs · v5 committedLeaderEpoch · v6 flexible · v7 requireStable · v8 groups, without
 * groupId, without topics, without name, without partitionIndexes, without partitions, without partitionIndex,
 * without committedOffset, without committedLeaderEpoch, without metadata, without errorCode
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
        { nullable: '2-7', default: [] },
      ),
      groups: array(
        '8+',
        {
          groupId: string('8+'),
          memberId: string('9+', { nullable: '9+', default: null, ignorable: true }),
          memberEpoch: int32('9+', { default: -1, ignorable: true }),
          topics: array(
            '8+',
            {
              name: string('8-9', { ignorable: true }),
              topicId: uuid('10+', { ignorable: true }),
              partitionIndexes: array('8+', int32),
            },
            { nullable: '8+' },
          ),
        },
        { default: [] },
      ),
      requireStable: bool('7+', { default: false }),
    }),
    response: () => ({
      throttleTimeMs: int32('3+', { ignorable: true }),
      topics: array(
        '0-7',
        {
          name: string('0-7'),
          partitions: array('0-7', {
            partitionIndex: int32('0-7'),
            committedOffset: int53('0-7', { saturates: true }),
            committedLeaderEpoch: int32('5-7', { default: -1, ignorable: true }),
            metadata: string('0-7', { nullable: '0-7' }),
            errorCode: int16('0-7'),
          }),
        },
        { default: [] },
      ),
      errorCode: int16('2-7', { default: 0, ignorable: true }),
      groups: array(
        '8+',
        {
          groupId: string('8+'),
          topics: array('8+', {
            name: string('8-9', { ignorable: true }),
            topicId: uuid('10+', { ignorable: true }),
            partitions: array('8+', {
              partitionIndex: int32('8+'),
              committedOffset: int53('8+', { saturates: true }),
              committedLeaderEpoch: int32('8+', { default: -1, ignorable: true }),
              metadata: string('8+', { nullable: '8+' }),
              errorCode: int16('8+'),
            }),
          }),
          errorCode: int16('8+', { default: 0 }),
        },
        { default: [] },
      ),
    }),
  },
);

export type OffsetFetchRequest = ApiRequest<typeof offsetFetch>;
export type OffsetFetchResponse = ApiResponse<typeof offsetFetch>;
