/** Faults, partitions and deaths on a simulated network. */
import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import type { Io, Socket } from '../io.ts';
import type { NetworkError } from '../network-errors.ts';
import { SocketEar } from '../socket-ear.fixture.ts';
import { SimWorld, type SimProcess, type SimWorldOptions } from './index.ts';

const PORT = 9_000;
const PATIENCE_MS = 10_000;

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 255);

interface Scene {
  readonly world: SimWorld;
  readonly client: SimProcess;
  readonly server: SimProcess;
  readonly here: SocketEar;
  readonly there: SocketEar;
}

function worldWith(options: Partial<SimWorldOptions> = {}): SimWorld {
  return new SimWorld({ seed: 1, network: { patienceMs: PATIENCE_MS }, ...options });
}

/** A client and a server on machines of their own, connected. */
async function connected(options: Partial<SimWorldOptions> = {}): Promise<Scene> {
  const world = worldWith(options);
  const [client, server] = [world.createProcess('client'), world.createProcess('server')];
  const accepted = Promise.withResolvers<Socket>();
  await world.finish(server.io.network.listen({ host: '::', port: PORT }, accepted.resolve));
  const socket = await world.finish(client.io.network.connect({ host: 'server', port: PORT }));
  const here = new SocketEar(socket);
  return { world, client, server, here, there: new SocketEar(await world.finish(accepted.promise)) };
}

const wait = (world: SimWorld, ms: number): Promise<unknown> => world.run({ untilMs: world.nowMs + ms });
const errnoOf = (error: Error | null): string | null => (error as NetworkError | null)?.errno ?? null;

test('a simulated network: machines have names and addresses', async () => {
  const { here, there } = await connected();
  deepStrictEqual([here.socket.remote.host, there.socket.local.host], ['10.0.0.2', '10.0.0.2']);
  deepStrictEqual([here.socket.local.host, there.socket.remote.host], ['10.0.0.1', '10.0.0.1']);
});

test('a simulated network: who listens on loopback is reached from its own machine alone', async () => {
  const world = worldWith();
  const [one, other] = [world.createProcess('one').io, world.createProcess('other').io];
  await world.finish(one.network.listen({ host: 'localhost', port: PORT }, (socket) => socket.destroy()));
  const near = await world.finish(one.network.connect({ host: '127.0.0.1', port: PORT }));
  strictEqual(near.local.host, '127.0.0.1');
  await rejects(world.finish(other.network.connect({ host: 'one', port: PORT })), { errno: 'ECONNREFUSED' });
  await world.finish(one.network.listen({ host: 'one', port: PORT }, (socket) => socket.destroy()));
  await world.finish(other.network.connect({ host: 'one', port: PORT }));
  await rejects(world.finish(one.network.listen({ host: '0.0.0.0', port: PORT }, () => {})), { errno: 'EADDRINUSE' });
});

test('a simulated network: chunks are cut anew, and mean nothing', async () => {
  const sizes = new Set<number>();
  for (let seed = 0; seed < 30; seed++) {
    const { world, here, there } = await connected({ seed });
    const sent = bytes(300);
    here.socket.write([sent.subarray(0, 100), sent.subarray(100, 200)]);
    here.socket.write([sent.subarray(200)]);
    await world.run({ until: () => there.receivedBytes > 0 });
    sizes.add(there.receivedBytes);
    await world.finish(there.receive(300));
    deepStrictEqual(there.received, sent);
  }
  ok(sizes.size > 5, `the first chunk had ${[...sizes].join(', ')} bytes`);
});

test('a simulated network: a view is worth nothing after the call, so nobody keeps it', async () => {
  const world = worldWith();
  const { io } = world.createProcess('node');
  const kept: Uint8Array[] = [];
  await world.finish(
    io.network.listen({ host: '::', port: PORT }, (socket) => {
      socket.start({ onData: (chunk) => void kept.push(chunk), onClose: () => {} });
    }),
  );
  const socket = await world.finish(io.network.connect({ host: 'localhost', port: PORT }));
  socket.write([bytes(50)]);
  await world.run({ until: () => kept.length > 0 });
  ok(kept[0]!.every((byte) => byte === 0xdb));
});

test('a simulated network: whoever changes chunks before they are sent is found out', async () => {
  const { world, here } = await connected();
  const chunk = bytes(100);
  here.socket.write([chunk]);
  chunk[99]! ^= 1;
  await rejects(wait(world, 100), /nobody changes chunks before they are sent/);
});

test('a simulated network: a partition holds bytes back, and its end lets them through', async () => {
  const { world, here, there } = await connected();
  world.network.partition(['client'], ['server']);
  here.socket.write([bytes(20)]);
  there.socket.write([bytes(30)]);
  here.socket.end();
  await wait(world, PATIENCE_MS / 2);
  deepStrictEqual([here.receivedBytes, there.receivedBytes, there.events.includes('end')], [0, 0, false]);
  world.network.heal();
  await world.finish(Promise.all([here.receive(30), there.receive(20)]));
  await world.finish(there.until(() => there.events.includes('end')));
  there.socket.end();
  deepStrictEqual(await world.finish(Promise.all([here.closed, there.closed])), [null, null]);
  strictEqual(world.faultCounts.partition, 1);
});

test('a simulated network: a partition of one way stops that way alone', async () => {
  const { world, here, there } = await connected();
  const rejoin = world.network.partition(['client'], ['server'], { oneWay: true });
  world.network.block('client', 'server');
  here.socket.write([bytes(20)]);
  there.socket.write([bytes(30)]);
  await world.finish(here.receive(30));
  await wait(world, PATIENCE_MS / 4);
  rejoin();
  await wait(world, PATIENCE_MS / 4);
  strictEqual(there.receivedBytes, 0, 'one of two obstacles is left');
  world.network.unblock('client', 'server');
  await world.finish(there.receive(20));
});

test('a simulated network: whoever writes into a partition learns of it when patience ends, whoever listens never does', async () => {
  const { world, here, there } = await connected();
  world.network.partition(['client'], ['server']);
  here.socket.write([bytes(20)]);
  const startedMs = world.nowMs;
  strictEqual(errnoOf(await world.finish(here.closed)), 'ETIMEDOUT');
  ok(world.nowMs - startedMs >= PATIENCE_MS, `${world.nowMs - startedMs}`);
  world.network.heal();
  await wait(world, 10 * PATIENCE_MS);
  deepStrictEqual(there.events, []);
  // Only its own next word meets a machine that knows nothing of the connection.
  there.socket.write([bytes(1)]);
  strictEqual(errnoOf(await world.finish(there.closed)), 'ECONNRESET');
});

test('a simulated network: an answer whose receipt cannot be told counts as not received', async () => {
  const { world, here, there } = await connected();
  world.network.partition(['client'], ['server'], { oneWay: true });
  there.socket.write([bytes(30)]);
  await world.finish(here.receive(30));
  strictEqual(errnoOf(await world.finish(there.closed)), 'ETIMEDOUT');
});

test('a simulated network: a reset tells both ends, and what was on the way is gone', async () => {
  const { world, here, there } = await connected();
  world.setFaults({ networkReset: 1 });
  here.socket.write([bytes(20)]);
  deepStrictEqual((await world.finish(Promise.all([here.closed, there.closed]))).map(errnoOf), [
    'ECONNRESET',
    'ECONNRESET',
  ]);
  strictEqual(there.receivedBytes, 0);
  strictEqual(world.faultCounts.networkReset, 1);
});

test('a simulated network: a connection that is lost tells nobody', async () => {
  const { world, here, there } = await connected();
  world.setFaults({ networkLoss: 1 });
  here.socket.write([bytes(20)]);
  await wait(world, PATIENCE_MS / 2);
  deepStrictEqual([here.events.includes('close'), there.events], [false, []]);
  strictEqual(errnoOf(await world.finish(here.closed)), 'ETIMEDOUT');
  await wait(world, PATIENCE_MS);
  deepStrictEqual(there.events, []);
  strictEqual(world.faultCounts.networkLoss, 1);
});

test('a simulated network: a stall holds up all behind it', async () => {
  const { world, here, there } = await connected({ seed: 4 });
  world.setFaults({ networkStall: 1 });
  here.socket.write([bytes(10)]);
  await world.run({ until: () => here.socket.queuedBytes === 0 });
  world.setFaults({});
  const startedMs = world.nowMs;
  here.socket.write([bytes(10)]);
  await world.finish(there.receive(20));
  ok(world.nowMs - startedMs > 100, `${world.nowMs - startedMs}`);
  deepStrictEqual(there.received, Uint8Array.from([...bytes(10), ...bytes(10)]));
});

for (const [fault, errno] of [
  ['connectRefused', 'ECONNREFUSED'],
  ['connectTimeout', 'ETIMEDOUT'],
] as const) {
  test(`a simulated network: ${fault} ends an attempt with ${errno}`, async () => {
    const { world, client } = await connected();
    world.setFaults({ [fault]: 1 });
    await rejects(world.finish(client.io.network.connect({ host: 'server', port: PORT, timeoutMs: 500 })), { errno });
    strictEqual(world.faultCounts[fault], 1);
  });
}

test('a simulated network: a connection attempt outlives a short partition, and not a long one', async () => {
  const { world, client } = await connected();
  world.network.partition(['server'], ['client'], { oneWay: true });
  const attempt = client.io.network.connect({ host: 'server', port: PORT, timeoutMs: 5_000 });
  await wait(world, 2_000);
  world.network.heal();
  await world.finish(attempt);
  world.network.block('client', 'server');
  const startedMs = world.nowMs;
  const late = client.io.network.connect({ host: 'server', port: PORT, timeoutMs: 5_000 });
  await rejects(world.finish(late), { errno: 'ETIMEDOUT', code: 'ERR_NETWORK_TIMEOUT' });
  ok(Math.abs(world.nowMs - startedMs - 5_000) < 1);
});

test('a simulated network: a killed peer is noticed, its kernel ends or resets', async () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 20; seed++) {
    const { world, server, here } = await connected({ seed });
    server.kill();
    await world.finish(here.until(() => here.events.length > 0));
    seen.add(here.events[0]!);
    if (here.events[0] === 'end') here.socket.write([bytes(1)]);
    strictEqual(errnoOf(await world.finish(here.closed)), 'ECONNRESET');
  }
  deepStrictEqual([...seen].toSorted(), ['close', 'end']);
});

test('a simulated network: a peer without power is silent; back again, it knows nothing', async () => {
  const { world, client, server, here } = await connected();
  server.crash();
  await wait(world, 100 * PATIENCE_MS);
  deepStrictEqual(here.events, []);
  const attempt = client.io.network.connect({ host: 'server', port: PORT, timeoutMs: 1_000 });
  await rejects(world.finish(attempt), { errno: 'ETIMEDOUT' });
  here.socket.write([bytes(10)]);
  await wait(world, PATIENCE_MS / 2);
  server.restart();
  strictEqual(errnoOf(await world.finish(here.closed)), 'ECONNRESET');
  const refused = client.io.network.connect({ host: 'server', port: PORT, timeoutMs: 1_000 });
  await rejects(world.finish(refused), { errno: 'ECONNREFUSED' });
});

test('a simulated network: bytes that the kernel took arrive though their writer was killed', async () => {
  const { world, client, here, there } = await connected();
  here.socket.write([bytes(100)]);
  await world.run({ until: () => here.socket.queuedBytes === 0 });
  client.kill();
  await world.finish(there.until(() => there.events.includes('end') || there.events.includes('close')));
  strictEqual(there.receivedBytes, 100);
});

test('a simulated network: a process that stands still reads nothing, and then all', async () => {
  const { world, server, here, there } = await connected();
  server.pause(2_000);
  for (let i = 0; i < 5; i++) here.socket.write([bytes(1_000)]);
  await wait(world, 1_900);
  strictEqual(there.receivedBytes, 0);
  await world.finish(there.receive(5_000));
});

test('a simulated network: a reader that pauses stops its writer at the window', async () => {
  const { world, here, there } = await connected();
  there.socket.pause();
  const total = 600 * 1024;
  let sent = 0;
  for (let i = 0; i < 600; i++) here.socket.write([bytes(1_024)], () => sent++);
  await wait(world, 1_000);
  ok(sent >= 16 && sent <= 256, `${sent} KiB fit the window`);
  strictEqual(here.socket.queuedBytes > total - 257 * 1_024, true);
  there.socket.resume();
  await world.finish(there.receive(total));
  await world.finish(here.until(() => sent === 600));
});

test('a simulated network: three machines, of which two still see each other', async () => {
  const world = worldWith();
  const nodes = ['a', 'b', 'c'].map((name) => world.createProcess(name));
  for (const { io } of nodes) {
    await world.finish(io.network.listen({ host: '::', port: PORT }, (socket) => socket.destroy()));
  }
  world.network.partition(['a', 'b'], ['c']);
  const reach = (io: Io, host: string): Promise<string> =>
    world.finish(
      io.network.connect({ host, port: PORT, timeoutMs: 200 }).then(
        () => 'reached',
        (error: NetworkError) => error.errno,
      ),
    );
  const [a, b, c] = nodes.map(({ io }) => io) as [Io, Io, Io];
  deepStrictEqual(
    [await reach(a, 'b'), await reach(b, 'a'), await reach(a, 'c'), await reach(c, 'b'), await reach(c, 'c')],
    ['reached', 'reached', 'ETIMEDOUT', 'ETIMEDOUT', 'reached'],
  );
});
