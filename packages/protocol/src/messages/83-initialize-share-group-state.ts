/**
 * InitializeShareGroupState (api key 83): the group coordinator gives a share partition its initial state (KIP-932).
 *
 * Among brokers: the share coordinator of `groupId:topicId:partition` keeps the state in `__share_group_state`. The
 * same request again changes nothing. Errors are per partition.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, string, uuid } from '../schema/field.ts';

export const initializeShareGroupState = api(
  'InitializeShareGroupState',
  { key: 83, versions: '0', flexible: '0+' },
  {
    request: () => ({
      groupId: string('0+'),
      topics: array('0+', {
        topicId: uuid('0+'),
        partitions: array('0+', {
          partition: int32('0+'),
          stateEpoch: int32('0+', 'Group epoch of the initialization; older ones answer FENCED_STATE_EPOCH.'),
          startOffset: int53('0+', 'First record to deliver; -1 to leave it to the partition leader.'),
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

export type InitializeShareGroupStateRequest = ApiRequest<typeof initializeShareGroupState>;
export type InitializeShareGroupStateResponse = ApiResponse<typeof initializeShareGroupState>;
