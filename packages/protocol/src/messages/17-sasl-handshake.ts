/**
 * SaslHandshake (api key 17): @DOC
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, string } from '../schema/field.ts';

export const saslHandshake = api(
  'SaslHandshake',
  { key: 17, versions: '0-1', flexible: 'none' },
  {
    request: () => ({
      mechanism: string('0+'),
    }),
    response: () => ({
      errorCode: int16('0+'),
      mechanisms: array('0+', string),
    }),
  },
);

export type SaslHandshakeRequest = ApiRequest<typeof saslHandshake>;
export type SaslHandshakeResponse = ApiResponse<typeof saslHandshake>;
