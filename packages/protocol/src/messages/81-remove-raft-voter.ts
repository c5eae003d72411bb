/**
 * RemoveRaftVoter (api key 81): a voter of the metadata log becomes an observer (KIP-853). The raft leader decides.
 *
 * There is one change at a time, as in AddRaftVoter. A leader that removes itself leads until the change is committed.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { int16, int32, string, uuid } from '../schema/field.ts';

export const removeRaftVoter = api(
  'RemoveRaftVoter',
  { key: 81, versions: '0', flexible: '0+' },
  {
    request: () => ({
      clusterId: string('0+', "Another cluster's is refused with INCONSISTENT_CLUSTER_ID; null skips the check.", {
        nullable: '0+',
      }),
      voterId: int32('0+'),
      voterDirectoryId: uuid('0+', 'Of its metadata log: an older incarnation is not mistaken for the voter.'),
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
