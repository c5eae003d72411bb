import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeConfig, formatConfigDocs } from './config-docs.ts';
import { serverConfig, topicConfig } from './config-fixture.ts';
import { boolean, password } from './config-row.ts';
import { defineConfig } from './config-table.ts';

test('a Markdown table of a dynamic table: no column for the update mode, where the default comes from', () => {
  assert.equal(
    formatConfigDocs(topicConfig),
    `| Key | Type | Default | Allowed | Importance | |
|---|---|---|---|---|---|
| \`flush.messages\` | long | \`9223372036854775807\` | 1 or more | medium | Records between two flushes. Without a value: \`log.flush.interval.messages\`. |
| \`remote.storage.enable\` | boolean | \`false\` | true or false | medium | Tiers. |
| \`retention.ms\` | long | \`604800000\` | -1 or more | medium | How long a record is kept. Without a value: \`log.retention.ms\`. |
| \`segment.bytes\` | int | \`1073741824\` | 1048576 or more | medium | Size. Without a value: \`log.segment.bytes\`. |
`,
  );
});

test("a broker's table tells all that a row knows, and hides what is internal", () => {
  const docs = formatConfigDocs(serverConfig);
  assert(!docs.includes('replica.lag.time.max.ms'));
  const lines = [
    '| `node.id` | int | none; must be set | 0 or more | high | read-only | Number of this node. |',
    '| `ottla.port` | int | `9092` | 0 to 65535 | medium | read-only | Where clients connect. Also `--port`. |',
    '| `log.retention.ms` | long | none | a whole number of 64 bits | high | cluster-wide | How long a record is kept. Without a value: `log.retention.minutes` times 60000, then `log.retention.hours` times 3600000. |',
    '| `sasl.jaas.config` | password | none |  | medium | per-broker | Login module. Also `listener.name.LISTENER.MECHANISM.sasl.jaas.config`. |',
    '| `authorizer.class.name` | string | empty |  | medium | read-only | Who decides. |',
    '| `num.io.threads` | int | `8` | 1 or more | medium | read-only | Threads. Deprecated: has no effect here. |',
    '| `leader.replication.throttled.rate` | long | `9223372036854775807` | 0 or more | medium | cluster-wide, only dynamic | Bytes a second. |',
  ];
  for (const line of lines) assert(docs.split('\n').includes(line), line);
  assert.deepEqual(docs.split('\n').slice(2, -1), docs.split('\n').slice(2, -1).toSorted());
});

test('nothing in a row breaks the table', () => {
  const table = defineConfig(
    't',
    { a: boolean({ key: 'a', default: true, doc: 'One | two\nthree.' }) },
    { dynamic: true },
  );
  assert.equal(
    formatConfigDocs(table).split('\n')[2],
    '| `a` | boolean | `true` | true or false | medium | One \\| two three. |',
  );
});

test('rows describe themselves as the facts do', () => {
  const table = defineConfig('t', {
    a: password({ key: 'a', default: null, listenerPrefix: 'listener', doc: 'Doc.' }),
  });
  assert.deepEqual(describeConfig(table), [
    {
      name: 'a',
      type: 'PASSWORD',
      default: null,
      importance: 'MEDIUM',
      updateMode: 'read-only',
      listenerPrefix: 'listener',
      sensitive: true,
    },
  ]);
});
