/** @FILE */
import { message, type Infer } from '../../message.ts';
import { array, bytes, int32, int53, string, struct } from '../../schema/field.ts';

/**
 * GroupMetadataKey, key 2: @DOC
 */
export const groupMetadataKey = message('GroupMetadataKey', { key: 2, versions: '0', flexible: 'none' }, () => ({
  group: string('0'),
}));
export type GroupMetadataKey = Infer<typeof groupMetadataKey>;

/**
 * GroupMetadataValue, key 2: @DOC
 *
 * v1 rebalanceTimeout · v2 currentStateTimestamp · v3 groupInstanceId · v4 flexible
 */
export const groupMetadataValue = message('GroupMetadataValue', { key: 2, versions: '0-4', flexible: '4+' }, () => ({
  protocolType: string('0+'),
  generation: int32('0+'),
  protocol: string('0+', { nullable: '0+' }),
  leader: string('0+', { nullable: '0+' }),
  currentStateTimestamp: int53('2+', { default: -1, ignorable: true }),
  members: array('0+', memberMetadata()),
}));
export type GroupMetadataValue = Infer<typeof groupMetadataValue>;

function memberMetadata() {
  return struct('MemberMetadata', {
    memberId: string('0+'),
    groupInstanceId: string('3+', { nullable: '3+', default: null, ignorable: true }),
    clientId: string('0+'),
    clientHost: string('0+'),
    rebalanceTimeout: int32('1+', { default: -1, ignorable: true }),
    sessionTimeout: int32('0+'),
    subscription: bytes('0+'),
    assignment: bytes('0+'),
  });
}
