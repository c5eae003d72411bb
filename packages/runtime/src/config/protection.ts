/** Secure by refusal: a setting that protects, and that this version cannot enforce, stops the start. */
import type { Config, ConfigEntry } from './config.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { isDefaultOrigin } from './config-origin.ts';

/**
 * @param enforced the keys, without a listener's prefix, that this version does enforce.
 * @throws {ConfigError} naming each key that asks for protection in vain, with its value.
 */
export function refuseUnenforced(config: Config, enforced: ReadonlySet<string>): void {
  const problems = config
    .entries()
    .filter((entry) => !enforced.has(entry.row.key) && asksForProtection(entry))
    .map(unenforced);
  if (problems.length > 0) throw new ConfigError(problems);
}

function asksForProtection({ row, value, origin }: ConfigEntry): boolean {
  if (row.protects === null || isDefaultOrigin(origin)) return false;
  return row.protects.asks === undefined ? !isSameValue(value, row.default) : row.protects.asks(value);
}

function unenforced({ key, row, text, origin }: ConfigEntry): ConfigProblem {
  const wrong = `protects ${row.protects!.what}, and this version of Ottla cannot enforce it; remove it only if nothing depends on it`;
  return { key, value: text, wrong, allowed: null, origin, nearest: null };
}

function isSameValue(one: ConfigEntry['value'], other: ConfigEntry['value']): boolean {
  return one === other || (Array.isArray(one) && Array.isArray(other) && one.join(',') === other.join(','));
}
