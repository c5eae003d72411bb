import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { serverConfig, topicConfig } from './config-fixture.ts';
import { formatProblem } from './config-error.ts';
import { int, long, list, string, type ConfigRow } from './config-row.ts';
import { combineConfigs, defineConfig, type ConfigTable } from './config-table.ts';
import { formatValue, parseText, UNLIMITED, type ConfigType, type ConfigValue } from './config-value.ts';
import { checkUpdate, parseValue, type UpdateScope } from './parse-value.ts';
import { formatValidity, refusal, type Validity } from './validity.ts';

describe('text to value, and the canonical text', () => {
  const rows: readonly (readonly [type: ConfigType, text: string, value: ConfigValue, canonical: string])[] = [
    ['boolean', ' True\n', true, 'true'],
    ['short', '-32768', -32_768, '-32768'],
    ['int', '+007', 7, '7'],
    ['int', '2147483647', 2_147_483_647, '2147483647'],
    ['long', '9007199254740991', 9_007_199_254_740_991, '9007199254740991'],
    ['long', '9007199254740992', UNLIMITED, '9007199254740992'],
    ['long', '-0', 0, '0'],
    ['double', '1', 1, '1.0'],
    ['double', '.5d', 0.5, '0.5'],
    ['double', '2147483647', 2_147_483_647, '2.147483647E9'],
    ['double', '1e10', 1e10, '1.0E10'],
    ['double', '0.0001', 0.0001, '1.0E-4'],
    ['double', '-0', -0, '-0.0'],
    ['string', ' a b ', 'a b', 'a b'],
    ['string', '\u00a0a', '\u00a0a', '\u00a0a'],
    ['list', '', [], ''],
    ['list', ' a ,\tb,,c ', ['a', 'b', '', 'c'], 'a,b,,c'],
    ['class', 'a.B$C', 'a.B$C', 'a.B$C'],
  ];
  for (const [type, text, value, canonical] of rows) {
    test(`${type} ${JSON.stringify(text)}`, () => {
      const parsed = parseText(type, text);
      assert(typeof parsed === 'object');
      assert.deepEqual(parsed.value, value);
      assert.equal(parsed.text, canonical);
      const again = parseText(type, canonical);
      assert.deepEqual(typeof again === 'object' && again.value, value, 'the canonical text reads back');
      if (!(type === 'long' && value === UNLIMITED)) assert.equal(formatValue(type, value), canonical);
    });
  }
  test('unlimited is written as Kafka writes it', () => {
    assert.equal(formatValue('long', UNLIMITED), '9223372036854775807');
    assert.equal(formatValue('long', -UNLIMITED), '-9223372036854775808');
  });
});

describe('what each kind of validity takes, also of no value', () => {
  const rows: readonly (readonly [
    validity: Validity,
    good: (ConfigValue | null)[],
    bad: (ConfigValue | null)[],
    words: string,
  ])[] = [
    [{ kind: 'range', min: 1, max: 9 }, [1, 9], [0, 10, null], '1 to 9'],
    [{ kind: 'range', max: 9 }, [-5, 9], [10], '9 or less'],
    [
      {
        kind: 'ranges',
        accepts: [
          [-1, -1],
          [1, null],
        ],
      },
      [-1, 1, 1e9],
      [0, -2, null],
      '-1, or 1 or more',
    ],
    [{ kind: 'string', valid: ['a', 'b'] }, ['a'], ['A', 'c', null], 'one of: a, b'],
    [{ kind: 'stringIgnoreCase', valid: ['a'] }, ['A'], ['b', null], 'one of (in any case): a'],
    [
      { kind: 'list', valid: ['a', 'b'], empty: false, null: true },
      [['a', 'b'], null],
      [[], ['a', 'a'], ['c']],
      'a list of: a, b; no entry twice',
    ],
    [{ kind: 'list', empty: true, null: false }, [[], ['c']], [[''], null], 'a list, or empty; no entry twice'],
    [{ kind: 'listSize', max: 2 }, [['a', 'a'], null], [['a', 'b', 'c']], 'at most 2 entries'],
    [
      { kind: 'entries', entry: 'HOST:PORT', pattern: /^\w+:\d+$/, alone: ['*'], empty: false },
      [['a:1', 'b:2'], ['*']],
      [['a'], ['*', 'a:1'], [], null],
      'a list of HOST:PORT, or * alone',
    ],
    [{ kind: 'nonNull' }, ['', 0], [null], 'any value'],
    [{ kind: 'nonEmpty' }, ['a', null], [''], 'not empty'],
    [{ kind: 'nonEmptyNoControlChars' }, ['a b'], ['', 'a\nb', null], 'not empty, no control characters'],
    [{ kind: 'all', of: [{ kind: 'nonNull' }, { kind: 'nonEmpty' }] }, ['a'], ['', null], 'any value; not empty'],
    [
      {
        kind: 'code',
        allowed: 'a power of two',
        refuses: (value) => (Number.isInteger(Math.log2(Number(value))) ? null : 'is none'),
      },
      [8],
      [9, null],
      'a power of two',
    ],
  ];
  for (const [validity, good, bad, words] of rows) {
    test(`${validity.kind}: ${words}`, () => {
      for (const value of good) assert.equal(refusal(validity, value), null, JSON.stringify(value));
      for (const value of bad) assert.notEqual(refusal(validity, value), null, JSON.stringify(value));
      assert.equal(formatValidity(validity), words);
    });
  }

  test('bounds beyond 2^53 are exact', () => {
    const row = long({ key: 'a', default: null, max: '9007199254740993', doc: '' });
    assert.equal(parseValue(row, '9007199254740993').ok, true);
    assert.equal(parseValue(row, '9007199254740994').ok, false);
  });

  test('a word in any case becomes the listed word; its text stays', () => {
    const row = serverConfig.rows.groupConsumerMigrationPolicy;
    assert.deepEqual(parseValue(row, 'disabled'), { ok: true, value: 'DISABLED', text: 'disabled' });
  });
});

describe('one change at run time', () => {
  const rows: readonly (readonly [
    reason: string,
    table: ConfigTable,
    key: string,
    text: string | null,
    scope: UpdateScope,
    problem: string | null,
  ])[] = [
    ['a good value', serverConfig, 'log.segment.bytes', '1048576', 'all', null],
    ['a removal', serverConfig, 'log.segment.bytes', null, 'one', null],
    [
      'a wrong value',
      serverConfig,
      'log.segment.bytes',
      '5',
      'one',
      'log.segment.bytes = "5" (dynamic, one) is out of range; allowed: 1048576 or more',
    ],
    [
      'a key for restarts',
      serverConfig,
      'node.id',
      '5',
      'one',
      'node.id = "5" (dynamic, one) can be changed only in the configuration file, with a restart',
    ],
    [
      'a key of single brokers, for all',
      serverConfig,
      'sasl.jaas.config',
      'hunter2',
      'all',
      'sasl.jaas.config = [hidden] (dynamic, default) can be changed only for one broker at a time',
    ],
    ['a key of single brokers, for one', serverConfig, 'sasl.jaas.config', 'hunter2', 'one', null],
    [
      "a listener's key, for all",
      serverConfig,
      'listener.name.a.ssl.keystore.password',
      'hunter2',
      'all',
      'listener.name.a.ssl.keystore.password = [hidden] (dynamic, default) counts for the listeners of one broker; change it broker by broker',
    ],
    ["a listener's key, for one", serverConfig, 'listener.name.a.ssl.keystore.password', 'hunter2', 'one', null],
    [
      'a key that no listener has',
      serverConfig,
      'listener.name.a.log.dirs',
      '/',
      'one',
      'listener.name.a.log.dirs = "/" (dynamic, one) cannot be set for one listener; set log.dirs',
    ],
    ['a key that exists only so', serverConfig, 'leader.replication.throttled.rate', '5', 'one', null],
    ["a plugin's key", serverConfig, 'rsm.config.a', 'x', 'all', null],
    [
      'an unknown key',
      serverConfig,
      'log.segment.byte',
      '5',
      'all',
      'log.segment.byte (dynamic, default) is not a setting of Ottla; did you mean log.segment.bytes?',
    ],
    ['any key of a topic', topicConfig, 'retention.ms', '-1', 'one', null],
    [
      'a wrong value of a topic',
      topicConfig,
      'retention.ms',
      '-2',
      'one',
      'retention.ms = "-2" (dynamic, one) is out of range; allowed: -1 or more',
    ],
  ];
  for (const [reason, table, key, text, scope, problem] of rows) {
    test(reason, () => {
      const found = checkUpdate(table, { key, text }, scope);
      assert.equal(found === null ? null : formatProblem(found), problem);
    });
  }
});

describe('a table that contradicts itself is a bug', () => {
  const doc = 'Doc.';
  const rows: readonly (readonly [reason: string, rows: Record<string, ConfigRow>, message: RegExp])[] = [
    [
      'a key twice',
      { a: int({ key: 'a', default: 1, doc }), b: int({ key: 'a', default: 1, doc }) },
      /a key has one row/,
    ],
    [
      'two keys with one variable',
      { a: int({ key: 'a.b', default: 1, doc }), b: int({ key: 'a-b', default: 1, doc }) },
      /differ in more than dots/,
    ],
    [
      'a default out of range',
      { a: int({ key: 'a', default: 0, min: 1, doc }) },
      /the default of a is valid, but it is out of range/,
    ],
    ['a default that is an empty entry', { a: list({ key: 'a', default: [''], doc }) }, /has an empty entry/],
    ['a default of what is required', { a: string({ key: 'a', default: 'x', required: true, doc }) }, /a is required/],
    [
      'a synonym without a row',
      { a: int({ key: 'a', default: null, synonyms: [{ key: 'b' }], doc }) },
      /the synonym b of a has a row/,
    ],
    [
      'synonyms of which none has a value',
      { a: int({ key: 'a', default: null, synonyms: [{ key: 'b' }], doc }), b: int({ key: 'b', default: null, doc }) },
      /a or its last synonym has a value/,
    ],
  ];
  for (const [reason, table, message] of rows) {
    test(reason, () => assert.throws(() => defineConfig('t', table), { name: 'AssertionError', message }));
  }

  test('tables are combined when their fields differ', () => {
    const combined = combineConfigs('all', [serverConfig, topicConfig]);
    assert.equal(combined.byKey.size, serverConfig.byKey.size + topicConfig.byKey.size);
    assert.equal(combined.rows.nodeId, serverConfig.rows.nodeId);
    assert.equal(combined.rows.retentionMs, topicConfig.rows.retentionMs);
    assert.deepEqual(
      [combined.rules.length, combined.pluginPrefixes.length, combined.protectedPrefixes.length],
      [1, 1, 2],
    );
    assert.throws(() => combineConfigs('twice', [topicConfig, topicConfig]), /a field belongs to one table only/);
  });
});
