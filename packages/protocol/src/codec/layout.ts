/**
 * What one version of a message looks like: the schema with every "if this version" already decided.
 *
 * Both codecs, the generated one and the closures, work from it.
 */
import { assert, ZERO_UUID } from '@ottla/runtime';
import type { AnyField, FieldType, Fields, ScalarKind, UnknownTaggedField } from '../schema/field.ts';
import { includes } from '../schema/versions.ts';

/** Where a field's value is in this version: in its place, in the tagged section, or nowhere. */
export type Presence = 'inline' | 'tagged' | 'absent';

export interface StructLayout {
  /** In wire order, absent fields included: the decoded object has them all. */
  readonly fields: readonly FieldLayout[];
  /** Tagged fields, by rising tag. */
  readonly tagged: readonly FieldLayout[];
  /** Whether a tagged section follows the fields. */
  readonly flexible: boolean;
  /** The fewest bytes that the structure takes on the wire. */
  readonly bytesMin: number;
}

export interface FieldLayout {
  readonly name: string;
  readonly type: TypeLayout;
  readonly presence: Presence;
  readonly tag: number;
  readonly nullable: boolean;
  readonly compact: boolean;
  readonly saturates: boolean;
  /** A value that this version cannot carry is dropped. */
  readonly ignorable: boolean;
  /** The encoder takes `undefined` for the default. */
  readonly optional: boolean;
  /** Shared and frozen where it is an object. */
  readonly default: unknown;
}

export type TypeLayout =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'array'; readonly element: TypeLayout }
  | { readonly kind: 'struct'; readonly struct: StructLayout; readonly name: string };

const FIXED_BYTES: Readonly<Record<string, number>> = {
  bool: 1,
  int8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int53: 8,
  int64: 8,
  float64: 8,
  uuid: 16,
};

/** Bytes of a scalar of fixed size, or 0. */
export function fixedBytes(type: TypeLayout): number {
  return FIXED_BYTES[type.kind] ?? 0;
}

export function layoutOf(fields: Fields, version: number, flexible: boolean): StructLayout {
  const layouts = Object.entries(fields).map(([name, field]) => fieldLayout(name, field, version, flexible));
  const tagged = layouts.filter((field) => field.presence === 'tagged').sort((a, b) => a.tag - b.tag);
  assert(tagged.length === 0 || flexible, 'a tagged field stands in a flexible version');
  const inline = layouts.filter((field) => field.presence === 'inline');
  const bytesMin = inline.reduce((sum, field) => sum + fieldBytesMin(field), flexible ? 1 : 0);
  return { fields: layouts, tagged, flexible, bytesMin };
}

function fieldLayout(name: string, field: AnyField, version: number, flexible: boolean): FieldLayout {
  const type = typeLayout(field.type, version, flexible);
  const present = includes(field.versions, version);
  const ignorable = field.ignorable;
  return {
    name,
    type,
    presence: !present ? 'absent' : field.tag === null ? 'inline' : 'tagged',
    tag: field.tag ?? -1,
    nullable: includes(field.nullable, version) || type.kind === 'records',
    compact: flexible && field.compact,
    saturates: field.saturates,
    ignorable,
    optional: field.hasDefault || field.tag !== null || ignorable || !present,
    default: field.hasDefault && !Array.isArray(field.default) ? field.default : implicitDefault(type),
  };
}

function typeLayout(type: FieldType, version: number, flexible: boolean): TypeLayout {
  switch (type.kind) {
    case 'array':
      return { kind: 'array', element: typeLayout(type.element, version, flexible) };
    case 'struct':
      return { kind: 'struct', struct: layoutOf(type.struct.fields, version, flexible), name: type.struct.name };
    default:
      return type;
  }
}

function fieldBytesMin(field: FieldLayout): number {
  if (field.type.kind === 'struct') return field.nullable ? 1 : field.type.struct.bytesMin;
  const fixed = fixedBytes(field.type);
  if (fixed > 0) return fixed;
  if (field.compact) return 1;
  return field.type.kind === 'string' ? 2 : 4;
}

/** The fewest bytes that one element of an array takes: what a claimed count is checked against. */
export function elementBytesMin(element: TypeLayout, compact: boolean): number {
  if (element.kind === 'struct') return Math.max(1, element.struct.bytesMin);
  return fixedBytes(element) || (compact ? 1 : element.kind === 'string' ? 2 : 4);
}

/** Memory of one element in as few bytes as it can be, its slot included: measured in V8, rounded. */
export function elementMemoryBytes(type: TypeLayout): number {
  switch (type.kind) {
    case 'struct': {
      const { fields } = type.struct;
      const inline = fields.filter(({ presence, nullable, type }) => {
        return presence === 'inline' && !(nullable && type.kind === 'struct');
      });
      return 32 + 8 * fields.length + inline.reduce((sum, field) => sum + elementMemoryBytes(field.type) - 8, 0);
    }
    case 'array':
      return 24;
    case 'string':
      return 32;
    case 'uuid':
      return 48;
    case 'bytes':
    case 'records':
      return 112; // the view, not what it shows
    default:
      return 8;
  }
}

const EMPTY_BYTES = Object.freeze({ value: new Uint8Array(0) }).value;
const EMPTY_ARRAY: readonly never[] = Object.freeze([]);

function implicitDefault(type: TypeLayout): unknown {
  switch (type.kind) {
    case 'bool':
      return false;
    case 'int64':
      return 0n;
    case 'uuid':
      return ZERO_UUID;
    case 'string':
      return '';
    case 'bytes':
      return EMPTY_BYTES;
    case 'records':
      return null;
    case 'array':
      return EMPTY_ARRAY;
    case 'struct':
      return defaultStruct(type.struct);
    default:
      return 0;
  }
}

/** A frozen structure of defaults. */
function defaultStruct(struct: StructLayout): object {
  return Object.freeze(Object.fromEntries(struct.fields.map((field) => [field.name, field.default])));
}

/**
 * What may stand in `unknownTaggedFields`: nothing, or a list as a decoder makes it, by rising tag and with none of `known`,
 * the tagged fields of this version.
 */
export function areUnknownTaggedFields(value: unknown, known: readonly FieldLayout[]): boolean {
  if (value === undefined) return true;
  if (!Array.isArray(value)) return false;
  let last = -1;
  // Not `every`, which passes over holes.
  for (const field of value as readonly (Partial<UnknownTaggedField> | null | undefined)[]) {
    const tag = field?.tag;
    if (typeof tag !== 'number' || tag >>> 0 !== tag || tag <= last || !(field?.bytes instanceof Uint8Array))
      return false;
    if (known.some((other) => other.tag === tag)) return false;
    last = tag;
  }
  return true;
}

/** True when `value` says no more than leaving the field out would. */
export function isDefault(value: unknown, field: FieldLayout): boolean {
  if (value === undefined || value === field.default) return true;
  if (value === null || field.default === null) return false;
  switch (field.type.kind) {
    case 'array':
      return Array.isArray(value) && value.length === 0;
    case 'bytes':
      return value instanceof Uint8Array && value.length === 0;
    case 'struct':
      return (
        typeof value === 'object' && isDefaultStruct(value as Readonly<Record<string, unknown>>, field.type.struct)
      );
    default:
      return false;
  }
}

function isDefaultStruct(value: Readonly<Record<string, unknown>>, struct: StructLayout): boolean {
  const unknown = value['unknownTaggedFields'];
  const bare = unknown === undefined || (Array.isArray(unknown) && unknown.length === 0);
  return bare && struct.fields.every((field) => isDefault(value[field.name], field));
}
