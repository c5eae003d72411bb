/**
 * AllocateProducerIds (api key 67): the controller hands a broker a block of producer ids that no other gets (KIP-730).
 *
 * The broker gives them out in InitProducerId, and asks for the next block before this one is used up.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { int16, int32, int53 } from '../schema/field.ts';

export const allocateProducerIds = api(
  'AllocateProducerIds',
  { key: 67, versions: '0', flexible: '0+' },
  {
    request: () => ({
      brokerId: int32('0+'),
      brokerEpoch: int53('0+', "From the broker's registration.", { default: -1 }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      producerIdStart: int53('0+'),
      producerIdLen: int32('0+', 'How many; Kafka gives 1000.'),
    }),
  },
);

export type AllocateProducerIdsRequest = ApiRequest<typeof allocateProducerIds>;
export type AllocateProducerIdsResponse = ApiResponse<typeof allocateProducerIds>;
