/** What every `Network` does over plain TCP, the machine's own and the simulated one alike. */
import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { inBothWorlds, type ContractWorld } from './contract-worlds.fixture.ts';
import type { Listener, Network, Socket } from './io.ts';
import { SocketEar } from './socket-ear.fixture.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** A connection to a listener on a free port: both ends, as they were handed over. */
async function pair(network: Network): Promise<{ listener: Listener; client: Socket; server: Socket }> {
  let accepted: (socket: Socket) => void = () => {};
  const server = new Promise<Socket>((resolve) => (accepted = resolve));
  const listener = await network.listen({ host: '127.0.0.1', port: 0 }, (socket) => accepted(socket));
  const client = await network.connect({ host: '127.0.0.1', port: listener.address.port });
  return { listener, client, server: await server };
}

/** Both ends end, and the listener is gone: nothing keeps the test's process. */
async function finish(listener: Listener, ...ears: readonly SocketEar[]): Promise<void> {
  await listener.close();
  for (const ear of ears) ear.socket.end();
  for (const ear of ears) await ear.closed;
}

const failed = (work: Promise<unknown>, errno: string, code: string): Promise<void> =>
  rejects(work, (error: { name: string; errno: string; code: string; message: string }) => {
    deepStrictEqual([error.name, error.errno, error.code], ['NetworkError', errno, code]);
    ok(error.message.includes(code), error.message);
    return true;
  });

type Row = readonly [why: string, body: (world: ContractWorld) => Promise<void>];

const rows: readonly Row[] = [
  [
    'both ends know both addresses',
    async ({ io }) => {
      const { listener, client, server } = await pair(io.network);
      ok(listener.address.port > 0);
      deepStrictEqual(client.remote, listener.address);
      deepStrictEqual(server.local, listener.address);
      deepStrictEqual(client.local, server.remote);
      deepStrictEqual([client.serverName, server.serverName, client.peerCertificate], [null, null, null]);
      await finish(listener, new SocketEar(client), new SocketEar(server));
    },
  ],
  [
    'bytes arrive in order, whatever chunks they were written in',
    async ({ io }) => {
      const { listener, client, server } = await pair(io.network);
      const [here, there] = [new SocketEar(client), new SocketEar(server)];
      client.write([text('one '), text(''), text('two ')]);
      client.write([]);
      client.write([text('three')]);
      await there.receive(13);
      strictEqual(there.text, 'one two three');
      server.write([text('back')]);
      await here.receive(4);
      strictEqual(here.text, 'back');
      await finish(listener, here, there);
    },
  ],
  [
    'what arrives before start waits for it',
    async ({ io }) => {
      const { listener, client, server } = await pair(io.network);
      const here = new SocketEar(client);
      await new Promise<void>((sent) => client.write([text('early')], sent));
      await new Promise((resolve) => io.clock.after(20, () => resolve(null)));
      const there = new SocketEar(server);
      await there.receive(5);
      strictEqual(there.text, 'early');
      await finish(listener, here, there);
    },
  ],
  [
    'every write is told once, and in order, that it was sent',
    async ({ io }) => {
      const { listener, client, server } = await pair(io.network);
      const [here, there] = [new SocketEar(client), new SocketEar(server)];
      const sent: number[] = [];
      const sizes = [10, 300_000, 0, 5, 70_000, 1];
      for (const [index, size] of sizes.entries()) client.write([new Uint8Array(size)], () => sent.push(index));
      await there.receive(370_016);
      await here.until(() => sent.length === 6);
      deepStrictEqual(sent, [0, 1, 2, 3, 4, 5]);
      strictEqual(client.queuedBytes, 0);
      await finish(listener, here, there);
      strictEqual(sent.length, 6);
    },
  ],
  [
    'a large transfer arrives whole',
    async ({ io }) => {
      const { listener, client, server } = await pair(io.network);
      const [here, there] = [new SocketEar(client), new SocketEar(server)];
      const chunk = Uint8Array.from({ length: 100_003 }, (_, i) => (i * 31 + (i >> 8)) & 255);
      for (let i = 0; i < 8; i++) client.write([chunk, chunk.subarray(0, i)]);
      client.end();
      await there.until(() => there.events.includes('end'));
      const want = Array.from({ length: 8 }, (_, i) => [...chunk, ...chunk.subarray(0, i)]).flat();
      ok(Buffer.from(there.received).equals(Buffer.from(want)), 'the same bytes in the same order');
      server.end();
      deepStrictEqual([await here.closed, await there.closed], [null, null]);
      await listener.close();
    },
  ],
  [
    'a reader that pauses fills the queue of the writer, and drains it when it goes on',
    async ({ io }) => {
      const { listener, client, server } = await pair(io.network);
      const [here, there] = [new SocketEar(client), new SocketEar(server, 'count')];
      server.pause();
      const total = 24 * 1024 * 1024;
      let queued = 0;
      for (let i = 0; i < 24; i++) queued = client.write([new Uint8Array(1024 * 1024)]);
      ok(queued > 8 * 1024 * 1024, `${queued} bytes are queued`);
      strictEqual(queued, client.queuedBytes);
      await new Promise((resolve) => io.clock.after(30, () => resolve(null)));
      ok(client.queuedBytes > 8 * 1024 * 1024, 'nobody reads, so they stay queued');
      ok(!here.events.includes('drain'));
      server.resume();
      await there.receive(total);
      await here.until(() => here.events.includes('drain'));
      strictEqual(client.queuedBytes, 0);
      deepStrictEqual(
        here.events.filter((event) => event === 'drain'),
        ['drain'],
      );
      await finish(listener, here, there);
    },
  ],
  [
    'each direction ends by itself, and both ends close without an error',
    async ({ io }) => {
      const { listener, client, server } = await pair(io.network);
      const [here, there] = [new SocketEar(client), new SocketEar(server)];
      client.write([text('request')]);
      client.end();
      await there.until(() => there.events.includes('end'));
      strictEqual(there.text, 'request');
      server.write([text('a late '), text('answer')]);
      await here.receive(13);
      server.end();
      deepStrictEqual([await here.closed, await there.closed], [null, null]);
      deepStrictEqual(
        here.events.filter((event) => event !== 'drain'),
        ['data', 'end', 'close'],
      );
      await listener.close();
    },
  ],
  [
    'what is written after the end is dropped, and told to be done with',
    async ({ io }) => {
      const { listener, client, server } = await pair(io.network);
      const [here, there] = [new SocketEar(client), new SocketEar(server)];
      client.write([text('kept')]);
      client.end();
      await new Promise<void>((sent) => client.write([text('dropped')], sent));
      await there.until(() => there.events.includes('end'));
      strictEqual(there.text, 'kept');
      await finish(listener, here, there);
    },
  ],
  [
    'a destroyed socket closes with the error that it was given, the other end learns of it',
    async ({ io }) => {
      for (const reason of [undefined, new Error('enough')]) {
        const { listener, client, server } = await pair(io.network);
        const [here, there] = [new SocketEar(client), new SocketEar(server)];
        client.destroy(reason);
        client.destroy(new Error('second'));
        strictEqual(await here.closed, reason ?? null);
        await there.until(() => there.events.includes('end') || there.events.includes('close'));
        server.destroy();
        await there.closed;
        deepStrictEqual(here.events, ['close']);
        await listener.close();
      }
    },
  ],
  [
    'a socket that was dropped before it started is told when it starts',
    async ({ io }) => {
      const { listener, client, server } = await pair(io.network);
      client.destroy(new Error('unwanted'));
      await new Promise((resolve) => io.clock.after(20, () => resolve(null)));
      strictEqual((await new SocketEar(client).closed)?.message, 'unwanted');
      server.destroy();
      await new SocketEar(server).closed;
      await listener.close();
    },
  ],
  [
    'writes under way are told of the close, too',
    async ({ io }) => {
      const { listener, client, server } = await pair(io.network);
      const [here, there] = [new SocketEar(client), new SocketEar(server)];
      server.pause();
      let told = 0;
      for (let i = 0; i < 12; i++) client.write([new Uint8Array(1024 * 1024)], () => told++);
      ok(client.queuedBytes > 0);
      client.destroy();
      await here.closed;
      await new Promise((resolve) => io.clock.after(20, () => resolve(null)));
      strictEqual(told, 12);
      ok(!here.events.includes('drain'), 'a close is no drain');
      await new Promise<void>((sent) => client.write([text('after')], sent));
      server.destroy();
      await there.closed;
      await listener.close();
    },
  ],
  [
    'a reset is a typed error',
    async ({ io }) => {
      const { listener, client, server } = await pair(io.network);
      const here = new SocketEar(client);
      await new Promise<void>((sent) => client.write([new Uint8Array(1_000)], sent));
      await new Promise((resolve) => io.clock.after(20, () => resolve(null)));
      // Bytes that nobody read make a kernel reset rather than end.
      server.destroy();
      const error = (await here.closed) as Error & { errno: string; code: string; host: string; retriable: boolean };
      deepStrictEqual([error.name, error.errno, error.code], ['NetworkError', 'ECONNRESET', 'ERR_NETWORK_RESET']);
      deepStrictEqual([error.host, error.retriable], ['127.0.0.1', true]);
      await listener.close();
    },
  ],
  [
    'a port where nobody listens refuses',
    async ({ io }) => {
      const listener = await io.network.listen({ host: '127.0.0.1', port: 0 }, () => {});
      const { port } = listener.address;
      await listener.close();
      await failed(io.network.connect({ host: '127.0.0.1', port }), 'ECONNREFUSED', 'ERR_NETWORK_REFUSED');
    },
  ],
  [
    'an address that nothing can have is refused before anything is dialled or bound',
    async ({ io: { network } }) => {
      const code = 'ERR_NETWORK_INVALID_ADDRESS';
      const rows = [70_000, -1, Number.NaN, 1.5].map((port) => ({ host: '127.0.0.1', port }));
      for (const at of [...rows, { host: 'no host', port: 1 }, { host: 'a\0b', port: 1 }]) {
        await failed(network.connect(at), 'EINVAL', code);
        await failed(network.connect({ ...at, tls: {} }), 'EINVAL', code);
        await failed(
          network.listen(at, () => {}),
          'EINVAL',
          code,
        );
      }
      await failed(network.connect({ host: '', port: 1 }), 'EINVAL', code);
    },
  ],
  [
    'a time limit may be any length, or none',
    async ({ io }) => {
      for (const timeoutMs of [2 ** 31 + 5, Infinity]) {
        const listener = await io.network.listen({ host: '127.0.0.1', port: 0 }, (socket) => socket.destroy());
        const socket = await io.network.connect({ ...listener.address, timeoutMs });
        socket.destroy();
        await listener.close();
      }
      const never = io.network.connect({ host: '127.0.0.1', port: 1, timeoutMs: Number.NaN });
      await rejects(never, { name: 'AssertionError' });
    },
  ],
  [
    'a name that nobody has is unknown',
    async ({ io }) => {
      const connect = io.network.connect({ host: 'no-such-host.invalid', port: 9092 });
      await rejects(connect, (error: { name: string; code: string }) => {
        deepStrictEqual([error.name, error.code], ['NetworkError', 'ERR_NETWORK_UNKNOWN_HOST']);
        return true;
      });
    },
  ],
  [
    'a taken port is refused to the next, an address of somebody else to all',
    async ({ io }) => {
      const listener = await io.network.listen({ host: '127.0.0.1', port: 0 }, () => {});
      const { port } = listener.address;
      const second = io.network.listen({ host: '127.0.0.1', port }, () => {});
      await failed(second, 'EADDRINUSE', 'ERR_NETWORK_ADDRESS_IN_USE');
      const foreign = io.network.listen({ host: '203.0.113.7', port: 0 }, () => {});
      await failed(foreign, 'EADDRNOTAVAIL', 'ERR_NETWORK_ADDRESS_NOT_OURS');
      await listener.close();
      const again = await io.network.listen({ host: '127.0.0.1', port }, () => {});
      await again.close();
    },
  ],
  [
    'a closed listener takes no more, and open connections go on',
    async ({ io }) => {
      const { listener, client, server } = await pair(io.network);
      const [here, there] = [new SocketEar(client), new SocketEar(server)];
      await listener.close();
      await listener.close();
      await failed(io.network.connect(listener.address), 'ECONNREFUSED', 'ERR_NETWORK_REFUSED');
      client.write([text('still here')]);
      await there.receive(10);
      await finish(listener, here, there);
    },
  ],
  [
    'a handler may write, pause, end and destroy',
    async ({ io }) => {
      const { listener, client, server } = await pair(io.network);
      server.start({
        onData: (chunk) => server.write([chunk.slice()]),
        onEnd: () => server.end(),
        onClose: () => {},
      });
      const here = new SocketEar(client);
      client.write([text('echo')]);
      client.end();
      strictEqual(await here.closed, null);
      strictEqual(here.text, 'echo');
      await listener.close();
    },
  ],
];

for (const [why, body] of rows) inBothWorlds(`network: ${why}`, body);
