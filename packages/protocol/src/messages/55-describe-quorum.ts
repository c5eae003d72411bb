/**
 * DescribeQuorum (api key 55): leader, voters and observers of the metadata log, with how far each is (KIP-595).
 *
 * The raft leader answers; brokers pass the request on. Observers are brokers and controllers that do not vote.
 *
 * v1 lastFetchTimestamp, lastCaughtUpTimestamp (KIP-836) · v2 errorMessage, nodes, replicaDirectoryId (KIP-853)
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
          leaderId: int32('0+', '-1 if unknown.'),
          leaderEpoch: int32('0+'),
          highWatermark: int53('0+', '-1 if unknown.'),
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
        'Addresses of the voters.',
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
    replicaDirectoryId: uuid('2+', 'Zero if unknown.', { default: ZERO_UUID }),
    logEndOffset: int53('0+', '-1 if unknown.'),
    lastFetchTimestamp: int53(
      '1+',
      "Unix milliseconds by the leader's clock, now for the leader itself; -1 if unknown.",
      { default: -1, ignorable: true },
    ),
    lastCaughtUpTimestamp: int53('1+', 'When it last had all that the leader had, as above; -1 if unknown.', {
      default: -1,
      ignorable: true,
    }),
  });
}
