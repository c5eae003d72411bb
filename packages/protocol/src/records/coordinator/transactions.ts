/** @FILE */
import { message, type Infer } from '../../message.ts';
import { array, int16, int32, int53, int8, string } from '../../schema/field.ts';

/**
 * TransactionLogKey, key 0: @DOC
 */
export const transactionLogKey = message('TransactionLogKey', { key: 0, versions: '0', flexible: 'none' }, () => ({
  transactionalId: string('0'),
}));
export type TransactionLogKey = Infer<typeof transactionLogKey>;

/**
 * TransactionLogValue, key 0: @DOC
 *
 * v1 previousProducerId, nextProducerId, nextProducerEpoch, clientTransactionVersion, flexible
 */
export const transactionLogValue = message('TransactionLogValue', { key: 0, versions: '0-1', flexible: '1+' }, () => ({
  producerId: int53('0+'),
  previousProducerId: int53('1+', { default: -1, tag: 0 }),
  nextProducerId: int53('1+', { default: -1, tag: 1 }),
  producerEpoch: int16('0+'),
  nextProducerEpoch: int16('1+', { default: -1, tag: 3 }),
  transactionTimeoutMs: int32('0+'),
  transactionStatus: int8('0+'),
  transactionPartitions: array(
    '0+',
    {
      topic: string('0+'),
      partitionIds: array('0+', int32),
    },
    { nullable: '0+' },
  ),
  transactionLastUpdateTimestampMs: int53('0+'),
  transactionStartTimestampMs: int53('0+'),
  clientTransactionVersion: int16('1+', { default: 0, tag: 2 }),
}));
export type TransactionLogValue = Infer<typeof transactionLogValue>;
