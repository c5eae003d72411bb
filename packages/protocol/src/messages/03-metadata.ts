/**
 * Metadata (api key 3): @DOC
 *
 * v1 rack, controllerId, isInternal · v2 clusterId · v3 throttleTimeMs · v4 allowAutoTopicCreation · v5
 * offlineReplicas · v7 leaderEpoch · v8 includeClusterAuthorizedOperations, includeTopicAuthorizedOperations,
 * topicAuthorizedOperations, clusterAuthorizedOperations · v9 flexible · v10 topicId · v11 without
 * includeClusterAuthorizedOperations, without clusterAuthorizedOperations · v13 errorCode
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
          topicId: uuid('10+', { ignorable: true }),
          name: string('0+', { nullable: '10+' }),
        },
        { nullable: '1+' },
      ),
      allowAutoTopicCreation: bool('4+', { default: true }),
      includeClusterAuthorizedOperations: bool('8-10', { default: false }),
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
      controllerId: int32('1+', { default: -1, ignorable: true }),
      topics: array('0+', {
        errorCode: int16('0+'),
        name: string('0+', { nullable: '12+' }),
        topicId: uuid('10+', { ignorable: true }),
        isInternal: bool('1+', { default: false, ignorable: true }),
        partitions: array('0+', {
          errorCode: int16('0+'),
          partitionIndex: int32('0+'),
          leaderId: int32('0+'),
          leaderEpoch: int32('7+', { default: -1, ignorable: true }),
          replicaNodes: array('0+', int32),
          isrNodes: array('0+', int32),
          offlineReplicas: array('5+', int32, { ignorable: true }),
        }),
        topicAuthorizedOperations: int32('8+', { default: -2147483648 }),
      }),
      clusterAuthorizedOperations: int32('8-10', { default: -2147483648 }),
      errorCode: int16('13+', { ignorable: true }),
    }),
  },
);

export type MetadataRequest = ApiRequest<typeof metadata>;
export type MetadataResponse = ApiResponse<typeof metadata>;
