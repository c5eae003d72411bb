/** Time, turns and lives of a simulated world. */
import {
  deepStrictEqual,
  match,
  notDeepStrictEqual,
  notStrictEqual,
  ok,
  rejects,
  strictEqual,
} from 'node:assert/strict';
import { test } from 'node:test';
import type { Io } from '../io.ts';
import { SimulationError, SimWorld, type SimProcess } from './index.ts';

const sleep = (io: Io, ms: number): Promise<void> => new Promise((resolve) => void io.clock.after(ms, resolve));

test('virtual hours pass in no time, and only as far as asked', async () => {
  const world = new SimWorld({ seed: 1 });
  const fired: number[] = [];
  const { io } = world.createProcess('node');
  for (const hours of [1, 2, 3]) io.clock.after(hours * 3_600_000, () => fired.push(hours));
  deepStrictEqual(await world.run({ untilMs: 2.5 * 3_600_000 }), { reason: 'time', events: 2 });
  deepStrictEqual([fired, world.nowMs], [[1, 2], 2.5 * 3_600_000]);
  deepStrictEqual(await world.run(), { reason: 'idle', events: 1 });
  strictEqual(fired.length, 3);
});

test('a run stops at a condition, or after so many events', async () => {
  const world = new SimWorld({ seed: 1 });
  let rounds = 0;
  world.createProcess('node', async (io) => {
    for (;;) {
      await sleep(io, 1);
      rounds++;
    }
  });
  deepStrictEqual((await world.run({ until: () => rounds === 5 })).reason, 'until');
  strictEqual(rounds, 5);
  deepStrictEqual(await world.run({ maxEvents: 10 }), { reason: 'events', events: 10 });
  strictEqual(rounds, 15);
});

test('all promises of a turn settle before the next turn', async () => {
  const world = new SimWorld({ seed: 1 });
  const { io } = world.createProcess('node');
  const seen: string[] = [];
  const chain = async (name: string): Promise<void> => {
    seen.push(`${name}0`);
    for (let depth = 1; depth < 30; depth++) await Promise.resolve();
    seen.push(`${name}30`);
  };
  for (const name of ['a', 'b', 'c', 'd']) io.clock.after(10, () => void chain(name));
  await world.run();
  for (let i = 0; i < seen.length; i += 2) strictEqual(seen[i]!.slice(0, 1), seen[i + 1]!.slice(0, 1), seen.join(' '));
});

test('what is due at the same time comes in an order that the seed decides', async () => {
  const orders = new Set<string>();
  for (let seed = 0; seed < 20; seed++) {
    const world = new SimWorld({ seed });
    let order = '';
    for (const name of 'abc') world.after(10, () => (order += name));
    await world.run();
    orders.add(order);
  }
  ok(orders.size > 3, [...orders].join(' '));
});

test('a promise that nothing can settle is an error that says so', async () => {
  const world = new SimWorld({ seed: 'abc' });
  world.createProcess('node');
  await rejects(world.finish(new Promise(() => {})), (error: Error) => {
    ok(error instanceof SimulationError);
    match(
      error.message,
      /^seed abc, event \d+, [\d.]+ ms: nothing is left that could happen, and the promise has not settled$/,
    );
    return true;
  });
  world.createProcess('busy', async (io) => {
    for (;;) await sleep(io, 1);
  });
  await rejects(world.finish(new Promise(() => {}), { maxEvents: 50 }), /has not settled by the limit of events/);
  await rejects(world.finish(Promise.reject(new Error('as it is'))), { message: 'as it is' });
});

test('what a program throws fails the run, with seed and time', async () => {
  for (const main of [
    (io: Io) =>
      void io.clock.after(5, () => {
        throw new Error('from a timer');
      }),
    (io: Io) =>
      sleep(io, 5).then(() => {
        throw new Error('from a promise');
      }),
  ]) {
    const world = new SimWorld({ seed: 9 });
    world.createProcess('node', main);
    await rejects(world.run(), (error: Error) => {
      match(error.message, /^seed 9, event \d+, [5-7]\.\d+ ms: from a (timer|promise)$/);
      match((error.cause as Error).stack ?? '', /world\.test/);
      return true;
    });
  }
});

test('a rejection that nobody awaits fails the run, with seed, time and process, in every world', async () => {
  const before = process.listeners('unhandledRejection');
  for (const seed of [1, 2, 3]) {
    const world = new SimWorld({ seed });
    world.createProcess('bystander', (io) => sleep(io, 50));
    world.createProcess('careless', (io) => {
      void (async () => {
        await sleep(io, 5);
        throw new Error('lost');
      })();
    });
    await rejects(world.run(), (error: Error) => {
      ok(error instanceof SimulationError);
      const want = `^seed ${seed}, event \\d+, [5-7]\\.\\d+ ms: a promise of process careless was rejected and nobody awaits it: lost$`;
      match(error.message, new RegExp(want));
      return true;
    });
    deepStrictEqual(process.listeners('unhandledRejection'), before);
    deepStrictEqual((await world.run()).reason, 'idle', 'the world goes on if it is told to');
  }
});

test('nothing of a life that is over happens, whichever way it ended', async () => {
  for (const end of ['crash', 'kill'] as const) {
    const world = new SimWorld({ seed: 1 });
    const alive: string[] = [];
    const node = world.createProcess('node', async (io) => {
      const life = `life ${alive.length}`;
      alive.push(life);
      await io.network.listen({ host: '::', port: 1 }, () => {});
      io.clock.after(50, () => alive.push(`${life} timer`));
      io.clock.defer(() => alive.push(`${life} deferred`));
      void sleep(io, 50).then(() => alive.push(`${life} promise`));
      void io.disk.stat('/').then(() => alive.push(`${life} disk`));
      void io.compute
        .run({ name: 'j', module: '', export: '', run: () => 1 }, null)
        .then(() => alive.push(`${life} job`));
    });
    await world.run({ until: () => alive.includes('life 0 disk') && alive.includes('life 0 job') });
    const before = node.io;
    node[end]();
    ok(!node.isRunning);
    const count = alive.length;
    // Calls through the old Io hang for ever, and timers set with it never fire.
    void before.disk.list('/').then(() => alive.push('ghost'));
    before.clock.after(1, () => alive.push('ghost'));
    void before.network.connect({ host: 'node', port: 1 }).then(() => alive.push('ghost'));
    strictEqual((await world.run({ untilMs: world.nowMs + 1_000 })).reason, 'time');
    strictEqual(alive.length, count);
    const after = node.restart();
    notStrictEqual(after, before);
    strictEqual(node.io, after);
    // The port of the last life is free again.
    await world.run({ until: () => alive.includes(`life ${count} promise`) });
  }
});

test('a process that stands still does nothing, and catches up in the order in which things became due', async () => {
  const world = new SimWorld({ seed: 3 });
  const node = world.createProcess('node');
  const other = world.createProcess('other');
  const seen: string[] = [];
  for (const delay of [30, 10, 20, 200]) node.io.clock.after(delay, () => seen.push(`node ${delay}`));
  other.io.clock.after(40, () => seen.push('other 40'));
  node.pause(100);
  await world.run({ untilMs: 99 });
  deepStrictEqual(seen, ['other 40']);
  await world.run();
  deepStrictEqual(seen, ['other 40', 'node 10', 'node 20', 'node 30', 'node 200']);
});

test('clocks drift, each its own way, and timers follow their own clock', async () => {
  const world = new SimWorld({ seed: 5, clockDriftPpmMax: 1_000 });
  const nodes = Array.from({ length: 6 }, (_, i) => world.createProcess(`node-${i}`).io);
  const hourMs = 3_600_000;
  const started = nodes.map(({ clock }) => ({ monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() }));
  await world.run({ untilMs: hourMs });
  const drifts = nodes.map(({ clock }, i) => {
    const elapsedMs = clock.monotonicMs() - started[i]!.monotonicMs;
    ok(Math.abs(clock.wallMs() - started[i]!.wallMs - elapsedMs) < 2, 'wall and monotonic clock are one crystal');
    return elapsedMs - hourMs;
  });
  ok(drifts.some((ms) => ms > 100) && drifts.some((ms) => ms < -100), drifts.join(' '));
  ok(
    drifts.every((ms) => Math.abs(ms) <= 3_600),
    drifts.join(' '),
  );
  for (const { clock } of nodes) {
    const startedMs = clock.monotonicMs();
    await world.finish(new Promise<void>((resolve) => void clock.after(hourMs, resolve)));
    const tookMs = clock.monotonicMs() - startedMs;
    ok(tookMs >= hourMs && tookMs < hourMs + 2, `${tookMs}`);
  }
  strictEqual(world.faultCounts.clockDrift, 6);
});

test('the wall clock jumps both ways, the monotonic one never does', async () => {
  const world = new SimWorld({ seed: 2, faults: { clockStep: 0.1 } });
  const { io } = world.createProcess('node');
  let [wallMs, monotonicMs] = [io.clock.wallMs(), io.clock.monotonicMs()];
  const jumps: number[] = [];
  for (let i = 0; i < 200; i++) {
    await world.finish(sleep(io, 10));
    const [nextWallMs, nextMonotonicMs] = [io.clock.wallMs(), io.clock.monotonicMs()];
    ok(nextMonotonicMs > monotonicMs && nextMonotonicMs < monotonicMs + 12);
    jumps.push(nextWallMs - wallMs);
    [wallMs, monotonicMs] = [nextWallMs, nextMonotonicMs];
  }
  ok(jumps.some((ms) => ms > 60_000) && jumps.some((ms) => ms < -60_000));
  strictEqual(world.faultCounts.clockStep, jumps.filter((ms) => Math.abs(ms) > 1_000).length);
});

test('timers may be late, and never early', async () => {
  const world = new SimWorld({ seed: 2, faults: { timerLate: 0.5 } });
  const { io } = world.createProcess('node');
  let latestMs = 0;
  for (let i = 0; i < 50; i++) {
    const startedMs = io.clock.monotonicMs();
    await world.finish(sleep(io, 10));
    const tookMs = io.clock.monotonicMs() - startedMs;
    ok(tookMs >= 10);
    latestMs = Math.max(latestMs, tookMs);
  }
  ok(latestMs > 200, `${latestMs}`);
});

test('chance comes from the seed, and each process has its own', async () => {
  const draws = (seed: number, names: readonly string[]): number[][] => {
    const world = new SimWorld({ seed });
    return names.map((name) => {
      const { io } = world.createProcess(name);
      return [...io.random.fill(new Uint8Array(8)), io.random.below(1_000_000)];
    });
  };
  deepStrictEqual(draws(1, ['a', 'b']), draws(1, ['a', 'b']));
  notDeepStrictEqual(draws(1, ['a', 'b'])[0], draws(1, ['a', 'b'])[1]);
  notDeepStrictEqual(draws(1, ['a'])[0], draws(2, ['a'])[0]);
  deepStrictEqual(draws(1, ['c', 'a'])[1], draws(1, ['a'])[0], 'a neighbour changes nothing');
});

test('a restarted process draws anew', () => {
  const world = new SimWorld({ seed: 1 });
  const node = world.createProcess('node');
  const first = node.io.random.float();
  node.kill();
  notStrictEqual(node.restart().random.float(), first);
});

test('processes of one machine share its disk, its clock and its power', async () => {
  const world = new SimWorld({ seed: 1 });
  const broker = world.createProcess('broker');
  const tool = world.createProcess('tool', null, { machineOf: broker });
  const far = world.createProcess('far');
  await world.finish(broker.io.disk.makeDirectory('/data'));
  strictEqual((await world.finish(tool.io.disk.stat('/data')))?.kind, 'directory');
  strictEqual(await world.finish(far.io.disk.stat('/data')), null);
  tool.kill();
  ok(broker.isRunning);
  tool.restart();
  broker.crash();
  deepStrictEqual([broker.isRunning, tool.isRunning, far.isRunning], [false, false, true]);
});

test('a trace tells worlds apart by what is written and sent, not only by when', async () => {
  const hashOf = async (
    content: number,
    keepTraceText: boolean,
  ): Promise<{ hash: string; lines: readonly string[] | null }> => {
    const world = new SimWorld({ seed: 1, keepTraceText });
    const node: SimProcess = world.createProcess('node', async ({ disk }) => {
      const file = await disk.open('/a', 'create');
      await file.append([new Uint8Array(3_000).fill(content)]);
    });
    await world.run();
    world.note(`done, ${node.name}`);
    return { hash: world.traceHash, lines: world.traceLines };
  };
  const [one, same, other] = [await hashOf(1, false), await hashOf(1, true), await hashOf(2, false)];
  match(one.hash, /^[0-9a-f]{16}$/);
  strictEqual(one.hash, same.hash);
  notStrictEqual(one.hash, other.hash);
  strictEqual(one.lines, null);
  match(same.lines!.join('\n'), /node append to \/a 0 3000\n.*note done, node/);
});

test('a job dies with its worker when the seed says so, and is retriable', async () => {
  const world = new SimWorld({ seed: 1, faults: { computeDeath: 1 } });
  const { io } = world.createProcess('node');
  const job = { name: 'one', module: '', export: '', run: () => 1 };
  await rejects(world.finish(io.compute.run(job, null)), { code: 'ERR_COMPUTE_WORKER_DIED', retriable: true });
});

test('ten thousand timeouts that are cancelled leave nothing behind', async () => {
  const world = new SimWorld({ seed: 1 });
  const { io } = world.createProcess('node');
  let fired = 0;
  for (let i = 0; i < 10_000; i++) {
    const timer = io.clock.after(30_000, () => fired++);
    const short = io.clock.after(1, () => timer.cancel());
    if (i % 3 === 0) short.cancel();
    if (i % 3 === 0) timer.cancel();
  }
  deepStrictEqual(await world.run({ untilMs: 100 }), { reason: 'time', events: 6_666 });
  deepStrictEqual([await world.run(), fired], [{ reason: 'idle', events: 0 }, 0]);
});
