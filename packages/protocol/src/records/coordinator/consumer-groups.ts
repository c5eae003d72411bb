/** @FILE */
import { message, type Infer } from '../../message.ts';
import { array, bytes, int32, int53, int64, int8, nested, string, struct, uuid } from '../../schema/field.ts';

/**
 * ConsumerGroupMetadataKey, key 3: @DOC
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
 * ConsumerGroupMetadataValue, key 3: @DOC
 */
export const consumerGroupMetadataValue = message(
  'ConsumerGroupMetadataValue',
  { key: 3, versions: '0', flexible: '0+' },
  () => ({
    epoch: int32('0+'),
    metadataHash: int64('0+', { default: 0n, tag: 0 }),
  }),
);
export type ConsumerGroupMetadataValue = Infer<typeof consumerGroupMetadataValue>;

/**
 * ConsumerGroupPartitionMetadataKey, key 4: @DOC
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
 * ConsumerGroupPartitionMetadataValue, key 4: @DOC
 */
export const consumerGroupPartitionMetadataValue = message(
  'ConsumerGroupPartitionMetadataValue',
  { key: 4, versions: '0', flexible: '0+' },
  () => ({
    topics: array('0+', {
      topicId: uuid('0+'),
      topicName: string('0+'),
      numPartitions: int32('0+'),
      partitionMetadata: array('0+', {
        partition: int32('0+'),
        racks: array('0+', string),
      }),
    }),
  }),
);
export type ConsumerGroupPartitionMetadataValue = Infer<typeof consumerGroupPartitionMetadataValue>;

/**
 * ConsumerGroupMemberMetadataKey, key 5: @DOC
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
 * ConsumerGroupMemberMetadataValue, key 5: @DOC
 */
export const consumerGroupMemberMetadataValue = message(
  'ConsumerGroupMemberMetadataValue',
  { key: 5, versions: '0', flexible: '0+' },
  () => ({
    instanceId: string('0+', { nullable: '0+' }),
    rackId: string('0+', { nullable: '0+' }),
    clientId: string('0+'),
    clientHost: string('0+'),
    subscribedTopicNames: array('0+', string),
    subscribedTopicRegex: string('0+', { nullable: '0+' }),
    rebalanceTimeoutMs: int32('0+', { default: -1 }),
    serverAssignor: string('0+', { nullable: '0+' }),
    classicMemberMetadata: nested(
      '0+',
      {
        sessionTimeoutMs: int32('0+'),
        supportedProtocols: array('0+', {
          name: string('0+'),
          metadata: bytes('0+'),
        }),
      },
      { nullable: '0+', tag: 0 },
    ),
  }),
);
export type ConsumerGroupMemberMetadataValue = Infer<typeof consumerGroupMemberMetadataValue>;

/**
 * ConsumerGroupTargetAssignmentMetadataKey, key 6: @DOC
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
 * ConsumerGroupTargetAssignmentMetadataValue, key 6: @DOC
 */
export const consumerGroupTargetAssignmentMetadataValue = message(
  'ConsumerGroupTargetAssignmentMetadataValue',
  { key: 6, versions: '0', flexible: '0+' },
  () => ({
    assignmentEpoch: int32('0+'),
    assignmentTimestamp: int53('0+', { default: 0, tag: 0, ignorable: true }),
  }),
);
export type ConsumerGroupTargetAssignmentMetadataValue = Infer<typeof consumerGroupTargetAssignmentMetadataValue>;

/**
 * ConsumerGroupTargetAssignmentMemberKey, key 7: @DOC
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
 * ConsumerGroupTargetAssignmentMemberValue, key 7: @DOC
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
 * ConsumerGroupCurrentMemberAssignmentKey, key 8: @DOC
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
 * ConsumerGroupCurrentMemberAssignmentValue, key 8: @DOC
 */
export const consumerGroupCurrentMemberAssignmentValue = message(
  'ConsumerGroupCurrentMemberAssignmentValue',
  { key: 8, versions: '0', flexible: '0+' },
  () => ({
    memberEpoch: int32('0+'),
    previousMemberEpoch: int32('0+'),
    state: int8('0+'),
    assignedPartitions: array('0+', topicPartitions()),
    partitionsPendingRevocation: array('0+', topicPartitions()),
  }),
);
export type ConsumerGroupCurrentMemberAssignmentValue = Infer<typeof consumerGroupCurrentMemberAssignmentValue>;

/**
 * ConsumerGroupRegularExpressionKey, key 16: @DOC
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
 * ConsumerGroupRegularExpressionValue, key 16: @DOC
 */
export const consumerGroupRegularExpressionValue = message(
  'ConsumerGroupRegularExpressionValue',
  { key: 16, versions: '0', flexible: '0+' },
  () => ({
    topics: array('0+', string),
    version: int53('0+'),
    timestamp: int53('0+'),
  }),
);
export type ConsumerGroupRegularExpressionValue = Infer<typeof consumerGroupRegularExpressionValue>;

function topicPartitions() {
  return struct('TopicPartitions', {
    topicId: uuid('0+'),
    partitions: array('0+', int32),
    assignmentEpochs: array('0+', int32, { nullable: '0+', tag: 0 }),
  });
}
