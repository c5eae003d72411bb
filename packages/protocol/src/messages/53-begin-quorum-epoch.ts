/**
 * BeginQuorumEpoch (api key 53): a raft leader tells a voter that it was elected (KIP-595). Repeated until that voter
 * fetches.
 *
 * v1 voterId, voterDirectoryId, leaderEndpoints, nodeEndpoints, flexible (KIP-853)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, string, uint16, uuid } from '../schema/field.ts';

export const beginQuorumEpoch = api(
  'BeginQuorumEpoch',
  { key: 53, versions: '0-1', flexible: '1+' },
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
          voterDirectoryId: uuid('1+', 'Of the receiver; another one answers INVALID_VOTER_KEY.', { ignorable: true }),
          leaderId: int32('0+'),
          leaderEpoch: int32('0+'),
        }),
      }),
      leaderEndpoints: array(
        '1+',
        {
          name: string('1+'),
          host: string('1+'),
          port: uint16('1+'),
        },
        'Where to fetch from, by listener name.',
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
          leaderEpoch: int32('0+', "The receiver's epoch; if higher, the sender no longer leads."),
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

export type BeginQuorumEpochRequest = ApiRequest<typeof beginQuorumEpoch>;
export type BeginQuorumEpochResponse = ApiResponse<typeof beginQuorumEpoch>;
