/**
 * Simulation is worth what it finds: a small server that makes no mistake survives every seed, and each of seven well-known
 * mistakes is found within a few.
 */
import { ok } from 'node:assert/strict';
import { test } from 'node:test';
import { simulation } from '@ottla/testing';
import { SimWorld, type FaultRates } from './index.ts';
import { countUp, mistakes, readRegister, serveRegister, type Mistake } from './register.fixture.ts';

/** A planted mistake must show within so many seeds. */
const SEEDS_MAX = 60;
const CRASHES = 6;

const faults: Partial<FaultRates> = {
  diskStall: 0.002,
  diskWriteError: 0.001,
  diskShortWrite: 0.001,
  diskSyncError: 0.01,
  diskDirectorySyncError: 0.005,
  networkStall: 0.002,
  networkReset: 0.005,
  networkLoss: 0.001,
  connectRefused: 0.02,
  connectTimeout: 0.02,
};

/** Crashes and restarts the server a few times. @throws a number that was acknowledged is not there any more. */
async function simulateRegister(seed: number, mistake: Mistake | null): Promise<SimWorld> {
  const world = new SimWorld({ seed, faults, keepTraceText: mistake === null });
  const chance = world.chance('crashes');
  const sent = { last: 0 };
  let acknowledged = 0;
  // A disk that fails is given up like a machine that fails.
  const server = world.createProcess('server', async (io, process) => {
    const giveUp = (): void => world.after(0, () => process.isRunning && process.crash());
    await serveRegister(io, mistake, giveUp).catch(giveUp);
  });
  world.createProcess('client', (io) => countUp(io, sent, (value) => (acknowledged = Math.max(acknowledged, value))));
  for (let crash = 0; crash < CRASHES; crash++) {
    await world.run({ untilMs: world.nowMs + chance.between(50, 1_500) });
    const promised = acknowledged;
    if (server.isRunning) server.crash();
    world.setFaults({});
    const value = await world.finish(readRegister(server.restart().disk, mistake));
    world.setFaults(faults);
    world.note(`found ${value}`);
    ok(value >= promised, `the register holds ${value}, though ${promised} was acknowledged`);
    ok(value <= sent.last, `the register holds ${value}, though only ${sent.last} was asked for`);
  }
  ok(acknowledged > 0, 'something was acknowledged at all');
  return world;
}

simulation('a register that makes no mistake', { seeds: 25 }, async (seed) => {
  const { traceLines, faultCounts } = await simulateRegister(seed, null);
  return { trace: traceLines ?? [], counts: faultCounts };
});

for (const [mistake, what] of Object.entries(mistakes)) {
  test(`simulation finds a register that ${what}`, async (t) => {
    for (let seed = 0; seed < SEEDS_MAX; seed++) {
      const found = await simulateRegister(seed, mistake as Mistake).then(
        () => null,
        (error: Error) => error.message,
      );
      if (found !== null) return t.diagnostic(`seed ${seed}: ${found}`);
    }
    ok(false, `${SEEDS_MAX} seeds did not find ${mistake}`);
  });
}
