/** Lets a program bring its own logger: pino, winston, console, NestJS and whatever else has these four methods. */
import type { LogEvent, LogSink } from './log-event.ts';

type LogMethod = (...args: never[]) => unknown;

export interface ForeignLogger {
  debug: LogMethod;
  info: LogMethod;
  warn: LogMethod;
  error: LogMethod;
  /** Only pino's loggers have it; they take the fields before the message. */
  bindings?: LogMethod;
}

export interface ForeignLoggerOptions {
  /** Default: fields first for pino, message first for all others. */
  readonly order?: 'message-first' | 'fields-first';
}

/** Levels below `debug` become `debug`. The logger's name goes along as the field `logger`; values are passed as they are. */
export function foreignSink(logger: ForeignLogger, options: ForeignLoggerOptions = {}): LogSink {
  const isFieldsFirst =
    (options.order ?? (typeof logger.bindings === 'function' ? 'fields-first' : 'message-first')) === 'fields-first';
  return {
    write({ level, logger: name, message, fields }: LogEvent): void {
      const record = Object.fromEntries([['logger', name], ...fields]);
      const method = (level === 'trace' ? logger.debug : logger[level]) as (...args: unknown[]) => unknown;
      if (isFieldsFirst) method.call(logger, record, message);
      else method.call(logger, message, record);
    },
  };
}
