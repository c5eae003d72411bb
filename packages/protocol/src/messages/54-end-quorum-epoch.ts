/**
 * EndQuorumEpoch (api key 54): @DOC
 *
 * v1 preferredCandidates, leaderEndpoints, nodeEndpoints, without preferredSuccessors, flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, string, uint16, uuid } from '../schema/field.ts';

export const endQuorumEpoch = api(
  'EndQuorumEpoch',
  { key: 54, versions: '0-1', flexible: '1+' },
  {
    request: () => ({
      clusterId: string('0+', { nullable: '0+', default: null }),
      topics: array('0+', {
        topicName: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          leaderId: int32('0+'),
          leaderEpoch: int32('0+'),
          preferredSuccessors: array('0', int32, { ignorable: true }),
          preferredCandidates: array(
            '1+',
            {
              candidateId: int32('1+'),
              candidateDirectoryId: uuid('1+'),
            },
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
          leaderId: int32('0+'),
          leaderEpoch: int32('0+'),
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

export type EndQuorumEpochRequest = ApiRequest<typeof endQuorumEpoch>;
export type EndQuorumEpochResponse = ApiResponse<typeof endQuorumEpoch>;
