/**
 * DeleteShareGroupState (api key 86): the group coordinator has the state of share partitions forgotten by their share
 * coordinators (KIP-932).
 *
 * Among brokers, when a group or its offsets for a topic are deleted. Errors are per partition; what does not exist is
 * no error.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, string, uuid } from '../schema/field.ts';

export const deleteShareGroupState = api(
  'DeleteShareGroupState',
  { key: 86, versions: '0', flexible: '0+' },
  {
    request: () => ({
      groupId: string('0+'),
      topics: array('0+', {
        topicId: uuid('0+'),
        partitions: array('0+', {
          partition: int32('0+'),
        }),
      }),
    }),
    response: () => ({
      results: array('0+', {
        topicId: uuid('0+'),
        partitions: array('0+', {
          partition: int32('0+'),
          errorCode: int16('0+'),
          errorMessage: string('0+', { nullable: '0+', default: null }),
        }),
      }),
    }),
  },
);

export type DeleteShareGroupStateRequest = ApiRequest<typeof deleteShareGroupState>;
export type DeleteShareGroupStateResponse = ApiResponse<typeof deleteShareGroupState>;
