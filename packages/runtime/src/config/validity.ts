/**
 * What a key accepts beyond its type, as data, in the words of Kafka's own validators (`kind`), so that the documentation,
 * the check and the comparison with the facts of Kafka's keys read one description.
 */
import { unreachable } from '../assert.ts';
import type { ConfigValue } from './config-value.ts';
import { Secret } from './secret.ts';

/** A bound of an int64 beyond 2^53 stands as text. */
export type Bound = number | string;

export type Validity =
  /** Both ends belong to it; a missing one is open. */
  | { readonly kind: 'range'; readonly min?: Bound; readonly max?: Bound }
  /** Any of several ranges; null is an open end. */
  | { readonly kind: 'ranges'; readonly accepts: readonly (readonly [Bound, Bound | null])[] }
  | { readonly kind: 'string'; readonly valid: readonly string[] }
  | { readonly kind: 'stringIgnoreCase'; readonly valid: readonly string[] }
  /** Entries are never empty or repeated. */
  | { readonly kind: 'list'; readonly valid?: readonly string[]; readonly empty: boolean; readonly null: boolean }
  | { readonly kind: 'listSize'; readonly max: number }
  /** Each entry of a list has a form, which `entry` names: `HOST:PORT`. Words of `alone` stand for the whole list. */
  | {
      readonly kind: 'entries';
      readonly entry: string;
      readonly pattern: RegExp;
      readonly alone?: readonly string[];
      readonly empty: boolean;
    }
  | { readonly kind: 'nonNull' }
  | { readonly kind: 'nonEmpty' }
  | { readonly kind: 'nonEmptyNoControlChars' }
  | { readonly kind: 'all'; readonly of: readonly Validity[] }
  /** For what no other kind says. `refuses` gives what is wrong, or null. */
  | {
      readonly kind: 'code';
      readonly allowed: string;
      readonly null?: boolean;
      readonly refuses: (value: ConfigValue) => string | null;
    };

/**
 * @param value null when the key has no value.
 * @param exact of whole numbers, because `value` may be rounded.
 * @returns what is wrong, or null.
 */
export function refusal(validity: Validity, value: ConfigValue | null, exact?: bigint): string | null {
  if (validity.kind === 'all') {
    for (const one of validity.of) {
      const wrong = refusal(one, value, exact);
      if (wrong !== null) return wrong;
    }
    return null;
  }
  if (value === null) return acceptsNull(validity) ? null : 'has no value';
  switch (validity.kind) {
    case 'range': {
      const { min = null, max = null } = validity;
      return isWithin(exact ?? Number(value), min, max) ? null : 'is out of range';
    }
    case 'ranges':
      return validity.accepts.some(([min, max]) => isWithin(exact ?? Number(value), min, max))
        ? null
        : 'is out of range';
    case 'string':
      return validity.valid.includes(wordOf(value)) ? null : 'is not one of the allowed words';
    case 'stringIgnoreCase': {
      const word = wordOf(value).toLowerCase();
      return validity.valid.some((valid) => valid.toLowerCase() === word) ? null : 'is not one of the allowed words';
    }
    case 'list':
      return listRefusal(validity, entriesOf(value));
    case 'listSize':
      return entriesOf(value).length <= validity.max ? null : `has ${entriesOf(value).length} entries`;
    case 'entries':
      return formRefusal(validity, entriesOf(value));
    case 'nonNull':
      return null;
    case 'nonEmpty':
      return wordOf(value) === '' ? 'is empty' : null;
    case 'nonEmptyNoControlChars':
      return wordOf(value) === '' ? 'is empty' : /\p{Cc}/u.test(wordOf(value)) ? 'has a control character' : null;
    case 'code':
      return validity.refuses(value);
    default:
      return unreachable(validity);
  }
}

/** For a person: `1 to 9`, `0 or more`, `one of: a, b`. */
export function formatValidity(validity: Validity): string {
  switch (validity.kind) {
    case 'range':
      return formatRange(validity.min ?? null, validity.max ?? null);
    case 'ranges':
      return validity.accepts.map(([min, max]) => formatRange(min, max)).join(', or ');
    case 'string':
      return `one of: ${validity.valid.join(', ')}`;
    case 'stringIgnoreCase':
      return `one of (in any case): ${validity.valid.join(', ')}`;
    case 'list': {
      const words = validity.valid === undefined ? 'a list' : `a list of: ${validity.valid.join(', ')}`;
      return `${words}${validity.empty ? ', or empty' : ''}; no entry twice`;
    }
    case 'listSize':
      return `at most ${validity.max} entries`;
    case 'entries': {
      const alone = validity.alone === undefined ? '' : `, or ${validity.alone.join(' or ')} alone`;
      return `a list of ${validity.entry}${alone}${validity.empty ? ', or empty' : ''}`;
    }
    case 'nonNull':
      return 'any value';
    case 'nonEmpty':
      return 'not empty';
    case 'nonEmptyNoControlChars':
      return 'not empty, no control characters';
    case 'all':
      return validity.of.map(formatValidity).join('; ');
    case 'code':
      return validity.allowed;
    default:
      return unreachable(validity);
  }
}

function acceptsNull(validity: Exclude<Validity, { kind: 'all' }>): boolean {
  switch (validity.kind) {
    case 'list':
      return validity.null;
    case 'code':
      return validity.null ?? false;
    case 'listSize':
    case 'nonEmpty':
      return true;
    default:
      return false;
  }
}

/** Comparing a bigint with a number is exact; a bound written as text becomes a bigint. */
function isWithin(value: bigint | number, min: Bound | null, max: Bound | null): boolean {
  return (min === null || value >= comparable(min)) && (max === null || value <= comparable(max));
}

function comparable(bound: Bound): bigint | number {
  return typeof bound === 'string' ? BigInt(bound) : bound;
}

function formatRange(min: Bound | null, max: Bound | null): string {
  if (min !== null && max !== null) return min === max ? `${min}` : `${min} to ${max}`;
  if (min !== null) return `${min} or more`;
  return max === null ? 'any number' : `${max} or less`;
}

function entriesOf(value: ConfigValue): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [wordOf(value)];
}

function wordOf(value: ConfigValue): string {
  return value instanceof Secret ? value.reveal() : String(value);
}

function listRefusal(validity: Extract<Validity, { kind: 'list' }>, entries: readonly string[]): string | null {
  if (entries.length === 0) return validity.empty ? null : 'is empty';
  if (entries.includes('')) return 'has an empty entry';
  if (new Set(entries).size < entries.length) return 'has an entry twice';
  const { valid } = validity;
  return valid === undefined || entries.every((entry) => valid.includes(entry))
    ? null
    : 'has an entry that is not allowed';
}

function formRefusal(validity: Extract<Validity, { kind: 'entries' }>, entries: readonly string[]): string | null {
  if (entries.length === 0) return validity.empty ? null : 'is empty';
  if (entries.length === 1 && validity.alone?.includes(entries[0]!) === true) return null;
  return entries.every((entry) => validity.pattern.test(entry)) ? null : `has an entry that is not ${validity.entry}`;
}
