/** From texts to settled settings: judges every key and value, collects all problems, fills in synonyms and defaults. */
import { Config, type ConfigEntry, type ConfigWarning, type ListenerEntry, type ResolveOptions } from './config.ts';
import { ConfigError, placeProblem, valueProblem, type ConfigProblem } from './config-error.ts';
import { meaningOf, type KeyMeaning } from './config-key.ts';
import { DEFAULT_ORIGIN, formatOrigin, isDefaultOrigin, isSameSource } from './config-origin.ts';
import { password, type ConfigRow, type Synonym } from './config-row.ts';
import type { ConfigText } from './config-source.ts';
import type { ConfigTable } from './config-table.ts';
import { exactOf, formatValue, INT64_MAX_TEXT, wholeNumber } from './config-value.ts';
import { NEEDS_RESTART, parseValue } from './parse-value.ts';
import { HIDDEN, Secret } from './secret.ts';
import { judgeUnknown } from './unknown-key.ts';

/**
 * @param texts later ones win, whatever their origin.
 * @throws {ConfigError} with every problem there is.
 */
export function resolveConfig<Table extends ConfigTable>(
  table: Table,
  texts: readonly ConfigText[],
  options: ResolveOptions = {},
): Config<Table> {
  const resolution = new Resolution(table, options);
  resolution.read(texts);
  resolution.fillIn();
  if (resolution.problems.length > 0 && options.lenient !== true) throw new ConfigError(resolution.problems);
  // The texts, which hold secrets, stay in this closure.
  return new Config(table, resolution, (more, changed) =>
    resolveConfig(table, [...texts, ...more], { ...options, lenient: false, ...changed }),
  );
}

/** Short-lived: what one resolution has found so far. */
class Resolution {
  readonly table: ConfigTable;
  readonly options: ResolveOptions;
  readonly entries = new Map<string, ConfigEntry>();
  readonly listenerEntries: ListenerEntry[] = [];
  readonly pluginEntries = new Map<string, ConfigEntry>();
  readonly warnings: ConfigWarning[] = [];
  readonly problems: ConfigProblem[] = [];

  constructor(table: ConfigTable, options: ResolveOptions) {
    this.table = table;
    this.options = options;
  }

  read(texts: readonly ConfigText[]): void {
    const winners = new Map<string, ConfigText>();
    for (const text of texts) {
      const before = winners.get(text.key);
      if (before !== undefined && isSameSource(before.origin, text.origin)) {
        this.#warn(text, `is set twice; ${formatOrigin(text.origin)} wins over ${formatOrigin(before.origin)}`);
      }
      winners.set(text.key, text);
    }
    for (const text of winners.values()) this.#readOne(text, meaningOf(this.table, text.key));
  }

  /** Gives every row an entry, in the order of the table. */
  fillIn(): void {
    const given = new Map(this.entries);
    this.entries.clear();
    for (const row of this.table.byKey.values()) {
      this.entries.set(row.key, given.get(row.key) ?? this.#defaultEntry(row));
    }
    for (const row of this.table.byKey.values()) this.#fillFromSynonyms(row);
    this.#applyRules();
  }

  #readOne(text: ConfigText, meaning: KeyMeaning): void {
    if (meaning.kind === 'unknown') {
      const { problem, warning } = judgeUnknown(this.table, text, this.options.commandFlags ?? []);
      if (problem !== null) this.problems.push(problem);
      if (warning !== null) this.#warn(text, warning);
    } else if (meaning.kind === 'plugin') {
      this.pluginEntries.set(text.key, pluginEntry(text));
    } else if (meaning.kind === 'misplaced') {
      this.#refuse(meaning.row, text, `cannot be set for one listener; set ${meaning.row.key}`);
    } else {
      this.#readRow(text, meaning.row, meaning.kind === 'listener' ? meaning : null);
    }
  }

  #readRow(text: ConfigText, row: ConfigRow, at: { listener: string; mechanism: string | null } | null): void {
    if (row.isDynamicOnly && text.origin.kind !== 'dynamic') {
      this.#refuse(row, text, 'exists only as a dynamic setting; set it with kafka-configs --alter');
      return;
    }
    if (text.origin.kind === 'dynamic' && row.update === 'read-only' && !this.table.isDynamic) {
      this.#refuse(row, text, NEEDS_RESTART);
      return;
    }
    const parsed = parseValue(row, text.text);
    if (!parsed.ok) {
      this.problems.push(valueProblem(row, text, parsed.wrong));
      return;
    }
    if (row.deprecated !== null) this.#warn(text, `is deprecated: ${row.deprecated}`);
    const entry = { key: text.key, row, value: parsed.value, text: parsed.text, origin: text.origin };
    if (at === null) this.entries.set(row.key, entry);
    else this.listenerEntries.push({ listener: at.listener, mechanism: at.mechanism, entry });
  }

  #defaultEntry(row: ConfigRow): ConfigEntry {
    for (const synonym of row.brokerSynonyms) {
      const source = this.options.broker?.entry(synonym.key);
      const entry = source === undefined ? null : synonymEntry(row, synonym, source);
      if (entry !== null) return entry;
    }
    const isRefused = this.problems.some(({ key }) => key === row.key);
    if (row.required && !isRefused) {
      this.problems.push({
        ...valueProblem(row, { key: row.key, text: '', origin: DEFAULT_ORIGIN }, 'must be set'),
        value: null,
      });
    }
    const text = row.default === null ? null : formatValue(row.type, row.default);
    return { key: row.key, row, value: row.default, text, origin: DEFAULT_ORIGIN };
  }

  /** The first key with a value counts, whoever set it: Kafka's order. So a flag can lose against a file, and that is told. */
  #fillFromSynonyms(row: ConfigRow): void {
    const own = this.entries.get(row.key)!;
    if (own.value === null) {
      for (const synonym of row.synonyms) {
        const entry = synonymEntry(row, synonym, this.entries.get(synonym.key)!);
        if (entry === null) continue;
        this.entries.set(row.key, entry);
        break;
      }
    }
    const winner = this.entries.get(row.key)!;
    const winnerKey = winner.origin.kind === 'synonym' ? winner.origin.key : row.key;
    for (const { key } of row.synonyms.slice(row.synonyms.findIndex((synonym) => synonym.key === winnerKey) + 1)) {
      const loser = this.entries.get(key)!;
      if (isDefaultOrigin(loser.origin) || isDefaultOrigin(winner.origin)) continue;
      this.#warn(
        loser,
        `has no effect, because ${winnerKey} is set (${formatOrigin(this.entries.get(winnerKey)!.origin)})`,
      );
    }
  }

  #applyRules(): void {
    const wrongKeys = new Set(this.problems.map(({ key }) => key));
    const values = Object.fromEntries(
      [...this.entries].map(([key, entry]) => [this.table.fields.get(key)!, entry.value]),
    );
    for (const { fields, refuses } of this.table.rules) {
      const rows = fields.map((field) => this.table.rows[field]!);
      if (rows.some(({ key }) => wrongKeys.has(key))) continue;
      const wrong = refuses(values);
      if (wrong === null) continue;
      const { key, text, origin } = this.entries.get(rows[0]!.key)!;
      this.problems.push({ key, value: text, wrong, allowed: null, origin, nearest: null });
    }
  }

  /** The value may be right, but not here. */
  #refuse(row: ConfigRow, text: ConfigText, wrong: string): void {
    this.problems.push(placeProblem(row, text, wrong));
  }

  #warn({ key, origin }: Pick<ConfigText, 'key' | 'origin'>, message: string): void {
    this.warnings.push({ key, message, origin });
  }
}

/** What another key's value means for `row`; null when that key has none. */
function synonymEntry(row: ConfigRow, synonym: Synonym, source: ConfigEntry): ConfigEntry | null {
  if (source.value === null) return null;
  const origin = { kind: 'synonym', key: synonym.key, of: source.origin } as const;
  const exact = source.text === null ? undefined : exactOf(source.row.type, source.value, source.text);
  if (exact === undefined) return { key: row.key, row, value: source.value, text: source.text, origin };
  const { times = 1, negativeMeans } = synonym;
  const product = exact * BigInt(times);
  const meant = product < 0n && negativeMeans !== undefined ? BigInt(negativeMeans) : product;
  const limit = BigInt(INT64_MAX_TEXT);
  const fitting = meant > limit ? limit : meant;
  return { key: row.key, row, value: wholeNumber(fitting), text: fitting.toString(), origin };
}

/** A plugin's key may be a secret for all that is known. */
function pluginEntry({ key, text, origin }: ConfigText): ConfigEntry {
  return { key, row: PLUGIN_ROW, value: new Secret(text), text: HIDDEN, origin };
}

const PLUGIN_ROW: ConfigRow = password({ key: '', default: null, doc: 'Passed to the plugin as it is.' });
