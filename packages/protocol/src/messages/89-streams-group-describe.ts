/**
 * StreamsGroupDescribe (api key 89): state, topology, members and tasks of streams groups, from their coordinator
 * (KIP-1071).
 *
 * Errors are per group. If the principal may not describe a topic of the topology, the whole group answers
 * TOPIC_AUTHORIZATION_FAILED.
 *
 * v1 includeTopologyDescription, topologyDescription, topologyDescriptionStatus, assignorName, subtopologies,
 * globalStores, subtopologyId, nodes, name, nodeType, sourceTopics, sinkTopic, stores, successors, source,
 * processor (KIP-1331, KIP-1357)
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
        groupState: string(
          '0+',
          'Empty, NotReady, Assigning, Reconciling, Stable or Dead; may be empty with an error.',
        ),
        groupEpoch: int32('0+', 'Rises with every change of members, topology or topics.'),
        assignmentEpoch: int32('0+', 'Group epoch that the target assignment was made for.'),
        topology: nested(
          '0+',
          {
            epoch: int32('0+', 'Raised by the user with each change of the topology.'),
            subtopologies: array(
              '0+',
              {
                subtopologyId: string('0+'),
                sourceTopics: array('0+', string),
                repartitionSinkTopics: array('0+', string),
                stateChangelogTopics: array('0+', topicInfo()),
                repartitionSourceTopics: array('0+', topicInfo()),
              },
              'With patterns and partition counts resolved; null while topics are missing or do not fit.',
              { nullable: '0+', default: null },
            ),
          },
          'Null with an error.',
          { nullable: '0+', default: null },
        ),
        members: array('0+', {
          memberId: string('0+'),
          memberEpoch: int32('0+'),
          instanceId: string('0+', 'Static member id, or null.', { nullable: '0+', default: null }),
          rackId: string('0+', { nullable: '0+', default: null }),
          clientId: string('0+'),
          clientHost: string('0+'),
          topologyEpoch: int32('0+', 'What the member runs.'),
          processId: string('0+', 'Names the instance, which may run several members.'),
          userEndpoint: nested('0+', endpoint(), 'Where the instance answers interactive queries, or null.', {
            nullable: '0+',
            default: null,
          }),
          clientTags: array('0+', keyValue()),
          taskOffsets: array('0+', taskOffset(), "How far the member's changelogs are restored."),
          taskEndOffsets: array('0+', taskOffset(), 'Where those changelogs end.'),
          assignment: nested('0+', assignment(), 'What the member holds.'),
          targetAssignment: nested('0+', assignment(), 'What it shall hold.'),
          isClassic: bool('0+', 'The member speaks the classic protocol.'),
        }),
        authorizedOperations: int32('0+', 'Bit field of ACL operations; -2147483648 if not asked.', {
          default: -2147483648,
        }),
        topologyDescription: nested('1+', topologyDescription(), 'Null unless the status is 3.', {
          nullable: '1+',
          default: null,
        }),
        topologyDescriptionStatus: int8('1+', '0 not asked, 1 none stored, 2 could not be read, 3 given.', {
          default: 0,
        }),
        assignorName: string(
          '1+',
          'To be used next; the present assignment may come from another. Null with an error.',
          { nullable: '1+', default: null, ignorable: true },
        ),
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
    offset: int53('0+', 'As a sum over the changelogs of the task.', { saturates: true }),
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
    partitions: int32('0+', '0 if not given, always so for changelogs.'),
    replicationFactor: int16('0+', "0 for the broker's default."),
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
    nodeType: int8('1+', '1 source, 2 processor, 3 sink.'),
    sourceTopics: array('1+', string, 'Of a source; empty if chosen at run time.'),
    sinkTopic: string('1+', 'Of a sink; null if chosen at run time.', { nullable: '1+', default: null }),
    stores: array('1+', string, 'Of a processor.'),
    successors: array('1+', string, 'Names of nodes.'),
  });
}

function topologyDescriptionGlobalStore() {
  return struct('TopologyDescriptionGlobalStore', {
    source: nested('1+', topologyDescriptionNode()),
    processor: nested('1+', topologyDescriptionNode()),
  });
}
