/**
 * AddPartitionsToTxn (api key 24): partitions enter a transaction, before anything is written to them.
 *
 * Until v3 the sender is a producer, about one transaction. From v4 on it is a partition leader on behalf of producers
 * (KIP-890): it adds or, with `verifyOnly`, asks whether a partition is in, and batches transactions. Nothing is added
 * if one partition is refused: the others answer OPERATION_NOT_ATTEMPTED.
 *
 * v1 throttled after the answer (KIP-219) · v2 may answer PRODUCER_FENCED (KIP-588) · v3 flexible · v4 transactions,
 * errorCode, resultsByTransaction, without v3AndBelowTransactionalId, without v3AndBelowProducerId, without
 * v3AndBelowProducerEpoch, without v3AndBelowTopics, without resultsByTopicV3AndBelow (KIP-890) · v5 may answer
 * TRANSACTION_ABORTABLE (KIP-890)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int53, string, struct } from '../schema/field.ts';

export const addPartitionsToTxn = api(
  'AddPartitionsToTxn',
  { key: 24, versions: '0-5', flexible: '3+' },
  {
    request: () => ({
      transactions: array(
        '4+',
        {
          transactionalId: string('4+'),
          producerId: int53('4+'),
          producerEpoch: int16('4+'),
          verifyOnly: bool('4+', 'Ask whether the partitions are in the transaction, and add none.', {
            default: false,
          }),
          topics: array('4+', addPartitionsToTxnTopic()),
        },
        { default: [] },
      ),
      v3AndBelowTransactionalId: string('0-3', { default: '' }),
      v3AndBelowProducerId: int53('0-3', { default: 0 }),
      v3AndBelowProducerEpoch: int16('0-3', { default: 0 }),
      v3AndBelowTopics: array('0-3', addPartitionsToTxnTopic(), { default: [] }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('4+', 'About the request as a whole.', { ignorable: true }),
      resultsByTransaction: array(
        '4+',
        {
          transactionalId: string('4+'),
          topicResults: array('4+', addPartitionsToTxnTopicResult()),
        },
        { default: [] },
      ),
      resultsByTopicV3AndBelow: array('0-3', addPartitionsToTxnTopicResult(), { default: [] }),
    }),
  },
);

export type AddPartitionsToTxnRequest = ApiRequest<typeof addPartitionsToTxn>;
export type AddPartitionsToTxnResponse = ApiResponse<typeof addPartitionsToTxn>;

function addPartitionsToTxnTopic() {
  return struct('AddPartitionsToTxnTopic', {
    name: string('0+'),
    partitions: array('0+', int32),
  });
}

function addPartitionsToTxnTopicResult() {
  return struct('AddPartitionsToTxnTopicResult', {
    name: string('0+'),
    resultsByPartition: array('0+', addPartitionsToTxnPartitionResult()),
  });
}

function addPartitionsToTxnPartitionResult() {
  return struct('AddPartitionsToTxnPartitionResult', {
    partitionIndex: int32('0+'),
    partitionErrorCode: int16('0+'),
  });
}
