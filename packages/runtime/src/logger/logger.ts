/** Loggers by dotted name. Levels belong to names and may change while the program runs; a name without one has its parent's. */
import type { Clock } from '../io.ts';
import { LOG_SEVERITIES, type LogFields, type LogLevel, type LogSink, type LogThreshold } from './log-event.ts';
import { LogLimiter } from './log-limiter.ts';
import { fieldNames, readField } from './plain-value.ts';

/** `message` is constant; what varies is in `fields`. */
export interface Logger {
  readonly name: string;
  trace(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** To ask before fields that cost something to make. */
  isEnabled(level: LogLevel): boolean;
  /** The same name, with these fields in every event. A field of the event itself wins. */
  child(bound: LogFields): Logger;
  /** `this.name.name`, with the same bound fields. */
  named(name: string): Logger;
  /** Once for `key` in the life of the program. */
  warnOnce(key: string, message: string, fields?: LogFields): void;
  /** At most once in `intervalMs` for `key`; `suppressed` then tells how many were held back. */
  warnEvery(intervalMs: number, key: string, message: string, fields?: LogFields): void;
}

export interface LoggingOptions {
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
  readonly sink: LogSink;
  /** Of names that no entry of `levels` covers. Default `info`. */
  readonly level?: LogThreshold;
  readonly levels?: Readonly<Record<string, LogThreshold>>;
}

/** A sink or a field that logs itself must not go on for ever. */
const NESTED_MAX = 4;
const NO_FIELDS: LogFields = Object.freeze({});

/** The root of one program's (or one embedded broker's) loggers. */
export class Logging {
  readonly #clock: LoggingOptions['clock'];
  readonly #sink: LogSink;
  readonly #limiter: LogLimiter;
  readonly #defaultLevel: LogThreshold;
  readonly #levels: Map<string, LogThreshold>;
  readonly #gates = new Map<string, Gate>();
  #nested = 0;
  #lostEvents = 0;

  constructor({ clock, sink, level = 'info', levels = {} }: LoggingOptions) {
    this.#clock = clock;
    this.#sink = sink;
    this.#limiter = new LogLimiter(clock);
    this.#defaultLevel = level;
    this.#levels = new Map(Object.entries(levels));
  }

  logger(name: string, bound: LogFields = NO_FIELDS): Logger {
    return new NamedLogger(this, this.#gate(name), bound);
  }

  /** Of `name` and all below it that have no level of their own; the empty name is the root's. Null takes the level away. */
  setLevel(name: string, level: LogThreshold | null): void {
    if (level === null) this.#levels.delete(name);
    else this.#levels.set(name, level);
    for (const gate of this.#gates.values()) gate.severityMin = LOG_SEVERITIES[this.levelOf(gate.name)];
  }

  /** What counts for `name`, wherever it is set. */
  levelOf(name: string): LogThreshold {
    for (let at = name; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
      const level = this.#levels.get(at);
      if (level !== undefined) return level;
    }
    return this.#levels.get('') ?? this.#defaultLevel;
  }

  /** Levels that are set, by name. */
  levels(): ReadonlyMap<string, LogThreshold> {
    return new Map(this.#levels);
  }

  /** Events that the sink refused. */
  get lostEvents(): number {
    return this.#lostEvents;
  }

  /** For loggers of this root. */
  limit(key: string, intervalMs: number): number | null {
    return this.#limiter.pass(key, intervalMs);
  }

  /** For loggers of this root; the level has been looked at. */
  emit(logger: string, level: LogLevel, message: string, bound: LogFields, own: LogFields): void {
    if (this.#nested >= NESTED_MAX) {
      this.#lostEvents++;
      return;
    }
    this.#nested++;
    try {
      const fields = own === NO_FIELDS && bound === NO_FIELDS ? [] : mergeFields(bound, own);
      this.#sink.write({ timeMs: this.#clock.wallMs(), level, logger, message, fields });
    } catch {
      this.#lostEvents++;
    } finally {
      this.#nested--;
    }
  }

  #gate(name: string): Gate {
    const known = this.#gates.get(name);
    if (known !== undefined) return known;
    const gate = { name, severityMin: LOG_SEVERITIES[this.levelOf(name)] };
    this.#gates.set(name, gate);
    return gate;
  }
}

/** What all loggers of a name share, so that a disabled level costs one comparison. */
interface Gate {
  readonly name: string;
  severityMin: number;
}

class NamedLogger implements Logger {
  readonly #root: Logging;
  readonly #gate: Gate;
  readonly #bound: LogFields;

  constructor(root: Logging, gate: Gate, bound: LogFields) {
    this.#root = root;
    this.#gate = gate;
    this.#bound = bound;
  }

  get name(): string {
    return this.#gate.name;
  }

  trace(message: string, fields: LogFields = NO_FIELDS): void {
    if (this.#gate.severityMin <= LOG_SEVERITIES.trace) this.#emit('trace', message, fields);
  }

  debug(message: string, fields: LogFields = NO_FIELDS): void {
    if (this.#gate.severityMin <= LOG_SEVERITIES.debug) this.#emit('debug', message, fields);
  }

  info(message: string, fields: LogFields = NO_FIELDS): void {
    if (this.#gate.severityMin <= LOG_SEVERITIES.info) this.#emit('info', message, fields);
  }

  warn(message: string, fields: LogFields = NO_FIELDS): void {
    if (this.#gate.severityMin <= LOG_SEVERITIES.warn) this.#emit('warn', message, fields);
  }

  error(message: string, fields: LogFields = NO_FIELDS): void {
    if (this.#gate.severityMin <= LOG_SEVERITIES.error) this.#emit('error', message, fields);
  }

  isEnabled(level: LogLevel): boolean {
    return this.#gate.severityMin <= LOG_SEVERITIES[level];
  }

  child(bound: LogFields): Logger {
    return new NamedLogger(this.#root, this.#gate, Object.fromEntries(mergeFields(this.#bound, bound)));
  }

  named(name: string): Logger {
    return this.#root.logger(this.name === '' ? name : `${this.name}.${name}`, this.#bound);
  }

  warnOnce(key: string, message: string, fields: LogFields = NO_FIELDS): void {
    this.warnEvery(Number.POSITIVE_INFINITY, key, message, fields);
  }

  warnEvery(intervalMs: number, key: string, message: string, fields: LogFields = NO_FIELDS): void {
    if (!this.isEnabled('warn')) return;
    const suppressed = this.#root.limit(`${this.name}\n${key}`, intervalMs);
    if (suppressed === null) return;
    const counted = suppressed === 0 ? fields : Object.fromEntries(mergeFields(fields, { suppressed }));
    this.#emit('warn', message, counted);
  }

  #emit(level: LogLevel, message: string, fields: LogFields): void {
    this.#root.emit(this.name, level, message, this.#bound, fields);
  }
}

function mergeFields(bound: LogFields, own: LogFields): [string, unknown][] {
  const fields: [string, unknown][] = [];
  const ownNames = fieldNames(own);
  for (const name of fieldNames(bound)) if (!ownNames.includes(name)) addField(fields, bound, name);
  for (const name of ownNames) addField(fields, own, name);
  return fields;
}

function addField(fields: [string, unknown][], from: LogFields, name: string): void {
  const value = readField(from, name);
  if (value !== undefined) fields.push([name, value]);
}
