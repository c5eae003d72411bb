/** The encoder as composed closures: the twin of the generated one, see `closure-decoder.ts`. */
import type { ByteWriter } from '@ottla/runtime';
import type { UnknownTaggedField } from '../schema/field.ts';
import { Misfit, type Walk } from './codec.ts';
import { ARRAY_ELEMENTS_MAX, STRING_BYTES_MAX, TAGGED_FIELDS_MAX } from './limits.ts';
import { areUnknownTaggedFields, isDefault, type FieldLayout, type StructLayout, type TypeLayout } from './layout.ts';

type Write = (writer: ByteWriter, value: unknown, walk: Walk) => void;
type Struct = Readonly<Record<string, unknown>>;

const INT64_MAX = 0x7fff_ffff_ffff_ffffn;
const INT64_MIN = -0x8000_0000_0000_0000n;

/** Encodes a structure; on failure throws a `Misfit`, with the walk left at the field to blame. */
export function closureEncoder(struct: StructLayout): Write {
  const inline = struct.fields.filter((field) => field.presence === 'inline');
  const steps = inline.map((field) => ({ field, write: fieldWriter(field, false) }));
  const refused = struct.fields.filter((field) => field.presence === 'absent' && !field.ignorable);
  const { tagged } = struct;
  const names = new Set([...struct.fields.map((field) => field.name), 'unknownTaggedFields']);
  const writeTagged = struct.flexible ? taggedWriter(tagged) : null;
  return (writer, value, walk) => {
    if (typeof value !== 'object' || value === null) misfit(`a structure is wanted, not ${shown(value)}`);
    const struct = value as Struct;
    if (walk.isStrict) refuseUnknownKeys(struct, names, walk);
    for (const field of refused) refuseAbsent(field, struct[field.name], walk);
    for (const { field, write } of steps) {
      walk.path.push(field.name);
      const given = struct[field.name];
      if (given === undefined && !field.optional) misfit('missing');
      write(writer, given === undefined ? field.default : given, walk);
      walk.path.pop();
    }
    const given = struct['unknownTaggedFields'];
    if (!areUnknownTaggedFields(given, tagged)) {
      misfit('unknownTaggedFields is a list of tags and bytes, by rising tag, without the tags of known fields');
    }
    const unknown = (given ?? []) as readonly UnknownTaggedField[];
    if (writeTagged !== null) writeTagged(writer, struct, unknown, walk);
    else if (unknown.length > 0) misfit('this version has no tagged fields');
  };
}

function refuseUnknownKeys(struct: Struct, names: ReadonlySet<string>, walk: Walk): void {
  for (const key of Object.keys(struct)) {
    if (names.has(key)) continue;
    walk.path.push(key);
    misfit('there is no such field');
  }
}

function refuseAbsent(field: FieldLayout, value: unknown, walk: Walk): void {
  if (isDefault(value, field)) return;
  walk.path.push(field.name);
  misfit(`this version has no such field: ${shown(value)} would be lost`);
}

function taggedWriter(fields: readonly FieldLayout[]) {
  const steps = fields.map((field) => ({ field, write: fieldWriter(field, true) }));
  return (writer: ByteWriter, struct: Struct, unknown: readonly UnknownTaggedField[], walk: Walk): void => {
    const set = steps.filter(({ field }) => {
      const given = struct[field.name];
      // A structure of defaults is left out, and may yet have keys that are no fields.
      return !isDefault(given, field) || (walk.isStrict && field.type.kind === 'struct' && typeof given === 'object');
    });
    if (set.length + unknown.length > TAGGED_FIELDS_MAX) misfit(`more than ${TAGGED_FIELDS_MAX} tagged fields`);
    writer.uvarint(set.length + unknown.length);
    let next = 0;
    for (const { field, write } of set) {
      while (next < unknown.length && unknown[next]!.tag < field.tag) writeUnknown(writer, unknown[next++]!);
      writer.uvarint(field.tag);
      const at = writer.beginSized();
      walk.path.push(field.name);
      write(writer, struct[field.name], walk);
      walk.path.pop();
      writer.endSized(at);
    }
    while (next < unknown.length) writeUnknown(writer, unknown[next++]!);
  };
}

function writeUnknown(writer: ByteWriter, { tag, bytes }: UnknownTaggedField): void {
  writer.uvarint(tag);
  writer.uvarint(bytes.length);
  writer.bytes(bytes);
}

function fieldWriter(field: FieldLayout, tagged: boolean): Write {
  const { type } = field;
  if (type.kind === 'struct') return structWriter(type.struct, field.nullable, tagged);
  if (type.kind === 'array') return arrayWriter(type.element, field);
  if (type.kind === 'int53' && field.saturates) return saturatingInt53;
  return scalarWriter(type, field.nullable, field.compact, tagged);
}

function structWriter(struct: StructLayout, nullable: boolean, tagged: boolean): Write {
  const write = closureEncoder(struct);
  if (!nullable) return write;
  return (writer, value, walk) => {
    if (tagged) writer.uvarint(value === null ? 0 : 1);
    else writer.int8(value === null ? -1 : 1);
    if (value !== null) write(writer, value, walk);
  };
}

function arrayWriter(element: TypeLayout, { nullable, compact }: FieldLayout): Write {
  const write =
    element.kind === 'struct' ? closureEncoder(element.struct) : scalarWriter(element, false, compact, true);
  return (writer, value, walk) => {
    if (value === null && nullable) {
      if (compact) writer.uvarint(0);
      else writer.int32(-1);
      return;
    }
    if (!Array.isArray(value)) misfit(`an array is wanted, not ${shown(value)}`);
    const values = value as readonly unknown[];
    if (values.length > ARRAY_ELEMENTS_MAX) misfit(`array of ${values.length}, at most ${ARRAY_ELEMENTS_MAX} are read`);
    if (compact) writer.uvarint(values.length + 1);
    else writer.int32(values.length);
    for (let i = 0; i < values.length; i++) {
      walk.path.push(i);
      write(writer, values[i], walk);
      walk.path.pop();
    }
  };
}

function scalarWriter(type: TypeLayout, nullable: boolean, compact: boolean, copies: boolean): Write {
  switch (type.kind) {
    case 'bool':
      return (writer, value) => writer.boolean(typeof value === 'boolean' ? value : wanted('true or false', value));
    case 'int8':
      return (writer, value) => writer.int8(integer(value, -0x80, 0x7f));
    case 'int16':
      return (writer, value) => writer.int16(integer(value, -0x8000, 0x7fff));
    case 'uint16':
      return (writer, value) => writer.int16(integer(value, 0, 0xffff));
    case 'int32':
      return (writer, value) => writer.int32(integer(value, -0x8000_0000, 0x7fff_ffff));
    case 'uint32':
      return (writer, value) => writer.uint32(integer(value, 0, 0xffff_ffff));
    case 'int53':
      return (writer, value) => writer.int53(integer(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER));
    case 'int64':
      return (writer, value) => writer.int64(bigInteger(value));
    case 'float64':
      return (writer, value) => writer.float64(typeof value === 'number' ? value : wanted('a number', value));
    case 'uuid':
      return (writer, value) => {
        if (typeof value !== 'string' || !writer.uuid(value)) wanted('a UUID of 22 base64url characters', value);
      };
    case 'string':
      return (writer, value) => writeString(writer, value, nullable, compact);
    default:
      return (writer, value) => writeBytes(writer, value, nullable, compact, type.kind === 'records' && !copies);
  }
}

function writeString(writer: ByteWriter, value: unknown, nullable: boolean, compact: boolean): void {
  if (value === null && nullable) {
    if (compact) writer.uvarint(0);
    else writer.int16(-1);
    return;
  }
  if (typeof value !== 'string') return wanted('a string', value);
  if (compact ? writer.compactString(value) : writer.string(value)) return;
  misfit(`string of ${Buffer.byteLength(value)} bytes, at most ${STRING_BYTES_MAX} are legal`);
}

function writeBytes(writer: ByteWriter, value: unknown, nullable: boolean, compact: boolean, splice: boolean): void {
  if (value === null && nullable) {
    if (compact) writer.uvarint(0);
    else writer.int32(-1);
    return;
  }
  if (!(value instanceof Uint8Array)) return wanted('bytes', value);
  if (compact) writer.uvarint(value.length + 1);
  else writer.int32(value.length);
  if (splice) writer.splice(value);
  else writer.bytes(value);
}

function saturatingInt53(writer: ByteWriter, value: unknown): void {
  if (value === Infinity) writer.int64(INT64_MAX);
  else if (value === -Infinity) writer.int64(INT64_MIN);
  else writer.int53(integer(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER));
}

function integer(value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  return wanted(`a whole number from ${min} to ${max}`, value);
}

function bigInteger(value: unknown): bigint {
  if (typeof value === 'bigint' && value >= INT64_MIN && value <= INT64_MAX) return value;
  return wanted('a bigint of 64 bits', value);
}

function wanted(what: string, value: unknown): never {
  return misfit(`${what} is wanted, not ${shown(value)}`);
}

function misfit(reason: string): never {
  throw new Misfit(reason, -1);
}

/** A value in a few characters. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value.length > 40 ? `a string of ${value.length}` : JSON.stringify(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'bigint' ? `${value}n` : String(value);
}
