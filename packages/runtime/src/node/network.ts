/** TCP and TLS of this machine: listening and connecting. What is opened comes back as `NodeSocket`. */
import type * as net from 'node:net';
import * as tls from 'node:tls';
import { TlsError, type NetworkError } from '../network-errors.ts';
import type { ConnectOptions, Listener, ListenOptions, Network, Socket } from '../io.ts';
import { NodeListener } from './listener.ts';
import { certificateOf, isTlsFailure, toNetworkError } from './network-failure.ts';
import { NodeSocket } from './socket.ts';
import { StaticReads } from './static-reads.ts';
import { clientTlsOptions } from './tls-options.ts';

const CONNECT_TIMEOUT_MS = 30_000;

export class NodeNetwork implements Network {
  readonly #reads = new StaticReads();

  listen(options: ListenOptions, onConnection: (socket: Socket) => void): Promise<Listener> {
    return NodeListener.open(options, onConnection, this.#reads);
  }

  async connect(options: ConnectOptions): Promise<Socket> {
    return options.tls === undefined ? this.#connectPlain(options) : connectTls(options, options.tls);
  }

  async #connectPlain(options: ConnectOptions): Promise<Socket> {
    const { raw, reader } = this.#reads.socket();
    const connected = opened(raw, 'connect', options, (error) => toNetworkError('connect to', options, error));
    raw.connect(dialOptions(options));
    await connected;
    return new NodeSocket(raw, reader);
  }
}

async function connectTls(options: ConnectOptions, wanted: NonNullable<ConnectOptions['tls']>): Promise<Socket> {
  let raw: tls.TLSSocket;
  try {
    raw = tls.connect({ ...dialOptions(options), ...clientTlsOptions(wanted, options.host) });
  } catch (cause) {
    throw new TlsError('connect to', options, 'ERR_TLS_MATERIAL', { cause, detail: (cause as Error).message });
  }
  let isTcpOpen = false;
  let certificate: ReturnType<typeof certificateOf> = null;
  raw.once('connect', () => (isTcpOpen = true));
  // Before Node's own listener, which drops the connection, and with it the certificate, when it refuses that.
  raw.prependOnceListener('secure', () => (certificate = certificateOf(raw)));
  await opened(raw, 'secureConnect', options, (error) =>
    isTcpOpen && isTlsFailure(error)
      ? new TlsError('connect to', options, error.code ?? 'EPROTO', { cause: error, certificate })
      : toNetworkError('connect to', options, error),
  );
  return new NodeSocket(raw, null);
}

function dialOptions({ host, port }: ConnectOptions): net.TcpNetConnectOpts {
  return { host, port, allowHalfOpen: true, noDelay: true, keepAlive: true };
}

/** Resolves on `event`; rejects, with the socket gone, on the first error or after the time limit. */
function opened(
  raw: net.Socket,
  event: 'connect' | 'secureConnect',
  { timeoutMs = CONNECT_TIMEOUT_MS }: ConnectOptions,
  describe: (error: NodeJS.ErrnoException) => NetworkError,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error: NodeJS.ErrnoException | null): void => {
      clearTimeout(timer);
      raw.off(event, onOpen);
      // An error before the next listener is there, or after the first error, would otherwise stop the process.
      raw.on('error', () => {});
      raw.off('error', settle);
      if (error === null) return resolve();
      raw.destroy();
      reject(describe(error));
    };
    const onOpen = (): void => settle(null);
    const timer = setTimeout(() => {
      settle(Object.assign(new Error(`no connection after ${timeoutMs} ms`), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    raw.once(event, onOpen);
    raw.once('error', settle);
  });
}
