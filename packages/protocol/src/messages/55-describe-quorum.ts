/**
 * DescribeQuorum (api key 55): @DOC
 *
 * v1 lastFetchTimestamp, lastCaughtUpTimestamp · v2 errorMessage, nodes, replicaDirectoryId
 */
import { ZERO_UUID } from '@ottla/runtime';
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, string, struct, uint16, uuid } from '../schema/field.ts';

export const describeQuorum = api(
  'DescribeQuorum',
  { key: 55, versions: '0-2', flexible: '0+' },
  {
    request: () => ({
      topics: array('0+', {
        topicName: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
        }),
      }),
    }),
    response: () => ({
      errorCode: int16('0+'),
      errorMessage: string('2+', { nullable: '2+', ignorable: true }),
      topics: array('0+', {
        topicName: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
          errorMessage: string('2+', { nullable: '2+', ignorable: true }),
          leaderId: int32('0+'),
          leaderEpoch: int32('0+'),
          highWatermark: int53('0+'),
          currentVoters: array('0+', replicaState()),
          observers: array('0+', replicaState()),
        }),
      }),
      nodes: array(
        '2+',
        {
          nodeId: int32('2+'),
          listeners: array('2+', {
            name: string('2+'),
            host: string('2+'),
            port: uint16('2+'),
          }),
        },
        { default: [] },
      ),
    }),
  },
);

export type DescribeQuorumRequest = ApiRequest<typeof describeQuorum>;
export type DescribeQuorumResponse = ApiResponse<typeof describeQuorum>;

function replicaState() {
  return struct('ReplicaState', {
    replicaId: int32('0+'),
    replicaDirectoryId: uuid('2+', { default: ZERO_UUID }),
    logEndOffset: int53('0+'),
    lastFetchTimestamp: int53('1+', { default: -1, ignorable: true }),
    lastCaughtUpTimestamp: int53('1+', { default: -1, ignorable: true }),
  });
}
