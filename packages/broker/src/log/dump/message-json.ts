/**
 * A decoded message as JSON in Kafka's names, as its generated converters write it: the fields of the version in the order of
 * the schema, tagged fields only where they are not at their default, bytes in base64.
 */
import { assert, ZERO_UUID } from '@ottla/runtime';
import { includes, type AnyMessage, type AnyValue, type Fields } from '@ottla/protocol';
import { JavaDouble, type JsonValue } from './java-json.ts';

type Field = Fields[string];
type FieldType = Field['type'];

const INT64_MAX = 2n ** 63n - 1n;

export function messageJson(
  message: AnyMessage,
  value: AnyValue,
  version: number,
): Readonly<Record<string, JsonValue>> {
  return structJson(message.fields as Fields, value, version);
}

function structJson(fields: Fields, value: AnyValue, version: number): Record<string, JsonValue> {
  const json: Record<string, JsonValue> = {};
  for (const [name, field] of Object.entries(fields)) {
    if (!includes(field.versions, version)) continue;
    const member: unknown = value[name];
    if (field.tag !== null && isDefault(field, member)) continue;
    json[name] = valueJson(field.type, member, version);
  }
  return json;
}

function valueJson(type: FieldType, value: unknown, version: number): JsonValue {
  if (value === null) return null;
  if (type.kind === 'struct') return structJson(type.struct.fields, value as AnyValue, version);
  if (type.kind === 'array') return (value as unknown[]).map((element) => valueJson(type.element, element, version));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (type.kind === 'float64') return new JavaDouble(value as number);
  // What saturated on the way in is the end of the range.
  if (value === Infinity) return INT64_MAX;
  if (value === -Infinity) return -INT64_MAX - 1n;
  assert(typeof value !== 'object' && typeof value !== 'function', 'a scalar is a scalar');
  return value as JsonValue;
}

function isDefault(field: Field, value: unknown): boolean {
  const { type } = field;
  if (value === null) return field.hasDefault && field.default === null;
  if (field.hasDefault && field.default === null) return false;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  if (type.kind === 'struct') {
    return Object.entries(type.struct.fields).every(([name, member]) => isDefault(member, (value as AnyValue)[name]));
  }
  if (field.hasDefault) return value === field.default;
  return value === 0 || value === 0n || value === false || value === '' || value === ZERO_UUID;
}
