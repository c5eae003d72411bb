/**
 * InitProducerId (api key 22): @DOC
 *
 * v2 flexible · v3 producerId, producerEpoch · v6 enable2Pc, keepPreparedTxn, ongoingTxnProducerId,
 * ongoingTxnProducerEpoch
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { bool, int16, int32, int53, string } from '../schema/field.ts';

export const initProducerId = api(
  'InitProducerId',
  { key: 22, versions: '0-6', flexible: '2+', latestVersionUnstable: true },
  {
    request: () => ({
      transactionalId: string('0+', { nullable: '0+' }),
      transactionTimeoutMs: int32('0+'),
      producerId: int53('3+', { default: -1 }),
      producerEpoch: int16('3+', { default: -1 }),
      enable2Pc: bool('6+', { default: false }),
      keepPreparedTxn: bool('6+', { default: false }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+', { ignorable: true }),
      errorCode: int16('0+'),
      producerId: int53('0+', { default: -1 }),
      producerEpoch: int16('0+'),
      ongoingTxnProducerId: int53('6+', { default: -1 }),
      ongoingTxnProducerEpoch: int16('6+', { default: -1 }),
    }),
  },
);

export type InitProducerIdRequest = ApiRequest<typeof initProducerId>;
export type InitProducerIdResponse = ApiResponse<typeof initProducerId>;
