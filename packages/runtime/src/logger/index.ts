export { foreignSink, type ForeignLogger, type ForeignLoggerOptions } from './foreign-logger.ts';
export {
  LOG_SEVERITIES,
  type LogEvent,
  type LogFields,
  type LogLevel,
  type LogSink,
  type LogThreshold,
} from './log-event.ts';
export {
  formatColourEvent,
  formatJsonEvent,
  formatTextEvent,
  lineSink,
  wantsColour,
  type LogFormat,
} from './log-format.ts';
export { Logging, type Logger, type LoggingOptions } from './logger.ts';
export { cut, escapeControls, quoted } from './printable.ts';
