/**
 * What the key and the value of a record say: text or numbers of users, and Kafka's own records in its internal topics.
 *
 * A record that cannot be decoded says so in its place, in the words of Kafka's dump tool; the others are still read.
 */
import { ByteReader, OperationalError } from '@ottla/runtime';
import {
  decodeCoordinatorKey,
  decodeCoordinatorValue,
  GROUP_RECORDS,
  SHARE_STATE_RECORDS,
  TRANSACTION_RECORDS,
  type CoordinatorRecords,
} from '@ottla/protocol/records/coordinator-record';
import { consumerProtocolAssignment, consumerProtocolSubscription } from '@ottla/protocol/records/consumer-protocol';
import { decodeMetadataRecord } from '@ottla/protocol/records/metadata-record';
import type { AnyMessage } from '@ottla/protocol';
import type { JsonValue } from './java-json.ts';
import { messageJson } from './message-json.ts';

export interface StoredRecord {
  readonly offset: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** A part that is not there is not printed. */
export interface DecodedRecord {
  readonly key?: JsonValue;
  readonly payload?: JsonValue;
}

export type RecordDecoder = (record: StoredRecord) => DecodedRecord;

type Json = Record<string, JsonValue>;

// ------------------------------------------------------------------------------------------------------ records of users

/** How the bytes of a key or a value are read. */
export type BytesDecoder = (bytes: Uint8Array) => JsonValue;

/** By the last part of the names of Kafka's classes, `org.apache.kafka.tools.api.StringDecoder`, without `Decoder`. */
export const BYTES_DECODERS: Readonly<Record<string, BytesDecoder>> = {
  string: decodeJavaText,
  integer: (bytes) => wholeNumber(bytes, 4, (view) => view.getInt32(0)),
  long: (bytes) => wholeNumber(bytes, 8, (view) => view.getBigInt64(0)),
  /** Kafka's prints the identity of a Java object; base64 says more. */
  default: (bytes) => Buffer.from(bytes).toString('base64'),
};

/** Null for a name that nobody knows. Takes `string` and `org.apache.kafka.tools.api.StringDecoder` alike. */
export function findBytesDecoder(name: string): BytesDecoder | null {
  const short = name.slice(name.lastIndexOf('.') + 1).replace(/Decoder$/, '');
  return BYTES_DECODERS[short.toLowerCase()] ?? null;
}

export function createBytesDecoder(key: BytesDecoder, value: BytesDecoder): RecordDecoder {
  return (record) => ({
    ...(record.key === null ? {} : { key: key(record.key) }),
    ...(record.value === null ? {} : { payload: value(record.value) }),
  });
}

/** UTF-8 as Java reads it: an encoded surrogate is one wrong character to it, and three to everyone else. */
function decodeJavaText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!buffer.includes(0xed)) return buffer.toString('utf8');
  const pieces = buffer.toString('latin1').split(/\xed[\xa0-\xbf][\x80-\xbf]?/);
  return pieces.map((piece) => Buffer.from(piece, 'latin1').toString('utf8')).join('\ufffd');
}

function wholeNumber(bytes: Uint8Array, size: number, read: (view: DataView) => JsonValue): JsonValue {
  if (bytes.length !== size) return `Error: ${bytes.length} bytes, expected ${size}`;
  return read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

// ---------------------------------------------------------------------------------------------------- records of Kafka

export const decodeGroupRecord: RecordDecoder = coordinatorDecoder(GROUP_RECORDS, (message, json) => {
  if (message.name === 'GroupMetadataValue' && json['protocolType'] === 'consumer') expandMembers(json);
});

export const decodeTransactionRecord: RecordDecoder = coordinatorDecoder(TRANSACTION_RECORDS, (_, json) => {
  const id = json['transactionStatus'];
  if (typeof id === 'number') json['transactionStatus'] = TRANSACTION_STATES[id] ?? String(id);
});

export const decodeShareStateRecord: RecordDecoder = coordinatorDecoder(SHARE_STATE_RECORDS, () => {});

export const decodeClusterMetadataRecord: RecordDecoder = ({ offset, value }) => {
  if (value === null) return { payload: `Error at ${offset}, skipping. The record has no value` };
  try {
    const record = decodeMetadataRecord(new ByteReader(value));
    const data = messageJson(record.message, record.value, record.version);
    return { payload: { type: metadataType(record.message.name), version: record.version, data } };
  } catch (error) {
    return { payload: `Error at ${offset}, skipping. ${reasonOf(error)}` };
  }
};

/** The decoder that fits the topic of a partition directory, null for a topic of users. */
export function findTopicDecoder(topic: string): RecordDecoder | null {
  switch (topic) {
    case '__consumer_offsets':
      return decodeGroupRecord;
    case '__transaction_state':
      return decodeTransactionRecord;
    case '__share_group_state':
      return decodeShareStateRecord;
    case '__cluster_metadata':
      return decodeClusterMetadataRecord;
    default:
      return null;
  }
}

/** By number (`TransactionState` of Kafka). */
const TRANSACTION_STATES: readonly string[] = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
  'Dead',
  'PrepareEpochFence',
];

function coordinatorDecoder(
  records: CoordinatorRecords,
  improve: (message: AnyMessage, json: Json) => void,
): RecordDecoder {
  return ({ offset, key, value }) => {
    if (key === null) return { key: `Error at offset ${offset}, skipping. The record has no key` };
    const number = key.length < 2 ? null : new DataView(key.buffer, key.byteOffset).getInt16(0);
    if (number !== null && !records.has(number)) {
      return { key: `Unknown record type ${number} at offset ${offset}, skipping.` };
    }
    try {
      const decoded = decodeCoordinatorKey(new ByteReader(key), records);
      const { key: keyMessage, value: valueMessage } = decoded.type;
      const keyJson = { type: String(keyMessage.key), data: messageJson(keyMessage, decoded.value, 0) };
      if (value === null) return { key: keyJson, payload: '<DELETE>' };
      const content = decodeCoordinatorValue(new ByteReader(value), decoded.type);
      const data: Json = { ...messageJson(valueMessage, content.value, content.version) };
      improve(valueMessage, data);
      return { key: keyJson, payload: { version: String(content.version), data } };
    } catch (error) {
      return { key: `Error at offset ${offset}, skipping. ${reasonOf(error)}` };
    }
  };
}

/** What members of a classic consumer group said in the consumer protocol, in place of its bytes. */
function expandMembers(json: Json): void {
  const members = json['members'];
  if (!Array.isArray(members)) return;
  for (const member of members as Json[]) {
    expandBytes(member, 'subscription', consumerProtocolSubscription);
    expandBytes(member, 'assignment', consumerProtocolAssignment);
  }
}

/** Bytes that are something else stay as they are: the protocol is the members' own affair. */
function expandBytes(json: Json, name: string, message: AnyMessage): void {
  const base64 = json[name];
  if (typeof base64 !== 'string') return;
  const reader = new ByteReader(Buffer.from(base64, 'base64'));
  if (reader.remaining < 2) return;
  try {
    const version = reader.int16();
    json[name] = messageJson(message, message.decode(reader, version), version);
  } catch (error) {
    if (!(error instanceof OperationalError)) throw error;
  }
}

/** `TopicRecord` is `TOPIC_RECORD`, `NoOpRecord` is `NO_OP_RECORD`. */
function metadataType(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, '_$&').toUpperCase();
}

function reasonOf(error: unknown): string {
  if (error instanceof OperationalError) return error.message;
  throw error;
}
