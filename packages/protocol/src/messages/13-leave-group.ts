/**
 * LeaveGroup (api key 13): @DOC
 *
 * v1 throttleTimeMs · v3 members, without memberId · v4 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, string } from '../schema/field.ts';

export const leaveGroup = api(
  'LeaveGroup',
  { key: 13, versions: '0-5', flexible: '4+' },
  {
    request: () => ({
      groupId: string('0+'),
      memberId: string('0-2', { default: '' }),
      members: array(
        '3+',
        {
          memberId: string('3+'),
          groupInstanceId: string('3+', { nullable: '3+', default: null }),
          reason: string('5+', { nullable: '5+', default: null, ignorable: true }),
        },
        { default: [] },
      ),
    }),
    response: () => ({
      throttleTimeMs: int32('1+', { ignorable: true }),
      errorCode: int16('0+'),
      members: array(
        '3+',
        {
          memberId: string('3+'),
          groupInstanceId: string('3+', { nullable: '3+' }),
          errorCode: int16('3+'),
        },
        { default: [] },
      ),
    }),
  },
);

export type LeaveGroupRequest = ApiRequest<typeof leaveGroup>;
export type LeaveGroupResponse = ApiResponse<typeof leaveGroup>;
