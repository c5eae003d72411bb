/** The clock of a broker that is embedded in somebody's tests. */
import { ok } from 'node:assert/strict';
import { mock, test } from 'node:test';
import { NodeClock } from './clock.ts';

test('a clock goes on though a test has faked the globals', async () => {
  const clock = new NodeClock();
  mock.timers.enable({ apis: ['setTimeout', 'setImmediate', 'Date'], now: 0 });
  try {
    ok(Date.now() === 0, 'the global is faked');
    ok(clock.wallMs() > 1e12);
    const startedMs = clock.monotonicMs();
    await new Promise<void>((resolve) => void clock.after(2, resolve));
    ok(clock.monotonicMs() - startedMs >= 2);
    await new Promise<void>((resolve) => clock.defer(resolve));
  } finally {
    mock.timers.reset();
  }
});
