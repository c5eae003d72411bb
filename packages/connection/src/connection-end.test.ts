import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { metadata } from '@ottla/protocol/messages/03-metadata';
import { ConnectionClosedError, RequestTimeoutError } from './errors.ts';
import type { Script } from './scripted-broker.fixture.ts';
import { ask, echo, outcomes, topicOf, until, withConnection } from './scripted-world.fixture.ts';

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
