import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { serverConfig } from './config-fixture.ts';
import type { Config } from './config.ts';
import { ConfigError, formatProblem } from './config-error.ts';
import { formatOrigin } from './config-origin.ts';
import { loadConfig, type ConfigSources } from './load.ts';

interface Sources extends Omit<ConfigSources, 'files'> {
  readonly file?: string;
}

function load({ file, ...sources }: Sources) {
  const files = file === undefined ? [] : [{ path: 'server.properties', bytes: Buffer.from(file, 'latin1') }];
  return loadConfig(serverConfig, { ...sources, files });
}

/** With the one key that must be set. */
function loadGood(sources: Sources): Config<typeof serverConfig> {
  return load({ ...sources, file: `node.id=1\n${sources.file ?? ''}` }).config;
}

function problemsOf(sources: Sources): string[] {
  try {
    loadGood(sources);
  } catch (error) {
    assert(error instanceof ConfigError, String(error));
    return error.problems.map(formatProblem);
  }
  return [];
}

describe('a value comes from the most important place, and says from where', () => {
  const file = 'log.segment.bytes=2000001\n';
  const kafka = { KAFKA_LOG_SEGMENT_BYTES: '2000002' };
  const ottla = { OTTLA_LOG_SEGMENT_BYTES: '2000003' };
  const rows: readonly (readonly [reason: string, sources: Sources, value: number, origin: string])[] = [
    ['nobody gave one', {}, 1_073_741_824, 'default'],
    ['the file', { file }, 2_000_001, 'server.properties line 2'],
    ["Kafka's variable over the file", { file, environment: kafka }, 2_000_002, 'environment KAFKA_LOG_SEGMENT_BYTES'],
    [
      "our variable over Kafka's",
      { file, environment: { ...ottla, ...kafka } },
      2_000_003,
      'environment OTTLA_LOG_SEGMENT_BYTES',
    ],
    [
      'a flag over the environment',
      { file, environment: ottla, args: ['--log.segment.bytes', '2000004'] },
      2_000_004,
      'flag --log.segment.bytes',
    ],
    [
      'the program over all',
      { args: ['--log.segment.bytes=2000004'], options: { 'log.segment.bytes': '2000005' } },
      2_000_005,
      'option of the program',
    ],
  ];
  for (const [reason, sources, value, origin] of rows) {
    test(reason, () => {
      const config = loadGood(sources);
      assert.equal(config.values.logSegmentBytes, value);
      assert.equal(formatOrigin(config.entry('log.segment.bytes')!.origin), origin);
    });
  }
});

describe('flags', () => {
  const rows: readonly (readonly [
    reason: string,
    args: string[],
    field: keyof Config<typeof serverConfig>['values'],
    value: unknown,
  ])[] = [
    ['a value that follows', ['--port', '0'], 'port', 0],
    ['a value behind =', ['--port=19092'], 'port', 19_092],
    ['the key besides the short name', ['--ottla.port=1'], 'port', 1],
    ['one dash is a value', ['--log.retention.ms', '-1'], 'logRetentionMs', -1],
    ['an empty value', ['--authorizer.class.name='], 'authorizerClassName', ''],
    ['a boolean alone is true', ['--log.preallocate', '--port', '1'], 'logPreallocate', true],
    ['a boolean and its value', ['--log.preallocate', 'false'], 'logPreallocate', false],
    ['the last of several wins', ['--port=1', '--port=2'], 'port', 2],
    ['a value with = in it', ['--authorizer.class.name=a=b'], 'authorizerClassName', 'a=b'],
  ];
  for (const [reason, args, field, value] of rows) {
    test(reason, () => assert.deepEqual(loadGood({ args }).values[field], value));
  }

  const misread: readonly (readonly [reason: string, args: string[], problem: RegExp])[] = [
    [
      'a word that is no boolean',
      ['--log.preallocate', 'yes'],
      /yes .*stands behind --log\.preallocate, which takes true or false/,
    ],
    ['a flag with one dash', ['-p', '9'], /-p .*flags start with two dashes/],
  ];
  for (const [reason, args, problem] of misread) {
    test(`refused: ${reason}`, () => assert.throws(() => load({ args }), problem));
  }

  test('behind -- a word is taken as it is', () => {
    assert.deepEqual(load({ args: ['--node.id=3', '--log.preallocate', '--', 'yes', '-p'] }).positionals, [
      'yes',
      '-p',
    ]);
  });

  test('what is no flag is positional; a command has flags of its own', () => {
    const loaded = load({
      args: ['start', '--json', '--config', 'a.properties', 'now', '--log.preallocate', '--node.id=3', '--', '--port'],
      commandFlags: { json: 'switch', config: 'value' },
    });
    assert.deepEqual(loaded.positionals, ['start', 'now', '--port']);
    assert.deepEqual(
      [...loaded.command],
      [
        ['json', 'true'],
        ['config', 'a.properties'],
      ],
    );
    assert.equal(loaded.config.values.nodeId, 3);
    assert.equal(loaded.config.values.port, 9092);
  });
});

describe('environment', () => {
  const rows: readonly (readonly [reason: string, environment: Record<string, string>, key: string, text: string])[] = [
    ['dots', { OTTLA_LOG_RETENTION_MS: '5' }, 'log.retention.ms', '5'],
    ['a short name', { OTTLA_PORT: '5' }, 'ottla.port', '5'],
    ['Kafka', { KAFKA_LOG_RETENTION_MS: '5' }, 'log.retention.ms', '5'],
    ['another image', { KAFKA_CFG_LOG_RETENTION_MS: '5' }, 'log.retention.ms', '5'],
    [
      'two underscores are one, three a dash',
      { KAFKA_LISTENER_NAME_SASL__SSL_SCRAM___SHA___256_SASL_JAAS_CONFIG: 'x' },
      'listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config',
      '[hidden]',
    ],
    [
      'the same for ours, where a name has more than dots',
      { OTTLA_LISTENER_NAME_SASL__SSL_SASL_ENABLED_MECHANISMS: 'PLAIN' },
      'listener.name.sasl_ssl.sasl.enabled.mechanisms',
      'PLAIN',
    ],
    [
      "Kafka's image reads backslashes as a properties file does",
      { KAFKA_AUTHORIZER_CLASS_NAME: 'a\\\\b\\u0041' },
      'authorizer.class.name',
      'a\\bA',
    ],
    ['ours takes them as they are', { OTTLA_AUTHORIZER_CLASS_NAME: 'a\\\\b' }, 'authorizer.class.name', 'a\\\\b'],
    [
      'lines that no properties value can hold stay',
      { KAFKA_AUTHORIZER_CLASS_NAME: 'a\\b\nc' },
      'authorizer.class.name',
      'a\\b\nc',
    ],
  ];
  for (const [reason, environment, key, text] of rows) {
    test(reason, () => {
      const config = loadGood({ environment });
      assert.equal(config.entry(key)?.text, text);
      assert.deepEqual(config.warnings, []);
    });
  }

  test('variables of the JVM, of Kubernetes services and of others are passed over', () => {
    const environment = {
      KAFKA_HEAP_OPTS: '-Xmx1G',
      KAFKA_OPTS: '-D',
      KAFKA_JVM_PERFORMANCE_OPTS: '',
      KAFKA_LOG4J_OPTS: '',
      KAFKA_PORT: 'tcp://10.0.0.1:9092',
      OTTLA_PORT: 'tcp://10.0.0.1:9092',
      OTTLA_SERVICE_HOST: '10.0.0.1',
      OTTLA_SERVICE_PORT: '9092',
      OTTLA_SERVICE_PORT_KAFKA: '9092',
      OTTLA_PORT_9092_TCP: 'tcp://10.0.0.1:9092',
      OTTLA_PORT_9092_TCP_ADDR: '10.0.0.1',
      OTTLA_FUZZ_CASES: '5',
      HOME: '/root',
      PORT: '1',
    };
    const config = loadGood({ environment, ignoredVariables: ['OTTLA_FUZZ_CASES'] });
    assert.deepEqual(config.warnings, []);
    assert.equal(config.values.port, 9092);
  });
});

describe('an unknown key', () => {
  const refused: readonly (readonly [reason: string, sources: Sources, message: string])[] = [
    [
      'on a flag is refused with the nearest name',
      { args: ['--log.retenton.ms=5'] },
      'log.retenton.ms (flag --log.retenton.ms) is not a setting of Ottla; did you mean --log.retention.ms?',
    ],
    [
      'on a flag may have been a short name',
      { args: ['--prot', '5'] },
      'prot (flag --prot) is not a setting of Ottla; did you mean --port?',
    ],
    [
      'on a flag may have been one of the command',
      { args: ['--confg', 'x'], commandFlags: { config: 'value' } },
      'confg (flag --confg) is not a setting of Ottla; did you mean --config?',
    ],
    [
      'on a flag is refused without one, too',
      { args: ['--zookeeper.connect=a'] },
      'zookeeper.connect (flag --zookeeper.connect) is not a setting of Ottla',
    ],
    [
      'in OTTLA_* is refused in its own spelling',
      { environment: { OTTLA_LOG_RETENTON_MS: '5' } },
      'log.retenton.ms (environment OTTLA_LOG_RETENTON_MS) is not a setting of Ottla; did you mean OTTLA_LOG_RETENTION_MS?',
    ],
    [
      'from the program is refused',
      { options: { 'log.retention': '5' } },
      'log.retention (option of the program) is not a setting of Ottla; did you mean log.retention.ms?',
    ],
    [
      'in a file stops when it is a typing mistake',
      { file: 'log.retention.sm=5' },
      'log.retention.sm (server.properties line 2) is not a setting of Ottla, and so near to one that it looks like a mistake; did you mean log.retention.ms?',
    ],
    [
      'in KAFKA_* stops when it is a typing mistake',
      { environment: { KAFKA_NUM_IO_THREAD: '5' } },
      'num.io.thread (environment KAFKA_NUM_IO_THREAD) is not a setting of Ottla, and so near to one that it looks like a mistake; did you mean KAFKA_NUM_IO_THREADS?',
    ],
    [
      'of a listener is compared with what a listener can have',
      { file: 'listener.name.internal.ssl.keystor.password=5' },
      'listener.name.internal.ssl.keystor.password (server.properties line 2) is not a setting of Ottla, and so near to one that it looks like a mistake; did you mean listener.name.internal.ssl.keystore.password?',
    ],
    [
      'of a mechanism keeps the mechanism',
      { environment: { KAFKA_LISTENER_NAME_A_PLAIN_SASL_JAAS_CONFI: 'x' } },
      'listener.name.a.plain.sasl.jaas.confi (environment KAFKA_LISTENER_NAME_A_PLAIN_SASL_JAAS_CONFI) is not a setting of Ottla, and so near to one that it looks like a mistake; did you mean KAFKA_LISTENER_NAME_A_PLAIN_SASL_JAAS_CONFIG?',
    ],
    [
      'that would protect is refused wherever it stands',
      { file: 'ssl.engine.of.another.kind=secret' },
      'ssl.engine.of.another.kind (server.properties line 2) would protect something, and Ottla does not know it',
    ],
  ];
  for (const [reason, sources, message] of refused)
    test(reason, () => assert.deepEqual(problemsOf(sources), [message]));

  test('in a file or KAFKA_* that looks like nothing known warns once', () => {
    const { warnings } = loadGood({
      file: 'zookeeper.connect=localhost:2181\nconfluent.license=x',
      environment: { KAFKA_ZOOKEEPER_CONNECT: 'zk:2181', KAFKA_ADVERTISED_HOST_NAME: 'a' },
    });
    assert.deepEqual(
      warnings.map(({ key, message, origin }) => `${key} ${message} (${formatOrigin(origin)})`),
      [
        'zookeeper.connect is not a setting of Ottla and is ignored (environment KAFKA_ZOOKEEPER_CONNECT)',
        'confluent.license is not a setting of Ottla and is ignored (server.properties line 3)',
        'advertised.host.name is not a setting of Ottla and is ignored (environment KAFKA_ADVERTISED_HOST_NAME)',
      ],
    );
  });
});

test('all problems of all sources are told at once, none with a secret', () => {
  assert.throws(
    () =>
      load({
        file: [
          'num.io.threads=0',
          'log.segment.bytes=big',
          'a=\\u12',
          'log.dirs=',
          'sasl.jass.config=hunter2',
          'listener.name.a.log.dirs=/x',
        ].join('\n'),
        environment: { OTTLA_LOG_PREALLOCATE: 'maybe', KAFKA_LOG_CLEANUP_POLICY: 'delete,delete' },
        args: ['--leader.replication.throttled.rate=5', '--port', '--log.cleaner.min.cleanable.ratio=1.01'],
        options: { 'log.message.timestamp.type': 'createtime\n\u001b[31mred' },
      }),
    (error) => {
      assert(error instanceof ConfigError);
      assert.equal(error.code, 'ERR_CONFIG_INVALID');
      assert.equal(
        error.message,
        `13 settings are wrong:
  an entry (server.properties line 3) has a \\u that is not followed by four hexadecimal digits; write \\\\u for a backslash
  ottla.port (flag --port) needs a value: --port VALUE, or --port=VALUE where it starts with dashes
  num.io.threads = "0" (server.properties line 1) is out of range; allowed: 1 or more
  log.segment.bytes = "big" (server.properties line 2) is not a whole number; allowed: 1048576 or more
  log.dirs = "" (server.properties line 4) is empty; allowed: a list; no entry twice
  sasl.jass.config (server.properties line 5) is not a setting of Ottla, and so near to one that it looks like a mistake; did you mean sasl.jaas.config?
  listener.name.a.log.dirs = "/x" (server.properties line 6) cannot be set for one listener; set log.dirs
  log.cleanup.policy = "delete,delete" (environment KAFKA_LOG_CLEANUP_POLICY) has an entry twice; allowed: a list of: compact, delete, or empty; no entry twice
  log.preallocate = "maybe" (environment OTTLA_LOG_PREALLOCATE) is neither true nor false; allowed: true or false
  leader.replication.throttled.rate = "5" (flag --leader.replication.throttled.rate) exists only as a dynamic setting; set it with kafka-configs --alter
  log.cleaner.min.cleanable.ratio = "1.01" (flag --log.cleaner.min.cleanable.ratio) is out of range; allowed: 0 to 1
  log.message.timestamp.type = "createtime\\n\\u001b[31mred" (option of the program) is not one of the allowed words; allowed: one of: CreateTime, LogAppendTime
  node.id must be set; allowed: 0 or more`,
      );
      return true;
    },
  );
});

test('a rule over several keys is told with the first of them, and only when each is right by itself', () => {
  const both = { 'log.segment.bytes': '2000000', 'log.flush.interval.messages': '7' };
  assert.deepEqual(problemsOf({ options: both }), [
    'log.segment.bytes = "2000000" (option of the program) does not go with 7 messages',
  ]);
  assert.deepEqual(problemsOf({ options: { ...both, 'log.flush.interval.messages': '0' } }), [
    'log.flush.interval.messages = "0" (option of the program) is out of range; allowed: 1 or more',
  ]);
});

describe('warnings', () => {
  const rows: readonly (readonly [reason: string, sources: Sources, message: string])[] = [
    [
      'a key twice in a file',
      { file: 'log.dirs=/a\n\nlog.dirs=/b' },
      'log.dirs is set twice; server.properties line 4 wins over server.properties line 2',
    ],
    ['a deprecated key', { file: 'num.io.threads=3' }, 'num.io.threads is deprecated: has no effect here'],
    [
      'a flag that a synonym in the file overrules, as in Kafka',
      { file: 'log.retention.ms=1000', args: ['--log.retention.hours=1'] },
      'log.retention.hours has no effect, because log.retention.ms is set (server.properties line 2)',
    ],
    [
      'a synonym below another synonym',
      { file: 'log.retention.minutes=1\nlog.retention.hours=1' },
      'log.retention.hours has no effect, because log.retention.minutes is set (server.properties line 2)',
    ],
  ];
  for (const [reason, sources, message] of rows) {
    test(reason, () => {
      assert.deepEqual(
        loadGood(sources).warnings.map((warning) => `${warning.key} ${warning.message}`),
        [message],
      );
    });
  }
});
