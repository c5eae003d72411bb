// What our sockets cost above node:net: a stream of large chunks, and small requests that wait for their answers.
import * as net from 'node:net';
import { bench } from '@ottla/testing';
import type { Socket } from '../io.ts';
import { NodeNetwork } from './network.ts';

interface Ends {
  /** Resolves once the other end has all of it. */
  readonly stream: (chunk: Uint8Array, count: number) => Promise<number>;
  /** Resolves with the answer's length. */
  readonly ask: (request: Uint8Array) => Promise<number>;
  readonly close: () => void;
}

/** The receiving end copies what it gets, as a broker does, and echoes what is short. */
const SHORT_BYTES = 1_024;

async function ours(): Promise<Ends> {
  const network = new NodeNetwork();
  const accepted = Promise.withResolvers<Socket>();
  const listener = await network.listen({ host: '127.0.0.1', port: 0 }, accepted.resolve);
  const client = await network.connect(listener.address);
  const server = await accepted.promise;
  const meter = new Meter();
  server.start({
    onData: (chunk) => {
      const copy = meter.take(chunk);
      if (copy.length < SHORT_BYTES) server.write([copy]);
    },
    onClose: () => {},
  });
  let answered: (length: number) => void = () => {};
  client.start({ onData: (chunk) => answered(chunk.length), onClose: () => {} });
  return {
    stream: (chunk, count) => {
      for (let i = 0; i < count; i++) client.write([chunk]);
      return meter.reach(chunk.length * count);
    },
    ask: (request) =>
      new Promise((resolve) => {
        answered = resolve;
        client.write([request]);
      }),
    close: () => {
      client.destroy();
      server.destroy();
      void listener.close();
    },
  };
}

async function nodes(): Promise<Ends> {
  const accepted = Promise.withResolvers<net.Socket>();
  const listener = net.createServer({ noDelay: true }, accepted.resolve);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const client = net.connect({ port: (listener.address() as net.AddressInfo).port, host: '127.0.0.1', noDelay: true });
  const server = await accepted.promise;
  const meter = new Meter();
  server.on('data', (chunk) => {
    const copy = meter.take(chunk);
    if (copy.length < SHORT_BYTES) server.write(copy);
  });
  let answered: (length: number) => void = () => {};
  client.on('data', (chunk) => answered(chunk.length));
  return {
    stream: (chunk, count) => {
      for (let i = 0; i < count; i++) client.write(chunk);
      return meter.reach(chunk.length * count);
    },
    ask: (request) =>
      new Promise((resolve) => {
        answered = resolve;
        client.write(request);
      }),
    close: () => {
      client.destroy();
      server.destroy();
      listener.close();
    },
  };
}

class Meter {
  readonly #slab = new Uint8Array(4 * 1024 * 1024);
  #received = 0;
  #wanted = Infinity;
  #resolve: (received: number) => void = () => {};

  take(chunk: Uint8Array): Uint8Array {
    const copy = this.#slab.subarray(0, chunk.length);
    copy.set(chunk);
    this.#received += chunk.length;
    if (this.#received >= this.#wanted) this.#resolve(this.#wanted);
    return copy;
  }

  reach(bytes: number): Promise<number> {
    this.#received = 0;
    this.#wanted = bytes;
    return new Promise((resolve) => (this.#resolve = resolve));
  }
}

bench('network: sockets over loopback', async (b) => {
  const chunk = new Uint8Array(b.parameter('chunkBytes', 2_048, 256 * 1024));
  const count = b.parameter('chunks', 2, 64);
  const request = new Uint8Array(100);
  const [mine, theirs] = [await ours(), await nodes()];
  const streams = await b.compareAsync(
    { 'our socket': () => mine.stream(chunk, count), 'node:net': () => theirs.stream(chunk, count) },
    { perCall: { count: chunk.length * count, unit: 'bytes' }, title: 'stream', turnMs: 50 },
  );
  b.bar('times as fast as node:net, a stream', { value: streams.speedup('our socket'), atLeast: 1 });
  // No bar: node:test watches promises and resources, which costs more than what is compared.
  await b.compareAsync(
    { 'our socket': () => mine.ask(request), 'node:net': () => theirs.ask(request) },
    { title: 'request and answer', sameResult: true },
  );
  mine.close();
  theirs.close();
});
