/** One key's text, judged by its row: at a start, and when somebody changes a key at run time. */
import { placeProblem, valueProblem, type ConfigProblem } from './config-error.ts';
import { meaningOf } from './config-key.ts';
import type { ConfigRow } from './config-row.ts';
import type { ConfigText } from './config-source.ts';
import type { ConfigTable } from './config-table.ts';
import { parseText, type ConfigValue } from './config-value.ts';
import { judgeUnknown } from './unknown-key.ts';
import { refusal } from './validity.ts';

export type ParsedValue =
  | { readonly ok: true; readonly value: ConfigValue; readonly text: string }
  /** `wrong` follows "it": `is not a whole number`. */
  | { readonly ok: false; readonly wrong: string };

/** `text` of the answer is canonical; int64 exact; `[hidden]` for a password. */
export function parseValue(row: ConfigRow, text: string): ParsedValue {
  const parsed = parseText(row.type, text);
  if (typeof parsed === 'string') return { ok: false, wrong: parsed };
  const wrong = row.validity === null ? null : refusal(row.validity, parsed.value, parsed.exact);
  if (wrong !== null) return { ok: false, wrong };
  return {
    ok: true,
    value: row.validity?.kind === 'stringIgnoreCase' ? listedWord(row.validity.valid, parsed.value) : parsed.value,
    text: parsed.text,
  };
}

/** Whose dynamic setting is changed. Tables of topics, groups and clients know only their own, whichever is said. */
export type UpdateScope = 'one' | 'all';

export const NEEDS_RESTART = 'can be changed only in the configuration file, with a restart';

/**
 * Judges one change at run time; a null text removes the dynamic setting. Rules over several keys are `Config.overlay`'s.
 *
 * @returns what is wrong, or null.
 */
export function checkUpdate(
  table: ConfigTable,
  change: { readonly key: string; readonly text: string | null },
  scope: UpdateScope,
): ConfigProblem | null {
  const origin = { kind: 'dynamic', entity: scope === 'all' ? 'default' : 'one' } as const;
  const given: ConfigText = { key: change.key, text: change.text ?? '', origin };
  const meaning = meaningOf(table, change.key);
  if (meaning.kind === 'plugin') return null;
  if (meaning.kind === 'unknown') {
    const { problem } = judgeUnknown(table, { ...given, origin: { kind: 'option' } }, []);
    return problem === null ? null : { ...problem, origin };
  }
  const { row } = meaning;
  const wrong = wrongPlace(table, meaning.kind, row, scope);
  if (wrong !== null) return placeProblem(row, given, wrong);
  if (change.text === null) return null;
  const parsed = parseValue(row, change.text);
  return parsed.ok ? null : valueProblem(row, given, parsed.wrong);
}

function wrongPlace(
  table: ConfigTable,
  kind: 'row' | 'listener' | 'misplaced',
  row: ConfigRow,
  scope: UpdateScope,
): string | null {
  if (kind === 'misplaced') return `cannot be set for one listener; set ${row.key}`;
  if (table.isDynamic) return null;
  if (row.update === 'read-only') return NEEDS_RESTART;
  if (scope === 'one') return null;
  if (kind === 'listener') return 'counts for the listeners of one broker; change it broker by broker';
  return row.update === 'per-broker' ? 'can be changed only for one broker at a time' : null;
}

function listedWord(words: readonly string[], value: ConfigValue): ConfigValue {
  const word = String(value).toLowerCase();
  return words.find((listed) => listed.toLowerCase() === word) ?? value;
}
