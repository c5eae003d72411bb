/**
 * EndTxn (api key 26): @DOC
 *
 * v3 flexible · v5 producerId, producerEpoch
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { bool, int16, int32, int53, string } from '../schema/field.ts';

export const endTxn = api(
  'EndTxn',
  { key: 26, versions: '0-5', flexible: '3+' },
  {
    request: () => ({
      transactionalId: string('0+'),
      producerId: int53('0+'),
      producerEpoch: int16('0+'),
      committed: bool('0+'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      producerId: int53('5+', { default: -1, ignorable: true }),
      producerEpoch: int16('5+', { default: -1, ignorable: true }),
    }),
  },
);

export type EndTxnRequest = ApiRequest<typeof endTxn>;
export type EndTxnResponse = ApiResponse<typeof endTxn>;
