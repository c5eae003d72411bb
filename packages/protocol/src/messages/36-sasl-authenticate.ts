/**
 * SaslAuthenticate (api key 36): one step of the SASL mechanism named by SaslHandshake, as opaque bytes each way
 * (KIP-152).
 *
 * Repeated until the mechanism is done. A failure is answered SASL_AUTHENTICATION_FAILED and closes the connection. On
 * a live connection SaslHandshake and this may come again, to begin a new session (KIP-368).
 *
 * v1 sessionLifetimeMs (KIP-368) · v2 flexible
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
      errorMessage: string('0+', 'For the user: it says no more than a stranger may know.', { nullable: '0+' }),
      authBytes: bytes('0+'),
      sessionLifetimeMs: int53(
        '1+',
        'Authenticate again before so long, or the broker closes the connection; 0 for never.',
        { default: 0, ignorable: true, saturates: true },
      ),
    }),
  },
);

export type SaslAuthenticateRequest = ApiRequest<typeof saslAuthenticate>;
export type SaslAuthenticateResponse = ApiResponse<typeof saslAuthenticate>;
