/** @FILE */
import { message, type Infer } from '../../message.ts';
import { array, int16, int32, int53, int64, int8, nested, string, struct, uint16 } from '../../schema/field.ts';

/**
 * StreamsGroupMetadataKey, key 17: @DOC
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
 * StreamsGroupMetadataValue, key 17: @DOC
 */
export const streamsGroupMetadataValue = message(
  'StreamsGroupMetadataValue',
  { key: 17, versions: '0', flexible: '0+' },
  () => ({
    epoch: int32('0+'),
    metadataHash: int64('0+'),
    validatedTopologyEpoch: int32('0+', { default: -1, tag: 0 }),
    lastAssignmentConfigs: array('0+', lastAssignmentConfig(), { nullable: '0+', tag: 1 }),
    storedDescriptionTopologyEpoch: int32('0+', { default: -1, tag: 2 }),
    failedDescriptionTopologyEpoch: int32('0+', { default: -1, tag: 3 }),
  }),
);
export type StreamsGroupMetadataValue = Infer<typeof streamsGroupMetadataValue>;

/**
 * StreamsGroupMemberMetadataKey, key 19: @DOC
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
 * StreamsGroupMemberMetadataValue, key 19: @DOC
 */
export const streamsGroupMemberMetadataValue = message(
  'StreamsGroupMemberMetadataValue',
  { key: 19, versions: '0', flexible: '0+' },
  () => ({
    instanceId: string('0+', { nullable: '0+' }),
    rackId: string('0+', { nullable: '0+' }),
    clientId: string('0+'),
    clientHost: string('0+'),
    rebalanceTimeoutMs: int32('0+', { default: -1 }),
    topologyEpoch: int32('0+'),
    processId: string('0+'),
    userEndpoint: nested('0+', endpoint(), { nullable: '0+', default: null }),
    clientTags: array('0+', keyValue()),
  }),
);
export type StreamsGroupMemberMetadataValue = Infer<typeof streamsGroupMemberMetadataValue>;

/**
 * StreamsGroupTargetAssignmentMetadataKey, key 20: @DOC
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
 * StreamsGroupTargetAssignmentMetadataValue, key 20: @DOC
 */
export const streamsGroupTargetAssignmentMetadataValue = message(
  'StreamsGroupTargetAssignmentMetadataValue',
  { key: 20, versions: '0', flexible: '0+' },
  () => ({
    assignmentEpoch: int32('0+'),
    assignmentTimestamp: int53('0+', { default: 0, tag: 0, ignorable: true }),
  }),
);
export type StreamsGroupTargetAssignmentMetadataValue = Infer<typeof streamsGroupTargetAssignmentMetadataValue>;

/**
 * StreamsGroupTargetAssignmentMemberKey, key 21: @DOC
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
 * StreamsGroupTargetAssignmentMemberValue, key 21: @DOC
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
 * StreamsGroupCurrentMemberAssignmentKey, key 22: @DOC
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
 * StreamsGroupCurrentMemberAssignmentValue, key 22: @DOC
 */
export const streamsGroupCurrentMemberAssignmentValue = message(
  'StreamsGroupCurrentMemberAssignmentValue',
  { key: 22, versions: '0', flexible: '0+' },
  () => ({
    memberEpoch: int32('0+'),
    previousMemberEpoch: int32('0+'),
    state: int8('0+'),
    activeTasks: array('0+', taskIdsOfStreamsGroupCurrentMemberAssignmentValue()),
    standbyTasks: array('0+', taskIdsOfStreamsGroupCurrentMemberAssignmentValue()),
    warmupTasks: array('0+', taskIdsOfStreamsGroupCurrentMemberAssignmentValue()),
    activeTasksPendingRevocation: array('0+', taskIdsOfStreamsGroupCurrentMemberAssignmentValue()),
    standbyTasksPendingRevocation: array('0+', taskIdsOfStreamsGroupCurrentMemberAssignmentValue()),
    warmupTasksPendingRevocation: array('0+', taskIdsOfStreamsGroupCurrentMemberAssignmentValue()),
  }),
);
export type StreamsGroupCurrentMemberAssignmentValue = Infer<typeof streamsGroupCurrentMemberAssignmentValue>;

/**
 * StreamsGroupTopologyKey, key 23: @DOC
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
 * StreamsGroupTopologyValue, key 23: @DOC
 */
export const streamsGroupTopologyValue = message(
  'StreamsGroupTopologyValue',
  { key: 23, versions: '0', flexible: '0+' },
  () => ({
    epoch: int32('0+'),
    subtopologies: array('0+', {
      subtopologyId: string('0+'),
      sourceTopics: array('0+', string),
      sourceTopicRegex: array('0+', string),
      stateChangelogTopics: array('0+', topicInfo()),
      repartitionSinkTopics: array('0+', string),
      repartitionSourceTopics: array('0+', topicInfo()),
      copartitionGroups: array('0+', {
        sourceTopics: array('0+', int16),
        sourceTopicRegex: array('0+', int16),
        repartitionSourceTopics: array('0+', int16),
      }),
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
    assignmentEpochs: array('0+', int32, { nullable: '0+', tag: 0 }),
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
    partitions: int32('0+'),
    replicationFactor: int16('0+'),
    topicConfigs: array('0+', topicConfig()),
  });
}
