/**
 * CreateDelegationToken (api key 38): @DOC
 *
 * v2 flexible · v3 ownerPrincipalType, ownerPrincipalName, tokenRequesterPrincipalType,
 * tokenRequesterPrincipalName
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bytes, int16, int32, int53, string } from '../schema/field.ts';

export const createDelegationToken = api(
  'CreateDelegationToken',
  { key: 38, versions: '1-3', flexible: '2+' },
  {
    request: () => ({
      ownerPrincipalType: string('3+', { nullable: '3+', default: '' }),
      ownerPrincipalName: string('3+', { nullable: '3+', default: '' }),
      renewers: array('0+', {
        principalType: string('0+'),
        principalName: string('0+'),
      }),
      maxLifetimeMs: int53('0+', { saturates: true }),
    }),
    response: () => ({
      errorCode: int16('0+'),
      principalType: string('0+'),
      principalName: string('0+'),
      tokenRequesterPrincipalType: string('3+', { default: '' }),
      tokenRequesterPrincipalName: string('3+', { default: '' }),
      issueTimestampMs: int53('0+'),
      expiryTimestampMs: int53('0+', { saturates: true }),
      maxTimestampMs: int53('0+', { saturates: true }),
      tokenId: string('0+'),
      hmac: bytes('0+'),
      throttleTimeMs: int32('0+'),
    }),
  },
);

export type CreateDelegationTokenRequest = ApiRequest<typeof createDelegationToken>;
export type CreateDelegationTokenResponse = ApiResponse<typeof createDelegationToken>;
