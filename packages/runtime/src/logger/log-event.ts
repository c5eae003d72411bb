/** What is logged: one event with a constant message and fields. */

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** `off` lets nothing through. */
export type LogThreshold = LogLevel | 'off';

export const LOG_SEVERITIES: Readonly<Record<LogThreshold, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  off: 100,
};

/** Any values: a formatter bounds and escapes them. Secrets are `Secret`s, which redact themselves. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface LogEvent {
  /** Unix milliseconds. */
  readonly timeMs: number;
  readonly level: LogLevel;
  /** Dotted: `broker.log.cleaner`. */
  readonly logger: string;
  readonly message: string;
  /** Bound fields first, each name once. */
  readonly fields: readonly (readonly [name: string, value: unknown])[];
}

/** Where events go. What it throws is counted and dropped: logging never breaks the code that logs. */
export interface LogSink {
  write(event: LogEvent): void;
}
