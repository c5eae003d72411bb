/**
 * AddOffsetsToTxn (api key 25): the offsets of a group enter a transaction, as the partition of `__consumer_offsets`
 * that holds them.
 *
 * Sent by a producer to its transaction coordinator, before TxnOffsetCommit. From v5 of that one on it is not needed
 * (KIP-890).
 *
 * v1 throttled after the answer (KIP-219) · v2 may answer PRODUCER_FENCED (KIP-588) · v3 flexible · v4 may answer
 * TRANSACTION_ABORTABLE (KIP-890)
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
      groupId: string('0+', 'Whose offsets will be committed.'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
    }),
  },
);

export type AddOffsetsToTxnRequest = ApiRequest<typeof addOffsetsToTxn>;
export type AddOffsetsToTxnResponse = ApiResponse<typeof addOffsetsToTxn>;
