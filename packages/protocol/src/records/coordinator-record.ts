/**
 * Any record of a coordinator's topic (`__consumer_offsets`, `__transaction_state`, `__share_group_state`): a key that
 * begins with the record's number and a value that begins with its version, both int16. A null value is a tombstone.
 */
import { assert, type ByteReader, type ByteWriter } from '@ottla/runtime';
import { CodecError } from '../codec/codec-error.ts';
import { includes } from '../schema/versions.ts';
import type { AnyMessage, AnyValue } from '../message.ts';
import * as classicGroups from './coordinator/classic-groups.ts';
import * as consumerGroups from './coordinator/consumer-groups.ts';
import * as offsets from './coordinator/offsets.ts';
import * as shareGroups from './coordinator/share-groups.ts';
import * as shareState from './coordinator/share-state.ts';
import * as streamsGroups from './coordinator/streams-groups.ts';
import * as transactions from './coordinator/transactions.ts';

/** The key and the value that belong together. */
export interface CoordinatorRecordType {
  readonly key: AnyMessage;
  readonly value: AnyMessage;
}

/** The record types of one topic, by number. */
export type CoordinatorRecords = ReadonlyMap<number, CoordinatorRecordType>;

/** `__consumer_offsets`: groups of every kind and committed offsets. */
export const GROUP_RECORDS: CoordinatorRecords = paired([
  ...Object.values(offsets),
  ...Object.values(classicGroups),
  ...Object.values(consumerGroups),
  ...Object.values(shareGroups),
  ...Object.values(streamsGroups),
]);
/** `__transaction_state`. */
export const TRANSACTION_RECORDS: CoordinatorRecords = paired(Object.values(transactions));
/** `__share_group_state`. */
export const SHARE_STATE_RECORDS: CoordinatorRecords = paired(Object.values(shareState));

export interface VersionedValue {
  readonly version: number;
  readonly value: AnyValue;
}

/** Appends a record's key. @throws {CodecError} see `Message.encode`. */
export function encodeCoordinatorKey(writer: ByteWriter, { key }: CoordinatorRecordType, value: AnyValue): void {
  assert(key.key !== null, 'a coordinator record has a number');
  encodeVersioned(writer, key, key.key, 0, value);
}

/** Appends a record's value. @throws {CodecError} see `Message.encode`. */
export function encodeCoordinatorValue(
  writer: ByteWriter,
  { value: message }: CoordinatorRecordType,
  { version, value }: VersionedValue,
): void {
  encodeVersioned(writer, message, version, version, value);
}

/** @throws {CodecError} a record number of a later Kafka, or bytes that are no key. */
export function decodeCoordinatorKey(
  reader: ByteReader,
  records: CoordinatorRecords,
): { readonly type: CoordinatorRecordType; readonly value: AnyValue } {
  const number = prefix(reader, 'CoordinatorKey');
  const type = records.get(number);
  if (type === undefined) throw refused('CoordinatorKey', number, `record number ${number} is not known`);
  return { type, value: type.key.decode(reader, 0) };
}

/** @throws {CodecError} a version of a later Kafka, or bytes that are no such value. */
export function decodeCoordinatorValue(reader: ByteReader, { value: message }: CoordinatorRecordType): VersionedValue {
  const version = prefix(reader, message.name);
  if (!includes(message.versions, version)) throw refused(message.name, version, 'this version is not known');
  return { version, value: message.decode(reader, version) };
}

function encodeVersioned(
  writer: ByteWriter,
  message: AnyMessage,
  prefix: number,
  version: number,
  value: AnyValue,
): void {
  const mark = writer.mark();
  writer.int16(prefix);
  try {
    message.encode(writer, value, version);
  } catch (error) {
    writer.rewind(mark);
    throw error;
  }
}

function prefix(reader: ByteReader, message: string): number {
  if (reader.remaining >= 2) return reader.int16();
  const place = { message, version: -1, path: '', position: reader.offset };
  throw new CodecError(
    place,
    `an int16 that says the record's number or version is wanted, ${reader.remaining} bytes left`,
  );
}

function refused(message: string, version: number, reason: string): CodecError {
  const why = `${reason}: was it written by a newer Kafka than 4.4?`;
  return new CodecError({ message, version, path: '', position: 0 }, why);
}

function paired(messages: readonly AnyMessage[]): CoordinatorRecords {
  const find = (number: number, suffix: 'Key' | 'Value'): AnyMessage => {
    const found = messages.find((message) => message.key === number && message.name.endsWith(suffix));
    assert(found !== undefined, `record ${number} has a ${suffix}`);
    return found;
  };
  const numbers = new Set(messages.map((message) => message.key ?? -1));
  return new Map([...numbers].map((number) => [number, { key: find(number, 'Key'), value: find(number, 'Value') }]));
}
