/**
 * ReadShareGroupState (api key 84): a new partition leader loads the state of a share partition from its share
 * coordinator (KIP-932).
 *
 * Among brokers. The leader epoch is stored, which fences the writes of older leaders. Errors are per partition.
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
          leaderEpoch: int32('0+', 'An older one than seen answers FENCED_LEADER_EPOCH.'),
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
          stateEpoch: int32('0+', 'To write with.'),
          startOffset: int53('0+', 'Below it all is done; -1 if not yet decided.'),
          stateBatches: array(
            '0+',
            {
              firstOffset: int53('0+'),
              lastOffset: int53('0+', 'Inclusive.'),
              deliveryState: int8('0+', '0 available, 2 acknowledged, 4 archived (given up).'),
              deliveryCount: int16('0+'),
            },
            'What is known from there on; other records were never delivered.',
          ),
        }),
      }),
    }),
  },
);

export type ReadShareGroupStateRequest = ApiRequest<typeof readShareGroupState>;
export type ReadShareGroupStateResponse = ApiResponse<typeof readShareGroupState>;
