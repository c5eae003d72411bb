/** The metadata records of topics and partitions. The active controller writes them. */
import { message, type Infer } from '../../message.ts';
import { array, int32, int8, string, uuid } from '../../schema/field.ts';

/**
 * TopicRecord, key 2: a topic was created; its partitions follow.
 */
export const topicRecord = message('TopicRecord', { key: 2, versions: '0', flexible: '0+' }, () => ({
  name: string('0+'),
  topicId: uuid('0+', 'Random: a topic made again under the same name is another topic.'),
}));
export type TopicRecord = Infer<typeof topicRecord>;

/**
 * PartitionRecord, key 3: a partition with all its state, on creation and in snapshots.
 *
 * v1 directories (KIP-858) · v2 eligibleLeaderReplicas, lastKnownElr (KIP-966)
 */
export const partitionRecord = message('PartitionRecord', { key: 3, versions: '0-2', flexible: '0+' }, () => ({
  partitionId: int32('0+', { default: -1 }),
  topicId: uuid('0+'),
  replicas: array('0+', int32, 'The first is the preferred leader.'),
  isr: array('0+', int32),
  removingReplicas: array('0+', int32, 'Among `replicas`: they go when the move is done.'),
  addingReplicas: array('0+', int32, 'Among `replicas`: new ones that must get in sync first.'),
  leader: int32('0+', '-1 while there is none.', { default: -1 }),
  leaderRecoveryState: int8('0+', '0 recovered, 1 recovering from an unclean election (KIP-704).', {
    default: 0,
    tag: 0,
  }),
  leaderEpoch: int32('0+', 'Counts the leaders.', { default: -1 }),
  partitionEpoch: int32('0+', 'Counts the changes.', { default: -1 }),
  directories: array('1+', uuid, 'Per replica; ids 0 to 2 as numbers mean not known, not yet placed, lost.', {
    default: [],
  }),
  eligibleLeaderReplicas: array(
    '2+',
    int32,
    'Out of sync but with all committed records: may be elected without loss. Null for none.',
    { nullable: '2+', default: null, tag: 1 },
  ),
  lastKnownElr: array('2+', int32, 'While there is no leader, the one who led last. Null for none.', {
    nullable: '2+',
    default: null,
    tag: 2,
  }),
}));
export type PartitionRecord = Infer<typeof partitionRecord>;

/**
 * PartitionChangeRecord, key 5: what has changed in a partition. Its partition epoch rises by one; its leader epoch too
 * if `leader` is given.
 *
 * v1 directories (KIP-858) · v2 eligibleLeaderReplicas, lastKnownElr (KIP-966)
 */
export const partitionChangeRecord = message(
  'PartitionChangeRecord',
  { key: 5, versions: '0-2', flexible: '0+' },
  () => ({
    partitionId: int32('0+', { default: -1 }),
    topicId: uuid('0+'),
    isr: array('0+', int32, 'Null if unchanged.', { nullable: '0+', default: null, tag: 0 }),
    leader: int32('0+', '-1 for none, -2 if unchanged; the same leader again just raises the epoch.', {
      default: -2,
      tag: 1,
    }),
    replicas: array('0+', int32, 'Null if unchanged.', { nullable: '0+', default: null, tag: 2 }),
    removingReplicas: array('0+', int32, 'Null if unchanged.', { nullable: '0+', default: null, tag: 3 }),
    addingReplicas: array('0+', int32, 'Null if unchanged.', { nullable: '0+', default: null, tag: 4 }),
    leaderRecoveryState: int8('0+', 'As in PartitionRecord; -1 if unchanged.', { default: -1, tag: 5 }),
    directories: array('1+', uuid, 'As in PartitionRecord; null if unchanged.', {
      nullable: '1+',
      default: null,
      tag: 8,
    }),
    eligibleLeaderReplicas: array('2+', int32, 'Null if unchanged.', { nullable: '2+', default: null, tag: 6 }),
    lastKnownElr: array('2+', int32, 'Null if unchanged.', { nullable: '2+', default: null, tag: 7 }),
  }),
);
export type PartitionChangeRecord = Infer<typeof partitionChangeRecord>;

/**
 * RemoveTopicRecord, key 9: a topic is gone, with its partitions and configs.
 */
export const removeTopicRecord = message('RemoveTopicRecord', { key: 9, versions: '0', flexible: '0+' }, () => ({
  topicId: uuid('0+'),
}));
export type RemoveTopicRecord = Infer<typeof removeTopicRecord>;

/**
 * ClearElrRecord, key 28: nobody out of sync is eligible as leader any more, because min.insync.replicas was altered
 * (KIP-966).
 */
export const clearElrRecord = message('ClearElrRecord', { key: 28, versions: '0', flexible: '0+' }, () => ({
  topicName: string('0+', 'Empty for all topics.'),
}));
export type ClearElrRecord = Infer<typeof clearElrRecord>;
