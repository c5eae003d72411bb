/** @FILE */
import { message, type Infer } from '../message.ts';
import { array, int16, int32, int53, uint32 } from '../schema/field.ts';

/**
 * ControlRecordTypeSchema: @DOC
 */
export const controlRecordTypeSchema = message('ControlRecordTypeSchema', { versions: '0', flexible: 'none' }, () => ({
  type: int16('0+'),
}));
export type ControlRecordTypeSchema = Infer<typeof controlRecordTypeSchema>;

/**
 * EndTxnMarker: @DOC
 */
export const endTxnMarker = message('EndTxnMarker', { versions: '0', flexible: 'none' }, () => ({
  coordinatorEpoch: int32('0+'),
}));
export type EndTxnMarker = Infer<typeof endTxnMarker>;

/**
 * AbortedTxn: @DOC
 */
export const abortedTxn = message('AbortedTxn', { versions: '0', flexible: 'none' }, () => ({
  producerId: int53('0+'),
  firstOffset: int53('0+'),
  lastOffset: int53('0+'),
  lastStableOffset: int53('0+'),
}));
export type AbortedTxn = Infer<typeof abortedTxn>;

/**
 * ProducerSnapshot: @DOC
 */
export const producerSnapshot = message('ProducerSnapshot', { versions: '1', flexible: 'none' }, () => ({
  crc: uint32('1'),
  producerEntries: array('1', {
    producerId: int53('1'),
    epoch: int16('1'),
    lastSequence: int32('1'),
    lastOffset: int53('1'),
    offsetDelta: int32('1'),
    timestamp: int53('1'),
    coordinatorEpoch: int32('1'),
    currentTxnFirstOffset: int53('1'),
  }),
}));
export type ProducerSnapshot = Infer<typeof producerSnapshot>;
