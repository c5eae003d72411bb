/**
 * FindCoordinator (api key 10): which broker coordinates a group, a transactional id or a share partition. Any broker
 * answers.
 *
 * The coordinator is the leader of that partition of `__consumer_offsets`, `__transaction_state` or
 * `__share_group_state` to which the key hashes. Until v3 a request asks for one key; from v4 on for many, with an
 * error each (KIP-699).
 *
 * v1 keyType, throttleTimeMs, errorMessage (KIP-98) · v2 throttled after the answer (KIP-219) · v3 flexible ·
 * v4 coordinatorKeys, coordinators, without key, without errorCode, without errorMessage, without nodeId, without
 * host, without port (KIP-699) · v5 may answer TRANSACTION_ABORTABLE (KIP-890) · v6 key type 2 (KIP-932)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int8, string } from '../schema/field.ts';

export const findCoordinator = api(
  'FindCoordinator',
  { key: 10, versions: '0-6', flexible: '3+' },
  {
    request: () => ({
      key: string('0-3', { default: '' }),
      keyType: int8('1+', '0 group, 1 transactional id, 2 share partition.', { default: 0 }),
      coordinatorKeys: array('4+', string, 'Group ids, transactional ids, or `groupId:topicId:partition`.', {
        default: [],
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('1+', { ignorable: true }),
      errorCode: int16('0-3', { default: 0 }),
      errorMessage: string('1-3', { nullable: '1-3', ignorable: true }),
      nodeId: int32('0-3', '-1 with an error.', { default: 0 }),
      host: string('0-3', { default: '' }),
      port: int32('0-3', { default: 0 }),
      coordinators: array(
        '4+',
        {
          key: string('4+'),
          nodeId: int32('4+', '-1 with an error.'),
          host: string('4+'),
          port: int32('4+'),
          errorCode: int16('4+'),
          errorMessage: string('4+', { nullable: '4+', ignorable: true }),
        },
        { default: [] },
      ),
    }),
  },
);

export type FindCoordinatorRequest = ApiRequest<typeof findCoordinator>;
export type FindCoordinatorResponse = ApiResponse<typeof findCoordinator>;
