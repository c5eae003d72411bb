/** One open connection to a scripted broker over this machine's own network, and words for what became of requests. */
import type { Api } from '@ottla/protocol';
import { produce } from '@ottla/protocol/messages/00-produce';
import { fetch } from '@ottla/protocol/messages/01-fetch';
import { metadata, type MetadataRequest } from '@ottla/protocol/messages/03-metadata';
import { createNodeIo } from '@ottla/runtime/node';
import type { Connection, ConnectionOptions } from './connection.ts';
import { openConnection } from './open.ts';
import { listenScripted, type ReceivedRequest, type Script, type ScriptedPeer } from './scripted-broker.fixture.ts';

export interface World {
  readonly connection: Connection;
  readonly peer: ScriptedPeer;
  /** Requests after ApiVersions, in order. */
  readonly asked: readonly ReceivedRequest[];
}

/** Runs `run` over a new connection. Without a script the broker is silent. */
export async function withConnection(
  { script = () => {}, ...options }: Partial<ConnectionOptions> & { script?: Script },
  run: (world: World) => Promise<void>,
): Promise<void> {
  const io = createNodeIo();
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
    await io.close();
  }
}

export const topicOf = (request: ReceivedRequest): string => (request.body as MetadataRequest).topics?.[0]?.name ?? '';
export const ask = (topic: string): { topics: { name: string }[] } => ({ topics: [{ name: topic }] });
export const echo: Script = (request, peer) =>
  peer.answer(request, metadata, { brokers: [], topics: [], clusterId: topicOf(request) });

/** Waits for what must come; a test that waits in vain fails instead of hanging. */
export async function until(condition: () => boolean): Promise<void> {
  for (let looks = 0; !condition(); looks++) {
    if (looks > 10_000) throw new Error(`it never came: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** What became of each, in words. */
export async function outcomes(pending: readonly Promise<unknown>[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(pending);
  return settled.map((one) => {
    if (one.status === 'fulfilled') return (one.value as { clusterId: string }).clusterId;
    const { name, outcome } = one.reason as { name: string; outcome?: string };
    return outcome === undefined ? name : `${name} ${outcome}`;
  });
}
