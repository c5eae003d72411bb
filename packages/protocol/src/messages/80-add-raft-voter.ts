/**
 * AddRaftVoter (api key 80): a controller becomes a voter of the metadata log (KIP-853). The raft leader decides.
 *
 * It must have caught up as an observer, and there is one change at a time: while another is under way, or the voter
 * lags, the answer is REQUEST_TIMED_OUT.
 *
 * v1 ackWhenCommitted (KIP-1186)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, string, uint16, uuid } from '../schema/field.ts';

export const addRaftVoter = api(
  'AddRaftVoter',
  { key: 80, versions: '0-1', flexible: '0+' },
  {
    request: () => ({
      clusterId: string('0+', "Another cluster's is refused with INCONSISTENT_CLUSTER_ID; null skips the check.", {
        nullable: '0+',
      }),
      timeoutMs: int32('0+', 'How long the leader may take.'),
      voterId: int32('0+'),
      voterDirectoryId: uuid('0+', 'Of its metadata log: id and directory together make a voter.'),
      listeners: array(
        '0+',
        {
          name: string('0+'),
          host: string('0+'),
          port: uint16('0+'),
        },
        'Its controller listeners.',
      ),
      ackWhenCommitted: bool('1+', 'Answer once the new voters are committed; else once the leader has written them.', {
        default: true,
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+', ignorable: true }),
    }),
  },
);

export type AddRaftVoterRequest = ApiRequest<typeof addRaftVoter>;
export type AddRaftVoterResponse = ApiResponse<typeof addRaftVoter>;
