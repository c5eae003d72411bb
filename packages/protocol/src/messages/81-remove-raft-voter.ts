/**
 * RemoveRaftVoter (api key 81): @DOC
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { int16, int32, string, uuid } from '../schema/field.ts';

export const removeRaftVoter = api(
  'RemoveRaftVoter',
  { key: 81, versions: '0', flexible: '0+' },
  {
    request: () => ({
      clusterId: string('0+', { nullable: '0+' }),
      voterId: int32('0+'),
      voterDirectoryId: uuid('0+'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+', ignorable: true }),
    }),
  },
);

export type RemoveRaftVoterRequest = ApiRequest<typeof removeRaftVoter>;
export type RemoveRaftVoterResponse = ApiResponse<typeof removeRaftVoter>;
