/** The network between simulated machines: names, delays, partitions, and who listens where. */
import type { FaultDice } from './faults.ts';
import type { Life } from './life.ts';
import type { SimListener } from './listener.ts';
import type { Scheduler } from './scheduler.ts';
import type { Trace } from './trace.ts';

export interface SimNetworkOptions {
  /** One way between two machines, in virtual microseconds, [least, most]. Default [50, 1,000]. */
  readonly delayMicros?: readonly [number, number];
  /** How long a kernel tries to get bytes through before it gives a connection up. Default 120,000. */
  readonly patienceMs?: number;
}

const LOOPBACK_MICROS = [10, 50] as const;
const FIRST_EPHEMERAL_PORT = 49_152;

/** What waits for a partition to heal, or for a machine to come back. */
export interface HeldUp {
  retry(): void;
}

/** An open connection's end, as far as its machine is concerned. */
export interface HostSocket {
  readonly life: Life;
  /** Its process died. */
  die(): void;
}

/** What decides whether bytes get from one end of a connection to the other. */
interface PassingEnd {
  readonly host: SimHost;
  readonly connection: { readonly isLost: boolean };
}

/** What a process brings to its dealings with the network. */
export interface NetworkContext {
  readonly network: SimNetwork;
  readonly host: SimHost;
  readonly life: Life;
  readonly dice: FaultDice;
}

/** A machine on the network; processes come and go on it. */
export class SimHost {
  readonly name: string;
  readonly address: string;
  hasPower = true;
  readonly sockets = new Set<HostSocket>();
  #listeners: SimListener[] = [];
  #nextPort = FIRST_EPHEMERAL_PORT;

  constructor(name: string, address: string) {
    this.name = name;
    this.address = address;
  }

  addListener(listener: SimListener): void {
    this.#listeners = this.#listeners.filter(({ isClosed, life }) => !isClosed && life.isAlive);
    this.#listeners.push(listener);
  }

  /** Who takes connections made to that address of this machine. */
  listenerAt(address: string, port: number): SimListener | null {
    return this.#listeners.find((listener) => listener.isReachedBy(address, port)) ?? null;
  }

  /** A port that no one has had so far. */
  takePort(): number {
    return this.#nextPort++;
  }
}

export class SimNetwork {
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly patienceMicros: number;
  readonly heldUp = new Set<HeldUp>();
  readonly #dice: FaultDice;
  readonly #delay: readonly [number, number];
  readonly #hosts: SimHost[] = [];
  readonly #blocked = new Set<string>();
  readonly #partitions = new Set<ReadonlySet<string>>();

  constructor(scheduler: Scheduler, trace: Trace, dice: FaultDice, options: SimNetworkOptions = {}) {
    this.scheduler = scheduler;
    this.trace = trace;
    this.#dice = dice;
    this.#delay = options.delayMicros ?? [50, 1_000];
    this.patienceMicros = (options.patienceMs ?? 120_000) * 1000;
  }

  addHost(name: string): SimHost {
    const host = new SimHost(name, `10.0.0.${this.#hosts.length + 1}`);
    this.#hosts.push(host);
    return host;
  }

  /** The machine that `host` (a name, an address, `localhost`) means on `from`; null when nobody has that name. */
  resolve(host: string, from: SimHost): SimHost | null {
    if (isLoopback(host)) return from;
    return this.#hosts.find(({ name, address }) => name === host || address === host) ?? null;
  }

  delayMicros(from: SimHost, to: SimHost): number {
    const [least, most] = from === to ? LOOPBACK_MICROS : this.#delay;
    return this.#dice.prng.between(least, most);
  }

  /** Bytes from one machine no longer reach the other; connections stay, and wait. The other way is not touched. */
  block(from: string, to: string): void {
    this.#record(from, `block ${to}`);
    this.#blocked.add(pairOf(from, to));
  }

  unblock(from: string, to: string): void {
    this.#record(from, `unblock ${to}`);
    this.#blocked.delete(pairOf(from, to));
    this.retryHeldUp();
  }

  /**
   * Cuts two groups of machines off from each other; with `oneWay`, only the first cannot reach the second.
   *
   * @returns what ends this partition, and no other.
   */
  partition(one: readonly string[], other: readonly string[], options: { readonly oneWay?: boolean } = {}): () => void {
    this.#dice.count('partition');
    this.#record('world', `partition ${one.join()} ${other.join()}`);
    const pairs = new Set<string>();
    for (const a of one) {
      for (const b of other) {
        pairs.add(pairOf(a, b));
        if (options.oneWay !== true) pairs.add(pairOf(b, a));
      }
    }
    this.#partitions.add(pairs);
    return () => {
      this.#record('world', `rejoin ${one.join()} ${other.join()}`);
      this.#partitions.delete(pairs);
      this.retryHeldUp();
    };
  }

  /** Every machine reaches every other again. */
  heal(): void {
    this.#record('world', 'heal');
    this.#blocked.clear();
    this.#partitions.clear();
    this.retryHeldUp();
  }

  retryHeldUp(): void {
    // What is still held up stays in the set, or comes back into it: look at each once.
    for (const one of Array.from(this.heldUp)) one.retry();
  }

  isBlocked(from: SimHost, to: SimHost): boolean {
    if (this.#blocked.size === 0 && this.#partitions.size === 0) return false;
    const pair = pairOf(from.name, to.name);
    if (this.#blocked.has(pair)) return true;
    for (const pairs of this.#partitions) if (pairs.has(pair)) return true;
    return false;
  }

  canPass(from: PassingEnd, to: PassingEnd): boolean {
    return !from.connection.isLost && !this.isBlocked(from.host, to.host);
  }

  #record(who: string, what: string): void {
    this.trace.record(this.scheduler.nowMicros, who, what);
  }
}

function pairOf(from: string, to: string): string {
  return `${from}>${to}`;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '::1';
}
