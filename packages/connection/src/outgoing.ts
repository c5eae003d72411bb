/** Requests of one turn leave in one write: they are encoded behind each other, and the kernel is called once. */
import { ByteWriter, KiB, type Socket } from '@ottla/runtime';
import type { Exchange } from './exchange.ts';

const INITIAL_BYTES = 4 * KiB;
/** A writer that grew beyond this is not kept. */
const KEPT_BYTES_MAX = 256 * KiB;
const KEPT_WRITERS_MAX = 4;

/** Frames on their way to the kernel. The writer's memory is in the socket's hands from `write` until `sent`. */
export class Batch {
  readonly writer = new ByteWriter(INITIAL_BYTES);
  readonly exchanges: Exchange[] = [];
  /** One function for all lives of this batch: a write costs no closure. */
  readonly onSent: () => void;

  constructor(sent: (batch: Batch) => void) {
    this.onSent = () => sent(this);
  }
}

/** The open batch, and those that can be used again. */
export class Outgoing {
  readonly #socket: Socket;
  readonly #sent: (exchanges: readonly Exchange[]) => void;
  readonly #idle: Batch[] = [];
  #open: Batch | null = null;

  /** @param sent called when the kernel has taken these, or the socket is closed. */
  constructor(socket: Socket, sent: (exchanges: readonly Exchange[]) => void) {
    this.#socket = socket;
    this.#sent = sent;
  }

  /** Where the next frame is written; after it the caller says `add`. */
  get writer(): ByteWriter {
    this.#open ??= this.#idle.pop() ?? new Batch((batch) => this.#recycle(batch));
    return this.#open.writer;
  }

  /** The frame last written belongs to `exchange`. The first of a turn brings `flush` about at its end. */
  add(exchange: Exchange): void {
    const { exchanges } = this.#open!;
    exchanges.push(exchange);
    if (exchanges.length === 1) queueMicrotask(() => this.flush());
  }

  flush(): void {
    const batch = this.#open;
    if (batch === null || batch.exchanges.length === 0) return;
    this.#open = null;
    for (const exchange of batch.exchanges) if (exchange.stage === 'encoded') exchange.stage = 'sent';
    this.#socket.write(batch.writer.chunks(), batch.onSent);
  }

  /** What is encoded and not flushed never leaves. */
  drop(): void {
    this.#open = null;
  }

  #recycle(batch: Batch): void {
    this.#sent(batch.exchanges);
    batch.exchanges.length = 0;
    batch.writer.reset();
    if (batch.writer.capacity <= KEPT_BYTES_MAX && this.#idle.length < KEPT_WRITERS_MAX) this.#idle.push(batch);
  }
}
