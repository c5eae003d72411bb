/**
 * Records that a real broker, controller and quorum wrote, with what Kafka's dump tool says of them: each decodes to that and
 * encodes back to the same bytes.
 */
import { ok, strictEqual, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ByteReader, ByteWriter } from '@ottla/runtime';
import { CodecError } from '../codec/codec-error.ts';
import type { AnyMessage, AnyValue } from '../message.ts';
import {
  decodeCoordinatorKey,
  decodeCoordinatorValue,
  encodeCoordinatorKey,
  encodeCoordinatorValue,
  GROUP_RECORDS,
  SHARE_STATE_RECORDS,
  TRANSACTION_RECORDS,
  type CoordinatorRecords,
} from './coordinator-record.ts';
import { consumerProtocolAssignment, consumerProtocolSubscription } from './consumer-protocol.ts';
import { decodeMetadataRecord, encodeMetadataRecord } from './metadata-record.ts';
import {
  kRaftVersionRecord,
  leaderChangeMessage,
  snapshotFooterRecord,
  snapshotHeaderRecord,
  votersRecord,
} from './raft.ts';

interface Golden {
  key: string | null;
  value: string | null;
  decodedKey?: { type: string; data: Json };
  decodedValue: { type?: string; version: number | string; data: Json } | '<DELETE>';
  control?: string;
}

type Json = null | string | number | boolean | Json[] | { [name: string]: Json };

function lines(file: string): Golden[] {
  const text = readFileSync(new URL(`../../golden/records/${file}.ndjson`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Golden);
}

function reader(base64: string): ByteReader {
  return new ByteReader(Buffer.from(base64, 'base64'));
}

function reencoded(encode: (writer: ByteWriter) => void): string {
  const writer = new ByteWriter();
  encode(writer);
  return Buffer.from(writer.toBytes()).toString('base64');
}

test('golden: records of the metadata log', () => {
  for (const { value, decodedValue } of lines('metadata')) {
    ok(value !== null && decodedValue !== '<DELETE>');
    const bytes = reader(value);
    const record = decodeMetadataRecord(bytes);
    strictEqual(bytes.remaining, 0);
    strictEqual(recordType(record.message), decodedValue.type);
    strictEqual(record.version, decodedValue.version);
    agrees(record.value, decodedValue.data, record.message.name);
    strictEqual(
      reencoded((writer) => encodeMetadataRecord(writer, record)),
      value,
      record.message.name,
    );
  }
});

/** `TopicRecord` is `TOPIC_RECORD`, `NoOpRecord` is `NO_OP_RECORD`. */
function recordType({ name }: AnyMessage): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, '_$&').toUpperCase();
}

const topics: readonly [file: string, records: CoordinatorRecords][] = [
  ['groups', GROUP_RECORDS],
  ['transactions', TRANSACTION_RECORDS],
  ['share-state', SHARE_STATE_RECORDS],
];

for (const [file, records] of topics) {
  test(`golden: coordinator records of ${file}`, () => {
    for (const golden of lines(file)) {
      const keyBytes = reader(golden.key!);
      const { type, value: key } = decodeCoordinatorKey(keyBytes, records);
      strictEqual(keyBytes.remaining, 0);
      strictEqual(String(type.key.key), golden.decodedKey!.type);
      agrees(key, golden.decodedKey!.data, type.key.name);
      strictEqual(
        reencoded((writer) => encodeCoordinatorKey(writer, type, key)),
        golden.key,
        type.key.name,
      );
      if (golden.value === null || golden.decodedValue === '<DELETE>') {
        strictEqual(golden.value, null, 'a tombstone');
        continue;
      }
      const valueBytes = reader(golden.value);
      const value = decodeCoordinatorValue(valueBytes, type);
      strictEqual(valueBytes.remaining, 0);
      strictEqual(String(value.version), String(golden.decodedValue.version));
      agrees(value.value, golden.decodedValue.data, type.value.name);
      strictEqual(
        reencoded((writer) => encodeCoordinatorValue(writer, type, value)),
        golden.value,
        type.value.name,
      );
    }
  });
}

const CONTROL_RECORDS: Readonly<Record<string, AnyMessage>> = {
  LeaderChange: leaderChangeMessage,
  SnapshotHeader: snapshotHeaderRecord,
  SnapshotFooter: snapshotFooterRecord,
  KRaftVersion: kRaftVersionRecord,
  KRaftVoters: votersRecord,
};

test('golden: control records of the quorum', () => {
  for (const { value, control, decodedValue } of lines('raft-control')) {
    const bytes = reader(value!);
    // The first field of each repeats the version that the record is written in.
    const version = bytes.view.getInt16(bytes.position);
    const message = CONTROL_RECORDS[control!]!;
    const decoded: AnyValue = message.decode(bytes, version);
    strictEqual(bytes.remaining, 0);
    agrees(decoded, decodedValue as unknown as Json, message.name);
    strictEqual(
      reencoded((writer) => message.encode(writer, decoded, version)),
      value,
      message.name,
    );
  }
});

test('records: a number or version of a later Kafka is refused in words', () => {
  const frames: readonly [hex: string, message: RegExp][] = [
    ['0101', /frame version, record number and version are wanted/],
    ['020100', /frame version 2 is not known: was it written by a newer Kafka/],
    ['017f00', /record number 127 is not known/],
    ['010263', /TopicRecord v99.*this version is not known/],
  ];
  for (const [hex, message] of frames) {
    throws(
      () => decodeMetadataRecord(new ByteReader(Buffer.from(hex, 'hex'))),
      (error) => error instanceof CodecError && message.test(error.message),
    );
  }
  throws(() => decodeCoordinatorKey(new ByteReader(Buffer.from('00ff', 'hex')), GROUP_RECORDS), /record number 255/);
  throws(() => decodeCoordinatorKey(new ByteReader(Buffer.of(0)), GROUP_RECORDS), /1 bytes left/);
  const offsetCommit = GROUP_RECORDS.get(1)!;
  throws(() => decodeCoordinatorValue(new ByteReader(Buffer.from('0063', 'hex')), offsetCommit), /v99/);
});

const TRANSACTION_STATES = ['Empty', 'Ongoing', 'PrepareCommit', 'PrepareAbort', 'CompleteCommit', 'CompleteAbort'];

/** All that Kafka printed is in ours; what it left out is at its default there. */
function agrees(ours: unknown, want: Json, where: string): void {
  if (want === null) return strictEqual(ours, null, where);
  if (ours instanceof Uint8Array) return agreesBytes(ours, want, where);
  if (Array.isArray(want)) {
    strictEqual((ours as unknown[]).length, want.length, where);
    want.forEach((element, i) => agrees((ours as unknown[])[i], element, `${where}[${i}]`));
    return;
  }
  if (typeof want === 'object') {
    for (const [name, value] of Object.entries(want)) {
      ok(name in (ours as AnyValue), `${where}.${name} is a field of ours`);
      agrees((ours as AnyValue)[name], value, `${where}.${name}`);
    }
    return;
  }
  if (where.endsWith('.transactionStatus')) return strictEqual(TRANSACTION_STATES[ours as number], want, where);
  if (typeof ours === 'bigint') return strictEqual(Number(ours), want, where);
  strictEqual(ours, want, where);
}

/** Kafka's tool prints the consumer protocol inside a member as its fields. */
function agreesBytes(ours: Uint8Array, want: Json, where: string): void {
  if (typeof want === 'string') return strictEqual(Buffer.from(ours).toString('base64'), want, where);
  const bytes = new ByteReader(ours);
  const version = bytes.int16();
  const message = where.endsWith('.subscription') ? consumerProtocolSubscription : consumerProtocolAssignment;
  agrees(message.decode(bytes, version), want, where);
}
