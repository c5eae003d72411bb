/**
 * JSON as Kafka's tools print it, which is as Jackson does: no blanks, int64 in full, doubles as Java writes them.
 *
 * `JSON.stringify` cannot: it refuses bigints, prints `1024` for the double 1024.0, and escapes control characters in lower case.
 */

export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | JavaDouble
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** A number that is a double by its schema, however whole it is. */
export class JavaDouble {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export function formatJson(value: JsonValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof JavaDouble) return formatDouble(value.value);
  if (Array.isArray(value)) return `[${value.map(formatJson).join(',')}]`;
  const members = Object.entries(value).map(([name, member]) => `${quoted(name)}:${formatJson(member)}`);
  return `{${members.join(',')}}`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

function quoted(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what has to be escaped
  const escaped = text.replace(/["\\\u0000-\u001f]/g, (char) => {
    return SHORT_ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

/** Java's `Double.toString`; what is no number stands in quotes. */
function formatDouble(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}
