/**
 * The language that messages are written in: `int32('0+', 'what it means')`, `array('0+', { … })`.
 *
 * A field's first argument is the versions that have it on the wire; then, as needed, a sentence and options. Types are
 * inferred: `Infer` is what a decoder gives (every field present, whatever the version), `InferInput` what an encoder takes
 * (fields with a default, a tag or the ignorable mark may be left out).
 */
import { parseVersions, type VersionRange, type Versions } from './versions.ts';

export type ScalarKind =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int53'
  | 'int64'
  | 'float64'
  | 'uuid'
  | 'string'
  | 'bytes'
  | 'records';

/** What a field holds: a scalar, an array of something, or a structure. */
export type FieldType =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'array'; readonly element: FieldType }
  | { readonly kind: 'struct'; readonly struct: Struct<Fields> };

export interface FieldOptions<T> {
  /** Versions in which the value may be null. */
  readonly nullable?: Versions;
  /** The value where the wire has none; else 0, false, '', empty or a structure of defaults (records: null). */
  readonly default?: T | null;
  /** The field stands in the tagged section under this number (KIP-482). */
  readonly tag?: number;
  /** A value that a version cannot carry is dropped instead of refused. */
  readonly ignorable?: true;
  /** int53 alone: beyond 2^53 the value reads as ±Infinity, which writes the largest or smallest int64. */
  readonly saturates?: true;
  /** False where a field keeps the old length format in a flexible version (the request header's client id). */
  readonly compact?: false;
}

/** One field of a structure. `Out` is its decoded type, `In` what may be encoded, `Optional` whether it may be left out. */
export interface Field<Out, In = Out, Optional extends boolean = false> {
  readonly type: FieldType;
  readonly versions: VersionRange;
  readonly nullable: VersionRange;
  readonly default: unknown;
  readonly hasDefault: boolean;
  readonly tag: number | null;
  readonly ignorable: boolean;
  readonly saturates: boolean;
  readonly compact: boolean;
  readonly doc: string;
  /** For the compiler alone. */
  readonly inferred?: { out: Out; in: In; optional: Optional };
}

// oxlint-disable-next-line typescript/no-explicit-any -- the one place where a field of any type is meant
export type AnyField = Field<any, any, boolean>;
export type Fields = Readonly<Record<string, AnyField>>;

/** A tagged field that this schema does not know, kept as it came. */
export interface UnknownTaggedField {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

interface Flexible {
  /** Tagged fields that the schema does not know; written back as they came. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export type InferFields<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer Out, infer _In, infer _Optional> ? Out : never;
} & Flexible;

type OptionalKeys<F extends Fields> = {
  [K in keyof F]: F[K] extends Field<infer _Out, infer _In, true> ? K : never;
}[keyof F];

export type InferFieldsInput<F extends Fields> = {
  readonly [K in Exclude<keyof F, OptionalKeys<F>>]: F[K] extends Field<infer _Out, infer In, infer _Optional>
    ? In
    : never;
} & {
  readonly [K in OptionalKeys<F>]?: F[K] extends Field<infer _Out, infer In, infer _Optional> ? In | undefined : never;
} & Flexible;

/** A structure that several fields share. */
export interface Struct<F extends Fields> {
  readonly name: string;
  readonly fields: F;
}

type Nullable<T, O> = O extends { nullable: string } ? T | null : T;
type Optional<O> = O extends { default: unknown } | { tag: number } | { ignorable: true } ? true : false;

/** The three ways to write a field of a given type. */
interface FieldOf<Out, In = Out> {
  (versions: Versions, doc?: string): Field<Out, In>;
  <const O extends FieldOptions<In>>(
    versions: Versions,
    options: O,
  ): Field<Nullable<Out, O>, Nullable<In, O>, Optional<O>>;
  <const O extends FieldOptions<In>>(
    versions: Versions,
    doc: string,
    options: O,
  ): Field<Nullable<Out, O>, Nullable<In, O>, Optional<O>>;
}

function makeField<Out, In, O extends boolean>(
  type: FieldType,
  versions: Versions,
  docOrOptions: string | FieldOptions<unknown> | undefined,
  options: FieldOptions<unknown> | undefined,
): Field<Out, In, O> {
  const given = (typeof docOrOptions === 'string' ? options : docOrOptions) ?? {};
  return {
    type,
    versions: parseVersions(versions),
    nullable: parseVersions(given.nullable ?? 'none'),
    default: given.default,
    hasDefault: given.default !== undefined,
    tag: given.tag ?? null,
    ignorable: given.ignorable ?? false,
    saturates: given.saturates ?? false,
    compact: given.compact ?? true,
    doc: typeof docOrOptions === 'string' ? docOrOptions : '',
  };
}

function scalar<T>(kind: ScalarKind): FieldOf<T> {
  const type: FieldType = { kind };
  const make = (versions: Versions, docOrOptions?: string | FieldOptions<unknown>, options?: FieldOptions<unknown>) =>
    makeField(type, versions, docOrOptions, options);
  return make as FieldOf<T>;
}

export const bool = scalar<boolean>('bool');
export const int8 = scalar<number>('int8');
export const int16 = scalar<number>('int16');
export const uint16 = scalar<number>('uint16');
export const int32 = scalar<number>('int32');
export const uint32 = scalar<number>('uint32');
/** An int64 that is a safe integer in every legal message: offsets, timestamps, producer ids. */
export const int53 = scalar<number>('int53');
/** An int64 whose full range is legal. */
export const int64 = scalar<bigint>('int64');
export const float64 = scalar<number>('float64');
/** 22 characters of base64url, see `@ottla/runtime`'s uuid. */
export const uuid = scalar<string>('uuid');
export const string = scalar<string>('string');
/** Decodes to a view on the frame. */
export const bytes = scalar<Uint8Array>('bytes');
/** Record batches as they stand on the wire: a view when decoded, written by reference when encoded. Always nullable. */
export const records = scalar<Uint8Array | null>('records');

/** A structure of its own, in place (`fields`) or shared (`struct`). */
export function nested<F extends Fields>(versions: Versions, of: F | Struct<F>, doc?: string): FieldOfStruct<F, {}>;
export function nested<F extends Fields, const O extends StructOptions>(
  versions: Versions,
  of: F | Struct<F>,
  options: O,
): FieldOfStruct<F, O>;
export function nested<F extends Fields, const O extends StructOptions>(
  versions: Versions,
  of: F | Struct<F>,
  doc: string,
  options: O,
): FieldOfStruct<F, O>;
export function nested(
  versions: Versions,
  of: Fields | Struct<Fields>,
  docOrOptions?: string | StructOptions,
  options?: StructOptions,
): AnyField {
  return makeField({ kind: 'struct', struct: asStruct(of) }, versions, docOrOptions, options);
}

type StructOptions = Omit<FieldOptions<never>, 'default'> & { readonly default?: null };
type FieldOfStruct<F extends Fields, O> = Field<
  Nullable<InferFields<F>, O>,
  Nullable<InferFieldsInput<F>, O>,
  Optional<O>
>;

type ArrayOptions = Omit<FieldOptions<never>, 'default'> & { readonly default?: null | readonly [] };
type FieldOfArray<Out, In, O> = Field<Nullable<readonly Out[], O>, Nullable<readonly In[], O>, Optional<O>>;

/** An array of scalars (`array('0+', int32)`), of structures in place, or of shared ones. */
export function array<T>(versions: Versions, of: FieldOf<T>, doc?: string): FieldOfArray<T, T, {}>;
export function array<T, const O extends ArrayOptions>(
  versions: Versions,
  of: FieldOf<T>,
  options: O,
): FieldOfArray<T, T, O>;
export function array<T, const O extends ArrayOptions>(
  versions: Versions,
  of: FieldOf<T>,
  doc: string,
  options: O,
): FieldOfArray<T, T, O>;
export function array<F extends Fields>(
  versions: Versions,
  of: F | Struct<F>,
  doc?: string,
): FieldOfArray<InferFields<F>, InferFieldsInput<F>, {}>;
export function array<F extends Fields, const O extends ArrayOptions>(
  versions: Versions,
  of: F | Struct<F>,
  options: O,
): FieldOfArray<InferFields<F>, InferFieldsInput<F>, O>;
export function array<F extends Fields, const O extends ArrayOptions>(
  versions: Versions,
  of: F | Struct<F>,
  doc: string,
  options: O,
): FieldOfArray<InferFields<F>, InferFieldsInput<F>, O>;
export function array(
  versions: Versions,
  of: ((versions: Versions) => { readonly type: FieldType }) | Fields | Struct<Fields>,
  docOrOptions?: string | ArrayOptions,
  options?: ArrayOptions,
): AnyField {
  const element: FieldType = typeof of === 'function' ? of('0+').type : { kind: 'struct', struct: asStruct(of) };
  return makeField({ kind: 'array', element }, versions, docOrOptions, options);
}

/** Names a structure, to use it in several fields. */
export function struct<F extends Fields>(name: string, fields: F): Struct<F> {
  return { name, fields };
}

function asStruct(of: Fields | Struct<Fields>): Struct<Fields> {
  return typeof of.name === 'string' ? (of as Struct<Fields>) : { name: '', fields: of as Fields };
}
