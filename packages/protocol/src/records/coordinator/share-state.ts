/** @FILE */
import { message, type Infer } from '../../message.ts';
import { array, int16, int32, int53, int8, string, uuid } from '../../schema/field.ts';

/**
 * ShareSnapshotKey, key 0: @DOC
 */
export const shareSnapshotKey = message('ShareSnapshotKey', { key: 0, versions: '0', flexible: 'none' }, () => ({
  groupId: string('0'),
  topicId: uuid('0'),
  partition: int32('0'),
}));
export type ShareSnapshotKey = Infer<typeof shareSnapshotKey>;

/**
 * ShareSnapshotValue, key 0: @DOC
 */
export const shareSnapshotValue = message('ShareSnapshotValue', { key: 0, versions: '0', flexible: '0+' }, () => ({
  snapshotEpoch: int32('0+'),
  stateEpoch: int32('0+'),
  leaderEpoch: int32('0+'),
  startOffset: int53('0+'),
  deliveryCompleteCount: int32('0+', { default: -1, tag: 0 }),
  createTimestamp: int53('0+'),
  writeTimestamp: int53('0+'),
  stateBatches: array('0+', {
    firstOffset: int53('0+'),
    lastOffset: int53('0+'),
    deliveryState: int8('0+'),
    deliveryCount: int16('0+'),
  }),
}));
export type ShareSnapshotValue = Infer<typeof shareSnapshotValue>;

/**
 * ShareUpdateKey, key 1: @DOC
 */
export const shareUpdateKey = message('ShareUpdateKey', { key: 1, versions: '0', flexible: 'none' }, () => ({
  groupId: string('0'),
  topicId: uuid('0'),
  partition: int32('0'),
}));
export type ShareUpdateKey = Infer<typeof shareUpdateKey>;

/**
 * ShareUpdateValue, key 1: @DOC
 */
export const shareUpdateValue = message('ShareUpdateValue', { key: 1, versions: '0', flexible: '0+' }, () => ({
  snapshotEpoch: int32('0+'),
  leaderEpoch: int32('0+'),
  startOffset: int53('0+'),
  deliveryCompleteCount: int32('0+', { default: -1, tag: 0 }),
  stateBatches: array('0+', {
    firstOffset: int53('0+'),
    lastOffset: int53('0+'),
    deliveryState: int8('0+'),
    deliveryCount: int16('0+'),
  }),
}));
export type ShareUpdateValue = Infer<typeof shareUpdateValue>;
