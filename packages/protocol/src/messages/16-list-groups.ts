/**
 * ListGroups (api key 16): the groups that the asked broker coordinates; to know all, ask every broker.
 *
 * v1 throttleTimeMs · v2 throttled after the answer (KIP-219) · v3 flexible · v4 statesFilter, groupState (KIP-518) ·
 * v5 typesFilter, groupType (KIP-848)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, string } from '../schema/field.ts';

export const listGroups = api(
  'ListGroups',
  { key: 16, versions: '0-5', flexible: '3+' },
  {
    request: () => ({
      statesFilter: array('4+', string, 'Names of states such as `Stable`, in any case; empty for all.', {
        default: [],
      }),
      typesFilter: array('5+', string, '`classic`, `consumer`, `share`, `streams`, in any case; empty for all.', {
        default: [],
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('1+', { ignorable: true }),
      errorCode: int16('0+'),
      groups: array('0+', {
        groupId: string('0+'),
        protocolType: string('0+', '`consumer`, `connect`, …; empty for a group that only stores offsets.'),
        groupState: string('4+', 'As in the description of a group of its type; such as `Stable`.', {
          ignorable: true,
        }),
        groupType: string('5+', '`classic`, `consumer`, `share` or `streams`.', { ignorable: true }),
      }),
    }),
  },
);

export type ListGroupsRequest = ApiRequest<typeof listGroups>;
export type ListGroupsResponse = ApiResponse<typeof listGroups>;
