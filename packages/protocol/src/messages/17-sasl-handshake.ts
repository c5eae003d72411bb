/**
 * SaslHandshake (api key 17): the client names the SASL mechanism that it will authenticate with. The first step on a
 * SASL listener.
 *
 * After v0 the tokens follow as bare bytes with a size before them; after v1 they are wrapped in SaslAuthenticate
 * (KIP-152). An unknown mechanism is answered with UNSUPPORTED_SASL_MECHANISM and the list of those that the listener
 * offers.
 *
 * v1 SaslAuthenticate follows (KIP-152)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, string } from '../schema/field.ts';

export const saslHandshake = api(
  'SaslHandshake',
  { key: 17, versions: '0-1', flexible: 'none' },
  {
    request: () => ({
      mechanism: string('0+', 'Such as `SCRAM-SHA-256`.'),
    }),
    response: () => ({
      errorCode: int16('0+'),
      mechanisms: array('0+', string, 'Those enabled on the listener.'),
    }),
  },
);

export type SaslHandshakeRequest = ApiRequest<typeof saslHandshake>;
export type SaslHandshakeResponse = ApiResponse<typeof saslHandshake>;
