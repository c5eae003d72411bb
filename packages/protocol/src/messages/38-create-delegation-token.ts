/**
 * CreateDelegationToken (api key 38): a delegation token: a secret that lets its bearer authenticate as its owner, by
 * SCRAM, for a while (KIP-48).
 *
 * Brokers pass the request on to the controller. It is refused on PLAINTEXT, without authentication, and on connections
 * that a token authenticated. A token expires unless it is renewed, and cannot be renewed past its maximum.
 *
 * v1 throttled after the answer (KIP-219) · v2 flexible · v3 ownerPrincipalType, ownerPrincipalName,
 * tokenRequesterPrincipalType, tokenRequesterPrincipalName (KIP-373)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bytes, int16, int32, int53, string } from '../schema/field.ts';

export const createDelegationToken = api(
  'CreateDelegationToken',
  { key: 38, versions: '1-3', flexible: '2+' },
  {
    request: () => ({
      ownerPrincipalType: string('3+', 'Null or empty for the requester.', { nullable: '3+', default: '' }),
      ownerPrincipalName: string('3+', 'Null or empty for the requester.', { nullable: '3+', default: '' }),
      renewers: array(
        '0+',
        {
          principalType: string('0+', '`User` alone is allowed.'),
          principalName: string('0+'),
        },
        'Who may renew it besides the owner.',
      ),
      maxLifetimeMs: int53('0+', 'At most delegation.token.max.lifetime.ms, which -1 stands for.', { saturates: true }),
    }),
    response: () => ({
      errorCode: int16('0+'),
      principalType: string('0+', 'Of the owner.'),
      principalName: string('0+', 'Of the owner.'),
      tokenRequesterPrincipalType: string('3+', { default: '' }),
      tokenRequesterPrincipalName: string('3+', 'Who had it made; often the owner.', { default: '' }),
      issueTimestampMs: int53('0+'),
      expiryTimestampMs: int53('0+', 'Unless renewed.', { saturates: true }),
      maxTimestampMs: int53('0+', 'Beyond it the token cannot be renewed; Infinity for never.', { saturates: true }),
      tokenId: string('0+', 'The SCRAM user name.'),
      hmac: bytes('0+', 'The secret: in base64 the SCRAM password, and the key for renewing.'),
      throttleTimeMs: int32('0+'),
    }),
  },
);

export type CreateDelegationTokenRequest = ApiRequest<typeof createDelegationToken>;
export type CreateDelegationTokenResponse = ApiResponse<typeof createDelegationToken>;
