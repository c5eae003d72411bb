/**
 * DeleteRecords (api key 21): the partition leader moves the start of its log forward: what lies before an offset is
 * gone (KIP-107).
 *
 * The leader answers once all live replicas have moved too. Errors are per partition; topics that are only compacted
 * refuse.
 *
 * v1 throttled after the answer (KIP-219) · v2 flexible
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
          offset: int53('0+', 'The new log start; -1 for the high watermark.', { saturates: true }),
        }),
      }),
      timeoutMs: int32('0+', 'How long to wait for the replicas.'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          lowWatermark: int53('0+', 'Lowest log start of all live replicas; -1 with an error.'),
          errorCode: int16('0+'),
        }),
      }),
    }),
  },
);

export type DeleteRecordsRequest = ApiRequest<typeof deleteRecords>;
export type DeleteRecordsResponse = ApiResponse<typeof deleteRecords>;
