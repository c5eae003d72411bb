/** @FILE */
import { message, type Infer } from '../../message.ts';
import { array, int32, int53, int64, int8, string, struct, uuid } from '../../schema/field.ts';

/**
 * ShareGroupMemberMetadataKey, key 10: @DOC
 */
export const shareGroupMemberMetadataKey = message(
  'ShareGroupMemberMetadataKey',
  { key: 10, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
    memberId: string('0'),
  }),
);
export type ShareGroupMemberMetadataKey = Infer<typeof shareGroupMemberMetadataKey>;

/**
 * ShareGroupMemberMetadataValue, key 10: @DOC
 */
export const shareGroupMemberMetadataValue = message(
  'ShareGroupMemberMetadataValue',
  { key: 10, versions: '0', flexible: '0+' },
  () => ({
    rackId: string('0+', { nullable: '0+' }),
    clientId: string('0+'),
    clientHost: string('0+'),
    subscribedTopicNames: array('0+', string),
  }),
);
export type ShareGroupMemberMetadataValue = Infer<typeof shareGroupMemberMetadataValue>;

/**
 * ShareGroupMetadataKey, key 11: @DOC
 */
export const shareGroupMetadataKey = message(
  'ShareGroupMetadataKey',
  { key: 11, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
  }),
);
export type ShareGroupMetadataKey = Infer<typeof shareGroupMetadataKey>;

/**
 * ShareGroupMetadataValue, key 11: @DOC
 */
export const shareGroupMetadataValue = message(
  'ShareGroupMetadataValue',
  { key: 11, versions: '0', flexible: '0+' },
  () => ({
    epoch: int32('0+'),
    metadataHash: int64('0+'),
  }),
);
export type ShareGroupMetadataValue = Infer<typeof shareGroupMetadataValue>;

/**
 * ShareGroupTargetAssignmentMetadataKey, key 12: @DOC
 */
export const shareGroupTargetAssignmentMetadataKey = message(
  'ShareGroupTargetAssignmentMetadataKey',
  { key: 12, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
  }),
);
export type ShareGroupTargetAssignmentMetadataKey = Infer<typeof shareGroupTargetAssignmentMetadataKey>;

/**
 * ShareGroupTargetAssignmentMetadataValue, key 12: @DOC
 */
export const shareGroupTargetAssignmentMetadataValue = message(
  'ShareGroupTargetAssignmentMetadataValue',
  { key: 12, versions: '0', flexible: '0+' },
  () => ({
    assignmentEpoch: int32('0+'),
    assignmentTimestamp: int53('0+', { default: 0, tag: 0, ignorable: true }),
  }),
);
export type ShareGroupTargetAssignmentMetadataValue = Infer<typeof shareGroupTargetAssignmentMetadataValue>;

/**
 * ShareGroupTargetAssignmentMemberKey, key 13: @DOC
 */
export const shareGroupTargetAssignmentMemberKey = message(
  'ShareGroupTargetAssignmentMemberKey',
  { key: 13, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
    memberId: string('0'),
  }),
);
export type ShareGroupTargetAssignmentMemberKey = Infer<typeof shareGroupTargetAssignmentMemberKey>;

/**
 * ShareGroupTargetAssignmentMemberValue, key 13: @DOC
 */
export const shareGroupTargetAssignmentMemberValue = message(
  'ShareGroupTargetAssignmentMemberValue',
  { key: 13, versions: '0', flexible: '0+' },
  () => ({
    topicPartitions: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', int32),
    }),
  }),
);
export type ShareGroupTargetAssignmentMemberValue = Infer<typeof shareGroupTargetAssignmentMemberValue>;

/**
 * ShareGroupCurrentMemberAssignmentKey, key 14: @DOC
 */
export const shareGroupCurrentMemberAssignmentKey = message(
  'ShareGroupCurrentMemberAssignmentKey',
  { key: 14, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
    memberId: string('0'),
  }),
);
export type ShareGroupCurrentMemberAssignmentKey = Infer<typeof shareGroupCurrentMemberAssignmentKey>;

/**
 * ShareGroupCurrentMemberAssignmentValue, key 14: @DOC
 */
export const shareGroupCurrentMemberAssignmentValue = message(
  'ShareGroupCurrentMemberAssignmentValue',
  { key: 14, versions: '0', flexible: '0+' },
  () => ({
    memberEpoch: int32('0+'),
    previousMemberEpoch: int32('0+'),
    state: int8('0+'),
    assignedPartitions: array('0+', topicPartitions()),
  }),
);
export type ShareGroupCurrentMemberAssignmentValue = Infer<typeof shareGroupCurrentMemberAssignmentValue>;

/**
 * ShareGroupStatePartitionMetadataKey, key 15: @DOC
 */
export const shareGroupStatePartitionMetadataKey = message(
  'ShareGroupStatePartitionMetadataKey',
  { key: 15, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
  }),
);
export type ShareGroupStatePartitionMetadataKey = Infer<typeof shareGroupStatePartitionMetadataKey>;

/**
 * ShareGroupStatePartitionMetadataValue, key 15: @DOC
 */
export const shareGroupStatePartitionMetadataValue = message(
  'ShareGroupStatePartitionMetadataValue',
  { key: 15, versions: '0', flexible: '0+' },
  () => ({
    initializingTopics: array('0+', topicPartitionsInfo()),
    initializedTopics: array('0+', topicPartitionsInfo()),
    deletingTopics: array('0+', topicInfo()),
  }),
);
export type ShareGroupStatePartitionMetadataValue = Infer<typeof shareGroupStatePartitionMetadataValue>;

function topicPartitions() {
  return struct('TopicPartitions', {
    topicId: uuid('0+'),
    partitions: array('0+', int32),
  });
}

function topicPartitionsInfo() {
  return struct('TopicPartitionsInfo', {
    topicId: uuid('0+'),
    topicName: string('0+'),
    partitions: array('0+', int32),
  });
}

function topicInfo() {
  return struct('TopicInfo', {
    topicId: uuid('0+'),
    topicName: string('0+'),
  });
}
