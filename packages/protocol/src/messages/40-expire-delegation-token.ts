/**
 * ExpireDelegationToken (api key 40): a delegation token expires at another time than before, or at once (KIP-48). For
 * its owner and its renewers.
 *
 * v1 throttled after the answer (KIP-219) · v2 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { bytes, int16, int32, int53 } from '../schema/field.ts';

export const expireDelegationToken = api(
  'ExpireDelegationToken',
  { key: 40, versions: '1-2', flexible: '2+' },
  {
    request: () => ({
      hmac: bytes('0+', 'Names the token.'),
      expiryTimePeriodMs: int53('0+', "From now, up to the token's maximum; below 0 the token goes at once.", {
        saturates: true,
      }),
    }),
    response: () => ({
      errorCode: int16('0+'),
      expiryTimestampMs: int53('0+', { saturates: true }),
      throttleTimeMs: int32('0+'),
    }),
  },
);

export type ExpireDelegationTokenRequest = ApiRequest<typeof expireDelegationToken>;
export type ExpireDelegationTokenResponse = ApiResponse<typeof expireDelegationToken>;
