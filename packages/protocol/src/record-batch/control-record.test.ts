import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '@ottla/runtime';
import {
  CONTROL_RECORD_TYPES,
  decodeControlRecordKey,
  decodeEndTxnMarker,
  encodeControlRecordKey,
  encodeEndTxnMarker,
  type ControlRecordType,
} from './control-record.ts';
import { RecordBatchError } from './record-batch-error.ts';

for (const [type, id] of Object.entries(CONTROL_RECORD_TYPES)) {
  test(`control record key: ${type}`, () => {
    deepEqual(encodeControlRecordKey(type as ControlRecordType), Uint8Array.of(0, 0, 0, id));
    equal(decodeControlRecordKey(Uint8Array.of(0, 0, 0, id)), type);
  });
}

const keys: readonly (readonly [why: string, key: Uint8Array | null, wanted: ControlRecordType | null | 'refused'])[] =
  [
    ['a type of tomorrow is skipped', Uint8Array.of(0, 0, 0, 7), null],
    ['so is one below 0', Uint8Array.of(0, 0, 0xff, 0xff), null],
    ['a version of tomorrow adds fields behind', Uint8Array.of(0, 9, 0, 1, 99), 'COMMIT'],
    ['a version below 0', Uint8Array.of(0xff, 0xff, 0, 1), 'refused'],
    ['too short', Uint8Array.of(0, 0, 0), 'refused'],
    ['none', null, 'refused'],
  ];

for (const [why, key, wanted] of keys) {
  test(`control record key: ${why}`, () => {
    if (wanted === 'refused') throws(() => decodeControlRecordKey(key), RecordBatchError);
    else equal(decodeControlRecordKey(key), wanted);
  });
}

const markers: readonly (readonly [why: string, value: Uint8Array | null, epoch: number | null])[] = [
  ['version 0', Uint8Array.of(0, 0, 0, 0, 1, 2), 258],
  ['an epoch below 0', Uint8Array.of(0, 0, 0xff, 0xff, 0xff, 0xff), -1],
  ['a version of tomorrow adds fields behind', Uint8Array.of(0, 3, 0, 0, 0, 5, 1, 1), 5],
  ['a version below 0', Uint8Array.of(0x80, 0, 0, 0, 0, 5), null],
  ['too short', Uint8Array.of(0, 0, 0, 0, 5), null],
  ['none', null, null],
];

for (const [why, value, epoch] of markers) {
  test(`transaction marker: ${why}`, () => {
    if (epoch === null) throws(() => decodeEndTxnMarker(value), RecordBatchError);
    else equal(decodeEndTxnMarker(value), epoch);
  });
}

test('a coordinator epoch comes back', () => {
  for (const epoch of [0, 11, -1, 2 ** 31 - 1]) equal(decodeEndTxnMarker(encodeEndTxnMarker(epoch)), epoch);
  throws(() => encodeEndTxnMarker(2 ** 31), AssertionError);
});
