/** Starts a socket and writes down what its handlers are told, for tests that wait for it. */
import type { Socket } from './io.ts';

export class SocketEar {
  readonly socket: Socket;
  /** Events in order, data as `data`. */
  readonly events: string[] = [];
  /** Settles with what `onClose` was told. */
  readonly closed: Promise<Error | null>;
  receivedBytes = 0;
  /** Null when only the count matters. */
  readonly #chunks: Uint8Array[] | null;
  readonly #waiting = new Set<() => void>();

  constructor(socket: Socket, keep: 'all' | 'count' = 'all') {
    this.socket = socket;
    this.#chunks = keep === 'all' ? [] : null;
    this.closed = new Promise((resolve) => {
      socket.start({
        onData: (chunk) => {
          this.receivedBytes += chunk.length;
          this.#chunks?.push(chunk.slice());
          this.#tell('data');
        },
        onEnd: () => this.#tell('end'),
        onDrain: () => this.#tell('drain'),
        onClose: (error) => {
          this.#tell('close');
          resolve(error);
        },
      });
    });
  }

  get received(): Uint8Array {
    return Uint8Array.from((this.#chunks ?? []).flatMap((chunk) => [...chunk]));
  }

  get text(): string {
    return new TextDecoder().decode(this.received);
  }

  /** Resolves as soon as the condition holds; looked at after every event. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** Resolves once that many bytes are there. */
  receive(bytes: number): Promise<void> {
    return this.until(() => this.receivedBytes >= bytes);
  }

  #tell(event: string): void {
    if (event !== 'data' || this.events.at(-1) !== 'data') this.events.push(event);
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
