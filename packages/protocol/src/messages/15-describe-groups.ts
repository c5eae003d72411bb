/**
 * DescribeGroups (api key 15): state and members of classic groups, from their coordinator.
 *
 * Errors are per group. Authorized operations are a bit field: bit n stands for ACL operation n (KIP-430).
 *
 * v1 throttleTimeMs · v2 throttled after the answer (KIP-219) · v3 includeAuthorizedOperations,
 * authorizedOperations (KIP-430) · v4 groupInstanceId (KIP-345) · v5 flexible · v6 errorMessage, answers
 * GROUP_ID_NOT_FOUND where it called an unknown group Dead before (KIP-1043)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, bytes, int16, int32, string } from '../schema/field.ts';

export const describeGroups = api(
  'DescribeGroups',
  { key: 15, versions: '0-6', flexible: '5+' },
  {
    request: () => ({
      groups: array('0+', string),
      includeAuthorizedOperations: bool('3+', { default: false }),
    }),
    response: () => ({
      throttleTimeMs: int32('1+', { ignorable: true }),
      groups: array('0+', {
        errorCode: int16('0+'),
        errorMessage: string('6+', { nullable: '6+', default: null }),
        groupId: string('0+'),
        groupState: string(
          '0+',
          'Empty, PreparingRebalance, CompletingRebalance, Stable or Dead; may be empty with an error.',
        ),
        protocolType: string('0+'),
        protocolData: string('0+', 'Name of the picked protocol; empty unless the group is Stable.'),
        members: array('0+', {
          memberId: string('0+'),
          groupInstanceId: string('4+', 'Static member id, or null.', {
            nullable: '4+',
            default: null,
            ignorable: true,
          }),
          clientId: string('0+'),
          clientHost: string('0+'),
          memberMetadata: bytes('0+', 'What the member sent on join; empty unless the group is Stable.'),
          memberAssignment: bytes('0+', 'What the leader assigned; empty unless the group is Stable.'),
        }),
        authorizedOperations: int32('3+', '-2147483648 if not asked.', { default: -2147483648 }),
      }),
    }),
  },
);

export type DescribeGroupsRequest = ApiRequest<typeof describeGroups>;
export type DescribeGroupsResponse = ApiResponse<typeof describeGroups>;
