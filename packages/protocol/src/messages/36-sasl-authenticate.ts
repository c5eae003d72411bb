/**
 * SaslAuthenticate (api key 36): @DOC
 *
 * v1 sessionLifetimeMs · v2 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { bytes, int16, int53, string } from '../schema/field.ts';

export const saslAuthenticate = api(
  'SaslAuthenticate',
  { key: 36, versions: '0-2', flexible: '2+' },
  {
    request: () => ({
      authBytes: bytes('0+'),
    }),
    response: () => ({
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+' }),
      authBytes: bytes('0+'),
      sessionLifetimeMs: int53('1+', { default: 0, ignorable: true, saturates: true }),
    }),
  },
);

export type SaslAuthenticateRequest = ApiRequest<typeof saslAuthenticate>;
export type SaslAuthenticateResponse = ApiResponse<typeof saslAuthenticate>;
