/**
 * What to do about a key that nobody knows. On a flag, in `OTTLA_*` and from a program it is a mistake. A properties file or
 * `KAFKA_*` may well hold keys of another version or product, so there only what looks like a typing mistake stops. Records
 * that the cluster accepted never stop a broker.
 */
import type { ConfigProblem } from './config-error.ts';
import { candidateKeys } from './config-key.ts';
import type { ConfigOrigin } from './config-origin.ts';
import type { ConfigText } from './config-source.ts';
import { environmentName, type ConfigTable } from './config-table.ts';
import { findNearest, findTypo } from './nearest-key.ts';

const IGNORED = 'is not a setting of Ottla and is ignored';

export interface UnknownKeyVerdict {
  readonly problem: ConfigProblem | null;
  readonly warning: string | null;
}

export function judgeUnknown(
  table: ConfigTable,
  { key, origin }: ConfigText,
  commandFlags: readonly string[],
): UnknownKeyVerdict {
  const isForeign = mayBeForeign(origin);
  const isProtected = table.protectedPrefixes.some((prefix) => key.startsWith(prefix));
  if (origin.kind === 'dynamic' && !isProtected) return { problem: null, warning: IGNORED };
  const known = origin.kind === 'flag' ? flagNames(table, key, commandFlags) : candidateKeys(table, key);
  const nearest = isForeign && !isProtected ? findTypo(key, known) : findNearest(key, known);
  if (isForeign && !isProtected && nearest === null) {
    return { problem: null, warning: IGNORED };
  }
  const wrong =
    isProtected && nearest === null ? 'would protect something, and Ottla does not know it' : wrongText(isForeign);
  const suggestion = nearest === null ? null : asWritten(nearest, origin);
  return { problem: { key, value: null, wrong, allowed: null, origin, nearest: suggestion }, warning: null };
}

function mayBeForeign(origin: ConfigOrigin): boolean {
  if (origin.kind === 'environment') return origin.name.startsWith('KAFKA_');
  return origin.kind === 'file';
}

function wrongText(isForeign: boolean): string {
  return isForeign
    ? 'is not a setting of Ottla, and so near to one that it looks like a mistake'
    : 'is not a setting of Ottla';
}

function* flagNames(table: ConfigTable, key: string, commandFlags: readonly string[]): Generator<string> {
  yield* commandFlags;
  for (const { flag } of table.byKey.values()) if (flag !== null) yield flag;
  yield* candidateKeys(table, key);
}

/** In the form in which the wrong one was written, so that it can be copied. */
function asWritten(key: string, origin: ConfigOrigin): string {
  if (origin.kind === 'flag') return `--${key}`;
  if (origin.kind !== 'environment') return key;
  if (origin.name.startsWith('OTTLA_') && !key.startsWith('listener.name.')) return `OTTLA_${environmentName(key)}`;
  const encoded = key.replace(/[._-]/g, (mark) => (mark === '.' ? '_' : mark === '_' ? '__' : '___')).toUpperCase();
  return `${origin.name.slice(0, origin.name.indexOf('_'))}_${encoded}`;
}
