/**
 * SyncGroup (api key 14): @DOC
 *
 * v1 throttleTimeMs · v3 groupInstanceId · v4 flexible · v5 protocolType, protocolName
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bytes, int16, int32, string } from '../schema/field.ts';

export const syncGroup = api(
  'SyncGroup',
  { key: 14, versions: '0-5', flexible: '4+' },
  {
    request: () => ({
      groupId: string('0+'),
      generationId: int32('0+'),
      memberId: string('0+'),
      groupInstanceId: string('3+', { nullable: '3+', default: null }),
      protocolType: string('5+', { nullable: '5+', default: null, ignorable: true }),
      protocolName: string('5+', { nullable: '5+', default: null, ignorable: true }),
      assignments: array('0+', {
        memberId: string('0+'),
        assignment: bytes('0+'),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('1+', { ignorable: true }),
      errorCode: int16('0+'),
      protocolType: string('5+', { nullable: '5+', default: null, ignorable: true }),
      protocolName: string('5+', { nullable: '5+', default: null, ignorable: true }),
      assignment: bytes('0+'),
    }),
  },
);

export type SyncGroupRequest = ApiRequest<typeof syncGroup>;
export type SyncGroupResponse = ApiResponse<typeof syncGroup>;
