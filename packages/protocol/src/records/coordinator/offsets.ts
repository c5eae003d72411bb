/**
 * The records of committed offsets in `__consumer_offsets`, for groups of every kind. The group coordinator writes
 * them.
 */
import { message, type Infer } from '../../message.ts';
import { int32, int53, string, uuid } from '../../schema/field.ts';

/**
 * LegacyOffsetCommitKey, key 0: a group's partition, in the first form there was. Only read; the same meaning as
 * OffsetCommitKey.
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
 * LegacyOffsetCommitValue, key 0: a committed offset, in the first form there was. Only read.
 */
export const legacyOffsetCommitValue = message(
  'LegacyOffsetCommitValue',
  { key: 0, versions: '0', flexible: 'none' },
  () => ({
    offset: int53('0', { saturates: true }),
    metadata: string('0'),
    commitTimestamp: int53('0', 'Unix milliseconds.'),
  }),
);
export type LegacyOffsetCommitValue = Infer<typeof legacyOffsetCommitValue>;

/**
 * OffsetCommitKey, key 1: a group's partition. A tombstone: its offset was deleted or has expired.
 */
export const offsetCommitKey = message('OffsetCommitKey', { key: 1, versions: '0', flexible: 'none' }, () => ({
  group: string('0'),
  topic: string('0'),
  partition: int32('0'),
}));
export type OffsetCommitKey = Infer<typeof offsetCommitKey>;

/**
 * OffsetCommitValue, key 1: a committed offset. In a transactional batch it counts once the commit marker follows.
 *
 * v1 expireTimestamp · v2 without expireTimestamp · v3 leaderEpoch (KIP-320) · v4 topicId, flexible (KIP-915)
 */
export const offsetCommitValue = message('OffsetCommitValue', { key: 1, versions: '0-4', flexible: '4+' }, () => ({
  offset: int53('0+', 'The next record to read.', { saturates: true }),
  leaderEpoch: int32('3+', 'Epoch of the last record read; -1 if unknown.', { default: -1, ignorable: true }),
  metadata: string('0+', 'Free text of the client.'),
  commitTimestamp: int53('0+', 'Unix milliseconds.'),
  expireTimestamp: int53('1', 'Unix milliseconds, where an old client asked for a retention of its own; -1 for none.', {
    default: -1,
    ignorable: true,
    saturates: true,
  }),
  topicId: uuid('4+', 'Zero if unknown.', { tag: 0, ignorable: true }),
}));
export type OffsetCommitValue = Infer<typeof offsetCommitValue>;
