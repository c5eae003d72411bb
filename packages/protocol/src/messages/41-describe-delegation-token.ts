/**
 * DescribeDelegationToken (api key 41): @DOC
 *
 * v2 flexible · v3 tokenRequesterPrincipalType, tokenRequesterPrincipalName
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
        { nullable: '0+' },
      ),
    }),
    response: () => ({
      errorCode: int16('0+'),
      tokens: array('0+', {
        principalType: string('0+'),
        principalName: string('0+'),
        tokenRequesterPrincipalType: string('3+', { default: '' }),
        tokenRequesterPrincipalName: string('3+', { default: '' }),
        issueTimestamp: int53('0+'),
        expiryTimestamp: int53('0+', { saturates: true }),
        maxTimestamp: int53('0+', { saturates: true }),
        tokenId: string('0+'),
        hmac: bytes('0+'),
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
