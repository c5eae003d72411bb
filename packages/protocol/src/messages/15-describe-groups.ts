/**
 * DescribeGroups (api key 15): @DOC
 *
 * v1 throttleTimeMs · v3 includeAuthorizedOperations, authorizedOperations · v4 groupInstanceId · v5 flexible · v6
 * errorMessage
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
        groupState: string('0+'),
        protocolType: string('0+'),
        protocolData: string('0+'),
        members: array('0+', {
          memberId: string('0+'),
          groupInstanceId: string('4+', { nullable: '4+', default: null, ignorable: true }),
          clientId: string('0+'),
          clientHost: string('0+'),
          memberMetadata: bytes('0+'),
          memberAssignment: bytes('0+'),
        }),
        authorizedOperations: int32('3+', { default: -2147483648 }),
      }),
    }),
  },
);

export type DescribeGroupsRequest = ApiRequest<typeof describeGroups>;
export type DescribeGroupsResponse = ApiResponse<typeof describeGroups>;
