/**
 * Makes of any value one that `JSON.stringify` can take: without cycles, bounded in depth, breadth and characters, with what
 * cannot be read named. Never throws.
 */
import { isOperationalError } from '../errors.ts';
import { cut } from './printable.ts';

export type PlainValue =
  | string
  | number
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [name: string]: PlainValue };

const DEPTH_MAX = 6;
const ENTRIES_MAX = 100;
const STRING_CHARS_MAX = 8_192;
/** Of all fields of an event together. */
const EVENT_CHARS_MAX = 32_768;
const BYTES_SHOWN_MAX = 32;
const CAUSES_MAX = 8;
const FRAMES_MAX = 20;

/** One per event: keeps count of what has been written, and of what is being written, to find cycles. */
export class PlainValues {
  #charsLeft = EVENT_CHARS_MAX;
  readonly #open: object[] = [];

  of(value: unknown): PlainValue {
    try {
      return this.#plain(value);
    } catch (error) {
      return `[unreadable: ${messageOf(error)}]`;
    }
  }

  #plain(value: unknown): PlainValue {
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        return this.#pay(20, Number.isFinite(value) ? value : String(value));
      case 'boolean':
        return this.#pay(5, value);
      case 'bigint':
        return this.#pay(80, BigInt.asIntN(256, value) === value ? String(value) : '[bigint of more than 256 bits]');
      case 'undefined':
        return this.#pay(9, 'undefined');
      case 'symbol':
        return this.#text(String(value));
      case 'function':
        return this.#text(`[function ${String(value.name)}]`);
      default:
        return value === null ? this.#pay(4, null) : this.#object(value as object);
    }
  }

  #object(value: object): PlainValue {
    if (this.#open.includes(value)) return '[cyclic]';
    if (this.#open.length >= DEPTH_MAX) return '[deep]';
    if (this.#charsLeft <= 0) return '[cut]';
    // Empty ones must pay too, or a hundred times a hundred of them would be free.
    this.#charsLeft -= 4;
    this.#open.push(value);
    try {
      if (isError(value)) return this.#error(value, CAUSES_MAX, !isOperationalError(value));
      if (ArrayBuffer.isView(value)) return this.#bytes(value);
      if (value instanceof Date)
        return this.#text(Number.isNaN(value.getTime()) ? '[invalid date]' : value.toISOString());
      if (value instanceof RegExp) return this.#text(String(value));
      if (Array.isArray(value)) return this.#list(value, value.length);
      if (value instanceof Map || value instanceof Set) return this.#list(value, value.size);
      const { toJSON } = value as { toJSON?: unknown };
      if (typeof toJSON === 'function') return this.of(toJSON.call(value) as unknown);
      return this.#fields(value, []);
    } finally {
      this.#open.pop();
    }
  }

  #list(values: Iterable<unknown>, size: number): PlainValue {
    const list: PlainValue[] = [];
    for (const value of values) {
      if (list.length === ENTRIES_MAX || this.#charsLeft <= 0) break;
      list.push(this.of(value));
    }
    if (list.length < size) list.push(`... (${size - list.length} more)`);
    return list;
  }

  #fields(value: object, except: readonly string[]): Record<string, PlainValue> {
    // Without a prototype, `__proto__` is a field as any other.
    const fields = Object.create(null) as Record<string, PlainValue>;
    const names = Object.keys(value).filter((name) => !except.includes(name));
    let written = 0;
    for (const name of names) {
      if (written === ENTRIES_MAX || this.#charsLeft <= 0) {
        fields['...'] = `(${names.length - written} more)`;
        break;
      }
      written++;
      const field = readField(value, name);
      if (field !== undefined) fields[this.#text(name)] = this.of(field);
    }
    return fields;
  }

  /** A stack belongs to a bug. What went wrong outside has a code, and its causes are no bugs either. */
  #error(error: Error, causesLeft: number, isBug: boolean): PlainValue {
    const fields = Object.create(null) as Record<string, PlainValue>;
    fields['name'] = this.of(readField(error, 'name'));
    const code = readField(error, 'code');
    if (code !== undefined) fields['code'] = this.of(code);
    fields['message'] = this.of(readField(error, 'message'));
    Object.assign(fields, this.#fields(error, ['name', 'code', 'message', 'cause', 'stack', 'errors']));
    const cause = readField(error, 'cause');
    if (cause !== undefined) fields['cause'] = this.#cause(cause, causesLeft, isBug);
    const errors = readField(error, 'errors');
    if (Array.isArray(errors)) {
      const some = errors.slice(0, CAUSES_MAX).map((one) => this.#cause(one, causesLeft, isBug));
      fields['errors'] = errors.length > some.length ? [...some, `... (${errors.length - some.length} more)`] : some;
    }
    if (isBug) fields['stack'] = this.#text(framesOf(readField(error, 'stack')));
    return fields;
  }

  #cause(cause: unknown, causesLeft: number, isBug: boolean): PlainValue {
    if (!isError(cause)) return this.of(cause);
    if (this.#open.includes(cause)) return '[cyclic]';
    if (causesLeft === 0) return '[more causes]';
    this.#open.push(cause);
    try {
      return this.#error(cause, causesLeft - 1, isBug && !isOperationalError(cause));
    } finally {
      this.#open.pop();
    }
  }

  #bytes(view: ArrayBufferView): PlainValue {
    const bytes = Buffer.from(view.buffer, view.byteOffset, Math.min(view.byteLength, BYTES_SHOWN_MAX));
    const more = view.byteLength > BYTES_SHOWN_MAX ? '...' : '';
    return this.#text(`[${view.byteLength} bytes: ${bytes.toString('hex')}${more}]`);
  }

  #text(text: string): string {
    if (this.#charsLeft <= 0) return '[cut]';
    const short = cut(text, Math.min(STRING_CHARS_MAX, this.#charsLeft));
    this.#charsLeft -= short.length + 4;
    return short;
  }

  #pay<Value extends PlainValue>(chars: number, value: Value): Value {
    this.#charsLeft -= chars;
    return value;
  }
}

/** Also one of another realm. */
function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

/** A getter that throws gives what it threw, in words. */
export function readField(from: object, name: string): unknown {
  try {
    return (from as Record<string, unknown>)[name];
  } catch (error) {
    return `[unreadable: ${messageOf(error)}]`;
  }
}

/** Names of fields; none when even asking throws. */
export function fieldNames(from: object): string[] {
  try {
    return Object.keys(from);
  } catch {
    return [];
  }
}

function messageOf(error: unknown): string {
  try {
    return cut(error instanceof Error ? String(error.message) : String(error), 200);
  } catch {
    return 'for a reason that cannot be read either';
  }
}

/** `at place` lines without the message, which stands elsewhere and may have lines of its own. */
function framesOf(stack: unknown): string {
  if (typeof stack !== 'string') return '';
  const frames = stack
    .slice(0, STRING_CHARS_MAX)
    .split('\n')
    .map((line) => line.trim());
  return frames
    .filter((line) => line.startsWith('at '))
    .slice(0, FRAMES_MAX)
    .join('\n');
}
