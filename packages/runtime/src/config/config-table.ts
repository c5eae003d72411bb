/** A table of settings: rows under the names that code uses (`logRetentionMs`), found by Kafka's names (`log.retention.ms`). */
import { assert } from '../assert.ts';
import type { ConfigRow } from './config-row.ts';
import { exactOf } from './config-value.ts';
import { refusal } from './validity.ts';

export type ConfigRows = Readonly<Record<string, ConfigRow>>;

type ValueOf<Row> = Row extends ConfigRow<infer Value> ? Value : never;

/** What code sees: one field per row. */
export type ConfigOf<Table extends { readonly rows: ConfigRows }> = {
  readonly [Field in keyof Table['rows']]: ValueOf<Table['rows'][Field]>;
};

/** Settings that are wrong only together. */
export interface ConfigRule<Rows extends ConfigRows = ConfigRows> {
  /** Checked only when these are each right; a problem is told of the first. */
  readonly fields: readonly (keyof Rows & string)[];
  /** What is wrong, or null. */
  readonly refuses: (values: ConfigOf<{ readonly rows: Rows }>) => string | null;
}

export interface ConfigTableOptions<Rows extends ConfigRows> {
  readonly rules?: readonly ConfigRule<Rows>[];
  /** Keys below these belong to plugins and are passed on unread: `rsm.config.`. */
  readonly pluginPrefixes?: readonly string[];
  /** Every key may change at run time: the tables of topics, groups and clients. */
  readonly dynamic?: true;
  /** An unknown key below these stops the start in every source: `ssl.`. */
  readonly protectedPrefixes?: readonly string[];
}

export interface ConfigTable<Rows extends ConfigRows = ConfigRows> {
  readonly name: string;
  readonly rows: Rows;
  readonly byKey: ReadonlyMap<string, ConfigRow>;
  /** From Kafka's name to the field. */
  readonly fields: ReadonlyMap<string, string>;
  readonly rules: readonly ConfigRule[];
  readonly isDynamic: boolean;
  readonly pluginPrefixes: readonly string[];
  readonly protectedPrefixes: readonly string[];
}

/** Asserts what a wrong row would break later: a key twice, a default that the row itself refuses, a synonym of no row. */
export function defineConfig<const Rows extends ConfigRows>(
  name: string,
  rows: Rows,
  options: ConfigTableOptions<Rows> = {},
): ConfigTable<Rows> {
  const table = {
    name,
    rows,
    byKey: new Map(Object.values(rows).map((row) => [row.key, row])),
    fields: new Map(Object.entries(rows).map(([field, row]) => [row.key, field])),
    rules: (options.rules ?? []) as readonly ConfigRule[],
    isDynamic: options.dynamic ?? false,
    pluginPrefixes: options.pluginPrefixes ?? [],
    protectedPrefixes: options.protectedPrefixes ?? [],
  };
  checkTable(table);
  return table;
}

type UnionToIntersection<U> = (U extends unknown ? (member: U) => void : never) extends (all: infer I) => void
  ? I
  : never;

/** One table of several; their fields and keys must differ. */
export function combineConfigs<const Tables extends readonly ConfigTable[]>(
  name: string,
  tables: Tables,
): ConfigTable<UnionToIntersection<Tables[number]['rows']> & ConfigRows> {
  const rows: Record<string, ConfigRow> = {};
  for (const table of tables) {
    for (const [field, row] of Object.entries(table.rows)) {
      assert(!Object.hasOwn(rows, field), `a field belongs to one table only: ${field}`);
      rows[field] = row;
    }
  }
  return defineConfig(name, rows, {
    rules: tables.flatMap((table) => table.rules),
    pluginPrefixes: tables.flatMap((table) => table.pluginPrefixes),
    protectedPrefixes: tables.flatMap((table) => table.protectedPrefixes),
  }) as ConfigTable<UnionToIntersection<Tables[number]['rows']> & ConfigRows>;
}

function checkTable(table: ConfigTable): void {
  const rows = Object.values(table.rows);
  assert(table.byKey.size === rows.length, `a key has one row: ${table.name}`);
  const names = rows.flatMap((row) => [...new Set([row.key, row.flag ?? row.key].map(environmentName))]);
  assert(new Set(names).size === names.length, `keys of ${table.name} differ in more than dots and case`);
  for (const row of rows) {
    checkDefault(row);
    for (const { key } of row.synonyms) assert(table.byKey.has(key), `the synonym ${key} of ${row.key} has a row`);
    const last = row.synonyms.at(-1);
    const fallback = last === undefined ? undefined : table.byKey.get(last.key);
    assert(
      fallback === undefined || fallback.required || fallback.default !== null || row.default !== null,
      `${row.key} or its last synonym has a value`,
    );
  }
}

function checkDefault(row: ConfigRow): void {
  const { default: value, validity } = row;
  assert(!row.required || value === null, `${row.key} is required, so it has no default`);
  if (validity === null || row.required || value === null) return;
  const wrong = refusal(validity, value, exactOf(row.type, value));
  assert(wrong === null, `the default of ${row.key} is valid, but it ${wrong}`);
}

/** `log.retention.ms` is `LOG_RETENTION_MS`; our own `ottla.` is not said twice. */
export function environmentName(key: string): string {
  return key
    .replace(/^ottla\./, '')
    .replace(/[.-]/g, '_')
    .toUpperCase();
}
