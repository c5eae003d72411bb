/** TCP and TLS of this machine: listening and connecting. What is opened comes back as `NodeSocket`. */
import type * as net from 'node:net';
import * as tls from 'node:tls';
import { assert } from '../assert.ts';
import { checkAddress, TlsError, type NetworkError } from '../network-errors.ts';
import type { ConnectOptions, Listener, ListenOptions, Network, Socket } from '../io.ts';
import { NodeClock } from './clock.ts';
import { NodeListener } from './listener.ts';
import { certificateOf, isTlsFailure, toNetworkError } from './network-failure.ts';
import { NodeSocket } from './socket.ts';
import { StaticReads } from './static-reads.ts';
import { clientTlsOptions } from './tls-options.ts';

const CONNECT_TIMEOUT_MS = 30_000;

const clock = new NodeClock();

export class NodeNetwork implements Network {
  readonly #reads = new StaticReads();

  listen(options: ListenOptions, onConnection: (socket: Socket) => void): Promise<Listener> {
    return NodeListener.open(options, onConnection, this.#reads);
  }

  async connect(options: ConnectOptions): Promise<Socket> {
    checkAddress('connect to', options);
    assert((options.timeoutMs ?? 0) >= 0, `a time limit is not negative: ${options.timeoutMs}`);
    return options.tls === undefined ? this.#connectPlain(options) : connectTls(options, options.tls);
  }

  async #connectPlain(options: ConnectOptions): Promise<Socket> {
    const { raw, reader } = this.#reads.socket();
    const dial = (): net.Socket => raw.connect(dialOptions(options));
    await opened(dial, 'connect', options, (error) => toNetworkError('connect to', options, error));
    return new NodeSocket(raw, reader);
  }
}

async function connectTls(options: ConnectOptions, wanted: NonNullable<ConnectOptions['tls']>): Promise<Socket> {
  const tlsOptions = clientTlsOptions(wanted, options.host);
  const secureContext = contextOf(options, tlsOptions);
  let isTcpOpen = false;
  let certificate: ReturnType<typeof certificateOf> = null;
  const dial = (): tls.TLSSocket => {
    const dialled = tls.connect({ ...dialOptions(options), ...tlsOptions, secureContext });
    dialled.once('connect', () => (isTcpOpen = true));
    // Before Node's own listener, which drops the connection, and with it the certificate, when it refuses that.
    dialled.prependOnceListener('secure', () => (certificate = certificateOf(dialled)));
    return dialled;
  };
  const raw = await opened(dial, 'secureConnect', options, (error) =>
    isTcpOpen && isTlsFailure(error)
      ? new TlsError('connect to', options, error.code ?? 'EPROTO', { cause: error, certificate })
      : toNetworkError('connect to', options, error),
  );
  return new NodeSocket(raw, null);
}

/** What fails here is the key or certificate, and nothing else. */
function contextOf(options: ConnectOptions, tlsOptions: tls.ConnectionOptions): tls.SecureContext {
  try {
    return tls.createSecureContext(tlsOptions);
  } catch (cause) {
    throw new TlsError('connect to', options, 'ERR_TLS_MATERIAL', { cause, detail: (cause as Error).message });
  }
}

function dialOptions({ host, port }: ConnectOptions): net.TcpNetConnectOpts {
  return { host, port, allowHalfOpen: true, noDelay: true, keepAlive: true };
}

/** Resolves on `event`; rejects, with the socket gone, on the first error (thrown or told) or after the time limit. */
function opened<Raw extends net.Socket>(
  dial: () => Raw,
  event: 'connect' | 'secureConnect',
  { timeoutMs = CONNECT_TIMEOUT_MS }: ConnectOptions,
  describe: (error: NodeJS.ErrnoException) => NetworkError,
): Promise<Raw> {
  return new Promise((resolve, reject) => {
    let raw: Raw;
    try {
      raw = dial();
    } catch (error) {
      return reject(describe(error as NodeJS.ErrnoException));
    }
    const settle = (error: NodeJS.ErrnoException | null): void => {
      timer?.cancel();
      raw.off(event, onOpen);
      // An error before the next listener is there, or after the first error, would otherwise stop the process.
      raw.on('error', () => {});
      raw.off('error', settle);
      if (error === null) return resolve(raw);
      raw.destroy();
      reject(describe(error));
    };
    const onOpen = (): void => settle(null);
    const timeOut = (): void =>
      settle(Object.assign(new Error(`no connection after ${timeoutMs} ms`), { code: 'ETIMEDOUT' }));
    const timer = timeoutMs === Infinity ? null : clock.after(timeoutMs, timeOut);
    raw.once(event, onOpen);
    raw.once('error', settle);
  });
}
