/**
 * OffsetDelete (api key 47): @DOC
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, string } from '../schema/field.ts';

export const offsetDelete = api(
  'OffsetDelete',
  { key: 47, versions: '0', flexible: 'none' },
  {
    request: () => ({
      groupId: string('0+'),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
        }),
      }),
    }),
    response: () => ({
      errorCode: int16('0+'),
      throttleTimeMs: int32('0+', { ignorable: true }),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
        }),
      }),
    }),
  },
);

export type OffsetDeleteRequest = ApiRequest<typeof offsetDelete>;
export type OffsetDeleteResponse = ApiResponse<typeof offsetDelete>;
