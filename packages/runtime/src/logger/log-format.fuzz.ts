// Values of every kind, nested and hostile: an event is always one line of bounded length, JSON reads it back, no secret shows.
import assert from 'node:assert/strict';
import { fuzz } from '@ottla/testing';
import { Secret } from '../config/secret.ts';
import type { Prng } from '../prng.ts';
import { formatJsonEvent, formatTextEvent } from './log-format.ts';
import type { LogEvent } from './log-event.ts';
import { Logging } from './logger.ts';

const SECRET = 'h7nter2';
const TEXTS = [
  'a',
  '',
  'a b',
  '\n',
  '\u001b[2J',
  '\u2028',
  '\ud800',
  '"',
  '\\',
  '__proto__',
  'level',
  'x'.repeat(20_000),
] as const;

fuzz('hostile log fields', { small: 500 }, (prng) => {
  const events: LogEvent[] = [];
  const logging = new Logging({
    clock: { wallMs: () => 0, monotonicMs: () => 0 },
    sink: { write: (event) => void events.push(event) },
  });
  const seen: object[] = [];
  const fields = Object.fromEntries(
    Array.from({ length: prng.below(6) }, () => [prng.pick(TEXTS), drawValue(prng, seen, 5)]),
  );
  logging
    .logger(prng.pick(TEXTS))
    .child(fields)
    .info(prng.pick(TEXTS), { own: drawValue(prng, seen, 5) });
  assert.equal(events.length, 1);
  for (const format of [formatJsonEvent, formatTextEvent]) {
    const line = format(events[0]!);
    assert(!/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(line), 'one printable line');
    assert(line.length < 400_000, `${line.length} characters`);
    assert(!line.includes(SECRET), 'a secret shows');
    if (format === formatJsonEvent) assert.equal((JSON.parse(line) as { level: string }).level, 'info');
  }
});

function drawValue(prng: Prng, seen: object[], depth: number): unknown {
  const leaves = [
    prng.pick(TEXTS),
    prng.between(-5, 5),
    Number.NaN,
    null,
    undefined,
    true,
    1n << BigInt(prng.below(400)),
    Symbol('s'),
  ];
  if (depth === 0 || prng.chance(0.3)) return prng.pick<unknown>([...leaves, new Secret(SECRET), () => SECRET]);
  if (seen.length > 0 && prng.chance(0.15)) return prng.pick(seen);
  const value = drawObject(prng, seen, depth - 1);
  seen.push(value);
  return value;
}

function drawObject(prng: Prng, seen: object[], depth: number): object {
  const children = Array.from({ length: prng.below(5) }, () => drawValue(prng, seen, depth));
  const record = Object.fromEntries(children.map((child) => [prng.pick(TEXTS), child]));
  const refuse = (): never => {
    throw new Error(prng.pick(TEXTS));
  };
  switch (prng.below(9)) {
    case 0:
      return children;
    case 1:
      return new Map(children.map((child) => [child, child]));
    case 2:
      return new Set(children);
    case 3:
      return Object.defineProperties(
        new Error(prng.pick(TEXTS), { cause: children[0] }),
        Object.getOwnPropertyDescriptors(record),
      );
    case 4:
      return new AggregateError(children, prng.pick(TEXTS));
    case 5:
      return Object.defineProperty(record, prng.pick(TEXTS), { enumerable: true, configurable: true, get: refuse });
    case 6:
      return { toJSON: prng.chance(0.5) ? refuse : () => children };
    case 7:
      return new Proxy(record, prng.chance(0.5) ? { ownKeys: refuse } : { get: refuse, getPrototypeOf: refuse });
    default: {
      record['self'] = record;
      return record;
    }
  }
}
