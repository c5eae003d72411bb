/**
 * DescribeDelegationToken (api key 41): the delegation tokens that the requester may see (KIP-48). Any broker answers,
 * with the secrets.
 *
 * v1 throttled after the answer (KIP-219) · v2 flexible · v3 tokenRequesterPrincipalType,
 * tokenRequesterPrincipalName (KIP-373)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bytes, int16, int32, int53, string } from '../schema/field.ts';

export const describeDelegationToken = api(
  'DescribeDelegationToken',
  { key: 41, versions: '1-3', flexible: '2+' },
  {
    request: () => ({
      owners: array(
        '0+',
        {
          principalType: string('0+'),
          principalName: string('0+'),
        },
        'Null for all; empty for none.',
        { nullable: '0+' },
      ),
    }),
    response: () => ({
      errorCode: int16('0+'),
      tokens: array('0+', {
        principalType: string('0+', 'Of the owner.'),
        principalName: string('0+', 'Of the owner.'),
        tokenRequesterPrincipalType: string('3+', { default: '' }),
        tokenRequesterPrincipalName: string('3+', 'Who had it made; often the owner.', { default: '' }),
        issueTimestamp: int53('0+', 'Unix milliseconds.'),
        expiryTimestamp: int53('0+', 'Unix milliseconds; unless renewed.', { saturates: true }),
        maxTimestamp: int53('0+', 'Unix milliseconds; beyond it the token cannot be renewed. Infinity for never.', {
          saturates: true,
        }),
        tokenId: string('0+'),
        hmac: bytes('0+', 'The secret.'),
        renewers: array('0+', {
          principalType: string('0+'),
          principalName: string('0+'),
        }),
      }),
      throttleTimeMs: int32('0+'),
    }),
  },
);

export type DescribeDelegationTokenRequest = ApiRequest<typeof describeDelegationToken>;
export type DescribeDelegationTokenResponse = ApiResponse<typeof describeDelegationToken>;
