/** Text to value and back, by type, as Kafka's own parser of settings does it. */
import { unreachable } from '../assert.ts';
import { HIDDEN, Secret } from './secret.ts';

export type ConfigType = 'boolean' | 'short' | 'int' | 'long' | 'double' | 'string' | 'list' | 'class' | 'password';

/** Never null: null is what a key without a value has. */
export type ConfigValue = boolean | number | string | readonly string[] | Secret;

/**
 * What a `long` beyond +-(2^53 - 1) is as a number; `-UNLIMITED` below. Comparing and adding work, and the text keeps the
 * exact value, so nothing is rounded in silence. Kafka writes "no limit" as 9223372036854775807.
 */
export const UNLIMITED = Number.POSITIVE_INFINITY;

export const INT64_MAX_TEXT = '9223372036854775807';

export interface Parsed {
  readonly value: ConfigValue;
  /** Canonical: what Kafka's DescribeConfigs shows. `[hidden]` for a password. */
  readonly text: string;
  /** Of a whole number: exact also where `value` is not. */
  readonly exact?: bigint;
}

const BITS = { short: 16n, int: 32n, long: 64n } as const;

/** @returns why `text` is no `type`, as a string, when it is none. Blanks around it do not count. */
export function parseText(type: ConfigType, text: string): Parsed | string {
  const trimmed = trimControls(text);
  switch (type) {
    case 'boolean': {
      const word = trimmed.toLowerCase();
      return word === 'true' || word === 'false' ? { value: word === 'true', text: word } : 'is neither true nor false';
    }
    case 'short':
    case 'int':
    case 'long':
      return parseWhole(type, trimmed);
    case 'double':
      return parseDouble(trimmed);
    case 'string':
      return { value: trimmed, text: trimmed };
    case 'class':
      return trimmed === '' ? 'is empty, and a class name is expected' : { value: trimmed, text: trimmed };
    case 'password':
      return { value: new Secret(trimmed), text: HIDDEN };
    case 'list': {
      const entries = trimmed === '' ? [] : trimmed.split(',').map(trimBlanks);
      return { value: Object.freeze(entries), text: entries.join(',') };
    }
    default:
      return unreachable(type);
  }
}

/** The canonical text of a value: what `parseText` reads back as the same value. */
export function formatValue(type: ConfigType, value: ConfigValue): string {
  if (value instanceof Secret) return HIDDEN;
  if (typeof value === 'object') return value.join(',');
  if (type === 'double') return formatDouble(value as number);
  if (value === UNLIMITED) return INT64_MAX_TEXT;
  if (value === -UNLIMITED) return '-9223372036854775808';
  return String(value);
}

/** A whole number's exact value, from its canonical text; undefined for other types. */
export function exactOf(type: ConfigType, value: ConfigValue, text = formatValue(type, value)): bigint | undefined {
  return type === 'short' || type === 'int' || type === 'long' ? BigInt(text) : undefined;
}

/** As `UNLIMITED` explains. */
export function wholeNumber(exact: bigint): number {
  const value = Number(exact);
  return Number.isSafeInteger(value) ? value : exact > 0n ? UNLIMITED : -UNLIMITED;
}

function parseWhole(type: keyof typeof BITS, text: string): Parsed | string {
  const digits = /^([+-]?)0*(\d+)$/.exec(text);
  if (digits === null) return text === '' ? 'is empty, and a whole number is expected' : 'is not a whole number';
  // No more digits than 2^63 has: parsing a million of them would take seconds.
  const exact = digits[2]!.length > 19 ? null : BigInt(`${digits[1] === '-' ? '-' : ''}${digits[2]}`);
  if (exact === null || exact !== BigInt.asIntN(Number(BITS[type]), exact)) {
    const limit = 1n << (BITS[type] - 1n);
    return `does not fit ${BITS[type]} bits (${-limit} to ${limit - 1n})`;
  }
  return { value: wholeNumber(exact), text: exact.toString(), exact };
}

/** Java also takes NaN, Infinity and hexadecimal floats; nobody means them in a setting. */
function parseDouble(text: string): Parsed | string {
  const digits = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,5})?)[fFdD]?$/.exec(text);
  if (digits === null) return 'is not a number';
  const value = Number(digits[1]);
  if (!Number.isFinite(value)) return 'is too large for a number';
  return { value, text: formatDouble(value) };
}

/** As Java prints a double: `1.0`, `0.5`, `1.0E10`. */
function formatDouble(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [mantissa = '', exponent = ''] = value.toExponential().split('e');
    return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
  }
  const text = Object.is(value, -0) ? '-0' : String(value);
  return text.includes('.') ? text : `${text}.0`;
}

/** Java's `trim`: everything up to the space. */
function trimControls(text: string): string {
  return trimWhere(text, (code) => code <= 0x20);
}

/** Java's `\s`, which is what may stand around the commas of a list. */
function trimBlanks(text: string): string {
  return trimWhere(text, (code) => code === 0x20 || (code >= 0x09 && code <= 0x0d));
}

function trimWhere(text: string, isDropped: (code: number) => boolean): string {
  let start = 0;
  let end = text.length;
  while (start < end && isDropped(text.charCodeAt(start))) start++;
  while (end > start && isDropped(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}
