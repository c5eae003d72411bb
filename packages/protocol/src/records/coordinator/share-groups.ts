/** The records of share groups (KIP-932) in `__consumer_offsets`. The group coordinator writes them. */
import { message, type Infer } from '../../message.ts';
import { array, int32, int53, int64, int8, string, struct, uuid } from '../../schema/field.ts';

/**
 * ShareGroupMemberMetadataKey, key 10: a member. A tombstone: it has left or was removed.
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
 * ShareGroupMemberMetadataValue, key 10: what a member has said of itself.
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
 * ShareGroupMetadataKey, key 11: the group. A tombstone: it is deleted.
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
 * ShareGroupMetadataValue, key 11: the group's epoch, raised when members, subscriptions or topics change.
 */
export const shareGroupMetadataValue = message(
  'ShareGroupMetadataValue',
  { key: 11, versions: '0', flexible: '0+' },
  () => ({
    epoch: int32('0+'),
    metadataHash: int64(
      '0+',
      'Of the topics subscribed to, with partitions and racks: another hash raises the epoch (KIP-1101).',
    ),
  }),
);
export type ShareGroupMetadataValue = Infer<typeof shareGroupMetadataValue>;

/**
 * ShareGroupTargetAssignmentMetadataKey, key 12: the group. A tombstone: it is deleted.
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
 * ShareGroupTargetAssignmentMetadataValue, key 12: which group epoch the target assignment was made for; the records of
 * its members come before.
 */
export const shareGroupTargetAssignmentMetadataValue = message(
  'ShareGroupTargetAssignmentMetadataValue',
  { key: 12, versions: '0', flexible: '0+' },
  () => ({
    assignmentEpoch: int32('0+'),
    assignmentTimestamp: int53('0+', 'When it was ready, in Unix milliseconds; 0 if unknown (KIP-1263).', {
      default: 0,
      tag: 0,
      ignorable: true,
    }),
  }),
);
export type ShareGroupTargetAssignmentMetadataValue = Infer<typeof shareGroupTargetAssignmentMetadataValue>;

/**
 * ShareGroupTargetAssignmentMemberKey, key 13: a member. A tombstone: it has no target any more.
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
 * ShareGroupTargetAssignmentMemberValue, key 13: what a member shall get records from; others may get the same.
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
 * ShareGroupCurrentMemberAssignmentKey, key 14: a member. A tombstone: it holds nothing any more.
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
 * ShareGroupCurrentMemberAssignmentValue, key 14: what a member gets records from.
 */
export const shareGroupCurrentMemberAssignmentValue = message(
  'ShareGroupCurrentMemberAssignmentValue',
  { key: 14, versions: '0', flexible: '0+' },
  () => ({
    memberEpoch: int32('0+', 'What the coordinator expects in the next heartbeat.'),
    previousMemberEpoch: int32('0+', 'Accepted too, for an answer that was lost.'),
    state: int8('0+', '0 stable.'),
    assignedPartitions: array('0+', topicPartitions()),
  }),
);
export type ShareGroupCurrentMemberAssignmentValue = Infer<typeof shareGroupCurrentMemberAssignmentValue>;

/**
 * ShareGroupStatePartitionMetadataKey, key 15: the group. A tombstone: it is deleted.
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
 * ShareGroupStatePartitionMetadataValue, key 15: for which partitions the group's state stands in
 * `__share_group_state`, so that it can be made and deleted.
 */
export const shareGroupStatePartitionMetadataValue = message(
  'ShareGroupStatePartitionMetadataValue',
  { key: 15, versions: '0', flexible: '0+' },
  () => ({
    initializingTopics: array('0+', topicPartitionsInfo(), 'InitializeShareGroupState was sent, and not yet answered.'),
    initializedTopics: array('0+', topicPartitionsInfo(), 'Ready to be assigned.'),
    deletingTopics: array('0+', topicInfo(), 'DeleteShareGroupState was sent, and not yet answered.'),
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
