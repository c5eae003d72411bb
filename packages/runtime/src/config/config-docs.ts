/** What the rows say, for people (a table in Markdown) and for tests (the shape of the facts about Kafka's keys). */
import { allowedText } from './config-error.ts';
import type { ConfigRow } from './config-row.ts';
import type { ConfigTable } from './config-table.ts';
import { formatValue } from './config-value.ts';

/** One row, as the facts in `facts/` describe one: fields that say nothing are left out. */
export interface ConfigDescription {
  readonly name: string;
  readonly type: string;
  readonly default?: string | null;
  readonly required?: true;
  readonly valid?: Readonly<Record<string, unknown>>;
  readonly importance: string;
  readonly updateMode?: string;
  readonly server?: readonly { readonly name: string; readonly times?: number }[];
  readonly synonyms?: readonly string[];
  readonly listenerPrefix?: string;
  readonly internal?: true;
  readonly deprecated?: true;
  readonly dynamicOnly?: true;
  readonly sensitive?: true;
}

/** Rows in the table's order. Order of synonyms is that of priority, the key itself first. */
export function describeConfig(table: ConfigTable): ConfigDescription[] {
  return [...table.byKey.values()].map((row) => ({
    name: row.key,
    type: row.type.toUpperCase(),
    ...(row.required ? { required: true as const } : { default: defaultText(row) }),
    ...(row.validity !== null && { valid: row.validity }),
    importance: row.importance.toUpperCase(),
    ...(!table.isDynamic && { updateMode: row.update }),
    ...(row.brokerSynonyms.length > 0 && {
      server: row.brokerSynonyms.map(({ key, times }) => ({ name: key, ...(times !== undefined && { times }) })),
    }),
    ...(row.synonyms.length > 0 && { synonyms: [row.key, ...row.synonyms.map(({ key }) => key)] }),
    ...(row.listenerPrefix !== null && { listenerPrefix: row.listenerPrefix }),
    ...(row.isInternal && { internal: true as const }),
    ...(row.deprecated !== null && { deprecated: true as const }),
    ...(row.isDynamicOnly && { dynamicOnly: true as const }),
    ...(row.type === 'password' && { sensitive: true as const }),
  }));
}

/** A Markdown table, one line a key, sorted by key; internal keys left out. */
export function formatConfigDocs(table: ConfigTable): string {
  const rows = [...table.byKey.values()].filter((row) => !row.isInternal).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const head = table.isDynamic
    ? '| Key | Type | Default | Allowed | Importance | |'
    : '| Key | Type | Default | Allowed | Importance | Changes | |';
  const rule = head.replace(/[^|]+/g, '---');
  return `${[head, rule, ...rows.map((row) => docsLine(table, row))].join('\n')}\n`;
}

function docsLine(table: ConfigTable, row: ConfigRow): string {
  const fallback = row.required ? 'none; must be set' : code(defaultText(row));
  const cells = [code(row.key), row.type, fallback, allowedText(row) ?? '', row.importance];
  if (!table.isDynamic) cells.push(row.isDynamicOnly ? `${row.update}, only dynamic` : row.update);
  cells.push([row.doc, ...notes(row)].join(' '));
  return `| ${cells.map(escapeCell).join(' | ')} |`;
}

function notes(row: ConfigRow): string[] {
  const list: string[] = [];
  const instead = [...row.synonyms, ...row.brokerSynonyms].map(
    ({ key, times }) => `\`${key}\`${times === undefined ? '' : ` times ${times}`}`,
  );
  if (instead.length > 0) list.push(`Without a value: ${instead.join(', then ')}.`);
  if (row.flag !== null) list.push(`Also \`--${row.flag}\`.`);
  if (row.listenerPrefix === 'listener') list.push(`Also \`listener.name.LISTENER.${row.key}\`.`);
  if (row.listenerPrefix === 'listener.mechanism') list.push(`Also \`listener.name.LISTENER.MECHANISM.${row.key}\`.`);
  if (row.deprecated !== null) list.push(`Deprecated: ${row.deprecated}.`);
  return list;
}

function defaultText(row: ConfigRow): string | null {
  return row.default === null ? null : formatValue(row.type, row.default);
}

function code(text: string | null): string {
  return text === null ? 'none' : text === '' ? 'empty' : `\`${text}\``;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}
