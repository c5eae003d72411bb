import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { serverConfig, topicConfig } from './config-fixture.ts';
import { ConfigError } from './config-error.ts';
import { formatOrigin } from './config-origin.ts';
import { textsOf } from './config-source.ts';
import { UNLIMITED } from './config-value.ts';
import { resolveConfig } from './resolve.ts';
import { Secret } from './secret.ts';

function broker(settings: Record<string, string>) {
  return resolveConfig(serverConfig, textsOf({ 'node.id': '1', ...settings }, { kind: 'option' }));
}

describe('the first synonym with a value stands in, in our unit', () => {
  const rows: readonly (readonly [
    reason: string,
    settings: Record<string, string>,
    value: number,
    text: string,
    origin: string,
  ])[] = [
    ['none set: the default of the last', {}, 604_800_000, '604800000', 'log.retention.hours, default'],
    ['hours', { 'log.retention.hours': '2' }, 7_200_000, '7200000', 'log.retention.hours, option of the program'],
    [
      'minutes before hours',
      { 'log.retention.hours': '2', 'log.retention.minutes': '1' },
      60_000,
      '60000',
      'log.retention.minutes, option of the program',
    ],
    ['its own before both', { 'log.retention.ms': '5', 'log.retention.minutes': '1' }, 5, '5', 'option of the program'],
    [
      'the largest int of hours',
      { 'log.retention.hours': '2147483647' },
      7_730_941_129_200_000,
      '7730941129200000',
      'log.retention.hours, option of the program',
    ],
    [
      'beyond 2^53 the text is exact',
      { 'log.retention.ms': '9007199254740993' },
      UNLIMITED,
      '9007199254740993',
      'option of the program',
    ],
    [
      'below -2^53 too',
      { 'log.retention.ms': '-9223372036854775808' },
      -UNLIMITED,
      '-9223372036854775808',
      'option of the program',
    ],
  ];
  for (const [reason, settings, value, text, origin] of rows) {
    test(reason, () => {
      const config = broker(settings);
      const entry = config.entry('log.retention.ms')!;
      assert.deepEqual(
        { value: entry.value, text: entry.text, origin: formatOrigin(entry.origin) },
        { value, text, origin },
      );
      assert.equal(config.values.logRetentionMs, value);
    });
  }
});

describe("a topic's defaults are the broker's", () => {
  const rows: readonly (readonly [
    reason: string,
    settings: Record<string, string>,
    own: Record<string, string>,
    key: string,
    text: string,
    origin: string,
  ])[] = [
    ['untouched', {}, {}, 'segment.bytes', '1073741824', 'log.segment.bytes, default'],
    [
      'set on the broker',
      { 'log.segment.bytes': '1048576' },
      {},
      'segment.bytes',
      '1048576',
      'log.segment.bytes, option of the program',
    ],
    [
      "by a synonym of the broker's key",
      { 'log.retention.hours': '1' },
      {},
      'retention.ms',
      '3600000',
      'log.retention.ms, log.retention.hours, option of the program',
    ],
    [
      'any negative retention is -1',
      { 'log.retention.hours': '-3' },
      {},
      'retention.ms',
      '-1',
      'log.retention.ms, log.retention.hours, option of the program',
    ],
    [
      "the topic's own over all",
      { 'log.segment.bytes': '1048577' },
      { 'segment.bytes': '1048578' },
      'segment.bytes',
      '1048578',
      'dynamic, topic orders',
    ],
    [
      '2^63 - 1 keeps its text',
      {},
      {},
      'flush.messages',
      '9223372036854775807',
      'log.flush.interval.messages, default',
    ],
    ['a key that the broker has not', {}, {}, 'remote.storage.enable', 'false', 'default'],
  ];
  for (const [reason, settings, own, key, text, origin] of rows) {
    test(reason, () => {
      const texts = textsOf(own, { kind: 'dynamic', entity: 'topic orders' });
      const entry = resolveConfig(topicConfig, texts, { broker: broker(settings) }).entry(key)!;
      assert.deepEqual([entry.text, formatOrigin(entry.origin)], [text, origin]);
    });
  }

  test('without a broker they are the rows', () => {
    assert.deepEqual(resolveConfig(topicConfig, []).values, {
      retentionMs: 604_800_000,
      flushMessages: UNLIMITED,
      segmentBytes: 1_073_741_824,
      remoteStorageEnable: false,
    });
  });
});

describe('listeners', () => {
  const config = broker({
    'sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.internal.sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.internal.scram-sha-256.sasl.jaas.config': 'inside',
    'listener.name.external.ssl.keystore.password': 'outside',
    'sasl.jaas.config': 'common',
  });
  const rows: readonly (readonly [
    reason: string,
    listener: string,
    mechanism: string | null,
    mechanisms: string[],
    jaas: string,
  ])[] = [
    ['own key', 'INTERNAL', null, ['SCRAM-SHA-256', 'SCRAM-SHA-512'], 'common'],
    ['own key and the mechanism', 'Internal', 'SCRAM-SHA-256', ['SCRAM-SHA-256', 'SCRAM-SHA-512'], 'inside'],
    ['another mechanism', 'internal', 'SCRAM-SHA-512', ['SCRAM-SHA-256', 'SCRAM-SHA-512'], 'common'],
    ['another listener', 'EXTERNAL', 'SCRAM-SHA-256', ['PLAIN'], 'common'],
    ['a listener without keys', 'CONTROLLER', null, ['PLAIN'], 'common'],
  ];
  for (const [reason, listener, mechanism, mechanisms, jaas] of rows) {
    test(reason, () => {
      const values = config.forListener(listener, mechanism);
      assert.deepEqual(values.saslEnabledMechanisms, mechanisms);
      assert.equal(values.saslJaasConfig?.reveal(), jaas);
      assert.equal(values.nodeId, 1);
    });
  }

  test('which listeners have keys, and each key has an entry', () => {
    assert.deepEqual(config.listenersWithKeys(), ['external', 'internal']);
    assert.equal(config.entry('listener.name.internal.sasl.enabled.mechanisms')?.text, 'SCRAM-SHA-256,SCRAM-SHA-512');
    assert.equal(config.entry('listener.name.internal.sasl.jaas.config'), undefined);
    assert.deepEqual(
      config
        .entries()
        .slice(-3)
        .map(({ key }) => key),
      [
        'listener.name.internal.sasl.enabled.mechanisms',
        'listener.name.internal.scram-sha-256.sasl.jaas.config',
        'listener.name.external.ssl.keystore.password',
      ],
    );
  });
});

describe('dynamic settings lie over those of the start', () => {
  const all = { kind: 'dynamic', entity: 'all brokers' } as const;
  const one = { kind: 'dynamic', entity: 'broker 1' } as const;
  const base = broker({ 'log.segment.bytes': '1048577', 'log.retention.hours': '1' });

  test('the more specific wins, and what is left falls back', () => {
    const both = base.overlay([
      ...textsOf({ 'log.segment.bytes': '1048578', 'log.retention.ms': '7' }, all),
      ...textsOf({ 'log.segment.bytes': '1048579', 'leader.replication.throttled.rate': '5' }, one),
    ]);
    assert.equal(both.values.logSegmentBytes, 1_048_579);
    assert.equal(formatOrigin(both.entry('log.segment.bytes')!.origin), 'dynamic, broker 1');
    assert.equal(both.values.logRetentionMs, 7);
    assert.equal(both.values.leaderThrottledRate, 5);
    assert.equal(base.values.logSegmentBytes, 1_048_577, 'the base stays as it was');
    assert.equal(base.overlay([]).values.logRetentionMs, 3_600_000);
  });

  const refused: readonly (readonly [reason: string, settings: Record<string, string>, message: RegExp])[] = [
    [
      'a key that only a restart changes',
      { 'log.preallocate': 'true' },
      /log\.preallocate = "true" \(dynamic, broker 1\) can be changed only in the configuration file/,
    ],
    ['a wrong value', { 'log.segment.bytes': '1' }, /log\.segment\.bytes = "1" \(dynamic, broker 1\) is out of range/],
    [
      'a rule over two keys',
      { 'log.segment.bytes': '2000000', 'log.flush.interval.messages': '7' },
      /does not go with 7 messages/,
    ],
  ];
  for (const [reason, settings, message] of refused) {
    test(`${reason} is refused, or left out when asked to be lenient`, () => {
      assert.throws(
        () => base.overlay(textsOf(settings, one)),
        (error) => error instanceof ConfigError && message.test(error.message),
      );
      const lenient = base.overlay(textsOf(settings, one), { lenient: true });
      assert.equal(lenient.problems.length, 1);
      assert.equal(lenient.values.logPreallocate, false);
    });
  }

  test('an unknown one in the cluster warns, also when it is nearly a known one', () => {
    const { warnings } = base.overlay(textsOf({ 'log.segment.byte': '1' }, all));
    assert.deepEqual(
      warnings.map(({ key }) => key),
      ['log.segment.byte'],
    );
  });
});

test("a plugin's keys are passed on, as secrets", () => {
  const config = broker({ 'rsm.config.bucket.key': 'hunter2' });
  const entry = config.entry('rsm.config.bucket.key')!;
  assert.equal(entry.text, '[hidden]');
  assert.equal((entry.value as Secret).reveal(), 'hunter2');
  assert.equal(config.entries().at(-1), entry);
});

test('a secret shows in nothing that prints a config', () => {
  const config = broker({
    'sasl.jaas.config': 'hunter2',
    'listener.name.a.ssl.keystore.password': 'hunter2',
    'rsm.config.a': 'hunter2',
  });
  const prints = [
    JSON.stringify(config),
    JSON.stringify(config.entries()),
    inspect(config, { depth: 12, showHidden: true }),
    inspect(config.entries(), { depth: 12, showHidden: true, getters: true }),
    String(config.values.saslJaasConfig),
    `${config.values.saslJaasConfig as unknown as string}`,
    String(Object.values(config.values)),
  ];
  for (const print of prints) assert(!print.includes('hunter2'), print);
  assert(inspect(config.values).includes('[hidden]'));
  assert.equal(new Secret('a').reveal(), 'a');
});

test('fields have the types of their rows', () => {
  const { values } = broker({});
  // The assignments are the test: they compile, or the types are wrong.
  const nodeId: number = values.nodeId;
  const policy: readonly ('compact' | 'delete')[] = values.logCleanupPolicy;
  const dirs: readonly string[] | null = values.logDirs;
  const type: 'CreateTime' | 'LogAppendTime' = values.logMessageTimestampType;
  const retention: number = values.logRetentionMs;
  const password: Secret | null = values.sslKeystorePassword;
  // @ts-expect-error a key without default and synonym may have no value
  const minutes: number = values.logRetentionMinutes;
  // @ts-expect-error no such row
  const other: unknown = values.logRetentionDays;
  assert.deepEqual(
    [nodeId, policy, dirs, type, retention, password, minutes, other],
    [1, ['delete'], null, 'CreateTime', 604_800_000, null, null, undefined],
  );
});
