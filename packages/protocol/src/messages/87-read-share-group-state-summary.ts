/**
 * ReadShareGroupStateSummary (api key 87): the group coordinator asks how far a share partition is, to describe the
 * group's offsets (KIP-932).
 *
 * Among brokers; asked of the share coordinator. Errors are per partition.
 *
 * v1 deliveryCompleteCount (KIP-1226)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, string, uuid } from '../schema/field.ts';

export const readShareGroupStateSummary = api(
  'ReadShareGroupStateSummary',
  { key: 87, versions: '0-1', flexible: '0+' },
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
          leaderEpoch: int32('0+'),
          startOffset: int53('0+', 'Below it all is done; -1 if not initialized or not yet decided.'),
          deliveryCompleteCount: int32('1+', 'Offsets from the start on that are done; -1 if unknown.', {
            default: -1,
            ignorable: true,
          }),
        }),
      }),
    }),
  },
);

export type ReadShareGroupStateSummaryRequest = ApiRequest<typeof readShareGroupStateSummary>;
export type ReadShareGroupStateSummaryResponse = ApiResponse<typeof readShareGroupStateSummary>;
