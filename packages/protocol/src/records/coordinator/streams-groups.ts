/** The records of streams groups (KIP-1071) in `__consumer_offsets`. The group coordinator writes them. */
import { message, type Infer } from '../../message.ts';
import { array, int16, int32, int53, int64, int8, nested, string, struct, uint16 } from '../../schema/field.ts';

/**
 * StreamsGroupMetadataKey, key 17: the group. A tombstone: it is deleted.
 */
export const streamsGroupMetadataKey = message(
  'StreamsGroupMetadataKey',
  { key: 17, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
  }),
);
export type StreamsGroupMetadataKey = Infer<typeof streamsGroupMetadataKey>;

/**
 * StreamsGroupMetadataValue, key 17: the group's epoch, raised when members, topology, topics or assignment configs
 * change.
 */
export const streamsGroupMetadataValue = message(
  'StreamsGroupMetadataValue',
  { key: 17, versions: '0', flexible: '0+' },
  () => ({
    epoch: int32('0+'),
    metadataHash: int64('0+', 'Of the source and internal topics: another hash raises the epoch (KIP-1101).'),
    validatedTopologyEpoch: int32('0+', 'Topology whose topics were found to exist and fit; -1 for none.', {
      default: -1,
      tag: 0,
    }),
    lastAssignmentConfigs: array(
      '0+',
      lastAssignmentConfig(),
      'Configs that the assignor last ran with; null if unknown.',
      { nullable: '0+', tag: 1 },
    ),
    storedDescriptionTopologyEpoch: int32(
      '0+',
      'Topology whose description the plugin holds; -1 none, -2 uncertain (KIP-1331).',
      { default: -1, tag: 2 },
    ),
    failedDescriptionTopologyEpoch: int32(
      '0+',
      'Topology whose description the plugin refused for good; -1 for none.',
      { default: -1, tag: 3 },
    ),
  }),
);
export type StreamsGroupMetadataValue = Infer<typeof streamsGroupMetadataValue>;

/**
 * StreamsGroupMemberMetadataKey, key 19: a member. A tombstone: it has left or was removed.
 */
export const streamsGroupMemberMetadataKey = message(
  'StreamsGroupMemberMetadataKey',
  { key: 19, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
    memberId: string('0'),
  }),
);
export type StreamsGroupMemberMetadataKey = Infer<typeof streamsGroupMemberMetadataKey>;

/**
 * StreamsGroupMemberMetadataValue, key 19: what a member has said of itself.
 */
export const streamsGroupMemberMetadataValue = message(
  'StreamsGroupMemberMetadataValue',
  { key: 19, versions: '0', flexible: '0+' },
  () => ({
    instanceId: string('0+', 'Static member id, or null.', { nullable: '0+' }),
    rackId: string('0+', { nullable: '0+' }),
    clientId: string('0+'),
    clientHost: string('0+'),
    rebalanceTimeoutMs: int32('0+', { default: -1 }),
    topologyEpoch: int32('0+', 'What the member runs.'),
    processId: string('0+', 'Names the instance, which may run several members.'),
    userEndpoint: nested('0+', endpoint(), 'Where the instance answers interactive queries, or null.', {
      nullable: '0+',
      default: null,
    }),
    clientTags: array('0+', keyValue(), 'For rack-aware assignment of standby tasks.'),
  }),
);
export type StreamsGroupMemberMetadataValue = Infer<typeof streamsGroupMemberMetadataValue>;

/**
 * StreamsGroupTargetAssignmentMetadataKey, key 20: the group. A tombstone: it is deleted.
 */
export const streamsGroupTargetAssignmentMetadataKey = message(
  'StreamsGroupTargetAssignmentMetadataKey',
  { key: 20, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
  }),
);
export type StreamsGroupTargetAssignmentMetadataKey = Infer<typeof streamsGroupTargetAssignmentMetadataKey>;

/**
 * StreamsGroupTargetAssignmentMetadataValue, key 20: which group epoch the target assignment was made for; the records
 * of its members come before.
 */
export const streamsGroupTargetAssignmentMetadataValue = message(
  'StreamsGroupTargetAssignmentMetadataValue',
  { key: 20, versions: '0', flexible: '0+' },
  () => ({
    assignmentEpoch: int32('0+'),
    assignmentTimestamp: int53('0+', 'When it was ready, in Unix milliseconds; 0 if unknown (KIP-1263).', {
      default: 0,
      tag: 0,
      ignorable: true,
    }),
  }),
);
export type StreamsGroupTargetAssignmentMetadataValue = Infer<typeof streamsGroupTargetAssignmentMetadataValue>;

/**
 * StreamsGroupTargetAssignmentMemberKey, key 21: a member. A tombstone: it has no target any more.
 */
export const streamsGroupTargetAssignmentMemberKey = message(
  'StreamsGroupTargetAssignmentMemberKey',
  { key: 21, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
    memberId: string('0'),
  }),
);
export type StreamsGroupTargetAssignmentMemberKey = Infer<typeof streamsGroupTargetAssignmentMemberKey>;

/**
 * StreamsGroupTargetAssignmentMemberValue, key 21: the tasks that a member shall have, once others have given them up.
 */
export const streamsGroupTargetAssignmentMemberValue = message(
  'StreamsGroupTargetAssignmentMemberValue',
  { key: 21, versions: '0', flexible: '0+' },
  () => ({
    activeTasks: array('0+', taskIds()),
    standbyTasks: array('0+', taskIds()),
    warmupTasks: array('0+', taskIds()),
  }),
);
export type StreamsGroupTargetAssignmentMemberValue = Infer<typeof streamsGroupTargetAssignmentMemberValue>;

/**
 * StreamsGroupCurrentMemberAssignmentKey, key 22: a member. A tombstone: it has no tasks any more.
 */
export const streamsGroupCurrentMemberAssignmentKey = message(
  'StreamsGroupCurrentMemberAssignmentKey',
  { key: 22, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
    memberId: string('0'),
  }),
);
export type StreamsGroupCurrentMemberAssignmentKey = Infer<typeof streamsGroupCurrentMemberAssignmentKey>;

/**
 * StreamsGroupCurrentMemberAssignmentValue, key 22: the tasks that a member has, and how far it is on the way to its
 * target.
 */
export const streamsGroupCurrentMemberAssignmentValue = message(
  'StreamsGroupCurrentMemberAssignmentValue',
  { key: 22, versions: '0', flexible: '0+' },
  () => ({
    memberEpoch: int32('0+', 'What the coordinator expects in the next heartbeat.'),
    previousMemberEpoch: int32('0+', 'Accepted too, for an answer that was lost.'),
    state: int8('0+', '1 stable, 2 must give tasks up, 3 waits for tasks that others still have.'),
    activeTasks: array('0+', taskIdsOfStreamsGroupCurrentMemberAssignmentValue()),
    standbyTasks: array('0+', taskIdsOfStreamsGroupCurrentMemberAssignmentValue()),
    warmupTasks: array('0+', taskIdsOfStreamsGroupCurrentMemberAssignmentValue()),
    activeTasksPendingRevocation: array(
      '0+',
      taskIdsOfStreamsGroupCurrentMemberAssignmentValue(),
      'The member still has them and must give them up; so below.',
    ),
    standbyTasksPendingRevocation: array('0+', taskIdsOfStreamsGroupCurrentMemberAssignmentValue()),
    warmupTasksPendingRevocation: array('0+', taskIdsOfStreamsGroupCurrentMemberAssignmentValue()),
  }),
);
export type StreamsGroupCurrentMemberAssignmentValue = Infer<typeof streamsGroupCurrentMemberAssignmentValue>;

/**
 * StreamsGroupTopologyKey, key 23: the group. A tombstone: it is deleted.
 */
export const streamsGroupTopologyKey = message(
  'StreamsGroupTopologyKey',
  { key: 23, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
  }),
);
export type StreamsGroupTopologyKey = Infer<typeof streamsGroupTopologyKey>;

/**
 * StreamsGroupTopologyValue, key 23: the topology that the group runs, from the StreamsGroupHeartbeat of a member that
 * brought it.
 */
export const streamsGroupTopologyValue = message(
  'StreamsGroupTopologyValue',
  { key: 23, versions: '0', flexible: '0+' },
  () => ({
    epoch: int32('0+', 'Raised by the user with each change of the topology.'),
    subtopologies: array('0+', {
      subtopologyId: string('0+', 'The same in each run, as it is derived from the topology.'),
      sourceTopics: array('0+', string),
      sourceTopicRegex: array('0+', string),
      stateChangelogTopics: array('0+', topicInfo()),
      repartitionSinkTopics: array('0+', string),
      repartitionSourceTopics: array('0+', topicInfo()),
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
  }),
);
export type StreamsGroupTopologyValue = Infer<typeof streamsGroupTopologyValue>;

function lastAssignmentConfig() {
  return struct('LastAssignmentConfig', {
    key: string('0+'),
    value: string('0+'),
  });
}

function endpoint() {
  return struct('Endpoint', {
    host: string('0+'),
    port: uint16('0+'),
  });
}

function keyValue() {
  return struct('KeyValue', {
    key: string('0+'),
    value: string('0+'),
  });
}

function taskIds() {
  return struct('TaskIds', {
    subtopologyId: string('0+'),
    partitions: array('0+', int32),
  });
}

function taskIdsOfStreamsGroupCurrentMemberAssignmentValue() {
  return struct('TaskIds', {
    subtopologyId: string('0+'),
    partitions: array('0+', int32),
    assignmentEpochs: array(
      '0+',
      int32,
      'Of active tasks: the epoch in which the member got each, to fence late commits; else null.',
      { nullable: '0+', tag: 0 },
    ),
  });
}

function topicConfig() {
  return struct('TopicConfig', {
    key: string('0+'),
    value: string('0+'),
  });
}

function topicInfo() {
  return struct('TopicInfo', {
    name: string('0+'),
    partitions: int32('0+', '0 to derive it from the source topics, always so for changelogs.'),
    replicationFactor: int16('0+', "0 for the broker's default."),
    topicConfigs: array('0+', topicConfig()),
  });
}
