/**
 * UnregisterBroker (api key 64): a broker that will not come back is forgotten (KIP-631). Brokers pass the request on
 * to the controller.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { int16, int32, string } from '../schema/field.ts';

export const unregisterBroker = api(
  'UnregisterBroker',
  { key: 64, versions: '0', flexible: '0+' },
  {
    request: () => ({
      brokerId: int32('0+'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+' }),
    }),
  },
);

export type UnregisterBrokerRequest = ApiRequest<typeof unregisterBroker>;
export type UnregisterBrokerResponse = ApiResponse<typeof unregisterBroker>;
