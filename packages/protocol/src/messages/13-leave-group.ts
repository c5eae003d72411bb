/**
 * LeaveGroup (api key 13): members leave a classic group, without waiting for their session timeout.
 *
 * A consumer sends it about itself on close; static members stay silent, unless told otherwise, and keep their place.
 * An administrator removes others with it: dynamic members by member id, static ones by instance id. Errors are per
 * member from v3 on.
 *
 * v1 throttleTimeMs · v2 throttled after the answer (KIP-219) · v3 members, without memberId (KIP-345) · v4 flexible ·
 * v5 reason (KIP-800)
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
          memberId: string('3+', 'Empty where the instance id alone names the member.'),
          groupInstanceId: string('3+', 'Static member id, or null.', { nullable: '3+', default: null }),
          reason: string('5+', "Why, for the coordinator's log.", { nullable: '5+', default: null, ignorable: true }),
        },
        { default: [] },
      ),
    }),
    response: () => ({
      throttleTimeMs: int32('1+', { ignorable: true }),
      errorCode: int16('0+', 'About the group as a whole.'),
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
