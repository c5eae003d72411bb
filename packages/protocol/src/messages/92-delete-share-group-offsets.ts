/**
 * DeleteShareGroupOffsets (api key 92): a share group forgets its offsets for whole topics, by an administrator; the
 * group must be empty (KIP-932).
 *
 * Sent to the group coordinator. A group with members answers NON_EMPTY_GROUP. Errors are per topic.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, string, uuid } from '../schema/field.ts';

export const deleteShareGroupOffsets = api(
  'DeleteShareGroupOffsets',
  { key: 92, versions: '0', flexible: '0+' },
  {
    request: () => ({
      groupId: string('0+'),
      topics: array('0+', {
        topicName: string('0+'),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+', 'About the group as a whole.'),
      errorMessage: string('0+', { nullable: '0+', default: null }),
      responses: array('0+', {
        topicName: string('0+'),
        topicId: uuid('0+'),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: '0+', default: null }),
      }),
    }),
  },
);

export type DeleteShareGroupOffsetsRequest = ApiRequest<typeof deleteShareGroupOffsets>;
export type DeleteShareGroupOffsetsResponse = ApiResponse<typeof deleteShareGroupOffsets>;
