import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { runInNewContext } from 'node:vm';
import { Secret } from '../config/secret.ts';
import { OperationalError } from '../errors.ts';
import { formatColourEvent, formatJsonEvent, formatTextEvent, lineSink, wantsColour } from './log-format.ts';
import type { LogEvent } from './log-event.ts';

class DiskFullError extends OperationalError {
  readonly code = 'ERR_LOG_DISK_FULL';
  readonly retriable = true;
  readonly path = '/data';
}

function event(fields: Readonly<Record<string, unknown>>, more: Partial<LogEvent> = {}): LogEvent {
  return {
    timeMs: 1_767_323_045_678,
    level: 'info',
    logger: 'broker.log',
    message: 'became leader',
    fields: Object.entries(fields),
    ...more,
  };
}

/** The value of one field, through JSON. */
function shown(value: unknown): unknown {
  const line = formatJsonEvent(event({ value }));
  return (JSON.parse(line) as { value: unknown }).value;
}

test('JSON has a fixed head, then the fields in order', () => {
  assert.equal(
    formatJsonEvent(event({ topic: 'orders', partition: 3, ok: true, none: null })),
    '{"time":"2026-01-02T03:04:05.678Z","level":"info","logger":"broker.log","message":"became leader","topic":"orders","partition":3,"ok":true,"none":null}',
  );
});

test('a field cannot pass for the head', () => {
  const line = formatJsonEvent(event({ level: 'error', message: 'forged', time: 1, logger: 'x' }));
  assert.deepEqual(Object.keys(JSON.parse(line) as object), [
    'time',
    'level',
    'logger',
    'message',
    'level_',
    'message_',
    'time_',
    'logger_',
  ]);
});

describe('text', () => {
  const rows: readonly (readonly [reason: string, fields: Record<string, unknown>, tail: string])[] = [
    ['plain words are bare', { topic: 'orders', partition: 3 }, 'topic=orders partition=3'],
    [
      'what could be mistaken is quoted',
      { a: '', b: 'x y', c: 'a="b"', d: 'null', e: '{}' },
      'a="" b="x y" c="a=\\"b\\"" d=null e="{}"',
    ],
    ['objects are JSON', { at: { host: 'a', port: 1 } }, 'at={"host":"a","port":1}'],
    ['names too', { 'a b': 1 }, '"a b"=1'],
  ];
  for (const [reason, fields, tail] of rows) {
    test(reason, () => {
      assert.equal(formatTextEvent(event(fields)), `2026-01-02T03:04:05.678Z INFO  broker.log: became leader ${tail}`);
    });
  }

  test('colours, taken away, leave the same text', () => {
    const coloured = formatColourEvent(event({ topic: 'orders', n: 1 }, { level: 'error' }));
    assert(coloured.includes('\u001b[31mERROR'));
    assert.equal(
      stripVTControlCharacters(coloured),
      formatTextEvent(event({ topic: 'orders', n: 1 }, { level: 'error' })),
    );
  });

  const wishes: readonly (readonly [
    reason: string,
    isTerminal: boolean,
    environment: Record<string, string>,
    wanted: boolean,
  ])[] = [
    ['a terminal', true, {}, true],
    ['a pipe', false, {}, false],
    ['NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR says nothing', true, { NO_COLOR: '' }, true],
    ['NO_COLOR beats FORCE_COLOR', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['FORCE_COLOR in a pipe', false, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false],
    ['a terminal that can nothing', true, { TERM: 'dumb' }, false],
  ];
  for (const [reason, isTerminal, environment, wanted] of wishes) {
    test(`colours are wanted: ${reason}`, () => assert.equal(wantsColour(isTerminal, environment), wanted));
  }
});

describe('one event is one line, whatever it holds', () => {
  const attacks = [
    'a\nb',
    'a\r\nb',
    '\u001b[2Jgone',
    'a\u0085b',
    'a\u2028b\u2029',
    '\u009b31m',
    'abc\u202edcba',
    '\u0000',
    '\u007f',
    '\ud800',
    'zero\u200bwidth',
    '\ufeff',
  ];
  for (const attack of attacks) {
    test(JSON.stringify(attack), () => {
      const dirty = event(
        { [attack]: attack, deep: { [attack]: [attack] }, error: new DiskFullError(attack) },
        { message: attack, logger: attack },
      );
      for (const format of [formatJsonEvent, formatTextEvent]) {
        const line = format(dirty);
        assert(!/[\p{Cc}\u2028\u2029\u200b\u202e\ufeff]/u.test(line), JSON.stringify(line));
        assert(line.isWellFormed());
      }
      assert.equal((JSON.parse(formatJsonEvent(dirty)) as { message: string }).message, attack);
    });
  }
});

describe('values', () => {
  const unreadable = Object.defineProperty(new Error('x'), 'message', { get: () => assert.fail('no') });
  const cyclic: Record<string, unknown> = { name: 'loop' };
  cyclic['self'] = cyclic;
  const deep: Record<string, unknown> = {};
  for (let at = deep, i = 0; i < 10; i++) at = (at['in'] = {}) as Record<string, unknown>;
  const rows: readonly (readonly [reason: string, value: unknown, shown: unknown])[] = [
    ['bigint', 12345678901234567890n, '12345678901234567890'],
    ['a huge bigint', 1n << 100_000n, '[bigint of more than 256 bits]'],
    ['not finite', [Number.NaN, Infinity, -0], ['NaN', 'Infinity', 0]],
    ['undefined inside', { a: undefined, b: [undefined] }, { b: ['undefined'] }],
    ['symbol, function', [Symbol('s'), function named() {}], ['Symbol(s)', '[function named]']],
    ['dates', [new Date(0), new Date(Number.NaN)], ['1970-01-01T00:00:00.000Z', '[invalid date]']],
    ['a regular expression', /a+/g, '/a+/g'],
    ['map and set', [new Map([['a', 1]]), new Set(['b'])], [[['a', 1]], ['b']]],
    ['bytes', new Uint8Array([1, 255]), '[2 bytes: 01ff]'],
    ['many bytes', new Uint8Array(1e6), `[1000000 bytes: ${'00'.repeat(32)}...]`],
    ['a url', new URL('http://a/b'), 'http://a/b'],
    ['a cycle', cyclic, { name: 'loop', self: '[cyclic]' }],
    ['the same twice is no cycle', [cyclic['name'], { a: deep['x'] }, { a: 1 }], ['loop', {}, { a: 1 }]],
    ['depth', deep, { in: { in: { in: { in: { in: { in: '[deep]' } } } } } }],
    ['many entries', Array.from({ length: 150 }, () => 1), [...Array.from({ length: 100 }, () => 1), '... (50 more)']],
    [
      'a secret',
      { password: new Secret('hunter2'), list: [new Secret('hunter2')] },
      { password: '[hidden]', list: ['[hidden]'] },
    ],
    [
      'a getter that throws',
      {
        get a() {
          throw new Error('no');
        },
        b: 1,
      },
      { a: '[unreadable: no]', b: 1 },
    ],
    [
      'a toJSON that throws',
      {
        toJSON() {
          throw new Error('no');
        },
      },
      '[unreadable: no]',
    ],
    [
      'a toJSON that gives another each time',
      (function endless(): object {
        return { toJSON: endless };
      })(),
      '[deep]',
    ],
    [
      'a proxy that refuses',
      new Proxy(
        {},
        {
          get() {
            throw new Error('no');
          },
          ownKeys() {
            throw new Error('no');
          },
        },
      ),
      '[unreadable: no]',
    ],
    [
      'an error that cannot be read',
      new Proxy(new Error('x'), {
        get() {
          throw unreadable;
        },
      }),
      '[unreadable: for a reason that cannot be read either]',
    ],
    ['a field called __proto__', JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}')],
  ];
  for (const [reason, value, wanted] of rows) test(reason, () => assert.deepEqual(shown(value), wanted));

  test('a long string is cut and says so', () => {
    assert.equal(shown('x'.repeat(10_000)), `${'x'.repeat(8_192)}... (1808 more characters)`);
    assert.equal(
      shown(`${'x'.repeat(8_191)}\u{1f600}`),
      `${'x'.repeat(8_191)}... (2 more characters)`,
      'no half character',
    );
  });

  test('an event is bounded, whatever is in it', () => {
    const wide = (depth: number): unknown => (depth === 0 ? [] : Array.from({ length: 100 }, () => wide(depth - 1)));
    const huge = {
      a: 'x'.repeat(1e6),
      b: wide(3),
      c: Array.from({ length: 1_000 }, (_, i) => ({ [`k${i}`.repeat(100)]: 'y'.repeat(1e3) })),
      d: 'end',
    };
    const line = formatJsonEvent(event(huge, { message: 'm'.repeat(1e6) }));
    assert(line.length < 200_000, String(line.length));
    assert.equal((JSON.parse(line) as { d: string }).d, '[cut]');
  });
});

describe('errors', () => {
  test('an operational error shows code, message, fields and causes, and no stack, nor do its causes', () => {
    const cause = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', errno: -28 });
    assert.deepEqual(shown(new DiskFullError('cannot append', { cause })), {
      name: 'Error',
      code: 'ERR_LOG_DISK_FULL',
      message: 'cannot append',
      retriable: true,
      path: '/data',
      cause: { name: 'Error', code: 'ENOSPC', message: 'ENOSPC: no space left', errno: -28 },
    });
  });

  test('a bug shows its stack, in one line, and the stack of a cause that is a bug', () => {
    const bug = new TypeError('two\nlines', { cause: new RangeError('inner', { cause: new DiskFullError('full') }) });
    const found = shown(bug) as { stack: string; message: string; cause: { stack: string; cause: object } };
    assert.equal(found.message, 'two\nlines');
    assert.match(found.stack, /^at .*log-format\.test\.ts:\d+/);
    assert(!found.stack.includes('two'));
    assert.match(found.cause.stack, /^at /);
    assert(!('stack' in found.cause.cause));
    assert(!formatTextEvent(event({ error: bug })).includes('\n'));
  });

  test('of another realm, aggregated, without end, or no error at all', () => {
    assert.equal((shown(runInNewContext('new TypeError("far")')) as Error).message, 'far');
    const many = new AggregateError(
      Array.from({ length: 10 }, (_, i) => new DiskFullError(`${i}`)),
      'all',
    );
    assert.deepEqual((shown(many) as { errors: unknown[] }).errors.length, 9);
    assert.equal((shown(many) as { errors: unknown[] }).errors[8], '... (2 more)');
    const self = new DiskFullError('self');
    self.cause = self;
    assert.equal((shown(self) as Error).cause, '[cyclic]');
    let chain: unknown = 'root';
    for (let i = 0; i < 20; i++) chain = new DiskFullError(`${i}`, { cause: chain });
    assert.match(JSON.stringify(shown(chain)), /"cause":"\[more causes\]"/);
    assert.equal((shown(new DiskFullError('x', { cause: 'a string' })) as Error).cause, 'a string');
  });
});

test('a line sink writes whole lines', () => {
  const lines: string[] = [];
  lineSink((line) => void lines.push(line), formatTextEvent).write(event({}));
  lineSink((line) => void lines.push(line)).write(event({}));
  assert.deepEqual(lines, [`${formatTextEvent(event({}))}\n`, `${formatJsonEvent(event({}))}\n`]);
});
