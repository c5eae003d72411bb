/**
 * Metadata (api key 3): which brokers there are, and who leads and hosts the partitions of the topics asked. Any broker
 * answers.
 *
 * Errors are per topic and per partition; a partition error such as LEADER_NOT_AVAILABLE still comes with what is
 * known. What the principal may not describe is left out of a listing of all topics. Authorized operations are a bit
 * field: bit n stands for ACL operation n (READ is 3); -2147483648 where they were not asked (KIP-430).
 *
 * v1 rack, controllerId, isInternal · v2 clusterId (KIP-78) · v3 throttleTimeMs · v4 allowAutoTopicCreation ·
 * v5 offlineReplicas (KIP-112) · v6 throttled after the answer (KIP-219) · v7 leaderEpoch (KIP-320) ·
 * v8 includeClusterAuthorizedOperations, includeTopicAuthorizedOperations, topicAuthorizedOperations,
 * clusterAuthorizedOperations (KIP-430) · v9 flexible · v10 topicId (KIP-516; asking by id works from v12 on) ·
 * v11 without includeClusterAuthorizedOperations, without clusterAuthorizedOperations (KIP-700) ·
 * v13 errorCode (KIP-1102)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, string, uuid } from '../schema/field.ts';

export const metadata = api(
  'Metadata',
  { key: 3, versions: '0-13', flexible: '9+' },
  {
    request: () => ({
      topics: array(
        '0+',
        {
          topicId: uuid('10+', 'Asked by id when not zero; then the name is null.', { ignorable: true }),
          name: string('0+', { nullable: '10+' }),
        },
        'Null for all; empty for none, which in v0 meant all.',
        { nullable: '1+' },
      ),
      allowAutoTopicCreation: bool('4+', "Create what is missing, if the broker's auto.create.topics.enable agrees.", {
        default: true,
      }),
      includeClusterAuthorizedOperations: bool('8-10', 'Replaced by DescribeCluster.', { default: false }),
      includeTopicAuthorizedOperations: bool('8+', { default: false }),
    }),
    response: () => ({
      throttleTimeMs: int32('3+', { ignorable: true }),
      brokers: array('0+', {
        nodeId: int32('0+'),
        host: string('0+'),
        port: int32('0+'),
        rack: string('1+', { nullable: '1+', default: null, ignorable: true }),
      }),
      clusterId: string('2+', { nullable: '2+', default: null, ignorable: true }),
      controllerId: int32(
        '1+',
        'Any broker that lives: brokers pass admin requests on to the controller. -1 if none.',
        { default: -1, ignorable: true },
      ),
      topics: array('0+', {
        errorCode: int16('0+'),
        name: string('0+', 'Null for an unknown id.', { nullable: '12+' }),
        topicId: uuid('10+', 'Zero for an unknown name.', { ignorable: true }),
        isInternal: bool('1+', "Kafka's own, such as `__consumer_offsets`.", { default: false, ignorable: true }),
        partitions: array('0+', {
          errorCode: int16('0+'),
          partitionIndex: int32('0+'),
          leaderId: int32('0+', '-1 while there is none.'),
          leaderEpoch: int32('7+', { default: -1, ignorable: true }),
          replicaNodes: array('0+', int32),
          isrNodes: array('0+', int32),
          offlineReplicas: array('5+', int32, 'Those on dead brokers or failed log directories.', { ignorable: true }),
        }),
        topicAuthorizedOperations: int32('8+', 'Bit field of ACL operations.', { default: -2147483648 }),
      }),
      clusterAuthorizedOperations: int32('8-10', 'Bit field of ACL operations.', { default: -2147483648 }),
      errorCode: int16('13+', 'REBOOTSTRAP_REQUIRED: begin again from the bootstrap servers.', { ignorable: true }),
    }),
  },
);

export type MetadataRequest = ApiRequest<typeof metadata>;
export type MetadataResponse = ApiResponse<typeof metadata>;
