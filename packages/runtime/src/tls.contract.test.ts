/** What every `Network` does over TLS, and when one side does not speak it. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { clientCertificate, otherCertificate, serverCertificate } from './certificates.fixture.ts';
import { inBothWorlds, type ContractWorld } from './contract-worlds.fixture.ts';
import type { Listener, ListenOptions, NetworkAddress, Socket, TlsClientOptions, TlsServerOptions } from './io.ts';
import { SocketEar } from './socket-ear.fixture.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const trusting: TlsClientOptions = { ca: serverCertificate.cert, serverName: 'localhost' };

type RefusalError = Error & { code: string; errno: string };

/** A listener that echoes, and what it had to refuse. */
class EchoListener {
  readonly refused: RefusalError[] = [];
  readonly remotes: (NetworkAddress | null)[] = [];
  readonly sockets: Socket[] = [];
  readonly listener: Listener;
  readonly #waiting = new Set<() => void>();

  static async open({ io }: ContractWorld, tls?: TlsServerOptions): Promise<EchoListener> {
    let echo: EchoListener | null = null;
    const options: ListenOptions = {
      host: '127.0.0.1',
      port: 0,
      ...(tls === undefined ? {} : { tls }),
      onRefused: (error, remote) => echo?.onRefused(error as RefusalError, remote),
    };
    const listener = await io.network.listen(options, (socket) => echo?.onConnection(socket));
    echo = new EchoListener(listener);
    return echo;
  }

  private constructor(listener: Listener) {
    this.listener = listener;
  }

  get port(): number {
    return this.listener.address.port;
  }

  onConnection(socket: Socket): void {
    this.sockets.push(socket);
    socket.start({
      onData: (chunk) => socket.write([chunk.slice()]),
      onEnd: () => socket.end(),
      onClose: () => {},
    });
    this.#tell();
  }

  onRefused(error: RefusalError, remote: NetworkAddress | null): void {
    this.refused.push(error);
    this.remotes.push(remote);
    this.#tell();
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  #tell(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** Connects, has a word echoed, and ends. @returns the listener's certificate. */
async function talk({ io }: ContractWorld, port: number, tls: TlsClientOptions): Promise<Uint8Array | null> {
  const socket = await io.network.connect({ host: '127.0.0.1', port, tls });
  const ear = new SocketEar(socket);
  socket.write([text('over '), text('TLS')]);
  await ear.receive(8);
  strictEqual(ear.text, 'over TLS');
  socket.end();
  strictEqual(await ear.closed, null);
  return socket.peerCertificate;
}

/** Waits until the listener has dropped the connection: TLS 1.3 may let the client begin before it learns that. */
async function unwanted(connect: Promise<Socket>): Promise<void> {
  const socket = await connect.catch(() => null);
  if (socket === null) return;
  const ear = new SocketEar(socket);
  await ear.until(() => ear.events.includes('end') || ear.events.includes('close'));
  socket.destroy();
  await ear.closed;
}

const refusedWith = (work: Promise<unknown>, reason: string): Promise<void> =>
  rejects(work, (error: RefusalError) => {
    deepStrictEqual([error.name, error.code, error.errno], ['TlsError', 'ERR_NETWORK_TLS', reason]);
    ok(error.message.includes(reason), error.message);
    return true;
  });

type Row = readonly [why: string, body: (world: ContractWorld) => Promise<void>];

const rows: readonly Row[] = [
  [
    'a trusted certificate lets both sides talk, and the listener learns the name that was asked for',
    async (world) => {
      const echo = await EchoListener.open(world, serverCertificate);
      const certificate = await talk(world, echo.port, trusting);
      ok(certificate !== null && certificate.length > 100);
      strictEqual(echo.sockets[0]?.serverName, 'localhost');
      strictEqual(echo.sockets[0]?.peerCertificate, null);
      deepStrictEqual(echo.refused, []);
      await echo.listener.close();
    },
  ],
  [
    'a large transfer arrives whole',
    async (world) => {
      const echo = await EchoListener.open(world, serverCertificate);
      const socket = await world.io.network.connect({ host: '127.0.0.1', port: echo.port, tls: trusting });
      const ear = new SocketEar(socket);
      const chunk = Uint8Array.from({ length: 90_000 }, (_, i) => (i * 7 + (i >> 8)) & 255);
      let sent = 0;
      socket.write([chunk.subarray(0, 50_000), chunk.subarray(50_000)], () => sent++);
      socket.end();
      strictEqual(await ear.closed, null);
      ok(Buffer.from(ear.received).equals(Buffer.from(chunk)));
      strictEqual(sent, 1);
      await echo.listener.close();
    },
  ],
  [
    'a certificate that nobody vouches for is refused, unless the client does not care',
    async (world) => {
      const echo = await EchoListener.open(world, serverCertificate);
      const options = { host: '127.0.0.1', port: echo.port };
      const connect = world.io.network.connect({ ...options, tls: {} });
      await refusedWith(connect, 'DEPTH_ZERO_SELF_SIGNED_CERT');
      const strict = world.io.network.connect({ ...options, tls: { ca: otherCertificate.cert } });
      await refusedWith(strict, 'DEPTH_ZERO_SELF_SIGNED_CERT');
      strictEqual(await talk(world, echo.port, { verify: false }), null);
      await echo.listener.close();
    },
  ],
  [
    'a listener that demands certificates takes those that it trusts',
    async (world) => {
      const tls: TlsServerOptions = { ...serverCertificate, ca: clientCertificate.cert, clientAuth: 'required' };
      const echo = await EchoListener.open(world, tls);
      await talk(world, echo.port, { ...trusting, ...clientCertificate });
      ok((echo.sockets[0]?.peerCertificate?.length ?? 0) > 100);
      for (const [credentials, reason] of [
        [{}, 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE'],
        [otherCertificate, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
      ] as const) {
        const refused = echo.refused.length;
        const tlsOptions = { ...trusting, ...credentials };
        const outcome = world.io.network.connect({ host: '127.0.0.1', port: echo.port, tls: tlsOptions });
        await unwanted(outcome);
        await echo.until(() => echo.refused.length > refused);
        deepStrictEqual([echo.refused.at(-1)?.name, echo.refused.at(-1)?.errno], ['TlsError', reason]);
      }
      strictEqual(echo.sockets.length, 1);
      await echo.listener.close();
    },
  ],
  [
    'a client that has no certificate where one is demanded is told so',
    async (world) => {
      const tls: TlsServerOptions = { ...serverCertificate, ca: clientCertificate.cert, clientAuth: 'required' };
      const echo = await EchoListener.open(world, tls);
      const socket = await world.io.network.connect({ host: '127.0.0.1', port: echo.port, tls: trusting });
      const error = (await new SocketEar(socket).closed) as RefusalError;
      strictEqual(error.name, 'TlsError');
      strictEqual(error.errno, 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED');
      match(error.message, /it demands a certificate from us/);
      await echo.listener.close();
    },
  ],
  [
    'a listener that asks for certificates does without, and refuses those that it does not trust',
    async (world) => {
      const tls: TlsServerOptions = { ...serverCertificate, ca: clientCertificate.cert, clientAuth: 'requested' };
      const echo = await EchoListener.open(world, tls);
      await talk(world, echo.port, trusting);
      strictEqual(echo.sockets[0]?.peerCertificate, null);
      await talk(world, echo.port, { ...trusting, ...clientCertificate });
      ok(echo.sockets[1]?.peerCertificate !== null);
      const tlsOptions = { ...trusting, ...otherCertificate };
      await unwanted(world.io.network.connect({ host: '127.0.0.1', port: echo.port, tls: tlsOptions }));
      await echo.until(() => echo.refused.length > 0);
      strictEqual(echo.refused[0]?.errno, 'DEPTH_ZERO_SELF_SIGNED_CERT');
      ok(echo.remotes[0]?.host === '127.0.0.1');
      strictEqual(echo.sockets.length, 2);
      await echo.listener.close();
    },
  ],
  [
    'reloading changes the certificate of new connections and leaves open ones alone',
    async (world) => {
      const echo = await EchoListener.open(world, serverCertificate);
      const socket = await world.io.network.connect({ host: '127.0.0.1', port: echo.port, tls: trusting });
      const ear = new SocketEar(socket);
      echo.listener.reloadTls(otherCertificate);
      await refusedWith(
        world.io.network.connect({ host: '127.0.0.1', port: echo.port, tls: trusting }),
        'DEPTH_ZERO_SELF_SIGNED_CERT',
      );
      await talk(world, echo.port, { ca: otherCertificate.cert, serverName: 'other.example' });
      socket.write([text('still open')]);
      await ear.receive(10);
      socket.end();
      strictEqual(await ear.closed, null);
      await echo.listener.close();
    },
  ],
  [
    'a key or certificate that cannot be used is refused, and the old one stays',
    async (world) => {
      const broken = { key: '', cert: '' };
      await refusedWith(EchoListener.open(world, broken), 'ERR_TLS_MATERIAL');
      const echo = await EchoListener.open(world, serverCertificate);
      try {
        echo.listener.reloadTls(broken);
        ok(false, 'the reload was refused');
      } catch (error) {
        strictEqual((error as RefusalError).errno, 'ERR_TLS_MATERIAL');
      }
      await talk(world, echo.port, trusting);
      await echo.listener.close();
    },
  ],
  [
    'a plaintext client at a TLS port gets a TLS alert, and the listener is told',
    async (world) => {
      for (const [said, reason] of [
        ['\0\0\0\u0010\0\u0012\0\u0003', 'ERR_SSL_WRONG_VERSION_NUMBER'],
        ['GET / HTTP/1.1\r\n\r\n', 'ERR_SSL_HTTP_REQUEST'],
      ] as const) {
        const echo = await EchoListener.open(world, serverCertificate);
        const socket = await world.io.network.connect({ host: '127.0.0.1', port: echo.port });
        const ear = new SocketEar(socket);
        socket.write([text(said)]);
        await ear.until(() => ear.events.includes('end') || ear.events.includes('close'));
        socket.destroy();
        await echo.until(() => echo.refused.length > 0);
        strictEqual(echo.refused[0]?.errno, reason);
        strictEqual(echo.sockets.length, 0);
        await echo.listener.close();
      }
    },
  ],
  [
    'a client that says nothing runs out of time',
    async (world) => {
      const echo = await EchoListener.open(world, { ...serverCertificate, handshakeTimeoutMs: 20 });
      const socket = await world.io.network.connect({ host: '127.0.0.1', port: echo.port });
      const ear = new SocketEar(socket);
      await echo.until(() => echo.refused.length > 0);
      strictEqual(echo.refused[0]?.errno, 'ERR_TLS_HANDSHAKE_TIMEOUT');
      match(echo.refused[0]!.message, /did not finish in time/);
      socket.end();
      await ear.closed;
      await echo.listener.close();
    },
  ],
  [
    'a TLS client at a plaintext port is told so, whatever the listener does',
    async (world) => {
      const echo = await EchoListener.open(world);
      const options = { host: '127.0.0.1', port: echo.port, tls: trusting };
      const connect = world.io.network.connect(options);
      // The echo answers a ClientHello with a ClientHello.
      await rejects(connect, { name: 'TlsError', code: 'ERR_NETWORK_TLS' });
      await echo.listener.close();

      let greeting = 0;
      const rude = await world.io.network.listen({ host: '127.0.0.1', port: 0 }, (socket) => {
        socket.start({
          onData: (chunk) => {
            greeting = chunk[0]!;
            socket.destroy();
          },
          onClose: () => {},
        });
      });
      await refusedWith(world.io.network.connect({ ...options, port: rude.address.port }), 'ECONNRESET');
      strictEqual(greeting, 0x16);
      await rude.close();

      const silent = await world.io.network.listen({ host: '127.0.0.1', port: 0 }, (socket) => {
        socket.start({ onData: () => {}, onEnd: () => socket.end(), onClose: () => {} });
      });
      const patient = { ...options, port: silent.address.port, timeoutMs: 50 };
      await refusedWith(world.io.network.connect(patient), 'ETIMEDOUT');
      await silent.close();
    },
  ],
];

for (const [why, body] of rows) inBothWorlds(`tls: ${why}`, body);
