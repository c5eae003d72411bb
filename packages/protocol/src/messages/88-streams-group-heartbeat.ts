/**
 * StreamsGroupHeartbeat (api key 88): a member joins a streams group, stays in it, reconciles its tasks and leaves
 * (KIP-1071).
 *
 * Sent to the group coordinator, which creates the internal topics and assigns tasks. As in ConsumerGroupHeartbeat, the
 * first heartbeat says all and later ones only what has changed, where null or -1 means "as before". A task is a
 * subtopology and a partition: active tasks process, standby and warm-up tasks only follow the changelogs.
 *
 * v1 acceptableRecoveryLag, topologyDescriptionRequired, without acceptableRecoveryLagLegacy, may give status
 * 6 (KIP-1331)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int53, int8, nested, string, struct, uint16 } from '../schema/field.ts';

export const streamsGroupHeartbeat = api(
  'StreamsGroupHeartbeat',
  { key: 88, versions: '0-1', flexible: '0+' },
  {
    request: () => ({
      groupId: string('0+'),
      memberId: string('0+', "A random uuid of the member's own, for as long as it lives."),
      memberEpoch: int32(
        '0+',
        '0 joins, -1 leaves, -2 leaves for a restart of the static member; else the epoch last received.',
      ),
      endpointInformationEpoch: int32('0+', 'The one last received: endpoints are sent again when it is old.'),
      instanceId: string('0+', 'Static member id; null if unchanged or there is none.', {
        nullable: '0+',
        default: null,
      }),
      rackId: string('0+', 'Null if unchanged or not known.', { nullable: '0+', default: null }),
      rebalanceTimeoutMs: int32('0+', 'How long the member may take to give tasks up; -1 if unchanged.', {
        default: -1,
      }),
      topology: nested(
        '0+',
        {
          epoch: int32('0+', 'Raised by the user with each change of the topology.'),
          subtopologies: array('0+', {
            subtopologyId: string('0+', 'The same in each run, as it is derived from the topology.'),
            sourceTopics: array('0+', string),
            sourceTopicRegex: array('0+', string, 'RE2, resolved by the coordinator.'),
            stateChangelogTopics: array('0+', topicInfo(), 'Created by the coordinator.'),
            repartitionSinkTopics: array('0+', string),
            repartitionSourceTopics: array('0+', topicInfo(), 'Created by the coordinator.'),
            copartitionGroups: array(
              '0+',
              {
                sourceTopics: array('0+', int16),
                sourceTopicRegex: array('0+', int16),
                repartitionSourceTopics: array('0+', int16),
              },
              'Topics that must have equally many partitions; indexes in the lists above.',
            ),
          }),
        },
        'Sent on joining alone; null else.',
        { nullable: '0+', default: null },
      ),
      activeTasks: array('0+', taskIds(), 'What the member holds; null if unchanged.', {
        nullable: '0+',
        default: null,
      }),
      standbyTasks: array('0+', taskIds(), 'What the member holds; null if unchanged.', {
        nullable: '0+',
        default: null,
      }),
      warmupTasks: array('0+', taskIds(), 'What the member holds; null if unchanged.', {
        nullable: '0+',
        default: null,
      }),
      processId: string('0+', 'Names the instance, which may run several members; null if unchanged.', {
        nullable: '0+',
        default: null,
      }),
      userEndpoint: nested(
        '0+',
        endpoint(),
        'Where the instance answers interactive queries; null if unchanged or there is none.',
        { nullable: '0+', default: null },
      ),
      clientTags: array('0+', keyValue(), 'For rack-aware assignment of standby tasks; null if unchanged.', {
        nullable: '0+',
        default: null,
      }),
      taskOffsets: array('0+', taskOffset(), "How far the member's changelogs are restored; null if unchanged.", {
        nullable: '0+',
        default: null,
      }),
      taskEndOffsets: array('0+', taskOffset(), 'Where those changelogs end; null if unchanged.', {
        nullable: '0+',
        default: null,
      }),
      shutdownApplication: bool('0+', 'The member has failed for good, and all of the group shall stop.', {
        default: false,
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+', default: null }),
      memberId: string('0+'),
      memberEpoch: int32('0+', 'To send with the next heartbeat.'),
      heartbeatIntervalMs: int32('0+', 'When to send it.'),
      acceptableRecoveryLagLegacy: int32('0', 'As `acceptableRecoveryLag`, which should have been an int64.', {
        default: 0,
      }),
      taskOffsetIntervalMs: int32('0+', 'How often the member shall send its offsets.'),
      acceptableRecoveryLag: int53(
        '1+',
        'A task at most so many records behind counts as caught up; -1 if the broker does not say.',
        { default: -1, ignorable: true },
      ),
      status: array('0+', status(), 'What stands in the way; null or empty if nothing does.', { nullable: '0+' }),
      activeTasks: array('0+', taskIds(), 'What the member may hold now; null if unchanged.', {
        nullable: '0+',
        default: null,
      }),
      standbyTasks: array('0+', taskIds(), 'What the member may hold now; null if unchanged.', {
        nullable: '0+',
        default: null,
      }),
      warmupTasks: array('0+', taskIds(), 'What the member may hold now; null if unchanged.', {
        nullable: '0+',
        default: null,
      }),
      topologyDescriptionRequired: bool('1+', 'Send StreamsGroupTopologyDescriptionUpdate.', { default: false }),
      endpointInformationEpoch: int32('0+', 'To send with the next heartbeat.'),
      partitionsByUserEndpoint: array(
        '0+',
        {
          userEndpoint: nested('0+', endpoint()),
          activePartitions: array('0+', topicPartition(), 'Source partitions of its active tasks.'),
          standbyPartitions: array('0+', topicPartition(), 'Source partitions of its standby and warm-up tasks.'),
        },
        'One entry per member, for interactive queries; null if unchanged.',
        { nullable: '0+', default: null },
      ),
    }),
  },
);

export type StreamsGroupHeartbeatRequest = ApiRequest<typeof streamsGroupHeartbeat>;
export type StreamsGroupHeartbeatResponse = ApiResponse<typeof streamsGroupHeartbeat>;

function keyValue() {
  return struct('KeyValue', {
    key: string('0+'),
    value: string('0+'),
  });
}

function topicInfo() {
  return struct('TopicInfo', {
    name: string('0+'),
    partitions: int32('0+', '0 to derive it from the source topics, always so for changelogs.'),
    replicationFactor: int16('0+', "0 for the broker's default."),
    topicConfigs: array('0+', keyValue()),
  });
}

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

function taskIds() {
  return struct('TaskIds', {
    subtopologyId: string('0+'),
    partitions: array('0+', int32),
  });
}

function status() {
  return struct('Status', {
    statusCode: int8(
      '0+',
      '0 stale topology, 1 source missing, 2 not copartitioned, 3 internal missing, 4 shutdown, 5 delayed, 6 no tags.',
    ),
    statusDetail: string('0+', 'For people.'),
  });
}

function topicPartition() {
  return struct('TopicPartition', {
    topic: string('0+'),
    partitions: array('0+', int32),
  });
}
