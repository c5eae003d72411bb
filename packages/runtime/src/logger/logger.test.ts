import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { LogEvent, LogThreshold } from './log-event.ts';
import { foreignSink } from './foreign-logger.ts';
import { Logging } from './logger.ts';

const clock = { nowMs: 0, wallMs: () => 1_767_323_045_678, monotonicMs: () => clock.nowMs };
let events: LogEvent[] = [];
const sink = { write: (event: LogEvent) => void events.push(event) };

beforeEach(() => {
  events = [];
  clock.nowMs = 0;
});

test('an event has time, level, name, message and fields; bound fields come first and lose against its own', () => {
  const log = new Logging({ clock, sink }).logger('broker.log').child({ topic: 'orders', partition: 3 });
  log.child({ partition: 4 }).named('cleaner').warn('cleaned', { topic: 'other', took: undefined, freed: 5 });
  assert.deepEqual(events, [
    {
      timeMs: 1_767_323_045_678,
      level: 'warn',
      logger: 'broker.log.cleaner',
      message: 'cleaned',
      fields: [
        ['partition', 4],
        ['topic', 'other'],
        ['freed', 5],
      ],
    },
  ]);
});

describe('the level of the longest name that has one counts', () => {
  const rows: readonly (readonly [
    reason: string,
    levels: Record<string, LogThreshold>,
    name: string,
    level: LogThreshold,
  ])[] = [
    ['none set', {}, 'broker.log', 'info'],
    ['the root', { '': 'error' }, 'broker.log', 'error'],
    ['a parent', { '': 'error', broker: 'debug' }, 'broker.log.cleaner', 'debug'],
    ['the nearest parent', { broker: 'debug', 'broker.log': 'off' }, 'broker.log.cleaner', 'off'],
    ['its own', { broker: 'debug', 'broker.log': 'trace' }, 'broker.log', 'trace'],
    ['a name that only starts alike is no parent', { brok: 'debug', 'broker.lo': 'debug' }, 'broker.log', 'info'],
  ];
  for (const [reason, levels, name, level] of rows) {
    test(reason, () => {
      const logging = new Logging({ clock, sink, levels });
      assert.equal(logging.levelOf(name), level);
      const log = logging.logger(name);
      for (const each of ['trace', 'debug', 'info', 'warn', 'error'] as const) {
        log[each]('x');
        assert.equal(log.isEnabled(each), events.at(-1)?.level === each, each);
      }
    });
  }
});

test('levels change while the program runs, also of loggers and children that are there already', () => {
  const logging = new Logging({ clock, sink, level: 'warn' });
  logging.logger('other').info('hidden');
  const child = logging.logger('a.b').child({ x: 1 });
  child.info('hidden');
  logging.setLevel('a', 'info');
  child.info('shown');
  logging.setLevel('a.b', 'error');
  child.warn('hidden');
  logging.setLevel('a.b', null);
  child.info('shown');
  logging.setLevel('a', null);
  child.info('hidden');
  logging.setLevel('', 'debug');
  logging.logger('new').debug('shown');
  assert.deepEqual(
    events.map(({ message }) => message),
    ['shown', 'shown', 'shown'],
  );
  assert.deepEqual([...logging.levels()], [['', 'debug']]);
});

test('a disabled level reads no field', () => {
  const log = new Logging({ clock, sink }).logger('a');
  const fields = {
    get costly(): never {
      throw new Error('read');
    },
  };
  log.debug('x', fields);
  assert.deepEqual(events, []);
});

test('what throws while it is logged never reaches the code that logs', () => {
  const hostile = new Proxy({}, { ownKeys: () => assert.fail('no keys for you') });
  const logging = new Logging({ clock, sink });
  const log = logging.logger('a');
  log.info('getter', {
    get bad(): never {
      throw new Error('no value for you');
    },
    good: 1,
  });
  log.info('proxy', hostile);
  assert.deepEqual(
    events.map(({ fields }) => fields),
    [
      [
        ['bad', '[unreadable: no value for you]'],
        ['good', 1],
      ],
      [],
    ],
  );
  const broken = new Logging({ clock, sink: { write: () => assert.fail('disk full') } });
  broken.logger('a').error('x');
  assert.equal(broken.lostEvents, 1);
  assert.equal(logging.lostEvents, 0);
});

test('a sink that logs is let through, but not for ever', () => {
  let written = 0;
  const logging: Logging = new Logging({
    clock,
    sink: {
      write() {
        written++;
        logging.logger('a').error('again');
      },
    },
  });
  logging.logger('a').error('x');
  assert.equal(written, 4);
  assert.equal(logging.lostEvents, 1);
  logging.logger('a').error('y');
  assert.equal(written, 8, 'and the next one is as free as the first');
});

test('warnOnce warns once a key and name', () => {
  const log = new Logging({ clock, sink }).logger('a');
  for (let i = 0; i < 3; i++) {
    log.warnOnce('k', 'one');
    log.warnOnce('l', 'two');
    log.named('b').warnOnce('k', 'three');
    clock.nowMs += 1e12;
  }
  assert.deepEqual(
    events.map(({ message }) => message),
    ['one', 'two', 'three'],
  );
});

test('warnEvery holds back and counts; what a level hides does not count', () => {
  const logging = new Logging({ clock, sink });
  const log = logging.logger('a');
  const at = (nowMs: number) => {
    clock.nowMs = nowMs;
    log.warnEvery(1_000, 'k', 'slow', { topic: 'orders' });
  };
  for (const nowMs of [0, 1, 999, 1_000, 1_500, 5_000]) at(nowMs);
  logging.setLevel('a', 'off');
  at(9_000);
  logging.setLevel('a', null);
  at(9_001);
  assert.deepEqual(
    events.map(({ fields }) => Object.fromEntries(fields)),
    [{ topic: 'orders' }, { topic: 'orders', suppressed: 2 }, { topic: 'orders', suppressed: 1 }, { topic: 'orders' }],
  );
});

test('of the keys that are held back the one that warned longest ago is forgotten', () => {
  const log = new Logging({ clock, sink }).logger('a');
  for (let i = 0; i < 1_000; i++) log.warnOnce(`k${i}`, 'x');
  clock.nowMs = 1_000;
  log.warnEvery(1_000, 'k1', 'k1 again, in its own place');
  log.warnOnce('k0', 'held back: nothing had to go');
  log.warnOnce('new', 'new, in the place of k0');
  log.warnOnce('k1', 'held back: it has just warned');
  log.warnOnce('k0', 'k0, which was forgotten');
  assert.deepEqual(
    events.slice(1_000).map(({ message }) => message),
    ['k1 again, in its own place', 'new, in the place of k0', 'k0, which was forgotten'],
  );
});

test('the keys that are held back are bounded: the oldest is forgotten', () => {
  const log = new Logging({ clock, sink }).logger('a');
  for (let i = 0; i <= 1_000; i++) log.warnOnce(`k${i}`, 'x');
  log.warnOnce('k1000', 'x');
  assert.equal(events.length, 1_001);
  log.warnOnce('k0', 'x');
  assert.equal(events.length, 1_002);
});

describe("a program's own logger", () => {
  const calls: unknown[][] = [];
  const methods = Object.fromEntries(
    ['debug', 'info', 'warn', 'error'].map((level) => [
      level,
      (...args: unknown[]) => void calls.push([level, ...args]),
    ]),
  ) as Record<'debug' | 'info' | 'warn' | 'error', () => void>;
  const rows: readonly (readonly [
    reason: string,
    logger: Parameters<typeof foreignSink>[0],
    order: 'message-first' | 'fields-first' | undefined,
    isFieldsFirst: boolean,
  ])[] = [
    ['console, winston: message first', methods, undefined, false],
    ['pino: fields first', { ...methods, bindings: () => ({}) }, undefined, true],
    ['as told', methods, 'fields-first', true],
  ];
  for (const [reason, logger, order, isFieldsFirst] of rows) {
    test(reason, () => {
      calls.length = 0;
      const logging = new Logging({ clock, sink: foreignSink(logger, order && { order }), level: 'trace' });
      logging.logger('a').child({ __proto__: null, x: 1n }).trace('t');
      logging.logger('b').error('e', { y: 2 });
      const wanted = [
        ['debug', 't', { logger: 'a', x: 1n }],
        ['error', 'e', { logger: 'b', y: 2 }],
      ];
      assert.deepEqual(
        calls,
        wanted.map(([level, message, fields]) => (isFieldsFirst ? [level, fields, message] : [level, message, fields])),
      );
    });
  }
});
