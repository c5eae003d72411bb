/**
 * Envelope (api key 58): @DOC
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { bytes, int16 } from '../schema/field.ts';

export const envelope = api(
  'Envelope',
  { key: 58, versions: '0', flexible: '0+' },
  {
    request: () => ({
      requestData: bytes('0+'),
      requestPrincipal: bytes('0+', { nullable: '0+' }),
      clientHostAddress: bytes('0+'),
    }),
    response: () => ({
      responseData: bytes('0+', { nullable: '0+', default: null }),
      errorCode: int16('0+'),
    }),
  },
);

export type EnvelopeRequest = ApiRequest<typeof envelope>;
export type EnvelopeResponse = ApiResponse<typeof envelope>;
