/**
 * ListGroups (api key 16): @DOC
 *
 * v1 throttleTimeMs · v3 flexible · v4 statesFilter, groupState · v5 typesFilter, groupType
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, string } from '../schema/field.ts';

export const listGroups = api(
  'ListGroups',
  { key: 16, versions: '0-5', flexible: '3+' },
  {
    request: () => ({
      statesFilter: array('4+', string, { default: [] }),
      typesFilter: array('5+', string, { default: [] }),
    }),
    response: () => ({
      throttleTimeMs: int32('1+', { ignorable: true }),
      errorCode: int16('0+'),
      groups: array('0+', {
        groupId: string('0+'),
        protocolType: string('0+'),
        groupState: string('4+', { ignorable: true }),
        groupType: string('5+', { ignorable: true }),
      }),
    }),
  },
);

export type ListGroupsRequest = ApiRequest<typeof listGroups>;
export type ListGroupsResponse = ApiResponse<typeof listGroups>;
