/**
 * ReadShareGroupState (api key 84): @DOC
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, int8, string, uuid } from '../schema/field.ts';

export const readShareGroupState = api(
  'ReadShareGroupState',
  { key: 84, versions: '0', flexible: '0+' },
  {
    request: () => ({
      groupId: string('0+'),
      topics: array('0+', {
        topicId: uuid('0+'),
        partitions: array('0+', {
          partition: int32('0+'),
          leaderEpoch: int32('0+'),
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
          stateEpoch: int32('0+'),
          startOffset: int53('0+'),
          stateBatches: array('0+', {
            firstOffset: int53('0+'),
            lastOffset: int53('0+'),
            deliveryState: int8('0+'),
            deliveryCount: int16('0+'),
          }),
        }),
      }),
    }),
  },
);

export type ReadShareGroupStateRequest = ApiRequest<typeof readShareGroupState>;
export type ReadShareGroupStateResponse = ApiResponse<typeof readShareGroupState>;
