import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { test } from 'node:test';
import { CodecError } from '@ottla/protocol';
import { produce, type ProduceRequest } from '@ottla/protocol/messages/00-produce';
import { metadata } from '@ottla/protocol/messages/03-metadata';
import { ConnectionFullError } from './errors.ts';
import { REQUEST_CHANNEL, type RequestEvent } from './exchange.ts';
import type { Script } from './scripted-broker.fixture.ts';
import { ask, echo, outcomes, topicOf, until, withConnection } from './scripted-world.fixture.ts';

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

test('watched: who sends from within an event waits behind the others', async () => {
  await withConnection({ script: echo, maxInFlight: 1 }, async ({ connection, asked }) => {
    const fromWithin: Promise<unknown>[] = [];
    const listener = (): void => {
      if (fromWithin.length === 0) fromWithin.push(connection.send(metadata, ask('c')));
    };
    subscribe(REQUEST_CHANNEL, listener);
    try {
      await outcomes(['a', 'b'].map((topic) => connection.send(metadata, ask(topic))));
      await outcomes(fromWithin);
      deepStrictEqual(asked.map(topicOf), ['a', 'b', 'c']);
    } finally {
      unsubscribe(REQUEST_CHANNEL, listener);
    }
  });
});
