/**
 * DeleteGroups (api key 42): groups without members go, with their committed offsets. Asked of the coordinator of each
 * (KIP-229).
 *
 * Errors are per group: NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND, …
 *
 * v1 throttled after the answer (KIP-219) · v2 flexible · v3 errorMessage, may answer
 * GROUP_DELETION_FAILED (KIP-1331)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, string } from '../schema/field.ts';

export const deleteGroups = api(
  'DeleteGroups',
  { key: 42, versions: '0-3', flexible: '2+' },
  {
    request: () => ({
      groupsNames: array('0+', string, 'Group ids.'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      results: array('0+', {
        groupId: string('0+'),
        errorCode: int16('0+'),
        errorMessage: string('3+', { nullable: '3+', default: null, ignorable: true }),
      }),
    }),
  },
);

export type DeleteGroupsRequest = ApiRequest<typeof deleteGroups>;
export type DeleteGroupsResponse = ApiResponse<typeof deleteGroups>;
