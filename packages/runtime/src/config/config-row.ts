/** One row per key: all that is known of a setting, as data. Types, parsing, checks, documentation and answers derive from it. */
import type { ConfigType, ConfigValue } from './config-value.ts';
import type { Secret } from './secret.ts';
import type { Bound, Validity } from './validity.ts';

/** Changed by a restart; at run time for one broker; at run time for one broker or for all. */
export type UpdateMode = 'read-only' | 'per-broker' | 'cluster-wide';

export type Importance = 'high' | 'medium' | 'low';

/** Another key that stands in when this one has no value. */
export interface Synonym {
  readonly key: string;
  /** Factor from its unit to ours: `log.retention.hours` counts 3,600,000 ms. */
  readonly times?: number;
  /** What a negative value of it means here: any negative retention is -1. */
  readonly negativeMeans?: number;
}

/** A setting that secures something: where it is set and not enforced, nothing starts. */
export interface Protection {
  /** In words, as the object of "protects": `the listener from readers on the network`. */
  readonly what: string;
  /** Whether this value asks for protection. Default: every value but the default. */
  readonly asks?: (value: ConfigValue | null) => boolean;
}

declare const valueType: unique symbol;

export interface ConfigRow<Value extends ConfigValue | null = ConfigValue | null> {
  /** Kafka's name. Keys of our own start with `ottla.`. */
  readonly key: string;
  readonly type: ConfigType;
  /** Null when there is none. */
  readonly default: ConfigValue | null;
  /** There is no default, and nothing starts without a value. */
  readonly required: boolean;
  readonly validity: Validity | null;
  readonly importance: Importance;
  readonly update: UpdateMode;
  readonly doc: string;
  /** A short name for the flag (`--port`) and the environment (`OTTLA_PORT`), beside the key. */
  readonly flag: string | null;
  /** Keys of the same table, in order of priority. */
  readonly synonyms: readonly Synonym[];
  /** Keys of the broker's table that a topic's or group's key takes its default from, in order of priority. */
  readonly brokerSynonyms: readonly Synonym[];
  /** `listener`: also as `listener.name.L.KEY`; `listener.mechanism`: also as `listener.name.L.MECHANISM.KEY`. */
  readonly listenerPrefix: 'listener' | 'listener.mechanism' | null;
  /** Kept out of the documentation. */
  readonly isInternal: boolean;
  /** What to use instead. */
  readonly deprecated: string | null;
  /** Exists only in the cluster's metadata, never in a file. */
  readonly isDynamicOnly: boolean;
  readonly protects: Protection | null;
  /** For the compiler only. */
  readonly [valueType]?: Value;
}

/** What a row may say; `doc` and `key` it must. */
export interface RowOptions {
  readonly key: string;
  readonly doc: string;
  readonly required?: true;
  /** Default `medium`. */
  readonly importance?: Importance;
  /** Default `read-only`. */
  readonly update?: UpdateMode;
  readonly flag?: string;
  readonly synonyms?: readonly Synonym[];
  readonly brokerSynonyms?: readonly Synonym[];
  readonly listenerPrefix?: 'listener' | 'listener.mechanism';
  readonly internal?: true;
  readonly deprecated?: string;
  readonly dynamicOnly?: true;
  readonly protects?: Protection;
  /** In place of what the other options of the type would say. */
  readonly validity?: Validity;
}

interface Defaults<Value> {
  /** Absent only with `required`. Null: no value unless one is given. */
  readonly default?: Value | null;
}

export interface NumberOptions extends RowOptions, Defaults<number> {
  /** Both belong to the range. */
  readonly min?: Bound;
  readonly max?: Bound;
}

export interface ListOptions extends RowOptions, Defaults<readonly string[]> {
  /** Allowed entries; any when absent. */
  readonly valid?: readonly string[];
  /** Default true. */
  readonly empty?: boolean;
  /** `refused` (the default), or `kept` where Kafka does not check entries at all. */
  readonly duplicates?: 'refused' | 'kept';
}

/** Null belongs to the type where the default is null and no synonym stands in. */
type Given<Options, Value> = Options extends { readonly default: null }
  ? Options extends { readonly synonyms: readonly Synonym[] }
    ? Value
    : Value | null
  : Value;

type Row<Options, Value extends ConfigValue> = ConfigRow<Given<Options, Value>>;

export function boolean<const O extends RowOptions & Defaults<boolean>>(options: O): Row<O, boolean> {
  return row('boolean', options, null);
}

/** 16 bits. */
export function short<const O extends NumberOptions>(options: O): Row<O, number> {
  return row('short', options, rangeOf(options));
}

/** 32 bits. */
export function int<const O extends NumberOptions>(options: O): Row<O, number> {
  return row('int', options, rangeOf(options));
}

/** 64 bits; see `UNLIMITED` for what lies beyond 2^53. */
export function long<const O extends NumberOptions>(options: O): Row<O, number> {
  return row('long', options, rangeOf(options));
}

export function double<const O extends NumberOptions>(options: O): Row<O, number> {
  return row('double', options, rangeOf(options));
}

export function string<const O extends RowOptions & Defaults<string>>(options: O): Row<O, string> {
  return row('string', options, null);
}

/** One of the words, in this case. */
export function oneOf<const W extends string, const O extends RowOptions & Defaults<W>>(
  words: readonly W[],
  options: O,
): Row<O, W> {
  return row('string', options, { kind: 'string', valid: words });
}

/** One of the words in any case; the value is the word as it stands here. */
export function oneOfIgnoreCase<const W extends string, const O extends RowOptions & Defaults<W>>(
  words: readonly W[],
  options: O,
): Row<O, W> {
  return row('string', options, { kind: 'stringIgnoreCase', valid: words });
}

/** Entries between commas. */
export function list<const O extends ListOptions>(
  options: O,
): Row<O, readonly (O extends { readonly valid: readonly (infer W extends string)[] } ? W : string)[]> {
  const { valid, empty = true } = options;
  const isChecked = options.duplicates !== 'kept';
  const nullable = options.default === null;
  return row('list', options, isChecked ? { kind: 'list', ...(valid && { valid }), empty, null: nullable } : null);
}

/** A Java class name. Ottla has its own code behind the names that it knows. */
export function className<const O extends RowOptions & Defaults<string>>(options: O): Row<O, string> {
  return row('class', options, null);
}

export function password<const O extends RowOptions & { readonly default?: null }>(options: O): Row<O, Secret> {
  return row('password', options, null);
}

function rangeOf({ min, max }: NumberOptions): Validity | null {
  if (min === undefined && max === undefined) return null;
  return { kind: 'range', ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}

function row<Value extends ConfigValue | null>(
  type: ConfigType,
  options: RowOptions & Defaults<ConfigValue>,
  validity: Validity | null,
): ConfigRow<Value> {
  return Object.freeze({
    key: options.key,
    type,
    default: options.default ?? null,
    required: options.required ?? false,
    validity: options.validity ?? validity,
    importance: options.importance ?? 'medium',
    update: options.update ?? 'read-only',
    doc: options.doc,
    flag: options.flag ?? null,
    synonyms: options.synonyms ?? [],
    brokerSynonyms: options.brokerSynonyms ?? [],
    listenerPrefix: options.listenerPrefix ?? null,
    isInternal: options.internal ?? false,
    deprecated: options.deprecated ?? null,
    isDynamicOnly: options.dynamicOnly ?? false,
    protects: options.protects ?? null,
  });
}
