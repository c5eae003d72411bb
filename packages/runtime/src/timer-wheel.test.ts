import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from './assert.ts';
import { TestClock } from './timer-wheel-clock.fixture.ts';
import { TimerEntry, TimerWheel } from './timer-wheel.ts';

const DAY_MS = 86_400_000;
const SPAN_MS = 2 ** 35;

// Not before the delay is over, and on the first tick after. Ticks lie on whole milliseconds of the clock from its start.
const delays: readonly [why: string, startMs: number, tickMs: number, delayMs: number, firesAtMs: number][] = [
  ['a whole delay on a whole clock', 0, 1, 5, 5],
  ['no delay: the next tick, not this call', 0, 1, 0, 1],
  ['no delay between ticks', 0.5, 1, 0, 1],
  ['a fraction is rounded up', 0, 1, 4.2, 5],
  ['a fraction of the clock is rounded up', 7.9, 1, 5, 13],
  ['a hair after a tick waits for the next', 0, 10, 10 + 2 ** -40, 20],
  ['a hair after a tick far from zero, where the division rounds it away', 0, 1000, 4e9 + 2 ** -20, 4e9 + 1000],
  ['coarse ticks', 3, 10, 25, 33],
  ['the last tick of the lowest level', 0, 1, 31, 31],
  ['the first tick of the second level', 0, 1, 32, 32],
  ['a full turn of the second level', 0, 1, 1023, 1023],
  ['the first tick of the third level', 0, 1, 1024, 1024],
  ['the second level, from the middle of a slot', 17.5, 1, 1023, 1041],
  ['the whole span, but one', 0, 1, SPAN_MS - 1, SPAN_MS - 1],
  ['the whole span', 0, 1, SPAN_MS, SPAN_MS],
  ['beyond the span', 0, 1, 5 * SPAN_MS + 12_345, 5 * SPAN_MS + 12_345],
  ['beyond the span, from the middle', 1_234.5, 1, 3 * SPAN_MS + 0.5, 3 * SPAN_MS + 1_235],
];

for (const [why, startMs, tickMs, delayMs, firesAtMs] of delays) {
  test(`timer wheel delay: ${why}`, () => {
    const clock = new TestClock(startMs);
    const wheel = new TimerWheel(clock, { tickMs });
    const firedAtMs: number[] = [];
    wheel.add(delayMs, () => firedAtMs.push(clock.monotonicMs()));
    deepStrictEqual(firedAtMs, []);
    clock.advanceTo(firesAtMs + SPAN_MS);
    deepStrictEqual(firedAtMs, [firesAtMs]);
  });
}

test('timer wheel: one timer of the clock for all entries, none when there are none', () => {
  const clock = new TestClock(0);
  const wheel = new TimerWheel(clock);
  strictEqual(clock.outstanding, 0);
  const entries = Array.from({ length: 1_000 }, (_, i) => wheel.add((i * 7_919) % 5_000, () => {}));
  deepStrictEqual([wheel.size, clock.outstanding], [1_000, 1]);
  clock.advanceTo(2_500);
  strictEqual(clock.outstanding, 1);
  for (const entry of entries) entry.cancel();
  deepStrictEqual([wheel.size, clock.outstanding], [0, 0], 'cancelling the last leaves no timer behind');
  wheel.add(3, () => {});
  clock.advanceTo(2_503);
  deepStrictEqual([wheel.size, clock.outstanding, clock.outstandingPeak], [0, 0, 1], 'nor does firing the last');
});

test('timer wheel: an entry that waits for long wakes the process a few times at most', () => {
  const clock = new TestClock(0.3);
  const wheel = new TimerWheel(clock);
  wheel.add(DAY_MS + 123_457, () => {});
  clock.advanceTo(2 * DAY_MS);
  deepStrictEqual([wheel.size, clock.wakeUps <= 7], [0, true], `${clock.wakeUps} wake-ups`);
});

test('timer wheel: an earlier entry moves the wake-up forward, a cancelled one is not missed', () => {
  const clock = new TestClock(0);
  const wheel = new TimerWheel(clock);
  const fired: string[] = [];
  wheel.add(500, () => fired.push(`late at ${clock.monotonicMs()}`));
  const early = wheel.add(100, () => fired.push('early'));
  wheel.add(20, () => fired.push(`first at ${clock.monotonicMs()}`));
  early.cancel();
  clock.advanceTo(1_000);
  deepStrictEqual(fired, ['first at 20', 'late at 500']);
});

test('timer wheel: a wheel that was idle for long starts from now', () => {
  const clock = new TestClock(0);
  const wheel = new TimerWheel(clock);
  wheel.add(1, () => {});
  clock.advanceTo(10 * DAY_MS + 0.5);
  wheel.add(40 * DAY_MS, () => {}); // keeps the wheel from being empty, far away
  clock.advanceTo(12 * DAY_MS);
  const before = clock.wakeUps;
  const firedAtMs: number[] = [];
  wheel.add(5, () => firedAtMs.push(clock.monotonicMs()));
  clock.advanceTo(12 * DAY_MS + 100);
  deepStrictEqual([firedAtMs, clock.wakeUps - before], [[12 * DAY_MS + 5], 1], 'placed right where it is due');
});

test('timer wheel: after a jump all that is due fires at once, in the order of its ticks', () => {
  const clock = new TestClock(0);
  const wheel = new TimerWheel(clock);
  const fired: number[] = [];
  const delaysMs = [1, 31, 32, 33, 1_023, 1_024, 1_025, 40_000, 1_050_000, DAY_MS, 400 * DAY_MS];
  for (const delayMs of delaysMs.toReversed()) wheel.add(delayMs, () => fired.push(delayMs));
  clock.jumpTo(400 * DAY_MS - 1);
  deepStrictEqual(fired, delaysMs.slice(0, -1));
  clock.advanceTo(400 * DAY_MS);
  deepStrictEqual(fired, delaysMs);
});

test('timer wheel: an entry added while others are overdue neither delays nor hides them', () => {
  const clock = new TestClock(0);
  const wheel = new TimerWheel(clock);
  const fired: string[] = [];
  wheel.add(40, () => fired.push('overdue'));
  clock.stallTo(70);
  wheel.add(5, () => fired.push(`added ${clock.monotonicMs()}`));
  clock.advanceTo(70);
  deepStrictEqual(fired, ['overdue']);
  clock.advanceTo(75);
  deepStrictEqual(fired, ['overdue', 'added 75']);
});

test('timer wheel: a slot a full turn ahead is not taken for the present one', () => {
  const clock = new TestClock(0);
  const wheel = new TimerWheel(clock);
  const firedAtMs: number[] = [];
  const fire = (): void => void firedAtMs.push(clock.monotonicMs());
  wheel.add(17, fire);
  clock.advanceTo(17);
  wheel.add(1, fire);
  wheel.add(1_023, fire); // tick 1,040: the second level's slot 32, where it is in slot 0
  clock.advanceTo(2_000);
  deepStrictEqual([firedAtMs, clock.wakeUps], [[17, 18, 1_040], 4]);
});

test('timer wheel: a clock that wakes too soon fires nothing early', () => {
  const clock = new TestClock(0);
  const hasty = {
    monotonicMs: () => clock.monotonicMs(),
    wallMs: () => 0,
    defer: () => {},
    after: (delayMs: number, fire: () => void) => clock.after(delayMs * 0.9, fire),
  };
  const wheel = new TimerWheel(hasty);
  const firedAtMs: number[] = [];
  wheel.add(1_000, () => firedAtMs.push(clock.monotonicMs()));
  clock.advanceTo(2_000);
  strictEqual(firedAtMs.length, 1);
  ok(firedAtMs[0]! >= 1_000 && firedAtMs[0]! < 1_001, `fired at ${firedAtMs[0]}`);
});

// ------------------------------------------------------------------------------------------------------------- entries

test('timer entry: one function serves many owners, and an entry is started again without a new one', () => {
  const clock = new TestClock(0);
  const wheel = new TimerWheel(clock);
  const expired: string[] = [];
  const expire = (owner: { name: string }): void => void expired.push(`${owner.name} ${clock.monotonicMs()}`);
  const fetch = new TimerEntry({ name: 'fetch' }, expire);
  const produce = new TimerEntry({ name: 'produce' }, expire);
  wheel.schedule(fetch, 10);
  wheel.schedule(produce, 20);
  wheel.schedule(fetch, 30); // while it is pending: only the new delay counts
  deepStrictEqual([wheel.size, fetch.isPending], [2, true]);
  clock.advanceTo(25);
  wheel.schedule(produce, 25); // after it fired
  clock.advanceTo(100);
  deepStrictEqual(expired, ['produce 20', 'fetch 30', 'produce 50']);
});

test('timer entry: cancel tells whether it came in time, and is not pending while it fires', () => {
  const clock = new TestClock(0);
  const wheel = new TimerWheel(clock);
  const seen: boolean[] = [];
  const entry: TimerEntry = wheel.add(5, () => seen.push(entry.isPending, entry.cancel()));
  const never = wheel.add(5, () => seen.push(true));
  deepStrictEqual([never.cancel(), never.cancel()], [true, false]);
  clock.advanceTo(10);
  deepStrictEqual([seen, entry.cancel()], [[false, false], false]);
});

test('timer entry: what fires may cancel its neighbours of the same tick, start itself again and add others', () => {
  const clock = new TestClock(0);
  const wheel = new TimerWheel(clock);
  const fired: string[] = [];
  const entries: TimerEntry[] = [];
  entries.push(
    wheel.add(32, () => {
      fired.push(`first ${clock.monotonicMs()}`);
      strictEqual(entries[1]!.cancel(), true);
      wheel.add(0, () => fired.push(`added ${clock.monotonicMs()}`));
      if (fired.length < 4) wheel.schedule(entries[0]!, 32);
    }),
    wheel.add(32, () => fired.push('cancelled in the nick of time')),
  );
  wheel.add(32, () => {
    fired.push(`third ${clock.monotonicMs()}`);
    entries[1] = wheel.add(10, () => fired.push('cancelled too'));
  });
  clock.advanceTo(33);
  entries[1]!.cancel();
  entries[1] = wheel.add(40, () => fired.push('never'));
  clock.advanceTo(1_000);
  deepStrictEqual(fired, ['first 32', 'third 32', 'added 33', 'first 64', 'added 65']);
});

test('timer entry: one that throws stops neither the wheel nor its neighbours', () => {
  const clock = new TestClock(0);
  const wheel = new TimerWheel(clock);
  const fired: string[] = [];
  wheel.add(5, () => fired.push('before'));
  wheel.add(5, () => {
    throw new Error('a bug of the owner');
  });
  wheel.add(5, () => fired.push('beside'));
  wheel.add(50, () => fired.push('after'));
  throws(() => clock.advanceTo(10), /a bug of the owner/);
  deepStrictEqual([fired, wheel.size, clock.outstanding], [['before'], 2, 1]);
  clock.advanceTo(10);
  deepStrictEqual(fired, ['before', 'beside']);
  clock.advanceTo(50);
  deepStrictEqual([fired, clock.outstanding], [['before', 'beside', 'after'], 0]);
});

test('timer entry: one that is kept does not keep those it once stood beside', () => {
  const clock = new TestClock(0);
  const wheel = new TimerWheel(clock);
  const [kept, cancelled] = [wheel.add(5, () => {}), wheel.add(5, () => {})];
  wheel.add(5, () => {});
  cancelled.cancel();
  clock.advanceTo(5);
  for (const entry of [kept, cancelled])
    deepStrictEqual([entry.next === entry, entry.previous === entry], [true, true]);
});

// --------------------------------------------------------------------------------------------------------------- close

test('timer wheel close: nothing fires any more, the clock is left alone, and entries know', () => {
  const clock = new TestClock(0);
  const wheel = new TimerWheel(clock);
  const entry = wheel.add(5, () => strictEqual(true, false, 'fired after close'));
  wheel.add(SPAN_MS * 2, () => {});
  wheel.close();
  wheel.close();
  deepStrictEqual([wheel.size, clock.outstanding, entry.isPending, entry.cancel()], [0, 0, false, false]);
  clock.advanceTo(SPAN_MS * 3);
  throws(() => wheel.add(1, () => {}), AssertionError);
});

test('timer wheel close: also from an entry that fires, with others due beside it', () => {
  const clock = new TestClock(0);
  const wheel = new TimerWheel(clock);
  const fired: number[] = [];
  for (let i = 0; i < 3; i++) {
    wheel.add(5, () => {
      fired.push(i);
      wheel.close();
    });
  }
  clock.advanceTo(1_000);
  deepStrictEqual([fired, wheel.size, clock.outstanding], [[0], 0, 0]);
});

test('timer wheel close: an entry of a closed wheel can go to another', () => {
  const clock = new TestClock(0);
  const closed = new TimerWheel(clock);
  const fired: string[] = [];
  const entry = new TimerEntry('owner', (owner) => fired.push(owner));
  closed.schedule(entry, 5);
  closed.close();
  new TimerWheel(clock).schedule(entry, 5);
  clock.advanceTo(5);
  deepStrictEqual(fired, ['owner']);
});

const misuses: readonly [why: string, misuse: (wheel: TimerWheel) => unknown][] = [
  ['a negative delay', (wheel) => wheel.add(-1, () => {})],
  ['a delay that is not a number', (wheel) => wheel.add(Number.NaN, () => {})],
  ['a delay without end', (wheel) => wheel.add(Number.POSITIVE_INFINITY, () => {})],
  ['ticks of no length', () => new TimerWheel(new TestClock(0), { tickMs: 0 })],
  ['ticks of part of a millisecond', () => new TimerWheel(new TestClock(0), { tickMs: 0.5 })],
  [
    'an entry that is pending elsewhere',
    (wheel) =>
      wheel.schedule(
        new TimerWheel(new TestClock(0)).add(1, () => {}),
        1,
      ),
  ],
];

for (const [why, misuse] of misuses) {
  test(`timer wheel misuse: ${why}`, () => {
    const clock = new TestClock(0);
    const wheel = new TimerWheel(clock);
    throws(() => misuse(wheel), AssertionError);
    deepStrictEqual([wheel.size, clock.outstanding], [0, 0]);
  });
}
