/** The metadata records of who may do what, and how users prove who they are. */
import { message, type Infer } from '../../message.ts';
import { array, bytes, int32, int53, int8, string, uuid } from '../../schema/field.ts';

/**
 * AccessControlEntryRecord, key 18: an access control entry exists. The numbers are those of DescribeAcls.
 */
export const accessControlEntryRecord = message(
  'AccessControlEntryRecord',
  { key: 18, versions: '0', flexible: '0+' },
  () => ({
    id: uuid('0+', 'Random, to remove it by.'),
    resourceType: int8('0+'),
    resourceName: string('0+'),
    patternType: int8('0+'),
    principal: string('0+'),
    host: string('0+', 'An address; `*` for all.'),
    operation: int8('0+'),
    permissionType: int8('0+'),
  }),
);
export type AccessControlEntryRecord = Infer<typeof accessControlEntryRecord>;

/**
 * RemoveAccessControlEntryRecord, key 19: an access control entry is gone.
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
 * UserScramCredentialRecord, key 11: a user's SCRAM credential, new or replaced.
 */
export const userScramCredentialRecord = message(
  'UserScramCredentialRecord',
  { key: 11, versions: '0', flexible: '0+' },
  () => ({
    name: string('0+'),
    mechanism: int8('0+', '1 SCRAM-SHA-256, 2 SCRAM-SHA-512.'),
    salt: bytes('0+'),
    storedKey: bytes('0+', 'Hash of the client key, to check the client by (RFC 5802).'),
    serverKey: bytes('0+', 'To prove the server to the client (RFC 5802).'),
    iterations: int32('0+'),
  }),
);
export type UserScramCredentialRecord = Infer<typeof userScramCredentialRecord>;

/**
 * RemoveUserScramCredentialRecord, key 22: a user's SCRAM credential is gone.
 */
export const removeUserScramCredentialRecord = message(
  'RemoveUserScramCredentialRecord',
  { key: 22, versions: '0', flexible: '0+' },
  () => ({
    name: string('0+'),
    mechanism: int8('0+', '1 SCRAM-SHA-256, 2 SCRAM-SHA-512.'),
  }),
);
export type RemoveUserScramCredentialRecord = Infer<typeof removeUserScramCredentialRecord>;

/**
 * DelegationTokenRecord, key 10: a delegation token was made or has another expiry.
 *
 * The secret is not in it: each node derives it from token id and delegation.token.secret.key.
 */
export const delegationTokenRecord = message(
  'DelegationTokenRecord',
  { key: 10, versions: '0', flexible: '0+' },
  () => ({
    owner: string('0+', 'Such as `User:alice`.'),
    requester: string('0+', 'Who had it made; often the owner.'),
    renewers: array('0+', string),
    issueTimestamp: int53('0+', 'Unix milliseconds.'),
    maxTimestamp: int53('0+', 'Unix milliseconds; beyond it the token cannot be renewed.', { saturates: true }),
    expirationTimestamp: int53('0+', 'Unix milliseconds; unless renewed.', { saturates: true }),
    tokenId: string('0+'),
  }),
);
export type DelegationTokenRecord = Infer<typeof delegationTokenRecord>;

/**
 * RemoveDelegationTokenRecord, key 26: a delegation token is gone: expired or revoked.
 */
export const removeDelegationTokenRecord = message(
  'RemoveDelegationTokenRecord',
  { key: 26, versions: '0', flexible: '0+' },
  () => ({
    tokenId: string('0+'),
  }),
);
export type RemoveDelegationTokenRecord = Infer<typeof removeDelegationTokenRecord>;
