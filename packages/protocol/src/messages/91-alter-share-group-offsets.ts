/**
 * AlterShareGroupOffsets (api key 91): start offsets of a share group are set anew, by an administrator; the group must
 * be empty (KIP-932).
 *
 * Sent to the group coordinator. A group with members answers NON_EMPTY_GROUP. Errors are per partition.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, string, uuid } from '../schema/field.ts';

export const alterShareGroupOffsets = api(
  'AlterShareGroupOffsets',
  { key: 91, versions: '0', flexible: '0+' },
  {
    request: () => ({
      groupId: string('0+'),
      topics: array('0+', {
        topicName: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          startOffset: int53('0+', 'First record to deliver from now on.', { saturates: true }),
        }),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+', 'About the group as a whole.'),
      errorMessage: string('0+', { nullable: '0+', default: null }),
      responses: array('0+', {
        topicName: string('0+'),
        topicId: uuid('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
          errorMessage: string('0+', { nullable: '0+', default: null }),
        }),
      }),
    }),
  },
);

export type AlterShareGroupOffsetsRequest = ApiRequest<typeof alterShareGroupOffsets>;
export type AlterShareGroupOffsetsResponse = ApiResponse<typeof alterShareGroupOffsets>;
