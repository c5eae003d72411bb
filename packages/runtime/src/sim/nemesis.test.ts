/** The nemesis breaks what it may, and mends what it broke. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { Nemesis, SimWorld, type NemesisAct } from './index.ts';

test('nemesis: it spares whom it should, and kills no more at a time than it may', async () => {
  for (let seed = 0; seed < 10; seed++) {
    const world = new SimWorld({ seed });
    const nodes = ['a', 'b', 'c', 'd'].map((name) => world.createProcess(name));
    const spared = nodes.slice(0, 1);
    const nemesis = new Nemesis(world, {
      spared,
      victimsMax: 2,
      everyMs: 100,
      outageMsMax: 1_000,
      acts: ['crash', 'kill'],
    });
    nemesis.start();
    let mostDead = 0;
    const watch = (): void => {
      mostDead = Math.max(mostDead, nodes.filter(({ isRunning }) => !isRunning).length);
      ok(spared[0]!.isRunning);
      if (world.nowMs < 10_000) world.after(10, watch);
    };
    watch();
    await world.run({ untilMs: 10_000 });
    strictEqual(mostDead, 2);
    nemesis.stop();
    ok(nodes.every(({ isRunning }) => isRunning));
    const { powerLoss = 0, kill = 0, restart = 0 } = world.faultCounts;
    ok(powerLoss > 5 && kill > 5);
    strictEqual(restart, powerLoss + kill);
  }
});

test('nemesis: a partition of its own ends by itself, one of the test stays', async () => {
  for (const act of ['partition', 'oneWay'] satisfies NemesisAct[]) {
    const world = new SimWorld({ seed: 2 });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => world.createProcess(name).machine.host);
    const nemesis = new Nemesis(world, { acts: [act], everyMs: 2_000, outageMsMax: 1_000 });
    world.network.partition(['b'], ['c'], { oneWay: true });
    nemesis.start();
    const cut = new Set<string>();
    const watch = (): void => {
      for (const [from, to] of [
        [a, b],
        [b, a],
        [a, c],
        [c, a],
        [c, b],
      ] as const) {
        if (world.network.isBlocked(from!, to!)) cut.add(`${from!.name}${to!.name}`);
      }
      world.after(50, watch);
    };
    watch();
    await world.run({ untilMs: 30_000 });
    ok(world.network.isBlocked(b!, c!));
    deepStrictEqual([...cut].toSorted(), ['ab', 'ac', 'ba', 'ca', 'cb']);
    nemesis.stop();
    ok(![a, b, c].some((from) => [a, b, c].some((to) => world.network.isBlocked(from!, to!))), 'stop heals all');
  }
});
