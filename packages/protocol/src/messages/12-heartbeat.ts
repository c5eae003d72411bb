/**
 * Heartbeat (api key 12): @DOC
 *
 * v1 throttleTimeMs · v3 groupInstanceId · v4 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { int16, int32, string } from '../schema/field.ts';

export const heartbeat = api(
  'Heartbeat',
  { key: 12, versions: '0-4', flexible: '4+' },
  {
    request: () => ({
      groupId: string('0+'),
      generationId: int32('0+'),
      memberId: string('0+'),
      groupInstanceId: string('3+', { nullable: '3+', default: null }),
    }),
    response: () => ({
      throttleTimeMs: int32('1+', { ignorable: true }),
      errorCode: int16('0+'),
    }),
  },
);

export type HeartbeatRequest = ApiRequest<typeof heartbeat>;
export type HeartbeatResponse = ApiResponse<typeof heartbeat>;
