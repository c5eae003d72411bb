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
  readonly peerCertificate: Uint8Array | null;
  readonly #raw: net.Socket;
  readonly #reader: SocketReader | null;
  #handlers: SocketHandlers | null = null;
  #error: Error | null = null;
  #isEnding = false;
  #isClosed = false;
  /** A write has left bytes in the queue, and `onDrain` has not told yet that they are gone. */
  #isBackedUp = false;
  #isPaused = false;
  /** Read after `pause`, to be delivered first after `resume`. */
  #kept: Uint8Array | null = null;

  /** @param reader where a socket made by `StaticReads` delivers; null when `raw` emits its data. */
  constructor(raw: net.Socket, reader: SocketReader | null) {
    this.#raw = raw;
    this.#reader = reader;
    this.local = { host: plainHost(raw.localAddress), port: raw.localPort ?? 0 };
    this.remote = addressOf(raw) ?? { host: '', port: 0 };
    const tls = raw instanceof TLSSocket ? raw : null;
    // Read now: once the connection is gone, Node knows neither.
    this.serverName = (tls as { servername?: string | false | null } | null)?.servername || null;
    this.peerCertificate = tls?.authorized === true ? (tls.getPeerX509Certificate()?.raw ?? null) : null;
    raw.on('error', (error: NodeJS.ErrnoException) => this.#onError(error));
    if (raw.errored !== null) this.#onError(raw.errored);
    this.#isClosed = raw.closed;
    raw.on('close', () => {
      this.#isClosed = true;
      this.#handlers?.onClose(this.#error);
    });
  }

  get queuedBytes(): number {
    return this.#raw.writableLength;
  }

  start(handlers: SocketHandlers): void {
    assert(this.#handlers === null, 'a socket is started once');
    this.#handlers = handlers;
    // It may have been dropped before anyone listened.
    if (this.#isClosed) return process.nextTick(() => handlers.onClose(this.#error));
    // A Buffer would do, but for its `slice`, which does not copy as that of the type we promise.
    if (this.#reader === null) this.#raw.on('data', (chunk: Buffer) => this.#deliver(asBytes(chunk)));
    else this.#reader.deliver = (chunk) => this.#deliver(chunk);
    this.#raw.on('end', () => handlers.onEnd?.());
    if (!this.#isPaused) this.#raw.resume();
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
    this.#isPaused = true;
    this.#raw.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    process.nextTick(() => this.#goOn());
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

  #onError(error: NodeJS.ErrnoException): void {
    this.#error ??= toNetworkError('exchange data with', this.remote, error);
    // A TLS alert is emitted as an error, but leaves a socket that may be half open as it is.
    this.#raw.destroy();
  }

  /** A socket that reads into our buffer may hand over one more chunk after `pause`: it is kept, and reading stops. */
  #deliver(chunk: Uint8Array): boolean {
    if (this.#raw.destroyed) return false;
    if (!this.#isPaused) {
      this.#handlers!.onData(chunk);
    } else {
      assert(this.#kept === null, 'nothing is read after the chunk that came too late');
      this.#kept = chunk.slice();
    }
    return !this.#isPaused;
  }

  #goOn(): void {
    if (this.#isPaused || this.#handlers === null || this.#raw.destroyed) return;
    const kept = this.#kept;
    this.#kept = null;
    if (kept !== null) this.#handlers.onData(kept);
    if (!this.#isPaused) this.#raw.resume();
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

function asBytes(chunk: Buffer): Uint8Array {
  return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
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
