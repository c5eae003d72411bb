/**
 * OffsetDelete (api key 47): committed offsets of a group are forgotten, partition by partition. Asked of the group
 * coordinator (KIP-496).
 *
 * A topic to which members subscribe answers GROUP_SUBSCRIBED_TO_TOPIC. Not flexible in any version.
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
      errorCode: int16('0+', 'About the group as a whole.'),
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
