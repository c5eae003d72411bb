/**
 * The metadata records that bind others together, where one batch is too small for a change that must happen as a whole
 * (KIP-868).
 */
import { message, type Infer } from '../../message.ts';
import { string } from '../../schema/field.ts';

/**
 * BeginTransactionRecord, key 23: the records that follow take effect only when the transaction ends.
 */
export const beginTransactionRecord = message(
  'BeginTransactionRecord',
  { key: 23, versions: '0', flexible: '0+' },
  () => ({
    name: string('0+', 'For people, or null.', { nullable: '0+', default: null, tag: 0 }),
  }),
);
export type BeginTransactionRecord = Infer<typeof beginTransactionRecord>;

/**
 * EndTransactionRecord, key 24: the records since BeginTransactionRecord take effect.
 */
export const endTransactionRecord = message(
  'EndTransactionRecord',
  { key: 24, versions: '0', flexible: '0+' },
  () => ({}),
);
export type EndTransactionRecord = Infer<typeof endTransactionRecord>;

/**
 * AbortTransactionRecord, key 25: the records since BeginTransactionRecord count for nothing, as after a change of
 * controller halfway.
 */
export const abortTransactionRecord = message(
  'AbortTransactionRecord',
  { key: 25, versions: '0', flexible: '0+' },
  () => ({
    reason: string('0+', 'For people, or null.', { nullable: '0+', default: null, tag: 0 }),
  }),
);
export type AbortTransactionRecord = Infer<typeof abortTransactionRecord>;
