import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { metadata } from '@ottla/protocol/messages/03-metadata';
import type { Socket } from '@ottla/runtime';
import { Exchange } from './exchange.ts';
import { Outgoing } from './outgoing.ts';

/** A socket whose kernel takes bytes when the test says so. */
function heldSocket(): { socket: Socket; written: Uint8Array[][]; take: () => void } {
  const written: Uint8Array[][] = [];
  const callbacks: (() => void)[] = [];
  const socket = {
    write(chunks: readonly Uint8Array[], sent?: () => void): number {
      written.push([...chunks]);
      if (sent !== undefined) callbacks.push(sent);
      return 1;
    },
  } as Partial<Socket> as Socket;
  return { socket, written, take: () => callbacks.shift()?.() };
}

function exchange(): Exchange {
  const ask = { api: metadata, version: 13, body: {}, timeoutMs: 1, isAnswered: true, takesMemory: false };
  const made = new Exchange(
    ask,
    0,
    () => {},
    () => {},
    () => {},
  );
  made.stage = 'encoded';
  return made;
}

const text = (chunks: readonly Uint8Array[] | undefined): string => Buffer.concat(chunks ?? []).toString('latin1');

test('outgoing: what is written in one turn leaves in one write', async () => {
  const { socket, written } = heldSocket();
  const outgoing = new Outgoing(socket, () => {});
  const exchanges = [exchange(), exchange(), exchange()];
  for (const [i, one] of exchanges.entries()) {
    outgoing.writer.bytes(Buffer.from(`frame ${i};`));
    outgoing.add(one);
  }
  deepStrictEqual(written, []);
  await Promise.resolve();
  deepStrictEqual(written.map(text), ['frame 0;frame 1;frame 2;']);
  deepStrictEqual(
    exchanges.map(({ stage }) => stage),
    ['sent', 'sent', 'sent'],
  );
});

test('outgoing: memory in the hands of the kernel is not written to', async () => {
  const { socket, written, take } = heldSocket();
  const sent: number[] = [];
  const outgoing = new Outgoing(socket, (exchanges) => void sent.push(exchanges.length));
  for (const word of ['first', 'other']) {
    outgoing.writer.bytes(Buffer.from(word));
    outgoing.add(exchange());
    outgoing.flush();
  }
  deepStrictEqual(written.map(text), ['first', 'other']);

  const firstMemory = written[0]![0]!.buffer;
  take();
  deepStrictEqual(sent, [1]);
  outgoing.writer.bytes(Buffer.from('third'));
  outgoing.add(exchange());
  outgoing.flush();
  strictEqual(written[2]![0]!.buffer, firstMemory, 'it is used again once the kernel has taken it');
  strictEqual(text(written[1]), 'other');
});

test('outgoing: what is dropped never leaves', async () => {
  const { socket, written } = heldSocket();
  const outgoing = new Outgoing(socket, () => {});
  const dropped = exchange();
  outgoing.writer.bytes(Buffer.from('secret'));
  outgoing.add(dropped);
  outgoing.drop();
  await Promise.resolve();
  deepStrictEqual([written.length, dropped.stage], [0, 'encoded']);
});

test('outgoing: large records are handed on, not copied', () => {
  const { socket, written } = heldSocket();
  const outgoing = new Outgoing(socket, () => {});
  const records = Buffer.alloc(100_000, 1);
  outgoing.writer.int32(1);
  outgoing.writer.splice(records);
  outgoing.add(exchange());
  outgoing.flush();
  strictEqual(written[0]![1]!.buffer, records.buffer);
});
