/** @FILE */
import { message, type Infer } from '../../message.ts';
import { string } from '../../schema/field.ts';

/**
 * BeginTransactionRecord, key 23: @DOC
 */
export const beginTransactionRecord = message(
  'BeginTransactionRecord',
  { key: 23, versions: '0', flexible: '0+' },
  () => ({
    name: string('0+', { nullable: '0+', default: null, tag: 0 }),
  }),
);
export type BeginTransactionRecord = Infer<typeof beginTransactionRecord>;

/**
 * EndTransactionRecord, key 24: @DOC
 */
export const endTransactionRecord = message(
  'EndTransactionRecord',
  { key: 24, versions: '0', flexible: '0+' },
  () => ({}),
);
export type EndTransactionRecord = Infer<typeof endTransactionRecord>;

/**
 * AbortTransactionRecord, key 25: @DOC
 */
export const abortTransactionRecord = message(
  'AbortTransactionRecord',
  { key: 25, versions: '0', flexible: '0+' },
  () => ({
    reason: string('0+', { nullable: '0+', default: null, tag: 0 }),
  }),
);
export type AbortTransactionRecord = Infer<typeof abortTransactionRecord>;
