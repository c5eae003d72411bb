import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { serverConfig } from './config-fixture.ts';
import { ConfigError, formatProblem } from './config-error.ts';
import type { ConfigOrigin } from './config-origin.ts';
import { textsOf } from './config-source.ts';
import { refuseUnenforced } from './protection.ts';
import { resolveConfig } from './resolve.ts';

test('wherever it was set', () => {
  const origins: readonly ConfigOrigin[] = [
    { kind: 'file', path: 'a', line: 1 },
    { kind: 'environment', name: 'KAFKA_AUTHORIZER_CLASS_NAME' },
    { kind: 'flag', name: '--authorizer.class.name' },
  ];
  for (const origin of origins) {
    const config = resolveConfig(serverConfig, textsOf({ 'node.id': '1', 'authorizer.class.name': 'a.B' }, origin));
    assert.throws(() => refuseUnenforced(config, new Set()), ConfigError, origin.kind);
  }
});

describe('a setting that protects and is not enforced stops the start', () => {
  const rows: readonly (readonly [
    reason: string,
    settings: Record<string, string>,
    enforced: string[],
    problems: string[],
  ])[] = [
    ['nothing set', {}, [], []],
    ['set to what it would be anyway', { 'authorizer.class.name': '' }, [], []],
    [
      'set',
      { 'authorizer.class.name': 'a.B' },
      [],
      [
        'authorizer.class.name = "a.B" (option of the program) protects topics from everybody, and this version of Ottla cannot enforce it; remove it only if nothing depends on it',
      ],
    ],
    ['set and enforced', { 'authorizer.class.name': 'a.B' }, ['authorizer.class.name'], []],
    [
      'set to the default, where the row says that this already asks',
      { 'sasl.enabled.mechanisms': 'GSSAPI' },
      [],
      [
        'sasl.enabled.mechanisms = "GSSAPI" (option of the program) protects the listener from strangers, and this version of Ottla cannot enforce it; remove it only if nothing depends on it',
      ],
    ],
    ['set to nothing', { 'sasl.enabled.mechanisms': '' }, [], []],
    [
      'set for one listener',
      { 'listener.name.a.sasl.enabled.mechanisms': 'PLAIN' },
      ['authorizer.class.name'],
      [
        'listener.name.a.sasl.enabled.mechanisms = "PLAIN" (option of the program) protects the listener from strangers, and this version of Ottla cannot enforce it; remove it only if nothing depends on it',
      ],
    ],
    [
      'set for one listener and enforced',
      { 'listener.name.a.sasl.enabled.mechanisms': 'PLAIN' },
      ['sasl.enabled.mechanisms'],
      [],
    ],
  ];
  for (const [reason, settings, enforced, problems] of rows) {
    test(reason, () => {
      const config = resolveConfig(serverConfig, textsOf({ 'node.id': '1', ...settings }, { kind: 'option' }));
      const check = () => refuseUnenforced(config, new Set(enforced));
      if (problems.length === 0) check();
      else
        assert.throws(
          check,
          (error) =>
            error instanceof ConfigError && assert.deepEqual(error.problems.map(formatProblem), problems) === undefined,
        );
    });
  }
});
