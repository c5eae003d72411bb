// Hostile settings from everywhere: a start ends in a config or in one ConfigError with sound problems, and no secret shows.
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { fuzz } from '@ottla/testing';
import type { Prng } from '../prng.ts';
import { serverConfig } from './config-fixture.ts';
import { ConfigError } from './config-error.ts';
import { loadConfig, type ConfigSources } from './load.ts';

const SECRET = 'h7nter2';
const KEYS = [...serverConfig.byKey.keys()];
const TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '1',
  '1048576',
  '9223372036854775807',
  '-9223372036854775809',
  '1e3',
  'NaN',
  'true',
  'a,b',
  ',',
  'delete',
  'CreateTime',
  '\\',
  '\\u00',
  '\0',
  '\u001b[2J',
  '\u2028',
  '\ud800',
  '9'.repeat(5_000),
  ' '.repeat(5_000),
  '__proto__',
  'constructor',
] as const;
const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  '',
  '.',
  'listener.name.',
  'listener.name.a.',
  'listener.name.a.b.c',
  'rsm.config.',
  'ssl.x',
  '=',
  '-',
  '\n',
];

fuzz('hostile settings', { small: 1_500 }, (prng) => {
  const sources = drawSources(prng);
  const printed: string[] = [];
  try {
    const { config } = loadConfig(serverConfig, sources);
    assert.equal(config.entries().length >= KEYS.length, true);
    for (const { text, row, value } of config.entries()) {
      assert.equal(text === null, value === null);
      if (row.type === 'password' && value !== null) assert.equal(text, '[hidden]');
    }
    printed.push(
      inspect(config, { depth: 9, showHidden: true }),
      JSON.stringify(config.entries()),
      JSON.stringify(config.warnings),
    );
  } catch (error) {
    assert(error instanceof ConfigError, inspect(error));
    assert(error.problems.length > 0 && error.problems.every(({ wrong }) => wrong !== ''));
    // One line a problem, whatever the text was, and of a bounded length.
    assert.equal(error.message.split('\n').length, 1 + Math.min(error.problems.length, 51));
    assert(!/[^\P{Cc}\n]/u.test(error.message), 'no control characters');
    assert(error.message.split('\n').every((line) => line.length < 2_500));
    printed.push(error.message, JSON.stringify(error.problems), inspect(error));
  }
  for (const text of printed) assert(!text.includes(SECRET), `a secret shows: ${JSON.stringify(sources)} ${text}`);
});

function drawSources(prng: Prng): ConfigSources {
  const args: string[] = [];
  const environment: Record<string, string> = {};
  const options: Record<string, string> = {};
  // The blank line ends what a backslash at the end of the value before would continue.
  let file = prng.chance(0.8) ? 'node.id=1\n' : '';
  for (let i = prng.below(8); i > 0; i--) {
    const key = drawKey(prng);
    const text = isSecret(key) ? SECRET : prng.pick(TEXTS);
    const place = prng.below(5);
    if (place === 0) args.push(...(prng.chance(0.5) ? [`--${key}`, text] : [`--${key}=${text}`]));
    else if (place === 1) environment[`OTTLA_${variable(key)}`] = text;
    else if (place === 2) environment[`KAFKA_${variable(key)}`] = text;
    else if (place === 3) file += `\n\n${key}${prng.pick(['=', ':', ' '])}${text}${prng.pick(['\n', '\r\n', '\r'])}`;
    else Object.defineProperty(options, key, { value: text, enumerable: true, configurable: true });
  }
  return { args, environment, options, files: [{ path: 'a\nb.properties', bytes: Buffer.from(file, 'latin1') }] };
}

function drawKey(prng: Prng): string {
  if (prng.chance(0.15)) return prng.pick(NAMES);
  let key = prng.pick(KEYS);
  if (prng.chance(0.3))
    key = `listener.name.${prng.pick(['a', 'sasl_ssl', 'B', '\u001b'])}.${prng.chance(0.5) ? 'plain.' : ''}${key}`;
  if (prng.chance(0.3)) {
    const at = prng.below(key.length);
    key = key.slice(0, at) + prng.pick(['', 'x', '\n', '_', '.']) + key.slice(at + 1);
  }
  return key;
}

/** Also of keys that are only nearly known, as somebody would mistype them; not where a file would take it for a key. */
function isSecret(key: string): boolean {
  if (!/^[\w.-]+$/.test(key)) return false;
  return /password|jaas|^rsm|^ssl\.x/.test(key) || !KEYS.some((known) => key.endsWith(known));
}

function variable(key: string): string {
  return key.replace(/[._-]/g, (mark) => (mark === '.' ? '_' : mark === '_' ? '__' : '___')).toUpperCase();
}
