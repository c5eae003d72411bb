import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { SimWorld } from '@ottla/runtime/sim';
import { CleaningAbortedError } from './cleaner-errors.ts';
import { CleaningStates } from './cleaning-states.ts';
import { IoThrottle } from './io-throttle.ts';

test('one at a time works on a log', () => {
  const states = new CleaningStates();
  strictEqual(states.tryBegin('a'), true);
  strictEqual(states.tryBegin('a'), false);
  strictEqual(states.tryBegin('b'), true);
  states.checkPoint('a');
  strictEqual(states.end('a'), true);
  strictEqual(states.tryBegin('a'), true);
});

test('who wants a log waits until the work on it has ended, and keeps others off until he resumes', async () => {
  const states = new CleaningStates();
  states.tryBegin('a');
  const events: string[] = [];
  const first = states.abortAndPause('a').then(() => events.push('first has it'));
  const second = states.abortAndPause('a').then(() => events.push('second has it'));
  await Promise.resolve();
  throws(() => states.checkPoint('a'), CleaningAbortedError);
  events.push('stopped');
  strictEqual(states.end('a'), false);
  await Promise.all([first, second]);
  deepStrictEqual(events, ['stopped', 'first has it', 'second has it']);
  states.resume('a');
  strictEqual(states.tryBegin('a'), false);
  states.resume('a');
  strictEqual(states.tryBegin('a'), true);
});

test('a log that nobody works on is paused at once', async () => {
  const states = new CleaningStates();
  await states.abortAndPause('a');
  strictEqual(states.tryBegin('a'), false);
  states.resume('a');
  await states.abort('a');
  strictEqual(states.tryBegin('a'), true);
});

test('uncleanable logs are known by directory until they are gone', () => {
  const states = new CleaningStates();
  states.markUncleanable('a', '/data1');
  states.markUncleanable('b', '/data2');
  strictEqual(states.isUncleanable('a'), true);
  strictEqual(states.isUncleanable('c'), false);
  deepStrictEqual(states.uncleanableIn('/data1'), ['a']);
  states.forget('a');
  deepStrictEqual(states.uncleanableIn('/data1'), []);
});

test('no more bytes a second than allowed, over windows of 300 ms', async () => {
  const world = new SimWorld({ seed: 1 });
  const { io } = world.createProcess('node');
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => void io.clock.after(ms, resolve));
  const elapsedMs = await world.finish(
    (async () => {
      const throttle = new IoThrottle(io.clock, 1_000);
      const startMs = io.clock.monotonicMs();
      for (let i = 0; i < 50; i++) {
        await sleep(10);
        await throttle.moved(100);
      }
      return io.clock.monotonicMs() - startMs;
    })(),
  );
  // The last window is not full.
  strictEqual(elapsedMs > 2_900 && elapsedMs < 5_100, true, `5,000 bytes in ${elapsedMs} ms`);
  const free = new IoThrottle(io.clock, Infinity);
  await world.finish(free.moved(1e15));
});
