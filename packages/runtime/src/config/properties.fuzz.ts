// The parser against another formulation of the format: lines joined and split by regular expressions. Both were compared
// with a JVM over 20,000 such files; the files that matter are in golden/.
import { deepEqual } from 'node:assert/strict';
import { fuzz } from '@ottla/testing';
import { parseProperties } from './properties.ts';

const PIECES = [
  'a',
  'b',
  'key',
  '=',
  ':',
  ' ',
  '\t',
  '\f',
  '\v',
  '\\',
  '\\',
  '\n',
  '\n',
  '\r',
  '\r\n',
  '#',
  '!',
  'u',
  '0',
  'x',
  '\\\n',
  '\\\r\n',
  '\\u0041',
  '\\u00',
  '\\u00e9',
  '\\t',
  '\\n',
  '\\ ',
  '\\=',
  '\\:',
  '\\#',
  '\u00e9',
  '\0',
] as const;

fuzz('properties files', { small: 4_000 }, (prng) => {
  const text = Array.from({ length: prng.below(16) }, () => prng.pick(PIECES)).join('');
  const { entries, faults } = parseProperties(text);
  const found = { entries: entries.map(({ key, value }) => [key, value]), faults: faults.length };
  deepEqual(found, parseByPatterns(text), JSON.stringify(text));
});

function parseByPatterns(text: string): { entries: string[][]; faults: number } {
  const entries: string[][] = [];
  let faults = 0;
  for (const line of joinLines(text.split(/\r\n|\r|\n/), text)) {
    const [, key = '', value = ''] = /^((?:\\[^]|[^\\=:\t\f ])*)[\t\f ]*[=:]?[\t\f ]*([^]*)$/.exec(line)!;
    if (/(?:^|[^\\])(?:\\\\)*\\u(?![0-9a-fA-F]{4})/.test(`${key}\n${value}`)) faults++;
    else entries.push([plain(key), plain(value)]);
  }
  return { entries, faults };
}

function joinLines(lines: string[], text: string): string[] {
  const joined: string[] = [];
  let pending: string | null = null;
  lines.forEach((line, index) => {
    const trimmed = line.replace(/^[\t\f ]+/, '');
    if (!pending && /^(?:[#!]|$)/.test(trimmed)) {
      pending = null;
      return;
    }
    const isOpen = /(?:^|[^\\])(?:\\\\)*\\$/.test(trimmed);
    const whole: string = (pending ?? '') + (isOpen ? trimmed.slice(0, -1) : trimmed);
    // At the very end, or before a single last line end, there is nothing to continue with.
    const isLast =
      index === lines.length - 1 || (index === lines.length - 2 && lines.at(-1) === '' && !text.endsWith('\r\n'));
    if (isOpen && !isLast) {
      pending = whole;
    } else {
      joined.push(whole);
      pending = null;
    }
  });
  if (pending) joined.push(pending);
  return joined;
}

function plain(text: string): string {
  const marks: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };
  return text.replace(/\\u([0-9a-fA-F]{4})|\\([^u]|$)/g, (_, hex?: string, mark = '') =>
    hex === undefined ? (marks[mark] ?? mark) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
