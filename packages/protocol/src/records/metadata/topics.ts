/** @FILE */
import { message, type Infer } from '../../message.ts';
import { array, int32, int8, string, uuid } from '../../schema/field.ts';

/**
 * TopicRecord, key 2: @DOC
 */
export const topicRecord = message('TopicRecord', { key: 2, versions: '0', flexible: '0+' }, () => ({
  name: string('0+'),
  topicId: uuid('0+'),
}));
export type TopicRecord = Infer<typeof topicRecord>;

/**
 * PartitionRecord, key 3: @DOC
 *
 * v1 directories · v2 eligibleLeaderReplicas, lastKnownElr
 */
export const partitionRecord = message('PartitionRecord', { key: 3, versions: '0-2', flexible: '0+' }, () => ({
  partitionId: int32('0+', { default: -1 }),
  topicId: uuid('0+'),
  replicas: array('0+', int32),
  isr: array('0+', int32),
  removingReplicas: array('0+', int32),
  addingReplicas: array('0+', int32),
  leader: int32('0+', { default: -1 }),
  leaderRecoveryState: int8('0+', { default: 0, tag: 0 }),
  leaderEpoch: int32('0+', { default: -1 }),
  partitionEpoch: int32('0+', { default: -1 }),
  directories: array('1+', uuid, { default: [] }),
  eligibleLeaderReplicas: array('2+', int32, { nullable: '2+', default: null, tag: 1 }),
  lastKnownElr: array('2+', int32, { nullable: '2+', default: null, tag: 2 }),
}));
export type PartitionRecord = Infer<typeof partitionRecord>;

/**
 * PartitionChangeRecord, key 5: @DOC
 *
 * v1 directories · v2 eligibleLeaderReplicas, lastKnownElr
 */
export const partitionChangeRecord = message(
  'PartitionChangeRecord',
  { key: 5, versions: '0-2', flexible: '0+' },
  () => ({
    partitionId: int32('0+', { default: -1 }),
    topicId: uuid('0+'),
    isr: array('0+', int32, { nullable: '0+', default: null, tag: 0 }),
    leader: int32('0+', { default: -2, tag: 1 }),
    replicas: array('0+', int32, { nullable: '0+', default: null, tag: 2 }),
    removingReplicas: array('0+', int32, { nullable: '0+', default: null, tag: 3 }),
    addingReplicas: array('0+', int32, { nullable: '0+', default: null, tag: 4 }),
    leaderRecoveryState: int8('0+', { default: -1, tag: 5 }),
    directories: array('1+', uuid, { nullable: '1+', default: null, tag: 8 }),
    eligibleLeaderReplicas: array('2+', int32, { nullable: '2+', default: null, tag: 6 }),
    lastKnownElr: array('2+', int32, { nullable: '2+', default: null, tag: 7 }),
  }),
);
export type PartitionChangeRecord = Infer<typeof partitionChangeRecord>;

/**
 * RemoveTopicRecord, key 9: @DOC
 */
export const removeTopicRecord = message('RemoveTopicRecord', { key: 9, versions: '0', flexible: '0+' }, () => ({
  topicId: uuid('0+'),
}));
export type RemoveTopicRecord = Infer<typeof removeTopicRecord>;

/**
 * ClearElrRecord, key 28: @DOC
 */
export const clearElrRecord = message('ClearElrRecord', { key: 28, versions: '0', flexible: '0+' }, () => ({
  topicName: string('0+'),
}));
export type ClearElrRecord = Infer<typeof clearElrRecord>;
