import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { after, test } from 'node:test';
import { CodecError, encodeResponseFrame, FrameSizeError, type Api } from '@ottla/protocol';
import { produce, type ProduceRequest } from '@ottla/protocol/messages/00-produce';
import { fetch } from '@ottla/protocol/messages/01-fetch';
import { metadata, type MetadataRequest } from '@ottla/protocol/messages/03-metadata';
import { ByteWriter, SlabPool } from '@ottla/runtime';
import { createNodeIo } from '@ottla/runtime/node';
import type { Connection, ConnectionOptions } from './connection.ts';
import { ConnectionClosedError, ConnectionFullError, InvalidResponseError, RequestTimeoutError } from './errors.ts';
import { REQUEST_CHANNEL, type RequestEvent } from './exchange.ts';
import { openConnection } from './open.ts';
import { listenScripted, type ReceivedRequest, type Script, type ScriptedPeer } from './scripted-broker.fixture.ts';

const io = createNodeIo();
after(() => io.close());

interface World {
  readonly connection: Connection;
  readonly peer: ScriptedPeer;
  /** Requests after ApiVersions, in order. */
  readonly asked: readonly ReceivedRequest[];
}

/** One open connection to a scripted broker. Without a script the broker is silent. */
async function withConnection(
  { script = () => {}, ...options }: Partial<ConnectionOptions> & { script?: Script },
  run: (world: World) => Promise<void>,
): Promise<void> {
  const asked: ReceivedRequest[] = [];
  const apis: Api[] = [metadata, produce, fetch];
  const broker = await listenScripted(io.network, {
    host: '127.0.0.1',
    apis,
    script: (request, peer) => {
      asked.push(request);
      script(request, peer);
    },
  });
  try {
    const connection = await openConnection(io, { host: '127.0.0.1', port: broker.port, ...options });
    await run({ connection, peer: broker.peers[0]!, asked });
    connection.destroy();
  } finally {
    await broker.close();
  }
}

const topicOf = (request: ReceivedRequest): string => (request.body as MetadataRequest).topics?.[0]?.name ?? '';
const ask = (topic: string): { topics: { name: string }[] } => ({ topics: [{ name: topic }] });
const echo: Script = (request, peer) =>
  peer.answer(request, metadata, { brokers: [], topics: [], clusterId: topicOf(request) });

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** What became of each, in words. */
async function outcomes(pending: readonly Promise<unknown>[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(pending);
  return settled.map((one) => {
    if (one.status === 'fulfilled') return (one.value as { clusterId: string }).clusterId;
    const { name, outcome } = one.reason as { name: string; outcome?: string };
    return outcome === undefined ? name : `${name} ${outcome}`;
  });
}

test('requests: pipelined, answered in order, each to who asked', async () => {
  await withConnection({ script: echo, maxInFlight: 3 }, async ({ connection, asked }) => {
    const topics = Array.from({ length: 20 }, (_, i) => `topic-${i}`);
    const answers = await Promise.all(topics.map((topic) => connection.send(metadata, ask(topic))));
    deepStrictEqual(
      answers.map(({ clusterId }) => clusterId),
      topics,
    );
    deepStrictEqual(asked.map(topicOf), topics);
    deepStrictEqual(
      asked.map(({ header }) => header.correlationId),
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
  });
});

test('requests: no more than allowed are in flight, the rest wait in order', async () => {
  await withConnection({ maxInFlight: 2 }, async ({ connection, peer, asked }) => {
    const pending = ['a', 'b', 'c', 'd'].map((topic) => connection.send(metadata, ask(topic)));
    deepStrictEqual([connection.inFlightCount, connection.waitingCount], [2, 2]);
    await until(() => asked.length === 2);
    echo(asked[0]!, peer);
    await pending[0];
    await until(() => asked.length === 3);
    deepStrictEqual([connection.inFlightCount, connection.waitingCount], [2, 1]);
    for (const request of asked.slice(1)) echo(request, peer);
    await until(() => asked.length === 4);
    echo(asked[3]!, peer);
    deepStrictEqual(await outcomes(pending), ['a', 'b', 'c', 'd']);
  });
});

test('requests: too many waiting are refused, and nothing of them is sent', async () => {
  await withConnection({ maxInFlight: 1, maxWaiting: 1 }, async ({ connection, asked, peer }) => {
    const pending = ['a', 'b', 'c'].map((topic) => connection.send(metadata, ask(topic)));
    await rejects(pending[2]!, (error) => {
      ok(error instanceof ConnectionFullError);
      match(error.message, /Metadata \(3\) v13 .* 1 requests are in flight and 1 wait/);
      return error.retriable;
    });
    await until(() => asked.length === 1);
    echo(asked[0]!, peer);
    await until(() => asked.length === 2);
    echo(asked[1]!, peer);
    deepStrictEqual(await outcomes(pending.slice(0, 2)), ['a', 'b']);
    deepStrictEqual(asked.map(topicOf), ['a', 'b']);
  });
});

test('requests: bytes in flight are bounded, and a large one is not stuck', async () => {
  const large = 'x'.repeat(200);
  await withConnection({ maxInFlight: 100, maxInFlightBytes: 100 }, async ({ connection, asked, peer }) => {
    const pending = [large, 'b', 'c'].map((topic) => connection.send(metadata, ask(topic)));
    deepStrictEqual([connection.inFlightCount, connection.waitingCount], [1, 2]);
    await until(() => asked.length === 1);
    echo(asked[0]!, peer);
    await until(() => asked.length === 3);
    for (const request of asked.slice(1)) echo(request, peer);
    deepStrictEqual(await outcomes(pending), [large, 'b', 'c']);
  });
});

test('requests: a body that does not fit fails alone', async () => {
  await withConnection({ script: echo }, async ({ connection, asked }) => {
    const before = connection.send(metadata, ask('before'));
    await rejects(connection.send(metadata, { topics: [{ name: 7 as unknown as string }] }), CodecError);
    const behind = connection.send(metadata, ask('behind'));
    deepStrictEqual(await outcomes([before, behind]), ['before', 'behind']);
    deepStrictEqual(asked.map(topicOf), ['before', 'behind']);
  });
});

test('requests: record batches are written from where they lie', async () => {
  const records = Buffer.alloc(300_000, 'a batch');
  await withConnection({}, async ({ connection, asked, peer }) => {
    const topicData = [{ name: 't', partitionData: [{ index: 0, records }] }];
    const sent = connection.send(produce, { acks: -1, timeoutMs: 1_000, topicData }, { version: 9 });
    await until(() => asked.length === 1);
    const body = asked[0]!.body as ProduceRequest;
    ok(records.equals(body.topicData[0]!.partitionData[0]!.records!));
    peer.answer(asked[0]!, produce, { responses: [] });
    deepStrictEqual((await sent).responses, []);
  });
});

test('requests: acks=0 is over when the kernel has it; the next answer is that of the next request', async () => {
  const script: Script = (request, peer) => {
    if (request.api.key === metadata.key) echo(request, peer);
  };
  await withConnection({ script, maxInFlight: 1 }, async ({ connection, asked }) => {
    const body = { acks: 0, timeoutMs: 1_000, topicData: [] };
    const all = [
      connection.sendUnanswered(produce, body, { version: 9 }),
      connection.send(metadata, ask('x')),
      connection.sendUnanswered(produce, body, { version: 9 }),
    ];
    const [, answer] = await Promise.all(all);
    strictEqual((answer as { clusterId: string }).clusterId, 'x');
    await until(() => asked.length === 3);
    strictEqual(connection.inFlightCount, 0);
    strictEqual(typeof connection.idleSinceMs, 'number');
  });
});

// --------------------------------------------------------------------------------------------------- memory of answers

/** A Fetch answer with `bytes` of records, each of them `fill`. */
const fetchAnswer = (bytes: number, fill: number): Script => {
  const partitions = [{ partitionIndex: 0, errorCode: 0, highWatermark: 1, records: Buffer.alloc(bytes, fill) }];
  return (request, peer) =>
    peer.answer(request, fetch, { responses: [{ topic: 't', partitions }], sessionId: 0, errorCode: 0 });
};
const fetchBody = { maxWaitMs: 0, minBytes: 0, topics: [] };
type Records = { responses: readonly { partitions: readonly { records: Uint8Array | null }[] }[] };
const recordsOf = ({ responses }: Records): Uint8Array => responses[0]!.partitions[0]!.records!;

for (const bytes of [10, 5_000, 700_000]) {
  test(`answers: views on ${bytes} bytes stay as they came while more arrives`, async () => {
    let fill = 1;
    const script: Script = (request, peer) => fetchAnswer(bytes, fill++)(request, peer);
    await withConnection({ script }, async ({ connection }) => {
      const first = recordsOf(await connection.send(fetch, fetchBody, { version: 12 }));
      for (let i = 0; i < 5; i++) await connection.send(fetch, fetchBody, { version: 12 });
      strictEqual(first.length, bytes);
      ok(first.every((byte) => byte === 1));
    });
  });
}

test('answers: pooled memory goes to who asks for it, and to nobody else', async () => {
  const pool = new SlabPool({
    name: 'answers',
    classBytes: [1 << 20],
    inUseBytesMax: 8 << 20,
    idleBytesMax: 8 << 20,
    limitKey: 'test',
    debug: true,
  });
  const options = { script: fetchAnswer(700_000, 7), allocate: (bytes: number) => pool.acquire(bytes) };
  await withConnection(options, async ({ connection }) => {
    const { body, memory, version } = await connection.exchange(fetch, fetchBody, { version: 12 });
    strictEqual(version, 12);
    strictEqual(pool.stats().leases, 1);
    ok(recordsOf(body).every((byte) => byte === 7));
    memory.release();
    strictEqual(pool.stats().leases, 0);
    ok(
      recordsOf(body).every((byte) => byte === 0xdb),
      'it lay in the pool',
    );

    const kept = recordsOf(await connection.send(fetch, fetchBody, { version: 12 }));
    strictEqual(pool.stats().leases, 0, 'send takes nothing of the pool with it');
    ok(kept.every((byte) => byte === 7));
  });
});

test('answers: one that is too large ends the connection', async () => {
  await withConnection({ script: fetchAnswer(3_000, 1), maxResponseBytes: 2_000 }, async ({ connection }) => {
    await rejects(connection.send(fetch, fetchBody, { version: 12 }), (error) => {
      ok(error instanceof ConnectionClosedError && error.cause instanceof FrameSizeError);
      match(error.message, /at most 2000 are taken \(maxResponseBytes\)/);
      strictEqual(error.outcome, 'unknown');
      return true;
    });
    ok((await connection.closed) instanceof FrameSizeError);
  });
});

test('answers: one that cannot be decoded fails alone', async () => {
  const script: Script = (request, peer) => {
    if (topicOf(request) !== 'bad') return echo(request, peer);
    const { correlationId } = request.header;
    peer.socket.write([Uint8Array.of(0, 0, 0, 6, 0, 0, 0, correlationId, 0, 9)]);
  };
  await withConnection({ script }, async ({ connection }) => {
    const pending = ['good', 'bad', 'good again'].map((topic) => connection.send(metadata, ask(topic)));
    await rejects(pending[1]!, (error) => {
      ok(error instanceof InvalidResponseError && error.cause instanceof CodecError);
      match(error.message, /^127\.0\.0\.1:\d+ sent an answer that cannot be decoded \(MetadataResponse v13/);
      return true;
    });
    deepStrictEqual(await outcomes(pending), ['good', 'InvalidResponseError', 'good again']);
  });
});

const strangers: readonly (readonly [why: string, bytes: Uint8Array, sentence: RegExp])[] = [
  ['of another request', Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 77), /the answer to request 77 where that to 1 was due/],
  ['of a negative id', Uint8Array.of(0, 0, 0, 4, 255, 255, 255, 255), /the answer to request -1 where/],
  ['without an id', Uint8Array.of(0, 0, 0, 2, 0, 0), /2 bytes, too short/],
];
for (const [why, bytes, sentence] of strangers) {
  test(`answers: one ${why} ends the connection for all`, async () => {
    await withConnection({ script: (_request, peer) => void peer.socket.write([bytes]) }, async ({ connection }) => {
      const pending = ['a', 'b'].map((topic) => connection.send(metadata, ask(topic)));
      await rejects(pending[0]!, (error) => {
        ok(error instanceof ConnectionClosedError && error.cause instanceof InvalidResponseError);
        match(error.message, sentence);
        return true;
      });
      deepStrictEqual(await outcomes(pending), Array(2).fill('ConnectionClosedError unknown'));
      strictEqual(connection.isOpen, false);
    });
  });
}

test('answers: one that nobody asked for ends the connection', async () => {
  await withConnection({}, async ({ connection, peer }) => {
    peer.socket.write([Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 1)]);
    match(String(await connection.closed), /an answer that nobody asked for/);
  });
});

test('answers: surplus bytes behind a body are ignored', async () => {
  const script: Script = (request, peer) => {
    const writer = new ByteWriter();
    const meta = { version: request.version, correlationId: request.header.correlationId };
    encodeResponseFrame(writer, metadata, meta, { brokers: [], topics: [], clusterId: topicOf(request) });
    writer.int32(-1);
    const frame = Buffer.from(writer.toBytes());
    frame.writeInt32BE(frame.length - 4);
    peer.socket.write([frame]);
  };
  await withConnection({ script }, async ({ connection }) => {
    deepStrictEqual(await outcomes(['a', 'b'].map((topic) => connection.send(metadata, ask(topic)))), ['a', 'b']);
  });
});

// -------------------------------------------------------------------------------------------------- deadlines and ends

test('deadline: a request that was sent takes the connection with it', async () => {
  await withConnection({ maxInFlight: 2 }, async ({ connection }) => {
    const pending = [
      connection.send(metadata, ask('slow'), { timeoutMs: 20 }),
      connection.send(metadata, ask('behind it')),
      connection.send(metadata, ask('waiting')),
    ];
    await rejects(pending[0]!, (error) => {
      ok(error instanceof RequestTimeoutError);
      match(
        error.message,
        /did not answer Metadata \(3\) v13 within 20 ms\. The request may or may not have been done/,
      );
      return true;
    });
    deepStrictEqual(await outcomes(pending), [
      'RequestTimeoutError unknown',
      'ConnectionClosedError unknown',
      'ConnectionClosedError notSent',
    ]);
    ok((await connection.closed) instanceof RequestTimeoutError);
  });
});

test('deadline: a request that still waits fails alone', async () => {
  await withConnection({ maxInFlight: 1 }, async ({ connection, asked, peer }) => {
    const pending = [
      connection.send(metadata, ask('first')),
      connection.send(metadata, ask('hurried'), { timeoutMs: 10 }),
      connection.send(metadata, ask('patient')),
    ];
    await rejects(pending[1]!, (error) => {
      ok(error instanceof RequestTimeoutError);
      match(error.message, /The request was not sent\. It waited for its turn/);
      return true;
    });
    await until(() => asked.length === 1);
    echo(asked[0]!, peer);
    await until(() => asked.length === 2);
    echo(asked[1]!, peer);
    deepStrictEqual(await outcomes(pending), ['first', 'RequestTimeoutError notSent', 'patient']);
    deepStrictEqual(asked.map(topicOf), ['first', 'patient']);
  });
});

test('end: the broker closes in the middle of an answer', async () => {
  const script: Script = (_request, peer) => {
    peer.socket.write([Uint8Array.of(0, 0, 0, 99, 0, 0, 0, 1, 5)]);
    peer.socket.end();
  };
  await withConnection({ script, maxInFlight: 1 }, async ({ connection }) => {
    const pending = ['a', 'b'].map((topic) => connection.send(metadata, ask(topic)));
    await rejects(
      pending[0]!,
      /closed the connection in the middle of an answer, of which 9 bytes had come, before Metadata/,
    );
    deepStrictEqual(await outcomes(pending), ['ConnectionClosedError unknown', 'ConnectionClosedError notSent']);
    strictEqual(await connection.closed, null);
  });
});

test('end: nothing is taken any more, and the error says so', async () => {
  await withConnection({}, async ({ connection }) => {
    connection.destroy();
    strictEqual(connection.isOpen, false);
    await rejects(connection.send(metadata, ask('late')), (error) => {
      ok(error instanceof ConnectionClosedError);
      strictEqual(error.outcome, 'notSent');
      match(error.message, /is no longer connected before Metadata/);
      return true;
    });
    strictEqual(await connection.closed, null);
    await connection.close();
  });
});

test('end: what was taken in the same turn as the end was not sent', async () => {
  await withConnection({}, async ({ connection, asked }) => {
    const pending = [connection.send(metadata, ask('a'))];
    connection.destroy();
    deepStrictEqual(await outcomes(pending), ['ConnectionClosedError notSent']);
    await connection.closed;
    strictEqual(asked.length, 0);
  });
});

test('end: close waits for what was taken, also for what waits', async () => {
  await withConnection({ maxInFlight: 1 }, async ({ connection, asked, peer }) => {
    const pending = ['a', 'b'].map((topic) => connection.send(metadata, ask(topic)));
    const closing = connection.close();
    await rejects(connection.send(metadata, ask('late')), ConnectionClosedError);
    await until(() => asked.length === 1);
    echo(asked[0]!, peer);
    await until(() => asked.length === 2);
    echo(asked[1]!, peer);
    deepStrictEqual(await outcomes(pending), ['a', 'b']);
    await closing;
    strictEqual(await connection.closed, null);
  });
});

test('end: `await using` closes', async () => {
  await withConnection({ script: echo }, async ({ connection }) => {
    {
      await using scoped = connection;
      await scoped.send(metadata, ask('a'));
    }
    strictEqual(connection.isOpen, false);
  });
});

// ------------------------------------------------------------------------------------------------------- being watched

test('watched: counts and idle time', async () => {
  await withConnection({ script: echo }, async ({ connection }) => {
    const before = { ...connection.counts };
    const idleBefore = connection.idleSinceMs;
    const pending = connection.send(metadata, ask('a'));
    strictEqual(connection.idleSinceMs, null);
    await pending;
    strictEqual(connection.counts.requests, before.requests + 1);
    strictEqual(connection.counts.responses, before.responses + 1);
    ok(connection.counts.requestBytes > before.requestBytes && connection.counts.responseBytes > before.responseBytes);
    ok(connection.idleSinceMs! >= idleBefore!);
  });
});

test('watched: one event a request, however it ends', async () => {
  const events: RequestEvent[] = [];
  const listener = (event: unknown): void => void events.push(event as RequestEvent);
  subscribe(REQUEST_CHANNEL, listener);
  try {
    const script: Script = (request, peer) => (topicOf(request) === 'end' ? peer.socket.end() : echo(request, peer));
    await withConnection({ script }, async ({ connection }) => {
      await connection.send(metadata, ask('a'));
      await outcomes([connection.send(metadata, ask('end'))]);
      deepStrictEqual(
        events.map(({ peer, apiKey, version, error }) => [peer, apiKey, version, error?.code ?? null]),
        [
          [connection.peer, 18, 5, null],
          [connection.peer, 3, 13, null],
          [connection.peer, 3, 13, 'ERR_CONNECTION_CLOSED'],
        ],
      );
      for (const event of events) ok(event.requestBytes > 0 && event.durationMs >= 0);
    });
  } finally {
    unsubscribe(REQUEST_CHANNEL, listener);
  }
});
