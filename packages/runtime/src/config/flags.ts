/** Reads `--key value` and `--key=value`. Every key of the table is a flag; a row may have a short name beside it (`--port`). */
import type { ConfigProblem } from './config-error.ts';
import { meaningOf } from './config-key.ts';
import type { ConfigText } from './config-source.ts';
import type { ConfigTable } from './config-table.ts';

/** Flags of a command that are no settings. `switch` takes no value. */
export type CommandFlags = Readonly<Record<string, 'value' | 'switch'>>;

export interface Flags {
  readonly texts: readonly ConfigText[];
  /** Of the command's own flags, by name without dashes; a switch is `true`. */
  readonly command: ReadonlyMap<string, string>;
  /** What is no flag and no flag's value, and all behind `--`. */
  readonly positionals: readonly string[];
  readonly problems: readonly ConfigProblem[];
}

/**
 * A word after a boolean and an argument with one dash are refused where they are likely to be a value or a flag that was
 * not understood; `--` before a word makes it a positional whatever it looks like.
 *
 * Unknown flags come back as texts with the name as key; `resolveConfig` refuses them with the nearest name.
 */
export function readFlags(table: ConfigTable, args: readonly string[], commandFlags: CommandFlags = {}): Flags {
  const texts: ConfigText[] = [];
  const command = new Map<string, string>();
  const positionals: string[] = [];
  const problems: ConfigProblem[] = [];
  const shortNames = shortNamesOf(table);
  /** The boolean flag without a value that the argument before was. */
  let bare: string | null = null;

  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === '--') {
      positionals.push(...args.slice(at + 1));
      break;
    }
    const misread = describeMisread(arg, bare);
    if (misread !== null)
      problems.push({ ...NO_PROBLEM, key: arg, wrong: misread, origin: { kind: 'flag', name: arg } });
    bare = null;
    if (misread !== null) continue;
    if (!arg.startsWith('--')) {
      positionals.push(arg);
      continue;
    }
    const equals = arg.indexOf('=');
    const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
    const key = shortNames.get(name) ?? name;
    const origin = { kind: 'flag', name: `--${name}` } as const;
    const form = Object.hasOwn(commandFlags, name) ? commandFlags[name]! : formOf(table, key);

    let text = equals < 0 ? null : arg.slice(equals + 1);
    const next = args[at + 1];
    const nextIsValue =
      next !== undefined && !next.startsWith('--') && (form !== 'boolean' || /^(true|false)$/i.test(next));
    if (text === null && form !== 'switch' && nextIsValue) {
      text = next;
      at++;
    }
    if (text === null && form === 'boolean') bare = name;
    if (text === null && (form === 'switch' || form === 'boolean')) text = 'true';
    if (text === null && form === 'value') {
      const wrong = `needs a value: --${name} VALUE, or --${name}=VALUE where it starts with dashes`;
      problems.push({ key, value: null, wrong, allowed: null, origin, nearest: null });
    } else if (Object.hasOwn(commandFlags, name)) {
      command.set(name, text!);
    } else {
      texts.push({ key, text: text ?? '', origin });
    }
  }
  return { texts, command, positionals, problems };
}

const NO_PROBLEM = { value: null, allowed: null, nearest: null } as const;

/** @param bare the boolean flag in front of `arg`, when it has no value. */
function describeMisread(arg: string, bare: string | null): string | null {
  if (arg.startsWith('--')) return null;
  if (arg.startsWith('-') && arg !== '-')
    return 'is no flag: flags start with two dashes; put -- in front of a word that starts with one';
  if (bare === null) return null;
  return `stands behind --${bare}, which takes true or false; put -- in front of a word of its own`;
}

function shortNamesOf(table: ConfigTable): Map<string, string> {
  const names = new Map<string, string>();
  for (const { flag, key } of table.byKey.values()) if (flag !== null) names.set(flag, key);
  return names;
}

/** A boolean stands for true when no value follows; an unknown flag may or may not have one. */
function formOf(table: ConfigTable, key: string): 'value' | 'boolean' | 'unknown' {
  const meaning = meaningOf(table, key);
  if (meaning.kind === 'unknown') return 'unknown';
  return meaning.kind === 'row' && meaning.row.type === 'boolean' ? 'boolean' : 'value';
}
