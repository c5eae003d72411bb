/**
 * AddOffsetsToTxn (api key 25): @DOC
 *
 * v3 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { int16, int32, int53, string } from '../schema/field.ts';

export const addOffsetsToTxn = api(
  'AddOffsetsToTxn',
  { key: 25, versions: '0-4', flexible: '3+' },
  {
    request: () => ({
      transactionalId: string('0+'),
      producerId: int53('0+'),
      producerEpoch: int16('0+'),
      groupId: string('0+'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
    }),
  },
);

export type AddOffsetsToTxnRequest = ApiRequest<typeof addOffsetsToTxn>;
export type AddOffsetsToTxnResponse = ApiResponse<typeof addOffsetsToTxn>;
