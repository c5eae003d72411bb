/**
 * What a partition's log keeps beside plain records: control records of transactions, and two files next to its
 * segments.
 */
import { message, type Infer } from '../message.ts';
import { array, int16, int32, int53, uint32 } from '../schema/field.ts';

/**
 * ControlRecordTypeSchema: the key of a control record, after an int16 with its version; says what the value is.
 *
 * The batch carries the control bit, and consumers skip it. The partition leader writes 0 and 1, the raft leader the
 * others.
 */
export const controlRecordTypeSchema = message('ControlRecordTypeSchema', { versions: '0', flexible: 'none' }, () => ({
  type: int16('0+', '0 abort, 1 commit, 2 LeaderChange, 3 SnapshotHeader, 4 SnapshotFooter, 5 KRaftVersion, 6 Voters.'),
}));
export type ControlRecordTypeSchema = Infer<typeof controlRecordTypeSchema>;

/**
 * EndTxnMarker: the value of a commit or abort marker, by which a producer's transaction ends in this partition.
 *
 * Written by the partition leader for the transaction coordinator (WriteTxnMarkers); the batch header names the
 * producer. An int16 with the version comes first.
 */
export const endTxnMarker = message('EndTxnMarker', { versions: '0', flexible: 'none' }, () => ({
  coordinatorEpoch: int32('0+', 'Of the coordinator that decided; a marker with a lower one is refused later.'),
}));
export type EndTxnMarker = Infer<typeof endTxnMarker>;

/**
 * AbortedTxn: an entry of a segment's `.txnindex`, about an aborted transaction whose marker stands in that segment.
 *
 * By it a READ_COMMITTED fetch tells consumers what to skip. An int16 with the version comes first; all entries have
 * the same size.
 */
export const abortedTxn = message('AbortedTxn', { versions: '0', flexible: 'none' }, () => ({
  producerId: int53('0+'),
  firstOffset: int53('0+', "The transaction's first record."),
  lastOffset: int53('0+', 'Its abort marker.'),
  lastStableOffset: int53('0+', 'As it was after the abort: a search up to this offset may stop here.'),
}));
export type AbortedTxn = Infer<typeof abortedTxn>;

/**
 * ProducerSnapshot: the file `<offset>.snapshot`, with what the log knows of its producers at that offset. Recovery
 * starts from it.
 *
 * An int16 with the version comes first.
 */
export const producerSnapshot = message('ProducerSnapshot', { versions: '1', flexible: 'none' }, () => ({
  crc: uint32('1', 'CRC-32C of all bytes after it.'),
  producerEntries: array('1', {
    producerId: int53('1'),
    epoch: int16('1'),
    lastSequence: int32('1', '-1 if it has only written markers.'),
    lastOffset: int53('1', 'Of the last batch; -1 if it has only written markers.'),
    offsetDelta: int32('1', 'From the first to the last record of that batch.'),
    timestamp: int53('1', 'Of that batch or a later marker, in Unix milliseconds; by it the producer expires.'),
    coordinatorEpoch: int32('1', 'From the last marker; -1 if there was none.'),
    currentTxnFirstOffset: int53('1', '-1 without an open transaction.'),
  }),
}));
export type ProducerSnapshot = Infer<typeof producerSnapshot>;
