/** A simulated port that takes connections. */
import type { Listener, ListenOptions, NetworkAddress, Socket, TlsServerOptions } from '../io.ts';
import { TlsError } from '../network-errors.ts';
import type { Life } from './life.ts';

export class SimListener implements Listener {
  readonly address: NetworkAddress;
  readonly life: Life;
  readonly options: ListenOptions;
  readonly onConnection: (socket: Socket) => void;
  isClosed = false;
  #tls: TlsServerOptions | null = null;

  constructor(address: NetworkAddress, life: Life, options: ListenOptions, onConnection: (socket: Socket) => void) {
    this.address = address;
    this.life = life;
    this.options = options;
    this.onConnection = onConnection;
    if (options.tls !== undefined) this.reloadTls(options.tls);
  }

  get tls(): TlsServerOptions | null {
    return this.#tls;
  }

  reloadTls(tls: TlsServerOptions): void {
    if (tls.key === '' || tls.cert === '') {
      throw new TlsError('listen on', this.address, 'ERR_TLS_MATERIAL', { detail: 'it is empty' });
    }
    this.#tls = tls;
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  /** Tells of a connection that never became a socket. */
  refuse(reason: string, remote: NetworkAddress): void {
    this.options.onRefused?.(new TlsError('accept on', this.address, reason), remote);
  }

  /** Whether it takes connections made to that address of its machine. */
  isReachedBy(host: string, port: number): boolean {
    return !this.isClosed && this.life.isAlive && this.address.port === port && overlaps(this.address.host, host);
  }
}

function overlaps(a: string, b: string): boolean {
  return a === b || isWildcard(a) || isWildcard(b);
}

export function isWildcard(host: string): boolean {
  return host === '' || host === '0.0.0.0' || host === '::';
}
