/** Runs one test body over the machine's own `Io` and over simulated ones, for what both must do alike. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Io } from './io.ts';
import { createNodeIo } from './node/index.ts';
import { SimWorld } from './sim/index.ts';

export interface ContractWorld {
  readonly kind: 'node' | 'sim';
  readonly io: Io;
  /** Exists and is empty. */
  readonly directory: string;
}

export type ContractBody = (world: ContractWorld) => Promise<void>;

const SEEDS = [1, 2, 3, 4, 5] as const;

/** Declares the test once for the real world and once for each of a few seeds. */
export function inBothWorlds(name: string, body: ContractBody): void {
  void test(`${name} (node)`, () => inRealWorld(body));
  void test(`${name} (sim)`, async () => {
    for (const seed of SEEDS) await inSimulatedWorld(seed, body);
  });
}

async function inRealWorld(body: ContractBody): Promise<void> {
  const io = createNodeIo({ computeWorkers: 1 });
  const directory = await mkdtemp(join(tmpdir(), 'ottla-contract-'));
  try {
    await body({ kind: 'node', io, directory });
  } finally {
    await io.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function inSimulatedWorld(seed: number, body: ContractBody): Promise<void> {
  const world = new SimWorld({ seed });
  const { io, disk } = world.createProcess('here');
  const directory = '/data/contract';
  const run = async (): Promise<void> => {
    await io.disk.makeDirectory(directory);
    disk.settle();
    await body({ kind: 'sim', io, directory });
  };
  await world.finish(run());
}
