/**
 * SyncGroup (api key 14): a member of a classic group asks for its part of the generation it has joined.
 *
 * The leader brings all assignments along; the coordinator answers everybody once it has them. The assignment is opaque
 * to the broker; consumers read a ConsumerProtocolAssignment.
 *
 * v1 throttleTimeMs · v2 throttled after the answer (KIP-219) · v3 groupInstanceId (KIP-345) · v4 flexible ·
 * v5 protocolType, protocolName (KIP-559)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bytes, int16, int32, string } from '../schema/field.ts';

export const syncGroup = api(
  'SyncGroup',
  { key: 14, versions: '0-5', flexible: '4+' },
  {
    request: () => ({
      groupId: string('0+'),
      generationId: int32('0+', 'From the answer to JoinGroup.'),
      memberId: string('0+'),
      groupInstanceId: string('3+', 'Static member id, or null.', { nullable: '3+', default: null }),
      protocolType: string('5+', "Refused if it is not the group's.", {
        nullable: '5+',
        default: null,
        ignorable: true,
      }),
      protocolName: string('5+', 'Refused if it is not the one picked.', {
        nullable: '5+',
        default: null,
        ignorable: true,
      }),
      assignments: array(
        '0+',
        {
          memberId: string('0+'),
          assignment: bytes('0+'),
        },
        'From the leader alone; empty from the others.',
      ),
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
