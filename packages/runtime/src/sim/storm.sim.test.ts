/** Everything at once: every kind of fault strikes, every seed replays, and in the calm afterwards all work is done. */
import { deepStrictEqual, notStrictEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { simulation } from '@ottla/testing';
import { sumJob } from '../compute-jobs.fixture.ts';
import type { Io } from '../io.ts';
import { faultKinds, Nemesis, SimWorld, stormyFaults } from './index.ts';

const PORT = 7_000;
const ROUNDS = 60;
/** Ten times the usual rates: the work is small. */
const faults = Object.fromEntries(Object.entries(stormyFaults).map(([kind, rate]) => [kind, Math.min(1, rate * 10)]));

const pause = (io: Io, ms: number): Promise<void> => new Promise((resolve) => void io.clock.after(ms, resolve));

/** Echoes what it gets, and writes it down. Whatever fails is tried again, in this life or the next. */
async function serve(io: Io): Promise<void> {
  for (;;) {
    try {
      await io.disk.makeDirectory('/data');
      await io.disk.syncDirectory('/');
      const file = await io.disk.open('/data/heard', 'create');
      await io.network.listen({ host: '0.0.0.0', port: PORT }, (socket) => {
        socket.start({
          onData: (chunk) => {
            const copy = chunk.slice();
            socket.write([copy]);
            void file.append([copy]).then(
              () => file.datasync().catch(() => {}),
              () => {},
            );
          },
          onEnd: () => socket.end(),
          onClose: () => {},
        });
      });
      return await keepHouse(io);
    } catch {
      await pause(io, 20);
    }
  }
}

/** Files that come, grow, shrink, move and go. */
async function keepHouse(io: Io): Promise<void> {
  for (let round = 0; ; round++) {
    const path = `/data/${round % 4}`;
    try {
      const file = await io.disk.open(path, 'create');
      await file.append([io.random.fill(new Uint8Array(io.random.below(20_000)))]);
      if (io.random.below(2) === 0) await file.sync();
      await file.truncate(io.random.below((await file.size()) + 1));
      await file.append([io.random.fill(new Uint8Array(5_000))]);
      await file.read(new Uint8Array(8_192), io.random.below(8_192));
      await file.close();
      await io.disk.rename(path, `${path}.old`);
      if (io.random.below(2) === 0) await io.disk.syncDirectory('/data');
      await io.compute.run(sumJob, [round, io.clock.wallMs()]);
    } catch {
      // The next round takes another file.
    }
    await pause(io, 10);
  }
}

/** Has words echoed until it has heard enough of them. */
async function talk(io: Io, heard: () => void): Promise<void> {
  for (;;) {
    try {
      await converse(io, heard);
    } catch {
      await pause(io, 30);
    }
  }
}

async function converse(io: Io, heard: () => void): Promise<void> {
  const socket = await io.network.connect({ host: 'server', port: PORT, timeoutMs: 400 });
  const word = io.random.fill(new Uint8Array(1 + io.random.below(30_000)));
  await new Promise<void>((resolve, reject) => {
    let left = word.length;
    const patience = io.clock.after(800, () => socket.destroy());
    socket.start({
      onData: (chunk) => {
        left -= chunk.length;
        if (left > 0) return;
        heard();
        socket.end();
      },
      onEnd: () => socket.end(),
      onClose: (error) => {
        patience.cancel();
        if (error === null && left === 0) resolve();
        else reject(error ?? new Error('cut short'));
      },
    });
    socket.write([word]);
  });
}

async function storm(seed: number, keepTraceText: boolean): Promise<SimWorld> {
  const world = new SimWorld({ seed, faults, clockDriftPpmMax: 200, keepTraceText, network: { patienceMs: 2_000 } });
  let heard = 0;
  world.createProcess('server', serve);
  const client = world.createProcess('client', (io) => talk(io, () => heard++));
  const nemesis = new Nemesis(world, { everyMs: 300, outageMsMax: 500 });
  nemesis.start();
  await world.run({ untilMs: 6_000, maxEvents: 200_000 });
  nemesis.stop();
  world.setFaults({});
  ok(client.isRunning, 'the nemesis mends what it broke');
  const before = heard;
  const { reason } = await world.run({ until: () => heard >= before + ROUNDS, untilMs: 200_000 });
  deepStrictEqual(reason, 'until', `in the calm ${heard - before} of ${ROUNDS} words are heard`);
  return world;
}

simulation('storm', { seeds: 10 }, async (seed) => {
  const { traceLines, faultCounts } = await storm(seed, true);
  const counts = Object.fromEntries(faultKinds.map((kind) => [kind, faultCounts[kind] ?? 0]));
  return { trace: traceLines ?? [], counts };
});

test('a seed replays byte for byte, text kept or not, and another one does not', async () => {
  const hashes: string[] = [];
  for (let seed = 100; seed < 110; seed++) {
    const first = await storm(seed, false);
    const second = await storm(seed, true);
    deepStrictEqual(first.traceHash, second.traceHash, `seed ${seed}`);
    deepStrictEqual(first.faultCounts, second.faultCounts, `seed ${seed}`);
    hashes.push(first.traceHash);
  }
  deepStrictEqual(new Set(hashes).size, hashes.length);
  notStrictEqual(hashes[0], hashes[1]);
});
