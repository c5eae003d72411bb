/**
 * Heartbeat (api key 12): a classic-group member says it is alive and learns of a rebalance.
 *
 * Sent to the group coordinator, several times per session timeout.
 *
 * v1 throttleTimeMs · v2 throttled after the answer (KIP-219) · v3 groupInstanceId (KIP-345) · v4 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { int16, int32, string } from '../schema/field.ts';

export const heartbeat = api(
  'Heartbeat',
  { key: 12, versions: '0-4', flexible: '4+' },
  {
    request: () => ({
      groupId: string('0+'),
      generationId: int32('0+', 'The generation last joined; an older one is fenced.'),
      memberId: string('0+', 'The member id the coordinator gave on join.'),
      groupInstanceId: string('3+', 'Static member id, or null.', { nullable: '3+', default: null }),
    }),
    response: () => ({
      throttleTimeMs: int32('1+', { ignorable: true }),
      errorCode: int16('0+', 'REBALANCE_IN_PROGRESS asks the member to rejoin; 0 means carry on.'),
    }),
  },
);

export type HeartbeatRequest = ApiRequest<typeof heartbeat>;
export type HeartbeatResponse = ApiResponse<typeof heartbeat>;
