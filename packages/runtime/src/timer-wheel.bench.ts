// A timeout for each request, nearly all of which never fire: what the wheel costs beside Node's own timers.
import { bench } from '@ottla/testing';
import type { Clock } from './io.ts';
import { TestClock } from './timer-wheel-clock.fixture.ts';
import { TimerEntry, TimerWheel } from './timer-wheel.ts';

/** The clock of the machine, as far as a wheel needs it. */
const clock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, fire) {
    const timer = setTimeout(fire, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
  defer: (run) => void setImmediate(run),
};

bench('timer wheel: start a timeout and cancel it', (b) => {
  const pending = b.parameter('pending', 100, 100_000);
  const wheel = new TimerWheel(clock);
  const nodeTimers: NodeJS.Timeout[] = [];
  const nothing = (): void => {};
  for (let i = 0; i < pending; i++) {
    const delayMs = 500_000 + (i % 30_000);
    wheel.add(delayMs, nothing);
    nodeTimers.push(setTimeout(nothing, delayMs));
  }
  const owned = new TimerEntry({ name: 'request' }, nothing);
  let delayMs = 0;
  const nextDelay = (): number => 30_000 + (delayMs = (delayMs + 7_919) & 4_095);

  const comparison = b.compare({
    'wheel, own entry': () => {
      wheel.schedule(owned, nextDelay());
      return owned.cancel();
    },
    'wheel, new entry': () => wheel.add(nextDelay(), nothing).cancel(),
    setTimeout: () => {
      clearTimeout(setTimeout(nothing, nextDelay()));
      return true;
    },
  });
  b.bar('times faster than setTimeout, delays that vary', {
    value: comparison.speedup('wheel, own entry', ['setTimeout']),
    atLeast: 1,
  });
  wheel.close();
  for (const timer of nodeTimers) clearTimeout(timer);
});

bench('timer wheel: let timeouts fire', (b) => {
  const count = b.parameter('timeouts', 100, 10_000);
  const virtual = new TestClock(0);
  const wheel = new TimerWheel(virtual);
  let fired = 0;
  const entries = Array.from({ length: count }, () => new TimerEntry(undefined, () => void fired++));
  b.samples(
    11,
    () => {
      const before = fired;
      for (let i = 0; i < count; i++) wheel.schedule(entries[i]!, (i * 7_919) % 30_000);
      virtual.advanceTo(virtual.monotonicMs() + 30_001);
      return fired - before;
    },
    { perCall: { count, unit: 'timeouts' } },
  );
});
