/**
 * DeleteRecords (api key 21): @DOC
 *
 * v2 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, string } from '../schema/field.ts';

export const deleteRecords = api(
  'DeleteRecords',
  { key: 21, versions: '0-2', flexible: '2+' },
  {
    request: () => ({
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          offset: int53('0+', { saturates: true }),
        }),
      }),
      timeoutMs: int32('0+'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          lowWatermark: int53('0+'),
          errorCode: int16('0+'),
        }),
      }),
    }),
  },
);

export type DeleteRecordsRequest = ApiRequest<typeof deleteRecords>;
export type DeleteRecordsResponse = ApiResponse<typeof deleteRecords>;
