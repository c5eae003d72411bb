/** A simulated process's view of the network: `Network` over its machine's host. */
import { assert } from '../assert.ts';
import type { ConnectOptions, Listener, ListenOptions, Network, Socket } from '../io.ts';
import { checkAddress, NetworkError } from '../network-errors.ts';
import { ConnectAttempt } from './connect-attempt.ts';
import { isWildcard, SimListener } from './listener.ts';
import { isLoopback, type NetworkContext } from './network.ts';

const BIND_MICROS_MAX = 100;

export class ProcessNetwork implements Network {
  readonly #context: NetworkContext;

  constructor(context: NetworkContext) {
    this.#context = context;
    const { host, life } = context;
    life.onEnd(() => {
      for (const socket of host.sockets) if (socket.life === life) socket.die();
    });
  }

  listen(options: ListenOptions, onConnection: (socket: Socket) => void): Promise<Listener> {
    const { network, life, dice } = this.#context;
    const what = `listen ${options.host}:${options.port}`;
    return new Promise((resolve, reject) => {
      checkAddress('listen on', options);
      network.scheduler.schedule(1 + dice.prng.below(BIND_MICROS_MAX), life, what, () => {
        try {
          resolve(this.#bind(options, onConnection));
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }

  connect(options: ConnectOptions): Promise<Socket> {
    return new Promise((resolve, reject) => {
      checkAddress('connect to', options);
      assert((options.timeoutMs ?? 0) >= 0, `a time limit is not negative: ${options.timeoutMs}`);
      if (this.#context.life.isAlive) new ConnectAttempt(this.#context, options, resolve, reject).start();
    });
  }

  #bind(options: ListenOptions, onConnection: (socket: Socket) => void): Listener {
    const { host, life } = this.#context;
    const bound = this.#boundHost(options);
    const port = options.port === 0 ? host.takePort() : options.port;
    const rival = host.listenerAt(bound, port);
    if (rival !== null) {
      const holder = { pid: rival.life.pid, command: rival.life.name };
      throw new NetworkError('listen on', options, 'EADDRINUSE', { holder });
    }
    const listener = new SimListener({ host: bound, port }, life, options, onConnection);
    host.addListener(listener);
    return listener;
  }

  #boundHost(options: ListenOptions): string {
    const { host, network } = this.#context;
    if (isWildcard(options.host)) return options.host === '' ? '::' : options.host;
    if (isLoopback(options.host)) return '127.0.0.1';
    if (network.resolve(options.host, host) === host) return host.address;
    throw new NetworkError('listen on', options, 'EADDRNOTAVAIL');
  }
}
