/** A peer for tests, out of our own codec: takes requests off real or simulated sockets and answers as it is told. */
import {
  allocateFrame,
  answerForeignClient,
  ApiKey,
  apiRow,
  decodeRequestHeader,
  encodeResponseFrame,
  FrameSplitter,
  peekRequest,
  WrongProtocolError,
  type Api,
  type ApiResponseInput,
  type RequestHeader,
} from '@ottla/protocol';
import { apiVersions } from '@ottla/protocol/messages/18-api-versions';
import { assert, ByteReader, ByteWriter, MiB, type Listener, type Network, type Socket } from '@ottla/runtime';

export interface ReceivedRequest {
  readonly api: Api;
  readonly version: number;
  readonly header: RequestHeader;
  readonly body: object;
}

/** One client's connection, seen from the broker. */
export class ScriptedPeer {
  readonly socket: Socket;
  /** All requests so far, in order. */
  readonly received: ReceivedRequest[] = [];
  /** What its log would say of this client. */
  readonly refusals: string[] = [];

  /** The client closed its end, or all of it. */
  hasEnded = false;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  /** Answers in the version of the request, unless told another. */
  answer<A extends Api>(request: ReceivedRequest, api: A, body: ApiResponseInput<A>, version = request.version): void {
    const writer = new ByteWriter();
    encodeResponseFrame(writer, api, { version, correlationId: request.header.correlationId }, body);
    this.socket.write([writer.toBytes()]);
  }
}

/** Called for each request; never for ApiVersions unless `answersApiVersions` is false. */
export type Script = (request: ReceivedRequest, peer: ScriptedPeer) => void;

export interface ScriptedBrokerOptions {
  readonly host: string;
  readonly port?: number;
  /** What it understands, and offers in all versions that we have. */
  readonly apis: readonly Api[];
  readonly script: Script;
  readonly answersApiVersions?: boolean;
}

export interface ScriptedBroker {
  readonly host: string;
  readonly port: number;
  readonly peers: readonly ScriptedPeer[];
  /** Drops all connections and stops listening. */
  close(): Promise<void>;
}

export async function listenScripted(network: Network, options: ScriptedBrokerOptions): Promise<ScriptedBroker> {
  const { host, port = 0 } = options;
  const peers: ScriptedPeer[] = [];
  const listener: Listener = await network.listen({ host, port }, (socket) => {
    const peer = new ScriptedPeer(socket);
    peers.push(peer);
    const splitter = new FrameSplitter({ limit: { maxBytes: MiB, name: 'test' }, allocate: allocateFrame });
    socket.start({
      onData: (chunk) => {
        splitter.push(chunk, 0);
        try {
          for (let frame = splitter.next(); frame !== null; frame = splitter.next()) takeFrame(frame, peer, options);
        } catch (error) {
          if (!(error instanceof WrongProtocolError)) throw error;
          const reached = {
            port: socket.local.port,
            securityProtocol: 'PLAINTEXT',
            tlsPort: null,
            httpUrl: null,
          } as const;
          const { sentence, reply } = answerForeignClient(error.protocol, reached, socket.remote.host);
          peer.refusals.push(sentence);
          if (reply !== null) socket.write([reply]);
          socket.end();
        }
      },
      onEnd: () => {
        peer.hasEnded = true;
        socket.end();
      },
      onClose: () => void (peer.hasEnded = true),
    });
  });
  return {
    host,
    port: listener.address.port,
    peers,
    close: async () => {
      for (const { socket } of peers) socket.destroy();
      await listener.close();
    },
  };
}

function takeFrame(frame: Uint8Array, peer: ScriptedPeer, options: ScriptedBrokerOptions): void {
  const reader = new ByteReader(Uint8Array.from(frame));
  const prefix = peekRequest(reader);
  assert(prefix !== null, 'a request has an api key and a version');
  const api = [apiVersions, ...options.apis].find(({ key }) => key === prefix.apiKey);
  assert(api !== undefined, `the scripted broker was told of ${apiRow(prefix.apiKey)?.name ?? prefix.apiKey}`);
  const header = decodeRequestHeader(reader, api, prefix.apiVersion);
  const body = api.request.decode(reader, prefix.apiVersion);
  const request = { api, version: prefix.apiVersion, header, body };
  peer.received.push(request);
  if (api.key === ApiKey.API_VERSIONS && options.answersApiVersions !== false) {
    peer.answer(request, apiVersions, { errorCode: 0, apiKeys: offer(options.apis) });
  } else {
    options.script(request, peer);
  }
}

/** The `apiKeys` of an ApiVersions answer. */
export function offer(apis: readonly Api[]): { apiKey: number; minVersion: number; maxVersion: number }[] {
  return [apiVersions, ...apis].map(({ key, versions }) => ({
    apiKey: key,
    minVersion: versions.from,
    maxVersion: versions.to,
  }));
}
