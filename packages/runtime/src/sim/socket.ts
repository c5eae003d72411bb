/** One end of a simulated connection. */
import { assert } from '../assert.ts';
import type { NetworkAddress, Socket, SocketHandlers } from '../io.ts';
import { NetworkError, TlsError } from '../network-errors.ts';
import type { FaultDice } from './faults.ts';
import type { Life } from './life.ts';
import type { HostSocket, SimHost, SimNetwork } from './network.ts';
import { Pipe, type Flight, type PipeEnd } from './pipe.ts';

const TURN_MICROS_MAX = 20;
/** The chance that what waits to be read is read in one piece. */
const JOINED = 1 / 2;
/** What a view reads as once the call that it was valid for is over. */
const POISON = 0xdb;

/** What both ends share. */
export class SimConnection {
  /** Nothing arrives any more, and nobody is told. */
  isLost = false;
  /** Both ends have been, or will be, told that it is gone. */
  isCut = false;
  readonly client: SimSocket;
  readonly server: SimSocket;

  constructor(network: SimNetwork, client: EndOptions, server: EndOptions, dice: FaultDice) {
    this.client = new SimSocket(network, this, client, server.address);
    this.server = new SimSocket(network, this, server, client.address);
    this.client.join(this.server, dice);
    this.server.join(this.client, dice);
  }

  /** A router in between has had enough: what is on the way is gone, and each end learns of it in its time. */
  cut(): void {
    this.isCut = true;
    this.client.cutOff();
    this.server.cutOff();
  }
}

export interface EndOptions {
  readonly life: Life;
  readonly host: SimHost;
  readonly address: NetworkAddress;
}

export class SimSocket implements Socket, HostSocket, PipeEnd {
  readonly local: NetworkAddress;
  readonly remote: NetworkAddress;
  readonly life: Life;
  readonly host: SimHost;
  readonly connection: SimConnection;
  readonly arrivalKind: string;
  serverName: string | null = null;
  peerCertificate: Uint8Array | null = null;
  isClosed = false;
  readonly #network: SimNetwork;
  #dice!: FaultDice;
  #outgoing!: Pipe;
  #incoming!: Pipe;
  #handlers: SocketHandlers | null = null;
  #error: Error | null = null;
  #inbox: (Uint8Array | 'fin')[] = [];
  #isPaused = false;
  #isPumping = false;
  #isBackedUp = false;
  #isEnding = false;
  #hasEnded = false;
  #hasPeerEnded = false;

  constructor(
    network: SimNetwork,
    connection: SimConnection,
    { life, host, address }: EndOptions,
    remote: NetworkAddress,
  ) {
    this.#network = network;
    this.connection = connection;
    this.life = life;
    this.host = host;
    this.local = address;
    this.remote = remote;
    this.arrivalKind = `segment ${address.host}:${address.port}>${remote.host}:${remote.port}`;
  }

  join(peer: SimSocket, dice: FaultDice): void {
    this.#dice = dice;
    this.#outgoing = new Pipe(this.#network, this, peer, dice);
    peer.#incoming = this.#outgoing;
    this.host.sockets.add(this);
  }

  get queuedBytes(): number {
    return this.#outgoing.queuedBytes;
  }

  start(handlers: SocketHandlers): void {
    assert(this.#handlers === null, 'a socket is started once');
    this.#handlers = handlers;
    if (this.isClosed) this.#later('closed', () => handlers.onClose(this.#error));
    else this.#schedulePump();
  }

  write(chunks: readonly Uint8Array[], sent?: () => void): number {
    if (this.isClosed || this.#isEnding || chunks.length === 0) {
      if (sent !== undefined) this.#later('sent', sent);
      return this.queuedBytes;
    }
    this.#outgoing.write(chunks, sent);
    this.#isBackedUp = true;
    return this.queuedBytes;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#schedulePump();
  }

  end(): void {
    if (this.#isEnding || this.isClosed) return;
    this.#isEnding = true;
    this.#outgoing.end();
  }

  destroy(error?: Error): void {
    if (this.isClosed) return;
    // A kernel that throws away what nobody read says so with a reset; else it ends the stream, or is asked to reset.
    const isRude = this.#inbox.length > 0 || this.#dice.prng.chance(0.5);
    this.#close(error ?? null, this.#hasEnded ? null : isRude ? 'reset' : 'fin');
  }

  /** Its process died. Without power nobody is told; otherwise the kernel closes what the process left open. */
  die(): void {
    const last = this.host.hasPower && !this.isClosed ? this.#dice.prng.pick(['fin', 'reset'] as const) : null;
    this.isClosed = true;
    this.#outgoing.abandon(last);
    this.host.sockets.delete(this);
  }

  fail(errno: string, isTls = false): void {
    if (this.isClosed || !this.life.isAlive) return;
    this.#later('failed', () => {
      if (this.isClosed) return;
      const error = new (isTls ? TlsError : NetworkError)('exchange data with', this.remote, errno);
      this.#close(error, null);
    });
  }

  giveUp(): void {
    // Who waits for an answer runs out of patience too; who only listens never learns of it.
    if (this.#outgoing.isOutstanding) this.fail('ETIMEDOUT');
  }

  /** The connection was cut on the way. */
  cutOff(): void {
    this.#outgoing.cut();
    this.#network.scheduler.schedule(this.#network.delayMicros(this.host, this.host), null, 'cut', () => {
      this.fail('ECONNRESET');
    });
  }

  refuse(): void {
    this.#network.scheduler.schedule(this.#network.delayMicros(this.host, this.host), null, 'reset', () => {
      this.fail('ECONNRESET');
    });
  }

  receive(flight: Flight): void {
    if (flight === 'reset') return this.fail('ECONNRESET');
    this.#inbox.push(flight);
    this.#pump();
  }

  onFlushed(ended: boolean): void {
    if (this.isClosed) return;
    if (this.#isBackedUp) {
      this.#isBackedUp = false;
      this.#handlers?.onDrain?.();
    }
    if (ended) this.#hasEnded = true;
    this.#closeWhenBothEnded();
  }

  #schedulePump(): void {
    if (this.#inbox.length > 0) this.#later('readable', () => this.#pump());
  }

  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#inbox.length > 0 && this.#handlers !== null && !this.#isPaused && !this.isClosed) {
      this.#deliver(this.#inbox.shift()!, this.#handlers);
    }
    this.#isPumping = false;
  }

  #deliver(flight: Uint8Array | 'fin', handlers: SocketHandlers): void {
    if (flight === 'fin') {
      this.#hasPeerEnded = true;
      handlers.onEnd?.();
      return this.#closeWhenBothEnded();
    }
    const chunk = this.#withWhatFollows(flight);
    handlers.onData(chunk);
    chunk.fill(POISON);
    this.#incoming.consumed(chunk.length);
  }

  /** After a pause several segments wait, and a kernel gives them out as one stream. */
  #withWhatFollows(first: Uint8Array): Uint8Array {
    const next = this.#inbox[0];
    if (next === undefined || next === 'fin' || !this.#dice.prng.chance(JOINED)) return first;
    this.#inbox.shift();
    const joined = new Uint8Array(first.length + next.length);
    joined.set(first);
    joined.set(next, first.length);
    return this.#withWhatFollows(joined);
  }

  #closeWhenBothEnded(): void {
    if (this.#hasEnded && this.#hasPeerEnded && !this.isClosed) this.#close(null, null);
  }

  #close(error: Error | null, last: 'fin' | 'reset' | null): void {
    this.isClosed = true;
    this.#error = error;
    this.host.sockets.delete(this);
    const waiting = this.#outgoing.abandon(last);
    const handlers = this.#handlers;
    this.#later('closed', () => {
      for (const sent of waiting) sent();
      handlers?.onClose(error);
    });
  }

  #later(kind: string, run: () => void): void {
    this.#network.scheduler.schedule(1 + this.#dice.prng.below(TURN_MICROS_MAX), this.life, kind, run);
  }
}
