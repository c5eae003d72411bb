/** The records of classic groups in `__consumer_offsets`. The group coordinator writes them. */
import { message, type Infer } from '../../message.ts';
import { array, bytes, int32, int53, string, struct } from '../../schema/field.ts';

/**
 * GroupMetadataKey, key 2: the group. A tombstone: it is deleted, or has become a group of another kind.
 */
export const groupMetadataKey = message('GroupMetadataKey', { key: 2, versions: '0', flexible: 'none' }, () => ({
  group: string('0'),
}));
export type GroupMetadataKey = Infer<typeof groupMetadataKey>;

/**
 * GroupMetadataValue, key 2: a classic group's generation with members and assignments, written when a generation
 * begins, the group empties or a static member is replaced.
 *
 * v1 rebalanceTimeout · v2 currentStateTimestamp · v3 groupInstanceId (KIP-345) · v4 flexible (KIP-915)
 */
export const groupMetadataValue = message('GroupMetadataValue', { key: 2, versions: '0-4', flexible: '4+' }, () => ({
  protocolType: string('0+', '`consumer`, `connect`, …; empty for a group that only stores offsets.'),
  generation: int32('0+'),
  protocol: string('0+', 'Name of the assignor; null while the group is empty.', { nullable: '0+' }),
  leader: string('0+', 'Member id; null while the group is empty.', { nullable: '0+' }),
  currentStateTimestamp: int53(
    '2+',
    'When the group became what it is, in Unix milliseconds; offsets expire by it. -1 if unknown.',
    { default: -1, ignorable: true },
  ),
  members: array('0+', memberMetadata()),
}));
export type GroupMetadataValue = Infer<typeof groupMetadataValue>;

function memberMetadata() {
  return struct('MemberMetadata', {
    memberId: string('0+'),
    groupInstanceId: string('3+', 'Static member id, or null.', { nullable: '3+', default: null, ignorable: true }),
    clientId: string('0+'),
    clientHost: string('0+'),
    rebalanceTimeout: int32('1+', 'In milliseconds; -1 (v0) for the session timeout.', {
      default: -1,
      ignorable: true,
    }),
    sessionTimeout: int32('0+', 'In milliseconds.'),
    subscription: bytes('0+', 'What the member sent for the chosen protocol in JoinGroup.'),
    assignment: bytes('0+', 'What the leader gave it in SyncGroup.'),
  });
}
