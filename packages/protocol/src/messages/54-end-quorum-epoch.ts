/**
 * EndQuorumEpoch (api key 54): a raft leader that goes tells the voters, so that they elect at once instead of waiting
 * for a timeout (KIP-595).
 *
 * v1 preferredCandidates, leaderEndpoints, nodeEndpoints, without preferredSuccessors, flexible (KIP-853)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, string, uint16, uuid } from '../schema/field.ts';

export const endQuorumEpoch = api(
  'EndQuorumEpoch',
  { key: 54, versions: '0-1', flexible: '1+' },
  {
    request: () => ({
      clusterId: string('0+', "Another cluster's is refused with INCONSISTENT_CLUSTER_ID; null skips the check.", {
        nullable: '0+',
        default: null,
      }),
      topics: array('0+', {
        topicName: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          leaderId: int32('0+', 'The one who goes.'),
          leaderEpoch: int32('0+'),
          preferredSuccessors: array(
            '0',
            int32,
            'Voters, longest log first: the first begins at once, the others a little later each.',
            { ignorable: true },
          ),
          preferredCandidates: array(
            '1+',
            {
              candidateId: int32('1+'),
              candidateDirectoryId: uuid('1+'),
            },
            'As `preferredSuccessors`, with directory ids.',
            { ignorable: true },
          ),
        }),
      }),
      leaderEndpoints: array(
        '1+',
        {
          name: string('1+'),
          host: string('1+'),
          port: uint16('1+'),
        },
        'Of the sender, by listener name.',
        { ignorable: true },
      ),
    }),
    response: () => ({
      errorCode: int16('0+'),
      topics: array('0+', {
        topicName: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
          leaderId: int32('0+', '-1 if unknown.'),
          leaderEpoch: int32('0+', "The receiver's epoch."),
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

export type EndQuorumEpochRequest = ApiRequest<typeof endQuorumEpoch>;
export type EndQuorumEpochResponse = ApiResponse<typeof endQuorumEpoch>;
