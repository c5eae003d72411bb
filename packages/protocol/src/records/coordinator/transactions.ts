/** The records of transactional ids in `__transaction_state`. The transaction coordinator writes them. */
import { message, type Infer } from '../../message.ts';
import { array, int16, int32, int53, int8, string } from '../../schema/field.ts';

/**
 * TransactionLogKey, key 0: a transactional id. A tombstone: it has expired.
 */
export const transactionLogKey = message('TransactionLogKey', { key: 0, versions: '0', flexible: 'none' }, () => ({
  transactionalId: string('0'),
}));
export type TransactionLogKey = Infer<typeof transactionLogKey>;

/**
 * TransactionLogValue, key 0: a transactional id's producer and how its transaction stands, written on every step.
 *
 * v1 previousProducerId, nextProducerId, nextProducerEpoch, clientTransactionVersion, flexible (KIP-890, KIP-915)
 */
export const transactionLogValue = message('TransactionLogValue', { key: 0, versions: '0-1', flexible: '1+' }, () => ({
  producerId: int53('0+'),
  previousProducerId: int53(
    '1+',
    'Of the last transaction, to know its retries after the id has changed; -1 for none.',
    { default: -1, tag: 0 },
  ),
  nextProducerId: int53(
    '1+',
    'Told to the producer for the next transaction, when the epochs are used up; -1 for none.',
    { default: -1, tag: 1 },
  ),
  producerEpoch: int16('0+'),
  nextProducerEpoch: int16('1+', '-1 for none.', { default: -1, tag: 3 }),
  transactionTimeoutMs: int32('0+'),
  transactionStatus: int8(
    '0+',
    '0 Empty, 1 Ongoing, 2/3 PrepareCommit/Abort, 4/5 CompleteCommit/Abort, 6 Dead, 7 PrepareEpochFence.',
  ),
  transactionPartitions: array(
    '0+',
    {
      topic: string('0+'),
      partitionIds: array('0+', int32),
    },
    'Null while Empty.',
    { nullable: '0+' },
  ),
  transactionLastUpdateTimestampMs: int53('0+', 'Unix milliseconds; by it the transactional id expires.'),
  transactionStartTimestampMs: int53('0+', 'Unix milliseconds; -1 if none has begun.'),
  clientTransactionVersion: int16('1+', 'Level of transaction.version that the client uses.', { default: 0, tag: 2 }),
}));
export type TransactionLogValue = Infer<typeof transactionLogValue>;
