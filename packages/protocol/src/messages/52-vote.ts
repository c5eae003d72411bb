/**
 * Vote (api key 52): a raft voter that would lead asks the others for their vote in an epoch (KIP-595).
 *
 * Granted at most once per epoch, and only to a replica whose log reaches at least as far. A pre-vote (KIP-996) asks
 * whether a vote would be granted, without a new epoch and without persisting anything, so that a replica which was cut
 * off does not disturb a leader that works. There is one topic, `__cluster_metadata`, with partition 0.
 *
 * v1 voterId, replicaDirectoryId, voterDirectoryId, nodeEndpoints (KIP-853) · v2 preVote (KIP-996)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int53, string, uint16, uuid } from '../schema/field.ts';

export const vote = api(
  'Vote',
  { key: 52, versions: '0-2', flexible: '0+' },
  {
    request: () => ({
      clusterId: string('0+', "Another cluster's is refused with INCONSISTENT_CLUSTER_ID; null skips the check.", {
        nullable: '0+',
        default: null,
      }),
      voterId: int32('1+', 'Whom the request is meant for; -1 if unknown.', { default: -1, ignorable: true }),
      topics: array('0+', {
        topicName: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          replicaEpoch: int32('0+', "The candidate's epoch: in a vote one more than it had, in a pre-vote the same."),
          replicaId: int32('0+', 'The candidate.'),
          replicaDirectoryId: uuid('1+', 'Of the candidate: id and directory together make a voter.', {
            ignorable: true,
          }),
          voterDirectoryId: uuid('1+', 'Of the receiver; another one answers INVALID_VOTER_KEY.', { ignorable: true }),
          lastOffsetEpoch: int32('0+', "Epoch of the candidate's last record; compared first."),
          lastOffset: int53('0+', "Where the candidate's log ends."),
          preVote: bool('2+', { default: false }),
        }),
      }),
    }),
    response: () => ({
      errorCode: int16('0+'),
      topics: array('0+', {
        topicName: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
          leaderId: int32('0+', '-1 if unknown.'),
          leaderEpoch: int32('0+', "The receiver's epoch; a higher one ends the candidacy."),
          voteGranted: bool('0+'),
        }),
      }),
      nodeEndpoints: array(
        '1+',
        {
          nodeId: int32('1+'),
          host: string('1+'),
          port: uint16('1+'),
        },
        'Addresses of the leader named above.',
        { tag: 0 },
      ),
    }),
  },
);

export type VoteRequest = ApiRequest<typeof vote>;
export type VoteResponse = ApiResponse<typeof vote>;
