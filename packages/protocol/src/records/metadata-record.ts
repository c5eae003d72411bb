/**
 * Any record of the metadata log: which there are, and the frame that they stand in (KIP-746): frame version 1, the
 * record's number and its version as unsigned varints, then the record.
 */
import { assert, type ByteReader, type ByteWriter } from '@ottla/runtime';
import { CodecError } from '../codec/codec-error.ts';
import { includes } from '../schema/versions.ts';
import type { AnyMessage, AnyValue } from '../message.ts';
import * as brokers from './metadata/brokers.ts';
import * as configuration from './metadata/configuration.ts';
import * as security from './metadata/security.ts';
import * as topics from './metadata/topics.ts';
import * as transactions from './metadata/transactions.ts';

/** By number. The missing numbers were never released. */
export const METADATA_RECORDS: ReadonlyMap<number, AnyMessage> = byKey([
  ...Object.values(brokers),
  ...Object.values(configuration),
  ...Object.values(security),
  ...Object.values(topics),
  ...Object.values(transactions),
]);

const FRAME_VERSION = 1;

export interface MetadataRecord {
  readonly message: AnyMessage;
  readonly version: number;
  readonly value: AnyValue;
}

/** Appends frame and record. @throws {CodecError} see `Message.encode`. */
export function encodeMetadataRecord(writer: ByteWriter, { message, version, value }: MetadataRecord): void {
  assert(message.key !== null, 'a metadata record has a number');
  const mark = writer.mark();
  writer.uvarint(FRAME_VERSION);
  writer.uvarint(message.key);
  writer.uvarint(version);
  try {
    message.encode(writer, value, version);
  } catch (error) {
    writer.rewind(mark);
    throw error;
  }
}

/** @throws {CodecError} a frame, number or version of a later Kafka, or bytes that are no metadata record. */
export function decodeMetadataRecord(reader: ByteReader): MetadataRecord {
  const frame = prefix(reader);
  if (frame !== FRAME_VERSION) throw refused('MetadataRecord', frame, `frame version ${frame} is not known`);
  const key = prefix(reader);
  const version = prefix(reader);
  const message = METADATA_RECORDS.get(key);
  if (message === undefined) throw refused('MetadataRecord', version, `record number ${key} is not known`);
  if (!includes(message.versions, version)) throw refused(message.name, version, 'this version is not known');
  return { message, version, value: message.decode(reader, version) };
}

function prefix(reader: ByteReader): number {
  try {
    return reader.uvarint();
  } catch (cause) {
    const place = { message: 'MetadataRecord', version: FRAME_VERSION, path: '', position: reader.offset };
    throw new CodecError(place, 'frame version, record number and version are wanted', { cause });
  }
}

function refused(message: string, version: number, reason: string): CodecError {
  const why = `${reason}: was it written by a newer Kafka than 4.4?`;
  return new CodecError({ message, version, path: '', position: 0 }, why);
}

function byKey(messages: readonly AnyMessage[]): ReadonlyMap<number, AnyMessage> {
  return new Map(messages.map((message) => [message.key ?? -1, message]));
}
