/** The records of share partitions in `__share_group_state` (KIP-932). The share coordinator writes them. */
import { message, type Infer } from '../../message.ts';
import { array, int16, int32, int53, int8, string, uuid } from '../../schema/field.ts';

/**
 * ShareSnapshotKey, key 0: a share partition. A tombstone: its state is deleted.
 */
export const shareSnapshotKey = message('ShareSnapshotKey', { key: 0, versions: '0', flexible: 'none' }, () => ({
  groupId: string('0'),
  topicId: uuid('0'),
  partition: int32('0'),
}));
export type ShareSnapshotKey = Infer<typeof shareSnapshotKey>;

/**
 * ShareSnapshotValue, key 0: all the state of a share partition: what came before may be forgotten.
 */
export const shareSnapshotValue = message('ShareSnapshotValue', { key: 0, versions: '0', flexible: '0+' }, () => ({
  snapshotEpoch: int32('0+', 'Counts the snapshots.'),
  stateEpoch: int32('0+', 'Group epoch of its initialization.'),
  leaderEpoch: int32('0+', 'Highest one that has read or written.'),
  startOffset: int53('0+', 'Below it all is done; -1 if not yet decided.'),
  deliveryCompleteCount: int32('0+', 'Offsets from the start on that are done; -1 if unknown (KIP-1226).', {
    default: -1,
    tag: 0,
  }),
  createTimestamp: int53('0+', 'When the state was made, in Unix milliseconds.'),
  writeTimestamp: int53('0+', 'When this was written, maybe again for an idle partition, in Unix milliseconds.'),
  stateBatches: array('0+', {
    firstOffset: int53('0+'),
    lastOffset: int53('0+', 'Inclusive.'),
    deliveryState: int8('0+', '0 available, 2 acknowledged, 4 archived (given up).'),
    deliveryCount: int16('0+'),
  }),
}));
export type ShareSnapshotValue = Infer<typeof shareSnapshotValue>;

/**
 * ShareUpdateKey, key 1: a share partition.
 */
export const shareUpdateKey = message('ShareUpdateKey', { key: 1, versions: '0', flexible: 'none' }, () => ({
  groupId: string('0'),
  topicId: uuid('0'),
  partition: int32('0'),
}));
export type ShareUpdateKey = Infer<typeof shareUpdateKey>;

/**
 * ShareUpdateValue, key 1: what has changed in a share partition since its last snapshot or update; batches replace
 * what they overlap.
 */
export const shareUpdateValue = message('ShareUpdateValue', { key: 1, versions: '0', flexible: '0+' }, () => ({
  snapshotEpoch: int32('0+', 'Of the snapshot that it changes.'),
  leaderEpoch: int32('0+'),
  startOffset: int53('0+', 'Below it all is done; -1 if unchanged.'),
  deliveryCompleteCount: int32('0+', 'Offsets from the start on that are done; -1 if unknown (KIP-1226).', {
    default: -1,
    tag: 0,
  }),
  stateBatches: array('0+', {
    firstOffset: int53('0+'),
    lastOffset: int53('0+', 'Inclusive.'),
    deliveryState: int8('0+', '0 available, 2 acknowledged, 4 archived (given up).'),
    deliveryCount: int16('0+'),
  }),
}));
export type ShareUpdateValue = Infer<typeof shareUpdateValue>;
