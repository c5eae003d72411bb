/** Settled settings: every key of a table with its value, its text and where it came from. Never changes; `overlay` gives a new one. */
import { assert } from '../assert.ts';
import type { ConfigProblem } from './config-error.ts';
import type { ConfigOrigin } from './config-origin.ts';
import type { ConfigRow } from './config-row.ts';
import type { ConfigText } from './config-source.ts';
import type { ConfigOf, ConfigTable } from './config-table.ts';
import type { ConfigValue } from './config-value.ts';

export interface ConfigEntry {
  /** The full key: with `listener.name.L.` where it counts for one listener. */
  readonly key: string;
  readonly row: ConfigRow;
  readonly value: ConfigValue | null;
  /** Canonical, as DescribeConfigs shows it; int64 exact; `[hidden]` for a secret; null without a value. */
  readonly text: string | null;
  readonly origin: ConfigOrigin;
}

/** Something a person should read once; not wrong enough to stop. */
export interface ConfigWarning {
  readonly key: string;
  readonly message: string;
  readonly origin: ConfigOrigin;
}

/** What `resolveConfig` found out. */
export interface Resolved {
  readonly table: ConfigTable;
  readonly entries: ReadonlyMap<string, ConfigEntry>;
  readonly listenerEntries: readonly ListenerEntry[];
  /** Keys below a plugin's prefix, unread. */
  readonly pluginEntries: ReadonlyMap<string, ConfigEntry>;
  readonly warnings: readonly ConfigWarning[];
  /** Only when asked to be lenient; else problems are thrown. */
  readonly problems: readonly ConfigProblem[];
}

export interface ResolveOptions {
  /** The broker's config, which rows with `brokerSynonyms` take their defaults from. */
  readonly broker?: Config;
  /** Leaves wrong settings out and keeps them in `problems`, instead of throwing: for records that a newer version wrote. */
  readonly lenient?: boolean;
  /** Names of the command's own flags, which an unknown flag may have been meant to be. */
  readonly commandFlags?: readonly string[];
}

/** Resolves again, with more texts behind those of before. */
export type Overlay<Table extends ConfigTable> = (
  texts: readonly ConfigText[],
  options: ResolveOptions,
) => Config<Table>;

export interface ListenerEntry {
  readonly listener: string;
  readonly mechanism: string | null;
  readonly entry: ConfigEntry;
}

export class Config<Table extends ConfigTable = ConfigTable> {
  readonly table: Table;
  /** One field per row: `values.logRetentionMs`. */
  readonly values: ConfigOf<Table>;
  readonly warnings: readonly ConfigWarning[];
  /** What a lenient resolution left out. */
  readonly problems: readonly ConfigProblem[];
  readonly #resolved: Resolved;
  readonly #overlay: Overlay<Table>;

  /** For `resolveConfig` alone. */
  constructor(table: Table, resolved: Resolved, overlay: Overlay<Table>) {
    assert(resolved.table === table, 'a config belongs to one table');
    this.table = table;
    this.values = Object.freeze(valuesOf(resolved.entries, table)) as ConfigOf<Table>;
    this.warnings = resolved.warnings;
    this.problems = resolved.problems;
    this.#resolved = resolved;
    this.#overlay = overlay;
  }

  /** By Kafka's name; also a listener's key that was given, and a plugin's. */
  entry(key: string): ConfigEntry | undefined {
    const { entries, listenerEntries, pluginEntries } = this.#resolved;
    return entries.get(key) ?? pluginEntries.get(key) ?? listenerEntries.find(({ entry }) => entry.key === key)?.entry;
  }

  /** All rows in the table's order, then listeners' and plugins' keys that were given. */
  entries(): ConfigEntry[] {
    const { entries, listenerEntries, pluginEntries } = this.#resolved;
    return [...entries.values(), ...listenerEntries.map(({ entry }) => entry), ...pluginEntries.values()];
  }

  /** What counts on one listener: its own keys, and the common ones for the rest. Case of the names does not matter. */
  forListener(listener: string, mechanism: string | null = null): ConfigOf<Table> {
    const [name, wanted] = [listener.toLowerCase(), mechanism?.toLowerCase() ?? null];
    const fitting = this.#resolved.listenerEntries.filter(
      (one) => one.listener === name && (one.mechanism === null || one.mechanism === wanted),
    );
    const own = fitting.map(({ entry }) => [entry.row.key, entry] as const);
    return Object.freeze({ ...this.values, ...valuesOf(new Map(own), this.table) }) as ConfigOf<Table>;
  }

  /** Names, in lower case, of listeners that have keys of their own. */
  listenersWithKeys(): string[] {
    return [...new Set(this.#resolved.listenerEntries.map(({ listener }) => listener))].toSorted();
  }

  /**
   * The same with more texts, which win: the cluster's dynamic settings, from the least to the most specific.
   *
   * @throws {ConfigError} as `resolveConfig`.
   */
  overlay(texts: readonly ConfigText[], options: ResolveOptions = {}): Config<Table> {
    return this.#overlay(texts, options);
  }
}

function valuesOf(entries: ReadonlyMap<string, ConfigEntry>, table: ConfigTable): Record<string, ConfigValue | null> {
  const values: Record<string, ConfigValue | null> = {};
  for (const [key, { value }] of entries) values[table.fields.get(key)!] = value;
  return values;
}
