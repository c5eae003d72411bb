/** What no network does on demand: a socket that is told what happens to it. */
import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { after, test } from 'node:test';
import { produce } from '@ottla/protocol/messages/00-produce';
import { NetworkError, TimerWheel, type Socket, type SocketHandlers } from '@ottla/runtime';
import { createNodeIo } from '@ottla/runtime/node';
import { Channel } from './channel.ts';
import { ConnectionClosedError } from './errors.ts';
import type { Ask } from './exchange.ts';

const io = createNodeIo();
after(() => io.close());

interface ToldSocket {
  readonly socket: Socket;
  readonly handlers: SocketHandlers;
  /** Of writes that the kernel has not taken yet. */
  readonly sent: (() => void)[];
}

function toldChannel(): ToldSocket & { readonly channel: Channel } {
  const sent: (() => void)[] = [];
  let handlers: SocketHandlers | null = null;
  const socket = {
    start: (given: SocketHandlers) => void (handlers = given),
    write: (_chunks: readonly Uint8Array[], done?: () => void) => sent.push(done ?? (() => {})),
    destroy: () => {},
  } as Partial<Socket> as Socket;
  const channel = new Channel(socket, io.clock, new TimerWheel(io.clock), {
    peer: 'kafka:9092',
    clientId: null,
    maxInFlight: 5,
    maxInFlightBytes: 1_000,
    maxWaiting: 5,
    responseLimit: { maxBytes: 1_000, name: 'test' },
  });
  return { socket, handlers: handlers!, sent, channel };
}

const unanswered: Ask = {
  api: produce,
  version: 9,
  body: { acks: 0, timeoutMs: 1, topicData: [] },
  timeoutMs: 5_000,
  isAnswered: false,
  takesMemory: false,
};

test('channel: acks=0 on a socket that breaks is not taken, though all writes are given back first', async () => {
  const { channel, handlers, sent } = toldChannel();
  const pending = channel.send(unanswered);
  await Promise.resolve();
  strictEqual(sent.length, 1);
  sent[0]!();
  handlers.onClose(new NetworkError('exchange data with', { host: 'kafka', port: 9092 }, 'ECONNRESET'));
  await rejects(pending, (error) => {
    ok(error instanceof ConnectionClosedError && error.cause instanceof NetworkError);
    strictEqual(error.outcome, 'unknown');
    return true;
  });
  ok((await channel.closed) instanceof NetworkError);
});

test('channel: acks=0 is in flight until the kernel has it', async () => {
  const { channel, sent } = toldChannel();
  const pending = channel.send(unanswered);
  await Promise.resolve();
  deepStrictEqual([channel.inFlightCount, channel.inFlightBytes > 0, channel.idleSinceMs], [1, true, null]);
  sent[0]!();
  strictEqual(await pending, null);
  deepStrictEqual([channel.inFlightCount, channel.inFlightBytes], [0, 0]);
  channel.destroy(null, 'the test is over');
});

test('channel: bytes that come after the end are dropped', async () => {
  const { channel, handlers } = toldChannel();
  channel.destroy(null, 'the test is over');
  handlers.onData(Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 0));
  handlers.onClose(null);
  strictEqual(await channel.closed, null);
  deepStrictEqual(channel.counts, { requests: 0, responses: 0, requestBytes: 0, responseBytes: 0 });
});
