/**
 * AllocateProducerIds (api key 67): @DOC
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { int16, int32, int53 } from '../schema/field.ts';

export const allocateProducerIds = api(
  'AllocateProducerIds',
  { key: 67, versions: '0', flexible: '0+' },
  {
    request: () => ({
      brokerId: int32('0+'),
      brokerEpoch: int53('0+', { default: -1 }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      producerIdStart: int53('0+'),
      producerIdLen: int32('0+'),
    }),
  },
);

export type AllocateProducerIdsRequest = ApiRequest<typeof allocateProducerIds>;
export type AllocateProducerIdsResponse = ApiResponse<typeof allocateProducerIds>;
