/**
 * InitProducerId (api key 22): an id and epoch for an idempotent or transactional producer.
 *
 * Without a transactional id any broker answers, with a fresh id at epoch 0. With one, the transaction coordinator
 * gives the id that belongs to it at a higher epoch: older instances are fenced, and an open transaction is aborted
 * first, during which the answer is CONCURRENT_TRANSACTIONS. v6 is not yet stable: Kafka 4.4 answers `keepPreparedTxn`
 * with UNSUPPORTED_VERSION.
 *
 * v1 throttled after the answer (KIP-219) · v2 flexible · v3 producerId, producerEpoch (KIP-360) · v4 may answer
 * PRODUCER_FENCED (KIP-588) · v5 may answer TRANSACTION_ABORTABLE (KIP-890) · v6 enable2Pc, keepPreparedTxn,
 * ongoingTxnProducerId, ongoingTxnProducerEpoch (KIP-939)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { bool, int16, int32, int53, string } from '../schema/field.ts';

export const initProducerId = api(
  'InitProducerId',
  { key: 22, versions: '0-6', flexible: '2+', latestVersionUnstable: true },
  {
    request: () => ({
      transactionalId: string('0+', 'Null for an idempotent producer; empty is refused.', { nullable: '0+' }),
      transactionTimeoutMs: int32(
        '0+',
        'Open for longer, a transaction is aborted; without meaning if the id is null.',
      ),
      producerId: int53('3+', 'What the producer has, to raise its own epoch after an error; -1 for a new instance.', {
        default: -1,
      }),
      producerEpoch: int16('3+', 'Must be the current one; -1 for a new instance.', { default: -1 }),
      enable2Pc: bool('6+', 'The transaction waits for an outer commit: it has no timeout.', { default: false }),
      keepPreparedTxn: bool('6+', 'Leave an open transaction as it is instead of aborting it.', { default: false }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+', { ignorable: true }),
      errorCode: int16('0+'),
      producerId: int53('0+', { default: -1 }),
      producerEpoch: int16('0+'),
      ongoingTxnProducerId: int53('6+', 'With keepPreparedTxn, of the transaction left open; -1 if there is none.', {
        default: -1,
      }),
      ongoingTxnProducerEpoch: int16('6+', 'With keepPreparedTxn, of the transaction left open; -1 if there is none.', {
        default: -1,
      }),
    }),
  },
);

export type InitProducerIdRequest = ApiRequest<typeof initProducerId>;
export type InitProducerIdResponse = ApiResponse<typeof initProducerId>;
