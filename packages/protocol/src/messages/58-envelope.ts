/**
 * Envelope (api key 58): a broker passes a client's request on to the controller, with who sent it (KIP-590).
 *
 * The controller acts with the authority of that principal; the sender itself must be allowed CLUSTER_ACTION.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { bytes, int16 } from '../schema/field.ts';

export const envelope = api(
  'Envelope',
  { key: 58, versions: '0', flexible: '0+' },
  {
    request: () => ({
      requestData: bytes('0+', "The client's request, header and body, in the version the client used."),
      requestPrincipal: bytes(
        '0+',
        'Version (int16) and DefaultPrincipalData, or what a principal builder of its own writes.',
        { nullable: '0+' },
      ),
      clientHostAddress: bytes('0+', '4 or 16 bytes.'),
    }),
    response: () => ({
      responseData: bytes('0+', 'Header and body of the answer, for the client; null with an error.', {
        nullable: '0+',
        default: null,
      }),
      errorCode: int16('0+', 'About the envelope; errors of the request are in the response it carries.'),
    }),
  },
);

export type EnvelopeRequest = ApiRequest<typeof envelope>;
export type EnvelopeResponse = ApiResponse<typeof envelope>;
