/**
 * EndTxn (api key 26): a producer commits or aborts its transaction.
 *
 * The transaction coordinator answers once the decision is durable; markers reach the partitions afterwards, and until
 * then a new transaction is answered CONCURRENT_TRANSACTIONS. From v5 on every transaction ends with a higher epoch, so
 * that a late write cannot slip into the next one (KIP-890).
 *
 * v1 throttled after the answer (KIP-219) · v2 may answer PRODUCER_FENCED (KIP-588) · v3 flexible · v4 may answer
 * TRANSACTION_ABORTABLE (KIP-890) · v5 producerId, producerEpoch (KIP-890)
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
      committed: bool('0+', 'True to commit, false to abort.'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      producerId: int53('5+', 'For the next transaction; a new one when the epochs are used up. -1 with an error.', {
        default: -1,
        ignorable: true,
      }),
      producerEpoch: int16('5+', 'For the next transaction; -1 with an error.', { default: -1, ignorable: true }),
    }),
  },
);

export type EndTxnRequest = ApiRequest<typeof endTxn>;
export type EndTxnResponse = ApiResponse<typeof endTxn>;
