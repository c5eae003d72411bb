/** The records of consumer groups (KIP-848) in `__consumer_offsets`. The group coordinator writes them. */
import { message, type Infer } from '../../message.ts';
import { array, bytes, int32, int53, int64, int8, nested, string, struct, uuid } from '../../schema/field.ts';

/**
 * ConsumerGroupMetadataKey, key 3: the group. A tombstone: it is deleted, or has become a classic group.
 */
export const consumerGroupMetadataKey = message(
  'ConsumerGroupMetadataKey',
  { key: 3, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
  }),
);
export type ConsumerGroupMetadataKey = Infer<typeof consumerGroupMetadataKey>;

/**
 * ConsumerGroupMetadataValue, key 3: the group's epoch, raised when members, subscriptions or topics change.
 */
export const consumerGroupMetadataValue = message(
  'ConsumerGroupMetadataValue',
  { key: 3, versions: '0', flexible: '0+' },
  () => ({
    epoch: int32('0+', 'The target assignment follows it.'),
    metadataHash: int64(
      '0+',
      'Of the topics subscribed to, with partitions and racks: another hash raises the epoch (KIP-1101).',
      { default: 0n, tag: 0 },
    ),
  }),
);
export type ConsumerGroupMetadataValue = Infer<typeof consumerGroupMetadataValue>;

/**
 * ConsumerGroupPartitionMetadataKey, key 4: the group. Only read, and tombstoned: since Kafka 4.1 there is a hash
 * instead (KIP-1101).
 */
export const consumerGroupPartitionMetadataKey = message(
  'ConsumerGroupPartitionMetadataKey',
  { key: 4, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
  }),
);
export type ConsumerGroupPartitionMetadataKey = Infer<typeof consumerGroupPartitionMetadataKey>;

/**
 * ConsumerGroupPartitionMetadataValue, key 4: the topics that the group subscribed to, with their partition counts.
 * Only read.
 */
export const consumerGroupPartitionMetadataValue = message(
  'ConsumerGroupPartitionMetadataValue',
  { key: 4, versions: '0', flexible: '0+' },
  () => ({
    topics: array('0+', {
      topicId: uuid('0+'),
      topicName: string('0+'),
      numPartitions: int32('0+'),
      partitionMetadata: array(
        '0+',
        {
          partition: int32('0+'),
          racks: array('0+', string),
        },
        'Unused.',
      ),
    }),
  }),
);
export type ConsumerGroupPartitionMetadataValue = Infer<typeof consumerGroupPartitionMetadataValue>;

/**
 * ConsumerGroupMemberMetadataKey, key 5: a member. A tombstone: it has left or was removed.
 */
export const consumerGroupMemberMetadataKey = message(
  'ConsumerGroupMemberMetadataKey',
  { key: 5, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
    memberId: string('0'),
  }),
);
export type ConsumerGroupMemberMetadataKey = Infer<typeof consumerGroupMemberMetadataKey>;

/**
 * ConsumerGroupMemberMetadataValue, key 5: what a member has said of itself.
 */
export const consumerGroupMemberMetadataValue = message(
  'ConsumerGroupMemberMetadataValue',
  { key: 5, versions: '0', flexible: '0+' },
  () => ({
    instanceId: string('0+', 'Static member id, or null.', { nullable: '0+' }),
    rackId: string('0+', { nullable: '0+' }),
    clientId: string('0+'),
    clientHost: string('0+'),
    subscribedTopicNames: array('0+', string),
    subscribedTopicRegex: string('0+', 'Null or empty if there is none.', { nullable: '0+' }),
    rebalanceTimeoutMs: int32('0+', { default: -1 }),
    serverAssignor: string('0+', 'Null if left to the coordinator.', { nullable: '0+' }),
    classicMemberMetadata: nested(
      '0+',
      {
        sessionTimeoutMs: int32('0+'),
        supportedProtocols: array('0+', {
          name: string('0+'),
          metadata: bytes('0+', 'Its ConsumerProtocolSubscription.'),
        }),
      },
      'Of a member that speaks the classic protocol; else null.',
      { nullable: '0+', tag: 0 },
    ),
  }),
);
export type ConsumerGroupMemberMetadataValue = Infer<typeof consumerGroupMemberMetadataValue>;

/**
 * ConsumerGroupTargetAssignmentMetadataKey, key 6: the group. A tombstone: it is deleted, or has become a classic
 * group.
 */
export const consumerGroupTargetAssignmentMetadataKey = message(
  'ConsumerGroupTargetAssignmentMetadataKey',
  { key: 6, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
  }),
);
export type ConsumerGroupTargetAssignmentMetadataKey = Infer<typeof consumerGroupTargetAssignmentMetadataKey>;

/**
 * ConsumerGroupTargetAssignmentMetadataValue, key 6: which group epoch the target assignment was made for; the records
 * of its members come before.
 */
export const consumerGroupTargetAssignmentMetadataValue = message(
  'ConsumerGroupTargetAssignmentMetadataValue',
  { key: 6, versions: '0', flexible: '0+' },
  () => ({
    assignmentEpoch: int32('0+', 'Behind the group epoch while a new assignment is due.'),
    assignmentTimestamp: int53('0+', 'When it was ready, in Unix milliseconds; 0 if unknown (KIP-1263).', {
      default: 0,
      tag: 0,
      ignorable: true,
    }),
  }),
);
export type ConsumerGroupTargetAssignmentMetadataValue = Infer<typeof consumerGroupTargetAssignmentMetadataValue>;

/**
 * ConsumerGroupTargetAssignmentMemberKey, key 7: a member. A tombstone: it has no target any more.
 */
export const consumerGroupTargetAssignmentMemberKey = message(
  'ConsumerGroupTargetAssignmentMemberKey',
  { key: 7, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
    memberId: string('0'),
  }),
);
export type ConsumerGroupTargetAssignmentMemberKey = Infer<typeof consumerGroupTargetAssignmentMemberKey>;

/**
 * ConsumerGroupTargetAssignmentMemberValue, key 7: what a member shall hold, once others have given it up.
 */
export const consumerGroupTargetAssignmentMemberValue = message(
  'ConsumerGroupTargetAssignmentMemberValue',
  { key: 7, versions: '0', flexible: '0+' },
  () => ({
    topicPartitions: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', int32),
    }),
  }),
);
export type ConsumerGroupTargetAssignmentMemberValue = Infer<typeof consumerGroupTargetAssignmentMemberValue>;

/**
 * ConsumerGroupCurrentMemberAssignmentKey, key 8: a member. A tombstone: it holds nothing any more.
 */
export const consumerGroupCurrentMemberAssignmentKey = message(
  'ConsumerGroupCurrentMemberAssignmentKey',
  { key: 8, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
    memberId: string('0'),
  }),
);
export type ConsumerGroupCurrentMemberAssignmentKey = Infer<typeof consumerGroupCurrentMemberAssignmentKey>;

/**
 * ConsumerGroupCurrentMemberAssignmentValue, key 8: what a member holds, and how far it is on the way to its target.
 */
export const consumerGroupCurrentMemberAssignmentValue = message(
  'ConsumerGroupCurrentMemberAssignmentValue',
  { key: 8, versions: '0', flexible: '0+' },
  () => ({
    memberEpoch: int32('0+', 'What the coordinator expects in the next heartbeat.'),
    previousMemberEpoch: int32('0+', 'Accepted too, for an answer that was lost.'),
    state: int8('0+', '0 stable, 1 must give partitions up, 2 waits for partitions that others still hold.'),
    assignedPartitions: array('0+', topicPartitions()),
    partitionsPendingRevocation: array('0+', topicPartitions(), 'The member still holds them and must give them up.'),
  }),
);
export type ConsumerGroupCurrentMemberAssignmentValue = Infer<typeof consumerGroupCurrentMemberAssignmentValue>;

/**
 * ConsumerGroupRegularExpressionKey, key 16: a pattern that members subscribe to. A tombstone: nobody does any more.
 */
export const consumerGroupRegularExpressionKey = message(
  'ConsumerGroupRegularExpressionKey',
  { key: 16, versions: '0', flexible: 'none' },
  () => ({
    groupId: string('0'),
    regularExpression: string('0'),
  }),
);
export type ConsumerGroupRegularExpressionKey = Infer<typeof consumerGroupRegularExpressionKey>;

/**
 * ConsumerGroupRegularExpressionValue, key 16: the topics that a pattern stood for when it was last resolved.
 */
export const consumerGroupRegularExpressionValue = message(
  'ConsumerGroupRegularExpressionValue',
  { key: 16, versions: '0', flexible: '0+' },
  () => ({
    topics: array('0+', string),
    version: int53('0+', 'Offset of the metadata image that it was resolved by.'),
    timestamp: int53('0+', 'When it was resolved, in Unix milliseconds.'),
  }),
);
export type ConsumerGroupRegularExpressionValue = Infer<typeof consumerGroupRegularExpressionValue>;

function topicPartitions() {
  return struct('TopicPartitions', {
    topicId: uuid('0+'),
    partitions: array('0+', int32),
    assignmentEpochs: array(
      '0+',
      int32,
      'Per partition, the epoch in which the member got it, to fence late commits; null in older records.',
      { nullable: '0+', tag: 0 },
    ),
  });
}
