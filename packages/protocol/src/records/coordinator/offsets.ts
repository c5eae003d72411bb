/** @FILE */
import { message, type Infer } from '../../message.ts';
import { int32, int53, string, uuid } from '../../schema/field.ts';

/**
 * LegacyOffsetCommitKey, key 0: @DOC
 */
export const legacyOffsetCommitKey = message(
  'LegacyOffsetCommitKey',
  { key: 0, versions: '0', flexible: 'none' },
  () => ({
    group: string('0'),
    topic: string('0'),
    partition: int32('0'),
  }),
);
export type LegacyOffsetCommitKey = Infer<typeof legacyOffsetCommitKey>;

/**
 * LegacyOffsetCommitValue, key 0: @DOC
 */
export const legacyOffsetCommitValue = message(
  'LegacyOffsetCommitValue',
  { key: 0, versions: '0', flexible: 'none' },
  () => ({
    offset: int53('0', { saturates: true }),
    metadata: string('0'),
    commitTimestamp: int53('0'),
  }),
);
export type LegacyOffsetCommitValue = Infer<typeof legacyOffsetCommitValue>;

/**
 * OffsetCommitKey, key 1: @DOC
 */
export const offsetCommitKey = message('OffsetCommitKey', { key: 1, versions: '0', flexible: 'none' }, () => ({
  group: string('0'),
  topic: string('0'),
  partition: int32('0'),
}));
export type OffsetCommitKey = Infer<typeof offsetCommitKey>;

/**
 * OffsetCommitValue, key 1: @DOC
 *
 * v1 expireTimestamp · v2 without expireTimestamp · v3 leaderEpoch · v4 topicId, flexible
 */
export const offsetCommitValue = message('OffsetCommitValue', { key: 1, versions: '0-4', flexible: '4+' }, () => ({
  offset: int53('0+', { saturates: true }),
  leaderEpoch: int32('3+', { default: -1, ignorable: true }),
  metadata: string('0+'),
  commitTimestamp: int53('0+'),
  expireTimestamp: int53('1', { default: -1, ignorable: true, saturates: true }),
  topicId: uuid('4+', { tag: 0, ignorable: true }),
}));
export type OffsetCommitValue = Infer<typeof offsetCommitValue>;
