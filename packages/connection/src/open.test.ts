import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { after, test } from 'node:test';
import { ErrorCode, type Api } from '@ottla/protocol';
import { fetch } from '@ottla/protocol/messages/01-fetch';
import { metadata } from '@ottla/protocol/messages/03-metadata';
import { saslHandshake } from '@ottla/protocol/messages/17-sasl-handshake';
import { apiVersions, type ApiVersionsRequest } from '@ottla/protocol/messages/18-api-versions';
import { saslAuthenticate, type SaslAuthenticateRequest } from '@ottla/protocol/messages/36-sasl-authenticate';
import { NetworkError, OperationalError, TimerWheel, TlsError } from '@ottla/runtime';
import { createNodeIo } from '@ottla/runtime/node';
import type { Authenticate, Connection, ConnectionOptions } from './connection.ts';
import {
  AuthenticationError,
  ConnectionClosedError,
  NegotiationError,
  OpenTimeoutError,
  UnsupportedVersionError,
} from './errors.ts';
import { openConnection } from './open.ts';
import {
  listenScripted,
  offer,
  type ReceivedRequest,
  type Script,
  type ScriptedBroker,
} from './scripted-broker.fixture.ts';
import { until } from './scripted-world.fixture.ts';

const io = createNodeIo();
after(() => io.close());

interface World {
  readonly broker: ScriptedBroker;
  readonly open: (options?: Partial<ConnectionOptions>) => Promise<Connection>;
}

/** A scripted broker for the length of `run`. */
async function withBroker(
  options: {
    script?: Script;
    apis?: readonly Api[];
    answersApiVersions?: boolean;
  },
  run: (world: World) => Promise<void>,
): Promise<void> {
  const { script = () => {}, apis = [metadata], answersApiVersions = true } = options;
  const broker = await listenScripted(io.network, { host: '127.0.0.1', apis, script, answersApiVersions });
  const open = (more: Partial<ConnectionOptions> = {}): Promise<Connection> =>
    openConnection(io, { host: broker.host, port: broker.port, ...more });
  try {
    await run({ broker, open });
  } finally {
    await broker.close();
  }
}

const versionsAsked = (broker: ScriptedBroker): number[] =>
  broker.peers.flatMap((peer) => peer.received.map((request) => request.version));

test('open: the highest ApiVersions is asked, with what the client is', async () => {
  await withBroker({}, async ({ broker, open }) => {
    const connection = await open({
      softwareName: 'test-client',
      softwareVersion: '1.2.3',
      clientId: 'me',
      expected: { clusterId: 'c1', nodeId: 4 },
    });
    const request = broker.peers[0]!.received[0]!;
    strictEqual(request.version, 5);
    strictEqual(request.header.clientId, 'me');
    const body = request.body as ApiVersionsRequest;
    deepStrictEqual(
      [body.clientSoftwareName, body.clientSoftwareVersion, body.clusterId, body.nodeId],
      ['test-client', '1.2.3', 'c1', 4],
    );
    deepStrictEqual(connection.offered.versions.get(metadata.key), metadata.versions);
    strictEqual(connection.versionOf(metadata), 13);
    strictEqual(connection.peer, `127.0.0.1:${broker.port}`);
    await connection.close();
  });
});

test('open: features are kept', async () => {
  const script: Script = (request, peer) =>
    peer.answer(request, apiVersions, {
      errorCode: 0,
      apiKeys: offer([]),
      supportedFeatures: [{ name: 'metadata.version', minVersion: 7, maxVersion: 30 }],
      finalizedFeatures: [{ name: 'metadata.version', maxVersionLevel: 29, minVersionLevel: 29 }],
      finalizedFeaturesEpoch: 77,
    });
  await withBroker({ script, answersApiVersions: false }, async ({ open }) => {
    const { offered } = await open();
    deepStrictEqual(offered.supportedFeatures, [{ name: 'metadata.version', minVersion: 7, maxVersion: 30 }]);
    deepStrictEqual([...offered.finalizedFeatures], [['metadata.version', 29]]);
    strictEqual(offered.finalizedFeaturesEpoch, 77);
  });
});

/** A broker whose ApiVersions ends at `max`; `lists` as brokers since 2.4 do, in the refusal too. */
const brokerUpTo =
  (max: number, lists: boolean): Script =>
  (request, peer) => {
    const apiKeys = [{ apiKey: apiVersions.key, minVersion: 0, maxVersion: max }];
    if (request.version <= max) peer.answer(request, apiVersions, { errorCode: 0, apiKeys });
    else peer.answer(request, apiVersions, { errorCode: 35, apiKeys: lists ? apiKeys : [] }, 0);
  };

const downgrades: readonly (readonly [why: string, script: Script, asked: readonly number[]])[] = [
  ['a broker of today', brokerUpTo(5, true), [5]],
  ['Kafka 4.0: it says that it has 4', brokerUpTo(4, true), [5, 4]],
  ['Kafka 2.4: it says that it has 3', brokerUpTo(3, true), [5, 3]],
  ['Kafka 2.3: it says nothing', brokerUpTo(2, false), [5, 0]],
  ['a broker that has 0 alone', brokerUpTo(0, true), [5, 0]],
];
for (const [why, script, asked] of downgrades) {
  test(`open: versions go down to those of ${why}`, async () => {
    await withBroker({ script, answersApiVersions: false }, async ({ broker, open }) => {
      await open();
      deepStrictEqual(versionsAsked(broker), asked);
    });
  });
}

test('open: the caller may start lower', async () => {
  await withBroker({}, async ({ broker, open }) => {
    await open({ versions: new Map([[apiVersions.key, { from: 0, to: 2 }]]) });
    deepStrictEqual(versionsAsked(broker), [2]);
  });
});

const liars: readonly (readonly [why: string, listed: number, asked: readonly number[]])[] = [
  ['the version that it refuses', 5, [5, 4, 3, 2, 1, 0]],
  ['a version that does not exist', 99, [5, 4, 3, 2, 1, 0]],
  ['a negative version', -1, [5, 0]],
];
for (const [why, listed, asked] of liars) {
  test(`open: a broker that refuses everything and offers ${why} ends in an error`, async () => {
    const script: Script = (request, peer) => {
      const apiKeys = [{ apiKey: apiVersions.key, minVersion: 0, maxVersion: listed }];
      peer.answer(request, apiVersions, { errorCode: ErrorCode.UNSUPPORTED_VERSION, apiKeys }, 0);
    };
    await withBroker({ script, answersApiVersions: false }, async ({ broker, open }) => {
      await rejects(open(), UnsupportedVersionError);
      deepStrictEqual(versionsAsked(broker), asked);
    });
  });
}

test("open: a refusal names Kafka's code and what helps", async () => {
  const script: Script = (request, peer) =>
    peer.answer(request, apiVersions, { errorCode: ErrorCode.REBOOTSTRAP_REQUIRED, apiKeys: [] });
  await withBroker({ script, answersApiVersions: false }, async ({ open }) => {
    await rejects(open(), (error) => {
      ok(error instanceof NegotiationError);
      strictEqual(error.errorCode, 129);
      match(error.message, /REBOOTSTRAP_REQUIRED \(129\)/);
      return true;
    });
  });
});

// ------------------------------------------------------------------------------------------------------- credentials

class WrongPassword extends OperationalError {
  readonly code = 'ERR_TEST_PASSWORD';
  readonly retriable = false;
}

const plain: Authenticate = async (channel) => {
  await channel.send(saslHandshake, { mechanism: 'PLAIN' });
  const { errorCode, errorMessage } = await channel.send(saslAuthenticate, { authBytes: Buffer.from('\0me\0secret') });
  if (errorCode !== 0) throw new WrongPassword(errorMessage ?? '');
};

const saslBroker =
  (errorCode: number): Script =>
  (request, peer) => {
    if (request.api.key === saslHandshake.key) {
      peer.answer(request, saslHandshake, { errorCode: 0, mechanisms: ['PLAIN'] });
    } else if (request.api.key === saslAuthenticate.key) {
      const errorMessage = errorCode === 0 ? null : 'no such user';
      peer.answer(request, saslAuthenticate, { errorCode, errorMessage, authBytes: Buffer.alloc(0) });
    } else {
      peer.answer(request, metadata, { brokers: [], topics: [] });
    }
  };
const saslApis = [metadata, saslHandshake, saslAuthenticate];
const names = ({ peers }: ScriptedBroker): string[] =>
  peers.flatMap(({ received }) => received.map((request: ReceivedRequest) => request.api.name));

test('open: credentials follow the versions and come before all else', async () => {
  await withBroker({ script: saslBroker(0), apis: saslApis }, async ({ broker, open }) => {
    const connection = await open({ authenticate: plain });
    await connection.send(metadata, { topics: [] });
    deepStrictEqual(names(broker), ['ApiVersions', 'SaslHandshake', 'SaslAuthenticate', 'Metadata']);
    const { authBytes } = broker.peers[0]!.received[2]!.body as SaslAuthenticateRequest;
    strictEqual(Buffer.from(authBytes).toString(), '\0me\0secret');
  });
});

test('open: refused credentials close the connection, and the reason is in the sentence', async () => {
  await withBroker({ script: saslBroker(58), apis: saslApis }, async ({ broker, open }) => {
    await rejects(open({ authenticate: plain }), (error) => {
      ok(error instanceof AuthenticationError);
      ok(error.cause instanceof WrongPassword);
      match(error.message, /^Authentication with 127\.0\.0\.1:\d+ failed: no such user$/);
      return true;
    });
    await until(() => broker.peers[0]!.received.length === 3);
  });
});

test('open: a bug in the hook comes out as it is', async () => {
  await withBroker({}, async ({ open }) => {
    const bug = new TypeError('oops');
    const authenticate = (): Promise<void> => Promise.reject(bug);
    await rejects(open({ authenticate }), (error) => error === bug);
  });
});

test('open: while credentials are exchanged again, others wait', async () => {
  await withBroker({ script: saslBroker(0), apis: saslApis }, async ({ broker, open }) => {
    const connection = await open({ authenticate: plain });
    const order: string[] = [];
    const again = connection.authenticate(async (channel) => {
      const waiting = connection.send(metadata, { topics: [] }).then(() => order.push('metadata'));
      await plain(channel);
      order.push('authenticated');
      void waiting;
    });
    await again;
    await connection.send(metadata, { topics: [] });
    deepStrictEqual(order, ['authenticated', 'metadata']);
    deepStrictEqual(names(broker).slice(3), ['SaslHandshake', 'SaslAuthenticate', 'Metadata', 'Metadata']);
  });
});

// ------------------------------------------------------------------------------------------------- not what we wanted

test('open: nothing listens there', async () => {
  const closed = await listenScripted(io.network, { host: '127.0.0.1', apis: [], script: () => {} });
  await closed.close();
  await rejects(openConnection(io, { host: '127.0.0.1', port: closed.port }), (error) => {
    ok(error instanceof NetworkError);
    strictEqual(error.code, 'ERR_NETWORK_REFUSED');
    match(error.message, new RegExp(`127\\.0\\.0\\.1:${closed.port}`));
    return true;
  });
});

test('open: a name that nobody knows', async () => {
  await rejects(openConnection(io, { host: 'no-such-host.invalid', port: 9092 }), (error) => {
    ok(error instanceof NetworkError);
    strictEqual(error.code, 'ERR_NETWORK_UNKNOWN_HOST');
    return true;
  });
});

for (const openTimeoutMs of [Infinity, 3e9]) {
  test(`open: a deadline of ${openTimeoutMs} ms is none that anyone sees`, async () => {
    await withBroker({}, async ({ open }) => {
      const connection = await open({ openTimeoutMs, requestTimeoutMs: openTimeoutMs });
      await connection.close();
    });
  });
}

const unusable: readonly (readonly [options: Partial<ConnectionOptions>, sentence: RegExp])[] = [
  [{ maxInFlight: 0 }, /maxInFlight is a number from 1 on, not 0/],
  [{ maxInFlightBytes: Number.NaN }, /maxInFlightBytes is a number from 1 on, not NaN/],
  [{ maxResponseBytes: -1 }, /maxResponseBytes is/],
  [{ maxWaiting: -1 }, /maxWaiting is a number from 0 on/],
  [{ openTimeoutMs: 0 }, /openTimeoutMs is a number of milliseconds above 0/],
  [{ requestTimeoutMs: Number.NaN }, /requestTimeoutMs is/],
];
for (const [options, sentence] of unusable) {
  test(`open: refused before dialling: ${JSON.stringify(options)}`, async () => {
    await withBroker({}, async ({ broker, open }) => {
      await rejects(open(options), { name: 'AssertionError', message: sentence });
      strictEqual(broker.peers.length, 0);
    });
  });
}

test('open: what fails after connecting leaves no socket open', async () => {
  await withBroker({}, async ({ broker, open }) => {
    const timers = new TimerWheel(io.clock);
    timers.close();
    await rejects(open({ timers }), { name: 'AssertionError' });
    await until(() => broker.peers[0]?.hasEnded === true);
  });
});

test('open: two exchanges of credentials come one after the other', async () => {
  await withBroker({ script: saslBroker(0), apis: saslApis }, async ({ broker, open }) => {
    const connection = await open({ authenticate: plain });
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const order: string[] = [];
    const [first, second] = gates.map(({ promise }, i) =>
      connection.authenticate(async (channel) => {
        order.push(`begin ${i}`);
        await promise;
        await plain(channel);
        order.push(`end ${i}`);
      }),
    );
    const waiting = connection.send(metadata, { topics: [] }).then(() => order.push('metadata'));
    gates[0]!.resolve();
    await first;
    gates[1]!.resolve();
    await Promise.all([second, waiting]);
    deepStrictEqual(order, ['begin 0', 'end 0', 'begin 1', 'end 1', 'metadata']);
    deepStrictEqual(names(broker).slice(-5), [...names(broker).slice(-5, -1), 'Metadata']);
  });
});

test('open: a hook that never ends is ended', async () => {
  await withBroker({}, async ({ open }) => {
    await rejects(open({ openTimeoutMs: 30, authenticate: () => new Promise(() => {}) }), (error) => {
      ok(error instanceof OpenTimeoutError, String(error));
      match(error.message, /its authentication was not done/);
      return true;
    });
  });
});

test('open: TLS to a plaintext broker: both sides say so', async () => {
  await withBroker({}, async ({ broker, open }) => {
    await rejects(open({ tls: { verify: false } }), (error) => {
      ok(error instanceof TlsError, String(error));
      match(error.message, /may speak plaintext/);
      return true;
    });
    match(broker.peers[0]!.refusals[0]!, /sent a TLS handshake to the PLAINTEXT listener .* switch TLS off/);
  });
});

test('open: closed during authentication', async () => {
  const script: Script = (_request, peer) => peer.socket.destroy();
  await withBroker({ script, apis: saslApis }, async ({ open }) => {
    await rejects(open({ authenticate: plain }), (error) => {
      ok(error instanceof AuthenticationError);
      ok(error.cause instanceof ConnectionClosedError);
      strictEqual(error.retriable, true);
      return true;
    });
  });
});

test('versions: what is picked, and what is said when nothing is left', async () => {
  await withBroker({ apis: [metadata] }, async ({ open, broker }) => {
    const connection = await open({ versions: new Map([[metadata.key, { from: 0, to: 9 }]]) });
    strictEqual(connection.versionOf(metadata), 9, "the connection's bounds");
    strictEqual(connection.versionOf(metadata, { versions: { from: 0, to: 7 } }), 7, "the request's bounds");
    strictEqual(connection.versionOf(metadata, { version: 12 }), 12, 'exactly one');
    await rejects(connection.send(metadata, { topics: [] }, { version: 14 }), UnsupportedVersionError);
    await rejects(connection.send(fetch, {} as never), (error) => {
      ok(error instanceof UnsupportedVersionError);
      match(error.message, /does not offer Fetch \(1\)/);
      return true;
    });
    deepStrictEqual(versionsAsked(broker), [5], 'nothing of it was sent');
  });
});
