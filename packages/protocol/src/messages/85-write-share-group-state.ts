/**
 * WriteShareGroupState (api key 85): a partition leader stores changes in the state of a share partition with its share
 * coordinator (KIP-932).
 *
 * Among brokers. Batches replace what overlaps them; the start offset never goes back. Errors are per partition.
 *
 * v1 deliveryCompleteCount (KIP-1226)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, int8, string, uuid } from '../schema/field.ts';

export const writeShareGroupState = api(
  'WriteShareGroupState',
  { key: 85, versions: '0-1', flexible: '0+' },
  {
    request: () => ({
      groupId: string('0+'),
      topics: array('0+', {
        topicId: uuid('0+'),
        partitions: array('0+', {
          partition: int32('0+'),
          stateEpoch: int32('0+', 'From ReadShareGroupState; an older one answers FENCED_STATE_EPOCH.'),
          leaderEpoch: int32('0+', 'An older one than seen answers FENCED_LEADER_EPOCH.'),
          startOffset: int53('0+', 'Below it all is done; -1 if it has not changed.'),
          deliveryCompleteCount: int32(
            '1+',
            'Offsets from the start on that are done, to tell the lag by; -1 if unknown.',
            { default: -1, ignorable: true },
          ),
          stateBatches: array('0+', {
            firstOffset: int53('0+'),
            lastOffset: int53('0+', 'Inclusive.'),
            deliveryState: int8('0+', '0 available, 2 acknowledged, 4 archived (given up).'),
            deliveryCount: int16('0+'),
          }),
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

export type WriteShareGroupStateRequest = ApiRequest<typeof writeShareGroupState>;
export type WriteShareGroupStateResponse = ApiResponse<typeof writeShareGroupState>;
