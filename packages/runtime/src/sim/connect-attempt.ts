/** One simulated `connect`: name, network, listener, TLS; each may fail, and a time limit holds for all together. */
import type { ConnectOptions, NetworkAddress, Socket } from '../io.ts';
import { NetworkError, TlsError } from '../network-errors.ts';
import type { SimListener } from './listener.ts';
import { isLoopback, type NetworkContext, type SimHost } from './network.ts';
import type { Task } from './scheduler.ts';
import { SimConnection } from './socket.ts';
import { acceptPlainOnTls, greetPlainListener, shakeHands, type Verdict } from './tls.ts';

const CONNECT_TIMEOUT_MS = 30_000;
const RESOLVE_MICROS_MAX = 2_000;
/** A connection request that got no answer is sent again after about that time. */
const RETRY_MICROS = [200_000, 1_000_000] as const;

export class ConnectAttempt {
  readonly #context: NetworkContext;
  readonly #options: ConnectOptions;
  readonly #resolve: (socket: Socket) => void;
  readonly #reject: (error: Error) => void;
  #deadline: Task | null = null;
  #connection: SimConnection | null = null;
  #isSettled = false;

  constructor(
    context: NetworkContext,
    options: ConnectOptions,
    resolve: (socket: Socket) => void,
    reject: (error: Error) => void,
  ) {
    this.#context = context;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    const { network, dice, life, host } = this.#context;
    const { timeoutMs = CONNECT_TIMEOUT_MS } = this.#options;
    if (timeoutMs < Infinity) {
      this.#deadline = network.scheduler.schedule(timeoutMs * 1000, life, 'connect timeout', () => this.#timeOut());
    }
    const what = `connect ${this.#options.host}:${this.#options.port}`;
    network.scheduler.schedule(1 + dice.prng.below(RESOLVE_MICROS_MAX), life, what, () => {
      const target = network.resolve(this.#options.host, host);
      if (target === null) this.#fail('ENOTFOUND');
      else if (dice.strikes('connectRefused')) this.#fail('ECONNREFUSED');
      else if (!dice.strikes('connectTimeout')) this.#knock(target);
    });
  }

  #knock(target: SimHost): void {
    const { network, host } = this.#context;
    network.scheduler.schedule(network.delayMicros(host, target), null, 'knock', () => this.#arrive(target));
  }

  #arrive(target: SimHost): void {
    const { network, host, dice, life } = this.#context;
    if (this.#isSettled || !life.isAlive) return;
    if (!target.hasPower || network.isBlocked(host, target) || network.isBlocked(target, host)) {
      const [least, most] = RETRY_MICROS;
      network.scheduler.schedule(dice.prng.between(least, most), life, 'knock again', () => this.#knock(target));
      return;
    }
    const reached = isLoopback(this.#options.host) ? '127.0.0.1' : target.address;
    const listener = target.listenerAt(reached, this.#options.port);
    if (listener === null) this.#back(target, () => this.#fail('ECONNREFUSED'));
    else this.#meet(listener, target, { host: reached, port: this.#options.port });
  }

  #meet(listener: SimListener, target: SimHost, address: NetworkAddress): void {
    const { network, host, life, dice } = this.#context;
    const own = { host: isLoopback(address.host) ? '127.0.0.1' : host.address, port: host.takePort() };
    const here = { life, host, address: own };
    const there = { life: listener.life, host: target, address };
    const connection = new SimConnection(network, here, there, dice);
    this.#connection = connection;
    const { accept, answer } = this.#introduce(connection, listener);
    network.scheduler.schedule(1, listener.life, 'accept', () => {
      if (listener.isClosed) connection.server.destroy();
      else accept();
    });
    this.#back(target, answer);
  }

  /** What the two sides do next, by whether they speak TLS. */
  #introduce(connection: SimConnection, listener: SimListener): { accept: () => void; answer: () => void } {
    const { client, server } = connection;
    const wanted = this.#options.tls;
    const plainAccept = (): void => listener.onConnection(server);
    const succeed = (): void => this.#succeed(connection);
    if (wanted === undefined) {
      if (listener.tls === null) return { accept: plainAccept, answer: succeed };
      return { accept: () => acceptPlainOnTls(this.#context.network.scheduler, listener, server), answer: succeed };
    }
    if (listener.tls === null) {
      return { accept: plainAccept, answer: () => greetPlainListener(client, (reason) => this.#failTls(reason)) };
    }
    const verdict = shakeHands(wanted, listener.tls, this.#options.host);
    return {
      accept: () => acceptSecure(listener, connection, verdict),
      answer: () => {
        if (verdict.clientReason !== null) return this.#failTls(verdict.clientReason);
        client.peerCertificate = verdict.serverCertificate;
        succeed();
      },
    };
  }

  /** The answer's way back. */
  #back(target: SimHost, run: () => void): void {
    const { network, host, life } = this.#context;
    network.scheduler.schedule(network.delayMicros(target, host), life, 'answer', () => {
      if (!this.#isSettled) run();
    });
  }

  #timeOut(): void {
    if (this.#connection !== null && this.#options.tls !== undefined) this.#failTls('ETIMEDOUT');
    else this.#fail('ETIMEDOUT');
  }

  #succeed(connection: SimConnection): void {
    this.#settle();
    this.#resolve(connection.client);
  }

  #fail(errno: string): void {
    this.#settle();
    this.#connection?.client.destroy();
    this.#reject(new NetworkError('connect to', this.#options, errno));
  }

  #failTls(reason: string): void {
    this.#settle();
    this.#connection?.client.destroy();
    this.#reject(new TlsError('connect to', this.#options, reason));
  }

  #settle(): void {
    this.#isSettled = true;
    if (this.#deadline !== null) this.#context.network.scheduler.cancel(this.#deadline);
  }
}

function acceptSecure(listener: SimListener, { client, server }: SimConnection, verdict: Verdict): void {
  if (verdict.serverReason === null) {
    server.serverName = verdict.serverName;
    server.peerCertificate = verdict.clientCertificate;
    return listener.onConnection(server);
  }
  listener.refuse(verdict.serverReason, server.remote);
  // TLS 1.3 lets a client begin before it learns that its certificate was not good enough.
  if (verdict.clientReason === null) client.fail('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', true);
  server.destroy();
}
