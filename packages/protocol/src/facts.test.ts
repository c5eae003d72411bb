/** Every definition against the facts of Apache Kafka 4.4: `packages/protocol/facts/kafka-protocol`. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ZERO_UUID } from '@ottla/runtime';
import { APIS } from './every-api.ts';
import { requestHeader, responseHeader } from './header.ts';
import type { AnyMessage } from './message.ts';
import type { AnyField, FieldType } from './schema/field.ts';
import { formatVersions, OPEN, parseVersions, type Versions } from './schema/versions.ts';

const FACTS = new URL('../facts/kafka-protocol/', import.meta.url);

interface FactField {
  name: string;
  type: string;
  versions: Versions;
  nullableVersions?: Versions;
  taggedVersions?: Versions;
  flexibleVersions?: Versions;
  default?: string | number | boolean;
  tag?: number;
  ignorable?: boolean;
  fields?: FactField[];
}

interface FactMessage {
  type: string;
  name: string;
  apiKey?: number;
  validVersions: Versions;
  flexibleVersions: Versions;
  latestVersionUnstable?: boolean;
  fields: FactField[];
  commonStructs?: { name: string; fields: FactField[] }[];
}

const facts = new Map(
  readdirSync(FACTS)
    .filter((file) => file !== 'index.json')
    .map((file) => JSON.parse(readFileSync(new URL(file, FACTS), 'utf8')) as FactMessage)
    .map((fact) => [fact.name, fact]),
);

/** Kafka 4.4 itself no longer reads request header v0; old peers' frames still decode here. */
const MORE_VERSIONS: Readonly<Record<string, Versions>> = { RequestHeader: '1-2' };
/** Ours writes an absent client id as Kafka does, and lets a caller leave it out. */
const NOT_IN_FACTS: readonly string[] = ['RequestHeader.clientId.ignorable'];

async function everyMessage(): Promise<AnyMessage[]> {
  const found: AnyMessage[] = [requestHeader, responseHeader, ...APIS.flatMap((api) => [api.request, api.response])];
  const records = new URL('./records/', import.meta.url);
  for (const file of readdirSync(records, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    const module = (await import(new URL(file, records).href)) as Record<string, unknown>;
    for (const exported of Object.values(module)) {
      if (typeof exported === 'object' && exported !== null && 'encode' in exported) found.push(exported as AnyMessage);
    }
  }
  return found;
}

const messages = await everyMessage();

test('facts: every message of Kafka 4.4 is defined, and no other', () => {
  const wanted = [...facts.values()].filter((fact) => fact.validVersions !== 'none').map((fact) => fact.name);
  deepStrictEqual(messages.map((message) => message.name).sort(), wanted.sort());
  ok(wanted.length > 270);
});

for (const message of messages) {
  test(`facts: ${message.name}`, () => {
    const fact = facts.get(message.name);
    ok(fact !== undefined);
    strictEqual(MORE_VERSIONS[message.name] ?? formatVersions(message.versions), fact.validVersions);
    strictEqual(formatVersions(message.flexible), fact.flexibleVersions);
    if (['request', 'response', 'metadata', 'coordinator-key', 'coordinator-value'].includes(fact.type)) {
      strictEqual(message.key, fact.apiKey ?? null);
    }
    const shared = new Map((fact.commonStructs ?? []).map(({ name, fields }) => [name, fields]));
    compareFields(message.fields as Record<string, AnyField>, fact.fields, shared, message.name);
  });
}

test('facts: the unstable last versions are marked', () => {
  const wanted = [...facts.values()].filter((fact) => fact.type === 'request' && fact.latestVersionUnstable === true);
  const marked = APIS.filter((api) => api.latestVersionUnstable).map((api) => api.request.name);
  deepStrictEqual(
    marked,
    wanted.map((fact) => fact.name),
  );
});

type Shared = ReadonlyMap<string, FactField[]>;

function compareFields(
  ours: Record<string, AnyField>,
  wanted: readonly FactField[],
  shared: Shared,
  path: string,
): void {
  deepStrictEqual(
    Object.keys(ours),
    wanted.map((field) => lowerFirst(field.name)),
    `${path}: fields in wire order`,
  );
  for (const fact of wanted)
    compareField(ours[lowerFirst(fact.name)]!, fact, shared, `${path}.${lowerFirst(fact.name)}`);
}

function compareField(ours: AnyField, fact: FactField, shared: Shared, path: string): void {
  strictEqual(typeName(ours.type), plainType(fact.type), `${path}: type`);
  strictEqual(formatVersions(ours.versions), fact.versions, `${path}: versions`);
  if (fact.type !== 'records')
    strictEqual(formatVersions(ours.nullable), fact.nullableVersions ?? 'none', `${path}: nullable`);
  strictEqual(ours.tag, fact.tag ?? null, `${path}: tag`);
  if (fact.tag !== undefined) strictEqual(fact.taggedVersions, fact.versions, `${path}: tagged wherever it is present`);
  if (!NOT_IN_FACTS.includes(`${path}.ignorable`))
    strictEqual(ours.ignorable, fact.ignorable ?? false, `${path}: ignorable`);
  strictEqual(ours.compact, fact.flexibleVersions !== 'none', `${path}: compact where the message is flexible`);
  deepStrictEqual(defaultOf(ours), wantedDefault(fact), `${path}: default`);
  const struct = structOf(ours.type);
  if (struct === null) return;
  const fields = fact.fields ?? shared.get(fact.type.replace('[]', ''));
  ok(fields !== undefined, `${path}: the facts name its structure`);
  compareFields(struct, fields, shared, path);
}

function typeName(type: FieldType): string {
  if (type.kind === 'array') return `[]${typeName(type.element)}`;
  return type.kind === 'int53' ? 'int64' : type.kind;
}

/** The facts name structures; on the wire they have no name. */
function plainType(type: string): string {
  const element = type.replace('[]', '');
  return /^[A-Z]/.test(element) ? type.replace(element, 'struct') : type;
}

function structOf(type: FieldType): Record<string, AnyField> | null {
  if (type.kind === 'array') return structOf(type.element);
  return type.kind === 'struct' ? type.struct.fields : null;
}

/** Defaults as text, the implicit ones too, so that `0`, `0n` and `'0'` are one. */
function defaultOf(field: AnyField): string {
  if (field.default === null || (field.type.kind === 'records' && !field.hasDefault)) return 'null';
  if (field.default === Infinity) return '9223372036854775807';
  if (field.hasDefault && field.type.kind !== 'array') return `${field.default as string | number | bigint | boolean}`;
  return implicitDefault(typeName(field.type));
}

function wantedDefault(fact: FactField): string {
  const type = plainType(fact.type);
  if (fact.default === undefined) return implicitDefault(type);
  const text = String(fact.default);
  return text.startsWith('0x') ? String(Number(text)) : text === '' ? implicitDefault(type) : text;
}

function implicitDefault(type: string): string {
  if (type.startsWith('[]')) return '[]';
  switch (type) {
    case 'bool':
      return 'false';
    case 'string':
    case 'bytes':
      return '';
    case 'records':
      return 'null';
    case 'uuid':
      return ZERO_UUID;
    case 'struct':
      return 'struct';
    default:
      return '0';
  }
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

test('facts: version ranges read and print', () => {
  strictEqual(parseVersions('3+').to, OPEN);
  for (const text of ['0', '3+', '2-7', 'none'] as const) strictEqual(formatVersions(parseVersions(text)), text);
});
