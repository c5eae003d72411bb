/**
 * ExpireDelegationToken (api key 40): @DOC
 *
 * v2 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { bytes, int16, int32, int53 } from '../schema/field.ts';

export const expireDelegationToken = api(
  'ExpireDelegationToken',
  { key: 40, versions: '1-2', flexible: '2+' },
  {
    request: () => ({
      hmac: bytes('0+'),
      expiryTimePeriodMs: int53('0+', { saturates: true }),
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
