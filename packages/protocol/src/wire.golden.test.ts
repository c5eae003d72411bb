/**
 * Every captured frame under `golden/wire`: decodes, says what Kafka's own classes say of it, and encodes back to the same
 * bytes.
 */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ByteReader, ByteWriter } from '@ottla/runtime';
import { APIS, type AnyApi } from './every-api.ts';
import {
  decodeRequestHeader,
  decodeResponseFrame,
  encodeRequestFrame,
  encodeResponseFrame,
  type ResponseHeader,
} from './header.ts';
import type { AnyMessage, AnyValue } from './message.ts';
import type { AnyField, FieldType } from './schema/field.ts';

const GOLDEN = new URL('../golden/wire/', import.meta.url);

interface Pair {
  client: string;
  apiVersion: number;
  request: string;
  response: string | null;
}

interface Decoded {
  requestHeader: Record<string, unknown>;
  request: Record<string, unknown>;
  response: Record<string, unknown> | null;
  requestReencodesDifferently?: true;
}

/** Non-canonical bytes that clients really sent, each with what is odd about it. */
const ODD_REQUESTS: Readonly<Record<string, string>> = {
  'Metadata 13 confluent-kafka': 'librdkafka sends surplus bytes behind the body',
  'AlterUserScramCredentials 0 confluent-kafka': 'librdkafka sends surplus bytes behind the body',
};

let pairs = 0;

for (const file of readdirSync(GOLDEN).filter((name) => name.endsWith('.ndjson'))) {
  const api = APIS.find(({ key }) => key === Number(file.slice(0, 2)));
  test(`golden: ${file}`, () => {
    ok(api !== undefined);
    const captured = lines<Pair>(file);
    const decoded = lines<Decoded>(`decoded/${file}`);
    strictEqual(captured.length, decoded.length);
    captured.forEach((pair, index) => {
      checkRequest(api, pair, decoded[index]!);
      if (pair.response !== null) checkResponse(api, pair, decoded[index]!);
      pairs++;
    });
  });
}

test('golden: all captured pairs were read', () => {
  const summary = readFileSync(new URL('../golden/wire.tsv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const wanted = summary.reduce((sum, line) => sum + Number(line.split('\t').at(-1)), 0);
  strictEqual(pairs, wanted);
  ok(wanted > 800);
});

function checkRequest(api: AnyApi, pair: Pair, want: Decoded): void {
  const bytes = Buffer.from(pair.request, 'base64');
  const where = `${api.name} ${pair.apiVersion} ${pair.client}`;
  const reader = new ByteReader(bytes);
  const header = decodeRequestHeader(reader, api, pair.apiVersion);
  compare(header, want.requestHeader, where);
  const body: AnyValue = api.request.decode(reader, pair.apiVersion);
  compareMessage(api.request, body, want.request, where);

  const writer = new ByteWriter();
  const { correlationId, clientId } = header;
  encodeRequestFrame(writer, api, { version: pair.apiVersion, correlationId, clientId }, body);
  if (want.requestReencodesDifferently === true) {
    ok(where in ODD_REQUESTS, `${where}: listed among the odd ones`);
    ok(reader.remaining > 0, `${where}: ${ODD_REQUESTS[where]}`);
    return;
  }
  strictEqual(reader.remaining, 0, `${where}: no bytes left`);
  strictEqual(Buffer.from(writer.toBytes()).subarray(4).toString('hex'), bytes.toString('hex'), where);
}

function checkResponse(api: AnyApi, pair: Pair, want: Decoded): void {
  const bytes = Buffer.from(pair.response!, 'base64');
  const where = `${api.name} ${pair.apiVersion} response to ${pair.client}`;
  const version = responseVersion(api, pair, want);
  const reader = new ByteReader(bytes);
  const { header, body }: { header: ResponseHeader; body: AnyValue } = decodeResponseFrame(reader, api, version);
  strictEqual(reader.remaining, 0, `${where}: no bytes left`);
  if (want.response !== null) compareMessage(api.response, body, want.response, where);

  const writer = new ByteWriter();
  encodeResponseFrame(writer, api, { version, correlationId: header.correlationId }, body);
  strictEqual(Buffer.from(writer.toBytes()).subarray(4).toString('hex'), bytes.toString('hex'), where);
}

/** A broker answers an ApiVersions request of a version that it does not know in version 0 (KIP-511). */
function responseVersion(api: AnyApi, pair: Pair, want: Decoded): number {
  return api.name === 'ApiVersions' && want.response?.['errorCode'] === 35 ? 0 : pair.apiVersion;
}

/** Everything that Kafka printed must be in ours; what it left out has its default there. */
function compareMessage(message: AnyMessage, ours: unknown, want: Record<string, unknown>, where: string): void {
  compareStruct(message.fields as Record<string, AnyField>, ours as Record<string, unknown>, want, where);
}

type Struct = Record<string, unknown>;

function compareStruct(fields: Record<string, AnyField>, ours: Struct, want: Struct, where: string): void {
  for (const [name, value] of Object.entries(want)) {
    // Kafka prints the size of records, not their bytes.
    if (name.endsWith('SizeInBytes') && !(name in fields)) {
      const records = ours[name.slice(0, -'SizeInBytes'.length)] as Uint8Array;
      strictEqual(records.length, value, `${where}.${name}`);
      continue;
    }
    ok(name in fields, `${where}.${name} is a field of ours`);
    compareValue(fields[name]!.type, ours[name], value, `${where}.${name}`);
  }
}

function compareValue(type: FieldType, ours: unknown, want: unknown, where: string): void {
  if (want === null) return strictEqual(ours, null, where);
  switch (type.kind) {
    case 'array':
      strictEqual((ours as unknown[]).length, (want as unknown[]).length, where);
      (want as unknown[]).forEach((element, i) =>
        compareValue(type.element, (ours as unknown[])[i], element, `${where}[${i}]`),
      );
      return;
    case 'struct':
      return compareStruct(type.struct.fields, ours as Struct, want as Struct, where);
    case 'records':
      return; // Kafka prints their size or an empty string; encoding them back compares their bytes
    case 'bytes':
      return strictEqual(Buffer.from(ours as Uint8Array).toString('base64'), want, where);
    case 'int64':
      return strictEqual(String(ours), String(want as number | string), where);
    case 'int53':
      return strictEqual(
        ours === Infinity ? Number.MAX_VALUE : ours,
        Number(want) > 2 ** 53 ? Number.MAX_VALUE : want,
        where,
      );
    default:
      return strictEqual(ours, want, where);
  }
}

function compare(ours: object, want: Record<string, unknown>, where: string): void {
  deepStrictEqual({ ...ours }, { ...ours, ...want }, where);
}

function lines<T>(file: string): T[] {
  return readFileSync(new URL(file, GOLDEN), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}
