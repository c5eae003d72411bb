/**
 * RenewDelegationToken (api key 39): a delegation token lives longer, but not past its maximum (KIP-48). For its owner
 * and its renewers.
 *
 * v1 throttled after the answer (KIP-219) · v2 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { bytes, int16, int32, int53 } from '../schema/field.ts';

export const renewDelegationToken = api(
  'RenewDelegationToken',
  { key: 39, versions: '1-2', flexible: '2+' },
  {
    request: () => ({
      hmac: bytes('0+', 'Names the token.'),
      renewPeriodMs: int53('0+', 'From now; at most delegation.token.expiry.time.ms, which -1 stands for.', {
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

export type RenewDelegationTokenRequest = ApiRequest<typeof renewDelegationToken>;
export type RenewDelegationTokenResponse = ApiResponse<typeof renewDelegationToken>;
