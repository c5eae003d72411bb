/** One event, one line: JSON for machines, text for a terminal. */
import { styleText } from 'node:util';
import type { LogEvent, LogLevel, LogSink } from './log-event.ts';
import { PlainValues, type PlainValue } from './plain-value.ts';
import { cut, escapeControls } from './printable.ts';

export type LogFormat = (event: LogEvent) => string;

const MESSAGE_CHARS_MAX = 2_048;
const RESERVED: ReadonlySet<string> = new Set(['time', 'level', 'logger', 'message']);

/** `{"time":"2026-01-02T03:04:05.678Z","level":"info","logger":"broker.log","message":"became leader","partition":3}` */
export const formatJsonEvent: LogFormat = ({ timeMs, level, logger, message, fields }) => {
  let line = `{"time":"${formatTime(timeMs)}","level":"${level}","logger":${quote(logger)}`;
  line += `,"message":${quote(cut(message, MESSAGE_CHARS_MAX))}`;
  const values = new PlainValues();
  for (const [name, value] of fields) {
    // A field must not pass for what every line has.
    const key = RESERVED.has(name) ? `${name}_` : cut(name, 200);
    line += `,${quote(key)}:${stringify(values.of(value))}`;
  }
  return `${line}}`;
};

/** `2026-01-02T03:04:05.678Z INFO  broker.log: became leader topic=orders partition=3` */
export const formatTextEvent: LogFormat = (event) => formatText(event, (_, text) => text);

/** The same in colours. */
export const formatColourEvent: LogFormat = (event) =>
  formatText(event, (style, text) => styleText(style, text, { validateStream: false }));

/** @param write gets whole lines with their line end. */
export function lineSink(write: (line: string) => void, format: LogFormat = formatJsonEvent): LogSink {
  return { write: (event) => write(`${format(event)}\n`) };
}

/** Whether colours are wanted: on a terminal, unless the environment says otherwise (no-color.org, force-color.org). */
export function wantsColour(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return isTerminal && TERM !== 'dumb';
}

type Style = 'red' | 'yellow' | 'green' | 'cyan' | 'dim' | 'bold';

const LEVEL_STYLES: Readonly<Record<LogLevel, Style>> = {
  error: 'red',
  warn: 'yellow',
  info: 'green',
  debug: 'cyan',
  trace: 'dim',
};

function formatText(event: LogEvent, style: (style: Style, text: string) => string): string {
  const { timeMs, level, logger, message, fields } = event;
  const head = `${style('dim', formatTime(timeMs))} ${style(LEVEL_STYLES[level], level.toUpperCase().padEnd(5))}`;
  let line = `${head} ${escapeControls(logger)}: ${style('bold', escapeControls(cut(message, MESSAGE_CHARS_MAX)))}`;
  const values = new PlainValues();
  for (const [name, value] of fields) {
    line += ` ${style('dim', `${bareOrQuoted(cut(name, 200))}=`)}${formatField(values.of(value))}`;
  }
  return line;
}

function formatField(value: PlainValue): string {
  return typeof value === 'string' ? bareOrQuoted(value) : stringify(value);
}

function bareOrQuoted(text: string): string {
  return /^[^\s"=\\{}[\]]+$/.test(text) && escapeControls(text) === text ? text : quote(text);
}

function formatTime(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? String(timeMs) : date.toISOString();
}

function quote(text: string): string {
  return escapeControls(JSON.stringify(text));
}

/** JSON leaves some control characters as they are; inside a string an escape means the same. */
function stringify(value: PlainValue): string {
  return escapeControls(JSON.stringify(value));
}
