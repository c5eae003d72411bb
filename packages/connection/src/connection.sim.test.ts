/**
 * Clients and a broker over a network that delays, resets, loses and partitions, and a broker that dies and comes back.
 *
 * Invariants: every request is settled exactly once and before its deadline is long past; an answer is the answer to its
 * question; what is said not to have been sent never reached the broker; nothing is done twice; the requests of a
 * connection arrive in the order in which they were asked.
 */
import { ok, strictEqual } from 'node:assert/strict';
import type { Api } from '@ottla/protocol';
import { produce, type ProduceRequest } from '@ottla/protocol/messages/00-produce';
import { metadata, type MetadataRequest } from '@ottla/protocol/messages/03-metadata';
import { apiVersions } from '@ottla/protocol/messages/18-api-versions';
import { isOperationalError, type Io, type Prng } from '@ottla/runtime';
import { SimWorld } from '@ottla/runtime/sim';
import { simulation } from '@ottla/testing';
import type { Connection } from './connection.ts';
import { InvalidResponseError } from './errors.ts';
import { openConnection } from './open.ts';
import { listenScripted, type ReceivedRequest, type Script } from './scripted-broker.fixture.ts';

const PORT = 9092;
const ASKING_MS = 20_000;
const TIMEOUT_MS_MAX = 3_000;
/** Timers may be a second late, and a process may stand still for two. */
const SLACK_MS = 4_000;
const APIS: readonly Api[] = [metadata, produce];

interface Asked {
  readonly id: string;
  readonly isAnswered: boolean;
  readonly deadlineMs: number;
  settled: 'not yet' | 'answered' | 'taken' | 'notSent' | 'unknown' | 'refused';
}

class Ledger {
  readonly asked: Asked[] = [];
  /** Ids that the broker took, in order. */
  readonly done: string[] = [];
  readonly #counts: Record<string, number> = {
    answered: 0,
    taken: 0,
    notSent: 0,
    unknown: 0,
    refused: 0,
    opened: 0,
    'not opened': 0,
  };

  count(kind: string): void {
    this.#counts[kind] = (this.#counts[kind] ?? 0) + 1;
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  settle(asked: Asked, how: Asked['settled'], nowMs: number): void {
    strictEqual(asked.settled, 'not yet', `${asked.id} is settled twice`);
    ok(
      nowMs <= asked.deadlineMs + SLACK_MS,
      `${asked.id} is settled ${nowMs - asked.deadlineMs} ms after its deadline`,
    );
    asked.settled = how;
    this.count(how);
  }

  check(): void {
    const done = new Set(this.done);
    strictEqual(done.size, this.done.length, 'no request reaches the broker twice');
    for (const { id, settled } of this.asked) {
      ok(settled !== 'not yet', `${id} was never settled`);
      if (settled === 'answered') ok(done.has(id), `${id} was answered and never done`);
      if (settled === 'notSent' || settled === 'refused') ok(!done.has(id), `${id} was ${settled} and yet done`);
    }
  }
}

/** Answers at once; now and then never, or with the end of the connection. */
function brokerMain(ledger: Ledger, prng: Prng): (io: Io) => Promise<void> {
  return async (io) => {
    const script: Script = (request, peer) => {
      const id = idOf(request);
      ledger.done.push(id);
      const before = peer.received.slice(0, -1).findLast(({ api }) => api !== apiVersions);
      if (before !== undefined) ok(numberOf(idOf(before)) < numberOf(id), `${id} came behind ${idOf(before)}`);
      if (request.api.key === produce.key) return;
      if (prng.chance(0.98)) peer.answer(request, metadata, { brokers: [], topics: [], clusterId: id });
      else if (prng.chance(0.5)) peer.socket.destroy();
    };
    await listenScripted(io.network, { host: '0.0.0.0', port: PORT, apis: APIS, script });
  };
}

function idOf({ api, body }: ReceivedRequest): string {
  if (api.key === produce.key) return (body as ProduceRequest).transactionalId ?? '';
  return (body as MetadataRequest).topics?.[0]?.name ?? '';
}

function numberOf(id: string): number {
  return Number(id.slice(id.indexOf('-') + 1));
}

/** Asks and asks, over a new connection whenever the old one is gone. */
function clientMain(name: string, ledger: Ledger, prng: Prng): (io: Io) => Promise<void> {
  return async (io) => {
    const { clock } = io;
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));
    const endMs = clock.monotonicMs() + ASKING_MS;
    let connection: Connection | null = null;
    for (let n = 0; clock.monotonicMs() < endMs; n++) {
      if (connection === null || !connection.isOpen) connection = await open(io, ledger, prng);
      if (connection === null) await sleep(prng.below(500));
      else ask(connection, io, ledger, prng, `${name}-${n}`);
      if (prng.chance(0.2)) await sleep(prng.below(100));
      if (prng.chance(0.01)) void connection?.close();
    }
    await connection?.close();
  };
}

async function open(io: Io, ledger: Ledger, prng: Prng): Promise<Connection | null> {
  const startedMs = io.clock.monotonicMs();
  const openTimeoutMs = prng.pick([200, 2_000]);
  try {
    const limits = { maxInFlight: 1 + prng.below(10), maxWaiting: prng.below(50) };
    const connection = await openConnection(io, { host: 'broker', port: PORT, openTimeoutMs, ...limits });
    ledger.count('opened');
    return connection;
  } catch (error) {
    ok(isOperationalError(error), String(error));
    ledger.count('not opened');
    return null;
  } finally {
    const tookMs = io.clock.monotonicMs() - startedMs;
    ok(tookMs <= openTimeoutMs + SLACK_MS, `opening took ${tookMs} ms of ${openTimeoutMs}`);
  }
}

function ask(connection: Connection, { clock }: Io, ledger: Ledger, prng: Prng, id: string): void {
  const timeoutMs = prng.pick([50, 500, TIMEOUT_MS_MAX]);
  const isAnswered = prng.chance(0.8);
  const asked: Asked = { id, isAnswered, deadlineMs: clock.monotonicMs() + timeoutMs, settled: 'not yet' };
  ledger.asked.push(asked);
  const sent = isAnswered
    ? connection.send(metadata, { topics: [{ name: id }] }, { timeoutMs })
    : connection.sendUnanswered(produce, { transactionalId: id, acks: 0, timeoutMs, topicData: [] }, { timeoutMs });
  sent.then(
    (answer) => {
      if (answer !== undefined) strictEqual(answer.clusterId, id, 'an answer is the answer to its question');
      ledger.settle(asked, answer === undefined ? 'taken' : 'answered', clock.monotonicMs());
    },
    (error: unknown) => {
      ok(isOperationalError(error), String(error));
      const { outcome } = error as { outcome?: 'notSent' | 'unknown' };
      // An answer that makes no sense is one: what was asked may have been done.
      const otherwise = error instanceof InvalidResponseError ? 'unknown' : 'refused';
      ledger.settle(asked, outcome ?? otherwise, clock.monotonicMs());
    },
  );
}

simulation('connections in a storm', { seeds: 6 }, async (seed) => {
  const world = new SimWorld({
    seed,
    keepTraceText: true,
    clockDriftPpmMax: 100,
    faults: {
      networkStall: 0.001,
      networkReset: 0.001,
      networkLoss: 0.0005,
      connectRefused: 0.05,
      connectTimeout: 0.05,
      timerLate: 0.005,
    },
  });
  const ledger = new Ledger();
  const broker = world.createProcess('broker', brokerMain(ledger, world.chance('broker')));
  const names = ['one', 'two', 'three'];
  for (const name of names) world.createProcess(name, clientMain(name, ledger, world.chance(name)));

  const chance = world.chance('weather');
  const weather: readonly (() => void)[] = [
    () => broker.crash(),
    () => broker.kill(),
    () => chance.pick(world.processes).pause(chance.below(2_000)),
    () => world.network.partition([chance.pick(names)], ['broker'], { oneWay: chance.chance(0.5) }),
    () => world.network.heal(),
  ];
  for (let atMs = 1_000; atMs < ASKING_MS; atMs += 500 + chance.below(3_000)) {
    world.after(atMs, () => {
      if (!broker.isRunning) broker.restart();
      else chance.pick(weather)();
    });
  }
  await world.run({ untilMs: ASKING_MS + TIMEOUT_MS_MAX + 2 * SLACK_MS });
  ledger.check();
  return { trace: world.traceLines ?? [], counts: { ...world.faultCounts, ...ledger.counts } };
});
