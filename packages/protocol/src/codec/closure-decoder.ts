/**
 * The decoder as composed closures: slower than generated code, free of `new Function`, and able to say which field failed.
 *
 * It serves three ends: where code generation is forbidden, as the oracle of the differential fuzz test, and to explain an
 * error that the generated decoder only noticed.
 */
import { ByteReaderError, type ByteReader } from '@ottla/runtime';
import type { UnknownTaggedField } from '../schema/field.ts';
import { Misfit, type Walk } from './codec.ts';
import { ARRAY_ELEMENTS_MAX, STRING_BYTES_MAX, TAGGED_FIELDS_MAX } from './limits.ts';
import { elementBytesMin, elementMemoryBytes, type FieldLayout, type StructLayout, type TypeLayout } from './layout.ts';

type Read<T = unknown> = (reader: ByteReader, walk: Walk) => T;

/** Decodes a structure; on failure throws a `Misfit`, with the walk left at the field to blame. */
export function closureDecoder(struct: StructLayout): (reader: ByteReader, walk: Walk) => object {
  const read = structReader(struct);
  return (reader, walk) => {
    try {
      return read(reader, walk);
    } catch (error) {
      if (!(error instanceof ByteReaderError)) throw error;
      throw new Misfit(error.reason, reader.start + error.position);
    }
  };
}

function structReader(struct: StructLayout): (reader: ByteReader, walk: Walk) => object {
  const steps = struct.fields.map((field) => ({
    name: field.name,
    absent: field.default,
    read: field.presence === 'inline' ? fieldReader(field, false) : null,
  }));
  const readTagged = struct.flexible ? taggedReader(struct.tagged) : null;
  return (reader, walk) => {
    const value: Record<string, unknown> = {};
    for (const { name, absent, read } of steps) {
      value[name] = read === null ? absent : under(walk, name, reader, read);
    }
    if (readTagged !== null) readTagged(reader, walk, value);
    return value;
  };
}

function under<T>(walk: Walk, step: string | number, reader: ByteReader, read: Read<T>): T {
  const start = reader.position;
  walk.path.push(step);
  const value = read(reader, walk);
  if (walk.trace !== null) walk.trace(walk, start, reader.position, value);
  walk.path.pop();
  return value;
}

function taggedReader(fields: readonly FieldLayout[]) {
  const known = new Map(fields.map((field) => [field.tag, { name: field.name, read: fieldReader(field, true) }]));
  return (reader: ByteReader, walk: Walk, value: Record<string, unknown>): void => {
    const unknown: UnknownTaggedField[] = [];
    const seen = new Set<number>();
    const count = under(walk, 'taggedFields', reader, readTaggedCount);
    for (let i = 0; i < count; i++) {
      const at = reader.position;
      const tag = reader.uvarint();
      if (seen.has(tag)) throw new Misfit(`tagged field ${tag} comes twice`, at);
      seen.add(tag);
      const size = reader.uvarint();
      const start = reader.position;
      if (size > reader.remaining) reader.fail(`tagged field ${tag} claims ${size} bytes, ${reader.remaining} left`);
      const field = known.get(tag);
      if (field === undefined) {
        unknown.push({ tag, bytes: under(walk, `taggedFields.${tag}`, reader, () => reader.view8(size)) });
        continue;
      }
      value[field.name] = under(walk, field.name, reader, (reader, walk) => {
        const read = field.read(reader, walk);
        const took = reader.position - start;
        if (took !== size) throw new Misfit(`tagged field ${tag} claims ${size} bytes but holds ${took}`, start);
        return read;
      });
    }
    if (unknown.length > 0) value['unknownTaggedFields'] = unknown.sort((a, b) => a.tag - b.tag);
  };
}

function readTaggedCount(reader: ByteReader): number {
  const at = reader.position;
  const count = reader.uvarint();
  if (count <= TAGGED_FIELDS_MAX) return count;
  throw new Misfit(`${count} tagged fields, at most ${TAGGED_FIELDS_MAX} are read`, at);
}

function fieldReader(field: FieldLayout, tagged: boolean): Read {
  const { type } = field;
  switch (type.kind) {
    case 'struct': {
      const read = structReader(type.struct);
      if (!field.nullable) return read;
      // A nullable structure is announced by a byte, in the tagged section by a varint.
      if (tagged) return (reader, walk) => (reader.uvarint() === 0 ? null : read(reader, walk));
      return (reader, walk) => (reader.int8() < 0 ? null : read(reader, walk));
    }
    case 'array':
      return arrayReader(type.element, field);
    case 'int53':
      return field.saturates ? saturatingInt53 : (reader) => reader.int53();
    default:
      return scalarReader(type, field.nullable, field.compact);
  }
}

function arrayReader(element: TypeLayout, { nullable, compact }: FieldLayout): Read {
  const read = element.kind === 'struct' ? structReader(element.struct) : scalarReader(element, false, compact);
  const bytesMin = elementBytesMin(element, compact);
  const memoryBytes = elementMemoryBytes(element);
  return (reader, walk) => {
    const at = reader.position;
    const count = compact ? reader.uvarint() - 1 : reader.int32();
    if (count < 0) return nullOr(nullable, 'array', at);
    if (count > ARRAY_ELEMENTS_MAX) throw new Misfit(`array of ${count}, at most ${ARRAY_ELEMENTS_MAX} are read`, at);
    if (count * bytesMin > reader.remaining) {
      throw new Misfit(`array of ${count} needs ${count * bytesMin} bytes or more, ${reader.remaining} left`, at);
    }
    reader.memoryLeft -= count * memoryBytes;
    if (reader.memoryLeft < 0)
      throw new Misfit(`with this array of ${count} the message would take too much memory`, at);
    const values: unknown[] = [];
    for (let i = 0; i < count; i++) values.push(under(walk, i, reader, read));
    return values;
  };
}

function scalarReader(type: TypeLayout, nullable: boolean, compact: boolean): Read {
  switch (type.kind) {
    case 'bool':
      return (reader) => reader.boolean();
    case 'int8':
      return (reader) => reader.int8();
    case 'int16':
      return (reader) => reader.int16();
    case 'uint16':
      return (reader) => reader.uint16();
    case 'int32':
      return (reader) => reader.int32();
    case 'uint32':
      return (reader) => reader.uint32();
    case 'int53':
      return (reader) => reader.int53();
    case 'int64':
      return (reader) => reader.int64();
    case 'float64':
      return (reader) => reader.float64();
    case 'uuid':
      return (reader) => reader.uuid();
    case 'string':
      return (reader) => {
        const at = reader.position;
        const count = compact ? reader.uvarint() - 1 : reader.int16();
        if (count < 0) return nullOr(nullable, 'string', at);
        if (count > STRING_BYTES_MAX) {
          throw new Misfit(`string of ${count} bytes, at most ${STRING_BYTES_MAX} are legal`, at);
        }
        return reader.utf8(count);
      };
    default:
      return (reader) => {
        const at = reader.position;
        const count = compact ? reader.uvarint() - 1 : reader.int32();
        return count < 0 ? nullOr(nullable, type.kind, at) : reader.view8(count);
      };
  }
}

function nullOr(nullable: boolean, kind: string, at: number): null {
  if (!nullable) throw new Misfit(`null where a ${kind} must stand`, at);
  return null;
}

function saturatingInt53(reader: ByteReader): number {
  const value = reader.int64();
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) return Infinity;
  return value < BigInt(Number.MIN_SAFE_INTEGER) ? -Infinity : Number(value);
}
