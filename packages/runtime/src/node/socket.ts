/** One TCP or TLS connection. */
import type * as net from 'node:net';
import { TLSSocket } from 'node:tls';
import { assert } from '../assert.ts';
import type { NetworkAddress, Socket, SocketHandlers } from '../io.ts';
import { toNetworkError } from './network-failure.ts';
import type { SocketReader } from './static-reads.ts';

export class NodeSocket implements Socket {
  readonly local: NetworkAddress;
  readonly remote: NetworkAddress;
  readonly serverName: string | null;
  readonly #raw: net.Socket;
  readonly #reader: SocketReader | null;
  #handlers: SocketHandlers | null = null;
  #error: Error | null = null;
  #isEnding = false;
  #isClosed = false;
  /** A write has left bytes in the queue, and `onDrain` has not told yet that they are gone. */
  #isBackedUp = false;

  /** @param reader where a socket made by `StaticReads` delivers; null when `raw` emits its data. */
  constructor(raw: net.Socket, reader: SocketReader | null) {
    this.#raw = raw;
    this.#reader = reader;
    this.local = { host: plainHost(raw.localAddress), port: raw.localPort ?? 0 };
    this.remote = addressOf(raw) ?? { host: '', port: 0 };
    const { servername } = raw as { servername?: string | false | null };
    this.serverName = servername === undefined || servername === false ? null : servername;
    raw.on('error', (error: NodeJS.ErrnoException) => {
      this.#error ??= toNetworkError('exchange data with', this.remote, error);
    });
    raw.on('close', () => {
      this.#isClosed = true;
      this.#handlers?.onClose(this.#error);
    });
  }

  get peerCertificate(): Uint8Array | null {
    if (!(this.#raw instanceof TLSSocket) || !this.#raw.authorized) return null;
    return this.#raw.getPeerX509Certificate()?.raw ?? null;
  }

  get queuedBytes(): number {
    return this.#raw.writableLength;
  }

  start(handlers: SocketHandlers): void {
    assert(this.#handlers === null, 'a socket is started once');
    this.#handlers = handlers;
    // It may have been dropped before anyone listened.
    if (this.#isClosed) return process.nextTick(() => handlers.onClose(this.#error));
    const deliver = (chunk: Uint8Array): void => {
      if (!this.#raw.destroyed) handlers.onData(chunk);
    };
    if (this.#reader === null) this.#raw.on('data', deliver);
    else this.#reader.deliver = deliver;
    this.#raw.on('end', () => handlers.onEnd?.());
    this.#raw.resume();
  }

  write(chunks: readonly Uint8Array[], sent?: () => void): number {
    const raw = this.#raw;
    const last = chunks.length - 1;
    if (last < 0 || this.#isEnding || raw.destroyed) {
      if (sent !== undefined) process.nextTick(sent);
      return this.queuedBytes;
    }
    const done = sent === undefined ? this.#onWritten : () => this.#onSent(sent);
    if (last === 0) {
      raw.write(chunks[0]!, done);
    } else {
      raw.cork();
      for (let i = 0; i < last; i++) raw.write(chunks[i]!);
      raw.write(chunks[last]!, done);
      raw.uncork();
    }
    const queuedBytes = raw.writableLength;
    if (queuedBytes > 0) this.#isBackedUp = true;
    return queuedBytes;
  }

  pause(): void {
    this.#raw.pause();
  }

  resume(): void {
    if (this.#handlers !== null) this.#raw.resume();
  }

  end(): void {
    this.#isEnding = true;
    this.#raw.end();
  }

  destroy(error?: Error): void {
    if (this.#raw.destroyed) return;
    this.#error = error ?? null;
    this.#raw.destroy();
  }

  #onSent(sent: () => void): void {
    sent();
    this.#onWritten();
  }

  readonly #onWritten = (): void => {
    if (!this.#isBackedUp || this.#raw.destroyed || this.#raw.writableLength > 0) return;
    this.#isBackedUp = false;
    this.#handlers?.onDrain?.();
  };
}

/** Null once the connection is gone and nobody asked before. */
export function addressOf(raw: net.Socket): NetworkAddress | null {
  const { remoteAddress, remotePort } = raw;
  return remoteAddress === undefined || remotePort === undefined
    ? null
    : { host: plainHost(remoteAddress), port: remotePort };
}

/** Without `::ffff:` before IPv4, and without an IPv6 scope: nobody else could connect to such an address. */
export function plainHost(host: string | undefined): string {
  if (host === undefined) return '';
  const scope = host.indexOf('%');
  const address = scope < 0 ? host : host.slice(0, scope);
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice(7) : address;
}
