/**
 * Vote (api key 52): @DOC
 *
 * v1 voterId, replicaDirectoryId, voterDirectoryId, nodeEndpoints · v2 preVote
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int53, string, uint16, uuid } from '../schema/field.ts';

export const vote = api(
  'Vote',
  { key: 52, versions: '0-2', flexible: '0+' },
  {
    request: () => ({
      clusterId: string('0+', { nullable: '0+', default: null }),
      voterId: int32('1+', { default: -1, ignorable: true }),
      topics: array('0+', {
        topicName: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          replicaEpoch: int32('0+'),
          replicaId: int32('0+'),
          replicaDirectoryId: uuid('1+', { ignorable: true }),
          voterDirectoryId: uuid('1+', { ignorable: true }),
          lastOffsetEpoch: int32('0+'),
          lastOffset: int53('0+'),
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
          leaderId: int32('0+'),
          leaderEpoch: int32('0+'),
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
        { tag: 0 },
      ),
    }),
  },
);

export type VoteRequest = ApiRequest<typeof vote>;
export type VoteResponse = ApiResponse<typeof vote>;
