/**
 * StreamsGroupDescribe (api key 89): @DOC
 *
 * v1 includeTopologyDescription, topologyDescription, topologyDescriptionStatus, assignorName, subtopologies,
 * globalStores, subtopologyId, nodes, name, nodeType, sourceTopics, sinkTopic, stores, successors, source,
 * processor
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int53, int8, nested, string, struct, uint16 } from '../schema/field.ts';

export const streamsGroupDescribe = api(
  'StreamsGroupDescribe',
  { key: 89, versions: '0-1', flexible: '0+' },
  {
    request: () => ({
      groupIds: array('0+', string),
      includeAuthorizedOperations: bool('0+'),
      includeTopologyDescription: bool('1+', { default: false }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      groups: array('0+', {
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: '0+', default: null }),
        groupId: string('0+'),
        groupState: string('0+'),
        groupEpoch: int32('0+'),
        assignmentEpoch: int32('0+'),
        topology: nested(
          '0+',
          {
            epoch: int32('0+'),
            subtopologies: array(
              '0+',
              {
                subtopologyId: string('0+'),
                sourceTopics: array('0+', string),
                repartitionSinkTopics: array('0+', string),
                stateChangelogTopics: array('0+', topicInfo()),
                repartitionSourceTopics: array('0+', topicInfo()),
              },
              { nullable: '0+', default: null },
            ),
          },
          { nullable: '0+', default: null },
        ),
        members: array('0+', {
          memberId: string('0+'),
          memberEpoch: int32('0+'),
          instanceId: string('0+', { nullable: '0+', default: null }),
          rackId: string('0+', { nullable: '0+', default: null }),
          clientId: string('0+'),
          clientHost: string('0+'),
          topologyEpoch: int32('0+'),
          processId: string('0+'),
          userEndpoint: nested('0+', endpoint(), { nullable: '0+', default: null }),
          clientTags: array('0+', keyValue()),
          taskOffsets: array('0+', taskOffset()),
          taskEndOffsets: array('0+', taskOffset()),
          assignment: nested('0+', assignment()),
          targetAssignment: nested('0+', assignment()),
          isClassic: bool('0+'),
        }),
        authorizedOperations: int32('0+', { default: -2147483648 }),
        topologyDescription: nested('1+', topologyDescription(), { nullable: '1+', default: null }),
        topologyDescriptionStatus: int8('1+', { default: 0 }),
        assignorName: string('1+', { nullable: '1+', default: null, ignorable: true }),
      }),
    }),
  },
);

export type StreamsGroupDescribeRequest = ApiRequest<typeof streamsGroupDescribe>;
export type StreamsGroupDescribeResponse = ApiResponse<typeof streamsGroupDescribe>;

function endpoint() {
  return struct('Endpoint', {
    host: string('0+'),
    port: uint16('0+'),
  });
}

function taskOffset() {
  return struct('TaskOffset', {
    subtopologyId: string('0+'),
    partition: int32('0+'),
    offset: int53('0+', { saturates: true }),
  });
}

function assignment() {
  return struct('Assignment', {
    activeTasks: array('0+', taskIds()),
    standbyTasks: array('0+', taskIds()),
    warmupTasks: array('0+', taskIds()),
  });
}

function taskIds() {
  return struct('TaskIds', {
    subtopologyId: string('0+'),
    partitions: array('0+', int32),
  });
}

function keyValue() {
  return struct('KeyValue', {
    key: string('0+'),
    value: string('0+'),
  });
}

function topicInfo() {
  return struct('TopicInfo', {
    name: string('0+'),
    partitions: int32('0+'),
    replicationFactor: int16('0+'),
    topicConfigs: array('0+', keyValue()),
  });
}

function topologyDescription() {
  return struct('TopologyDescription', {
    subtopologies: array('1+', topologyDescriptionSubtopology()),
    globalStores: array('1+', topologyDescriptionGlobalStore()),
  });
}

function topologyDescriptionSubtopology() {
  return struct('TopologyDescriptionSubtopology', {
    subtopologyId: string('1+'),
    nodes: array('1+', topologyDescriptionNode()),
  });
}

function topologyDescriptionNode() {
  return struct('TopologyDescriptionNode', {
    name: string('1+'),
    nodeType: int8('1+'),
    sourceTopics: array('1+', string),
    sinkTopic: string('1+', { nullable: '1+', default: null }),
    stores: array('1+', string),
    successors: array('1+', string),
  });
}

function topologyDescriptionGlobalStore() {
  return struct('TopologyDescriptionGlobalStore', {
    source: nested('1+', topologyDescriptionNode()),
    processor: nested('1+', topologyDescriptionNode()),
  });
}
