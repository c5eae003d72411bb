/**
 * BeginQuorumEpoch (api key 53): @DOC
 *
 * v1 voterId, voterDirectoryId, leaderEndpoints, nodeEndpoints, flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, string, uint16, uuid } from '../schema/field.ts';

export const beginQuorumEpoch = api(
  'BeginQuorumEpoch',
  { key: 53, versions: '0-1', flexible: '1+' },
  {
    request: () => ({
      clusterId: string('0+', { nullable: '0+', default: null }),
      voterId: int32('1+', { default: -1, ignorable: true }),
      topics: array('0+', {
        topicName: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          voterDirectoryId: uuid('1+', { ignorable: true }),
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

export type BeginQuorumEpochRequest = ApiRequest<typeof beginQuorumEpoch>;
export type BeginQuorumEpochResponse = ApiResponse<typeof beginQuorumEpoch>;
