/**
 * A listening port. TLS is laid over plain connections by a `tls.Server` that never listens itself: to reload, the next
 * connections are simply handed to a new one.
 */
import * as net from 'node:net';
import * as tls from 'node:tls';
import { checkAddress, TlsError, type NetworkError } from '../network-errors.ts';
import type { Listener, ListenOptions, NetworkAddress, Socket, TlsServerOptions } from '../io.ts';
import { certificateOf, toNetworkError } from './network-failure.ts';
import { findPortHolder } from './process-holder.ts';
import { addressOf, NodeSocket } from './socket.ts';
import type { StaticReads } from './static-reads.ts';
import { serverTlsOptions } from './tls-options.ts';

type OnConnection = (socket: Socket) => void;

/** Connections that wait to be accepted; the kernel may allow fewer. */
const BACKLOG = 511;

export class NodeListener implements Listener {
  readonly #server: net.Server;
  readonly #options: ListenOptions;
  readonly #onConnection: OnConnection;
  readonly #reads: StaticReads;
  #address: NetworkAddress;
  #tls: tls.Server | null = null;
  #closed = false;

  /** @throws {NetworkError} the port is taken, or the address is not ours. */
  static async open(options: ListenOptions, onConnection: OnConnection, reads: StaticReads): Promise<NodeListener> {
    checkAddress('listen on', options);
    const listener = new NodeListener(options, onConnection, reads);
    if (options.tls !== undefined) listener.reloadTls(options.tls);
    await listener.#listen();
    return listener;
  }

  private constructor(options: ListenOptions, onConnection: OnConnection, reads: StaticReads) {
    this.#options = options;
    this.#onConnection = onConnection;
    this.#reads = reads;
    this.#address = options;
    this.#server = net.createServer(
      { allowHalfOpen: true, noDelay: true, keepAlive: true, pauseOnConnect: options.tls === undefined },
      (raw) => this.#accept(raw),
    );
  }

  get address(): NetworkAddress {
    return this.#address;
  }

  reloadTls(wanted: TlsServerOptions): void {
    let server: tls.Server;
    try {
      server = tls.createServer(serverTlsOptions(wanted));
    } catch (cause) {
      throw new TlsError('listen on', this.#address, 'ERR_TLS_MATERIAL', { cause, detail: (cause as Error).message });
    }
    server.on('secureConnection', (raw) => this.#acceptSecure(raw, wanted));
    server.on('tlsClientError', (error: NodeJS.ErrnoException, raw) => {
      // A certificate that does not verify is only told of as a connection that hung up.
      const reason = raw.authorizationError as string | Error | null;
      this.#refuseTls(raw, reason === null ? (error.code ?? 'EPROTO') : String(reason), error);
    });
    this.#tls = server;
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    // The server's own callback waits until all connections are gone; the port is free at once.
    this.#server.close();
    return new Promise((resolve) => setImmediate(resolve));
  }

  #listen(): Promise<void> {
    const { host, port, backlog = BACKLOG } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        const holder = error.code === 'EADDRINUSE' ? findPortHolder(port) : null;
        reject(toNetworkError('listen on', this.#options, error, holder));
      });
      this.#server.listen({ host, port, backlog }, () => {
        this.#server.removeAllListeners('error');
        this.#server.on('error', (error) => this.#refuse(toNetworkError('accept on', this.#address, error), null));
        const bound = this.#server.address() as net.AddressInfo;
        this.#address = { host: bound.address, port: bound.port };
        resolve();
      });
    });
  }

  #accept(raw: net.Socket): void {
    if (this.#tls !== null) {
      // Until TLS takes over, and after it let go, an error here would otherwise stop the process.
      raw.on('error', () => {});
      this.#tls.emit('connection', raw);
      return;
    }
    const { raw: adopted, reader } = this.#reads.adopt(raw);
    this.#onConnection(new NodeSocket(adopted, reader));
  }

  #acceptSecure(raw: tls.TLSSocket, { clientAuth }: TlsServerOptions): void {
    if (clientAuth === 'requested' && !raw.authorized && certificateOf(raw) !== null) {
      this.#refuseTls(raw, String(raw.authorizationError), undefined);
    } else if (this.#closed) {
      raw.destroy();
    } else {
      this.#onConnection(new NodeSocket(raw, null));
    }
  }

  #refuseTls(raw: tls.TLSSocket, reason: string, cause: Error | undefined): void {
    const certificate = certificateOf(raw);
    this.#refuse(new TlsError('accept on', this.#address, reason, { cause, certificate }), addressOf(raw));
    raw.destroy();
  }

  #refuse(error: NetworkError, remote: NetworkAddress | null): void {
    this.#options.onRefused?.(error, remote);
  }
}
