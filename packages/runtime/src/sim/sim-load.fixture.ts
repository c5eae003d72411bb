/** Small loads that keep a simulated world busy for ever, for its bench. */
import type { Io } from '../io.ts';
import { SimWorld } from './index.ts';

const PORT = 5_000;
const NODES = ['node-1', 'node-2', 'node-3'] as const;

export const loads = {
  /** Promise-based loops that sleep: the least that an event can be. */
  timers: (world: SimWorld): void => {
    for (let i = 0; i < 30; i++) {
      world.createProcess(`sleeper-${i}`, async (io) => {
        for (;;) await sleep(io, 1);
      });
    }
  },
  /** Three nodes that ask one another over sockets, a promise a request. */
  sockets: (world: SimWorld): void => {
    for (const name of NODES) {
      world.createProcess(name, async (io) => {
        await io.network.listen({ host: '0.0.0.0', port: PORT }, (socket) => {
          socket.start({ onData: (chunk) => void socket.write([chunk.slice()]), onClose: () => {} });
        });
        await Promise.all(NODES.map((peer) => ask(io, peer)));
      });
    }
  },
  /** Three nodes that append and sync, a file each. */
  files: (world: SimWorld): void => {
    for (const name of NODES) {
      world.createProcess(name, async (io) => {
        const file = await io.disk.open('/log', 'create');
        const record = new Uint8Array(100);
        for (let i = 0; ; i++) {
          await file.append([record]);
          if (i % 10 === 9) await file.datasync();
        }
      });
    }
  },
} as const;

export type Load = keyof typeof loads;

/** @returns the hash of the trace. */
export async function runLoad(load: Load, events: number): Promise<string> {
  const world = new SimWorld({ seed: 1 });
  loads[load](world);
  await world.run({ maxEvents: events });
  return world.traceHash;
}

function sleep(io: Io, ms: number): Promise<void> {
  return new Promise((resolve) => void io.clock.after(ms, resolve));
}

async function ask(io: Io, peer: string): Promise<void> {
  await sleep(io, 5);
  const socket = await io.network.connect({ host: peer, port: PORT });
  const request = new Uint8Array(100);
  let answered: () => void = () => {};
  let received = 0;
  socket.start({
    onData: (chunk) => {
      received += chunk.length;
      if (received % request.length === 0) answered();
    },
    onClose: () => {},
  });
  for (;;) {
    const answer = new Promise<void>((resolve) => (answered = resolve));
    socket.write([request]);
    await answer;
  }
}
