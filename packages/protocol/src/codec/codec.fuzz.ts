/**
 * The generated codec against the closures, for every message in every version: the same bytes from the same value, the
 * same value from the same bytes, the same refusal of what is no message. `npm run fuzz -- codec` goes on.
 */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fuzz, messageValue, mutate } from '@ottla/testing';
import { ByteReader, ByteWriter, StringCache, type Prng } from '@ottla/runtime';
import { APIS } from '../every-api.ts';
import { decodeRequestHeader, requestHeader, responseHeader, responseHeaderVersion } from '../header.ts';
import type { AnyMessage, AnyValue } from '../message.ts';
import { GROUP_RECORDS, SHARE_STATE_RECORDS, TRANSACTION_RECORDS } from '../records/coordinator-record.ts';
import * as consumerProtocol from '../records/consumer-protocol.ts';
import * as log from '../records/log.ts';
import { METADATA_RECORDS } from '../records/metadata-record.ts';
import * as principal from '../records/principal.ts';
import * as raft from '../records/raft.ts';
import * as remoteLog from '../records/remote-log.ts';
import { CodecError } from './codec-error.ts';
import type { Decode, Encode } from './codec.ts';

interface Target {
  readonly message: AnyMessage;
  readonly version: number;
}

interface Codecs {
  readonly generated: { readonly decode: Decode; readonly encode: Encode };
  readonly closures: { readonly decode: Decode; readonly encode: Encode };
}

const MESSAGES: readonly AnyMessage[] = [
  requestHeader,
  responseHeader,
  ...APIS.flatMap((api) => [api.request, api.response]),
  ...METADATA_RECORDS.values(),
  ...[GROUP_RECORDS, TRANSACTION_RECORDS, SHARE_STATE_RECORDS].flatMap((records) =>
    [...records.values()].flatMap(({ key, value }) => [key, value]),
  ),
  ...[raft, log, remoteLog, principal, consumerProtocol].flatMap((module) => Object.values(module)),
];

const TARGETS: readonly Target[] = MESSAGES.flatMap((message) => {
  const count = message.versions.to - message.versions.from + 1;
  return Array.from({ length: count }, (_, i) => ({ message, version: message.versions.from + i }));
});

/** One for all cases: what one message left in it must not show in the next. */
const strings = new StringCache(64);

const made = new Map<string, Codecs>();

function codecsOf({ message, version }: Target): Codecs {
  const key = `${message.name} ${version}`;
  let codecs = made.get(key);
  if (codecs === undefined) {
    codecs = { generated: message.codec(version, 'generated'), closures: message.codec(version, 'closures') };
    made.set(key, codecs);
  }
  return codecs;
}

// Cases run through all targets in turn, so that the small form meets every message in every version.
fuzz(
  'codec round trip: generated = closures',
  { small: 3 * TARGETS.length, large: 100 * TARGETS.length },
  (prng, i) => {
    const target = TARGETS[i % TARGETS.length]!;
    const value = messageValue(target.message, target.version, prng);
    const { generated, closures } = codecsOf(target);

    const bytes = encoded(generated.encode, value);
    strictEqual(hex(encoded(closures.encode, value)), hex(bytes), `${name(target)}: the same bytes`);

    const reader = new ByteReader(bytes, strings);
    const decoded = generated.decode(reader);
    strictEqual(reader.remaining, 0, `${name(target)}: all bytes read`);
    deepStrictEqual(closures.decode(new ByteReader(bytes)), decoded, `${name(target)}: the same value`);
    contains(decoded as AnyValue, value, target, name(target));
    strictEqual(hex(encoded(generated.encode, decoded)), hex(bytes), `${name(target)}: the same bytes again`);
  },
);

/** What was encoded is in what was decoded; what this version cannot carry has its default there. */
function contains(decoded: AnyValue, value: AnyValue, { message, version }: Target, where: string): void {
  for (const field of message.layout(version).fields) {
    const given: unknown = value[field.name];
    const want = given === undefined || field.presence === 'absent' ? field.default : given;
    if (field.type.kind === 'array' || field.type.kind === 'struct') {
      strictEqual(decoded[field.name] === null, want === null, `${where}.${field.name}`);
      if (Array.isArray(want)) strictEqual(decoded[field.name].length, want.length, `${where}.${field.name}`);
    } else if (want instanceof Uint8Array) {
      strictEqual(hex(decoded[field.name]), hex(want), `${where}.${field.name}`);
    } else {
      deepStrictEqual(decoded[field.name], want, `${where}.${field.name}`);
    }
  }
}

fuzz('codec: values of the wrong shape are refused with a CodecError', { small: 2_000 }, (prng) => {
  const target = prng.pick(TARGETS);
  const value = damaged(messageValue(target.message, target.version, prng), prng);
  const writer = new ByteWriter(64);
  writer.int32(42);
  try {
    target.message.encode(writer, value, target.version);
  } catch (error) {
    ok(error instanceof CodecError, `${name(target)}: ${String(error)}`);
    strictEqual(writer.size, 4, 'a refused value leaves the writer as it was');
    strictEqual(error.place.message, target.message.name);
  }
});

const WRONG = [
  undefined,
  null,
  -1,
  1.5,
  2 ** 60,
  NaN,
  'x',
  'x'.repeat(40_000),
  true,
  {},
  [],
  [null],
  [1],
  1n,
  2n ** 80n,
  new Uint8Array(3),
];

/** Puts something else in one place. */
function damaged(value: AnyValue, prng: Prng): AnyValue {
  const keys = Object.keys(value);
  if (keys.length === 0)
    return { unknownTaggedFields: prng.chance(0.5) ? [{ tag: 9_999, bytes: new Uint8Array(1) }] : undefined };
  if (prng.chance(0.2)) return { ...value, unknownTaggedFields: tagsInDisorder(prng) };
  const key = prng.pick(keys);
  const inner: unknown = value[key];
  if (Array.isArray(inner) && inner.length > 0 && prng.chance(0.6)) {
    const at = prng.below(inner.length);
    const element: unknown = inner[at];
    const isStruct = typeof element === 'object' && element !== null && !(element instanceof Uint8Array);
    const replaced: unknown = isStruct && prng.chance(0.7) ? damaged(element as AnyValue, prng) : prng.pick(WRONG);
    return { ...value, [key]: inner.with(at, replaced) };
  }
  return { ...value, [key]: prng.pick(WRONG) };
}

/** Tags low enough to be known ones, in any order, some twice, some missing. */
function tagsInDisorder(prng: Prng): unknown[] {
  const list: unknown[] = [];
  list.length = 1 + prng.below(3);
  for (let i = 0; i < list.length; i++) {
    if (prng.chance(0.9)) list[i] = { tag: prng.below(6), bytes: prng.bytes(prng.below(3)) };
  }
  return list;
}

interface Frame extends Target {
  readonly bytes: Uint8Array;
}

const GOLDEN = new URL('../../golden/wire/', import.meta.url);
const FRAMES = readdirSync(GOLDEN)
  .filter((file) => file.endsWith('.ndjson'))
  .flatMap((file) =>
    readFileSync(new URL(file, GOLDEN), 'utf8')
      .trim()
      .split('\n')
      .map((line) => ({ file, line })),
  )
  .map(({ file, line }) => bodies(Number(file.slice(0, 2)), JSON.parse(line)));
const REQUESTS: readonly Frame[] = FRAMES.map(({ request }) => request);
const RESPONSES: readonly Frame[] = FRAMES.flatMap(({ response }) => (response === null ? [] : [response]));

/** The bodies of a captured pair, headers cut off. */
function bodies(key: number, pair: { apiVersion: number; request: string; response: string | null }) {
  const api = APIS.find((candidate) => candidate.key === key);
  ok(api !== undefined);
  const version = pair.apiVersion;
  const request = new ByteReader(Buffer.from(pair.request, 'base64'));
  decodeRequestHeader(request, api, version);
  const body = { message: api.request, version, bytes: rest(request) };
  if (pair.response === null) return { request: body, response: null };
  const response = new ByteReader(Buffer.from(pair.response, 'base64'));
  responseHeader.decode(response, responseHeaderVersion(api, version));
  return { request: body, response: { message: api.response, version, bytes: rest(response) } };
}

function rest(reader: ByteReader): Uint8Array {
  return reader.view8(reader.remaining);
}

fuzz('codec: mutated requests give a value or a CodecError', { small: 5_000, large: 100_000 }, (prng) => {
  const frame = prng.pick(REQUESTS);
  hostile(frame, mutate(frame.bytes, prng, prng.pick(REQUESTS).bytes));
});

fuzz('codec: mutated responses give a value or a CodecError', { small: 5_000, large: 100_000 }, (prng) => {
  const frame = prng.pick(RESPONSES);
  hostile(frame, mutate(frame.bytes, prng, prng.pick(RESPONSES).bytes));
});

fuzz('codec: random bytes give a value or a CodecError', { small: 5_000, large: 100_000 }, (prng) => {
  const target = prng.pick(TARGETS);
  const bytes = prng.bytes(prng.below(prng.chance(0.1) ? 5_000 : 100));
  // Small numbers make lengths that fit, which gets deeper into a message than noise.
  if (prng.chance(0.6)) for (let i = 0; i < bytes.length; i++) if (prng.chance(0.7)) bytes[i] = prng.below(4);
  hostile(target, bytes);
});

/** Both codecs give the same value, or both refuse and the error names a place inside the bytes. */
function hostile(target: Target, bytes: Uint8Array): void {
  const { generated, closures } = codecsOf(target);
  const fast = outcome(() => generated.decode(new ByteReader(bytes)));
  const slow = outcome(() => closures.decode(new ByteReader(bytes)));
  if (slow.error !== null) {
    ok(slow.error instanceof CodecError, name(target));
    ok(fast.error !== null, `${name(target)}: only the closures refuse: ${slow.error.message}`);
    const { position } = slow.error.place;
    ok(position >= 0 && position <= bytes.length, `${name(target)}: position ${position} of ${bytes.length}`);
    const explained = outcome(() => target.message.decode(new ByteReader(bytes), target.version));
    strictEqual((explained.error as Error).message, slow.error.message);
    return;
  }
  strictEqual(fast.error, null, `${name(target)}: only the generated code refuses`);
  deepStrictEqual(fast.value, slow.value, `${name(target)}: the same value`);
}

function outcome(run: () => object): { value: object; error: null } | { value: null; error: unknown } {
  try {
    return { value: run(), error: null };
  } catch (error) {
    return { value: null, error };
  }
}

function encoded(encode: Encode, value: object): Uint8Array {
  const writer = new ByteWriter(32);
  encode(writer, value);
  return writer.toBytes();
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

function name({ message, version }: Target): string {
  return `${message.name} v${version}`;
}
