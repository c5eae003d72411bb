/** What is wrong with settings. All problems are found before any is told, so that a file is put right in one go. */
import { OperationalError } from '../errors.ts';
import { cut, escapeControls, quoted } from '../logger/printable.ts';
import { formatOrigin, type ConfigOrigin } from './config-origin.ts';
import type { ConfigRow } from './config-row.ts';
import type { ConfigText } from './config-source.ts';
import { HIDDEN } from './secret.ts';
import { formatValidity } from './validity.ts';

export interface ConfigProblem {
  /** As given: it may be unknown. */
  readonly key: string;
  /** As given; `[hidden]` for a secret; null when nothing was given, or the key is unknown: then it could be a secret. */
  readonly value: string | null;
  /** Follows "it": `is not a whole number`. */
  readonly wrong: string;
  /** What would be right: `1 or more`. */
  readonly allowed: string | null;
  readonly origin: ConfigOrigin;
  /** The key, flag or variable that was probably meant. */
  readonly nearest: string | null;
}

/** Listed in a message; the rest is counted. */
const LISTED_MAX = 50;

/** Settings that nothing can start with, or that cannot be changed so. Each problem says which, why, and what would be right. */
export class ConfigError extends OperationalError {
  override readonly name = 'ConfigError';
  readonly code = 'ERR_CONFIG_INVALID';
  readonly retriable = false;
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    const count = problems.length === 1 ? '1 setting is wrong' : `${problems.length} settings are wrong`;
    const lines = problems.slice(0, LISTED_MAX).map((problem) => `\n  ${formatProblem(problem)}`);
    const more = problems.length > LISTED_MAX ? `\n  and ${problems.length - LISTED_MAX} more` : '';
    super(`${count}:${lines.join('')}${more}`, options);
    this.problems = problems;
  }
}

/** Longer ones are cut: a listener's name can be of any length. */
const LINE_CHARS_MAX = 2_000;

/** One line: `num.io.threads = "zero" (environment OTTLA_NUM_IO_THREADS) is not a whole number; allowed: 1 or more`. */
export function formatProblem({ key, value, wrong, allowed, origin, nearest }: ConfigProblem): string {
  const given = value === null ? '' : ` = ${value === HIDDEN ? HIDDEN : quoted(value)}`;
  const from = origin.kind === 'default' ? '' : ` (${formatOrigin(origin)})`;
  const fix =
    (allowed === null ? '' : `; allowed: ${allowed}`) + (nearest === null ? '' : `; did you mean ${nearest}?`);
  return escapeControls(cut(`${cut(key, 200)}${given}${from} ${wrong}${fix}`, LINE_CHARS_MAX));
}

/** The problem of a value that its row refuses. */
export function valueProblem(row: ConfigRow, given: ConfigText, wrong: string): ConfigProblem {
  return { ...placeProblem(row, given, wrong), allowed: allowedText(row) };
}

/** The problem of a value that may be right, but not where it stands. */
export function placeProblem(row: ConfigRow, { key, text, origin }: ConfigText, wrong: string): ConfigProblem {
  return { key, value: row.type === 'password' ? HIDDEN : text, wrong, allowed: null, origin, nearest: null };
}

const TYPE_NAMES: Readonly<Record<ConfigRow['type'], string | null>> = {
  boolean: 'true or false',
  short: 'a whole number of 16 bits',
  int: 'a whole number of 32 bits',
  long: 'a whole number of 64 bits',
  double: 'a number',
  string: null,
  list: 'entries between commas',
  class: 'a class name',
  password: null,
};

/** What a row accepts, for a person; null when anything will do. */
export function allowedText(row: ConfigRow): string | null {
  return row.validity === null ? TYPE_NAMES[row.type] : formatValidity(row.validity);
}
