/** @FILE */
import { message, type Infer } from '../../message.ts';
import { array, bytes, int32, int53, int8, string, uuid } from '../../schema/field.ts';

/**
 * AccessControlEntryRecord, key 18: @DOC
 */
export const accessControlEntryRecord = message(
  'AccessControlEntryRecord',
  { key: 18, versions: '0', flexible: '0+' },
  () => ({
    id: uuid('0+'),
    resourceType: int8('0+'),
    resourceName: string('0+'),
    patternType: int8('0+'),
    principal: string('0+'),
    host: string('0+'),
    operation: int8('0+'),
    permissionType: int8('0+'),
  }),
);
export type AccessControlEntryRecord = Infer<typeof accessControlEntryRecord>;

/**
 * RemoveAccessControlEntryRecord, key 19: @DOC
 */
export const removeAccessControlEntryRecord = message(
  'RemoveAccessControlEntryRecord',
  { key: 19, versions: '0', flexible: '0+' },
  () => ({
    id: uuid('0+'),
  }),
);
export type RemoveAccessControlEntryRecord = Infer<typeof removeAccessControlEntryRecord>;

/**
 * UserScramCredentialRecord, key 11: @DOC
 */
export const userScramCredentialRecord = message(
  'UserScramCredentialRecord',
  { key: 11, versions: '0', flexible: '0+' },
  () => ({
    name: string('0+'),
    mechanism: int8('0+'),
    salt: bytes('0+'),
    storedKey: bytes('0+'),
    serverKey: bytes('0+'),
    iterations: int32('0+'),
  }),
);
export type UserScramCredentialRecord = Infer<typeof userScramCredentialRecord>;

/**
 * RemoveUserScramCredentialRecord, key 22: @DOC
 */
export const removeUserScramCredentialRecord = message(
  'RemoveUserScramCredentialRecord',
  { key: 22, versions: '0', flexible: '0+' },
  () => ({
    name: string('0+'),
    mechanism: int8('0+'),
  }),
);
export type RemoveUserScramCredentialRecord = Infer<typeof removeUserScramCredentialRecord>;

/**
 * DelegationTokenRecord, key 10: @DOC
 */
export const delegationTokenRecord = message(
  'DelegationTokenRecord',
  { key: 10, versions: '0', flexible: '0+' },
  () => ({
    owner: string('0+'),
    requester: string('0+'),
    renewers: array('0+', string),
    issueTimestamp: int53('0+'),
    maxTimestamp: int53('0+', { saturates: true }),
    expirationTimestamp: int53('0+', { saturates: true }),
    tokenId: string('0+'),
  }),
);
export type DelegationTokenRecord = Infer<typeof delegationTokenRecord>;

/**
 * RemoveDelegationTokenRecord, key 26: @DOC
 */
export const removeDelegationTokenRecord = message(
  'RemoveDelegationTokenRecord',
  { key: 26, versions: '0', flexible: '0+' },
  () => ({
    tokenId: string('0+'),
  }),
);
export type RemoveDelegationTokenRecord = Infer<typeof removeDelegationTokenRecord>;
