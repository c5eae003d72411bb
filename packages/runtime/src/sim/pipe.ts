/**
 * One direction of a simulated connection: the queue of the writing process, what is on the way, and how much of it the
 * reader has not taken yet. Bytes arrive in order, cut anew at random places; a reader that stops reading fills the window.
 */
import { assert } from '../assert.ts';
import { chunksHash } from './bytes-hash.ts';
import type { FaultDice } from './faults.ts';
import type { Life } from './life.ts';
import type { HeldUp, SimHost, SimNetwork } from './network.ts';
import type { Task } from './scheduler.ts';

const SEGMENT_BYTES_MAX = 64 * 1024;
/** One flush sends at most so many; the rest waits for the next. */
const SEGMENTS_PER_FLUSH = 4;
/** The chance that a segment is cut at a random place. */
const CUT = 1 / 4;
const FLUSH_MICROS_MAX = 20;
const STALL_MICROS_MAX = 5_000_000;

interface Write {
  readonly chunks: readonly Uint8Array[];
  readonly hash: number;
  readonly sent: (() => void) | undefined;
  /** The first byte not yet taken: in which chunk, and where in it. */
  chunk: number;
  offset: number;
}

/** What is on the way: bytes, the end of the stream, or the news that the connection is gone. */
export type Flight = Uint8Array | 'fin' | 'reset';

/** What a pipe knows of the sockets at its ends. */
export interface PipeEnd {
  readonly life: Life;
  readonly host: SimHost;
  readonly connection: { isLost: boolean; readonly isCut: boolean; cut(): void };
  readonly isClosed: boolean;
  /** Of the segments that leave here, in traces. */
  readonly arrivalKind: string;
  receive(flight: Flight): void;
  /** All that was written is with the kernel; with `ended`, the end of the stream too. */
  onFlushed(ended: boolean): void;
  /** The kernel gives the connection up. */
  fail(errno: string): void;
  /** The other side has given up, and cannot say so. */
  giveUp(): void;
  /** The other side knows nothing of this connection, and answers with a reset. */
  refuse(): void;
}

export class Pipe implements HeldUp {
  readonly #network: SimNetwork;
  readonly #dice: FaultDice;
  readonly #from: PipeEnd;
  readonly #to: PipeEnd;
  readonly #windowBytes: number;
  #writes: Write[] = [];
  #queuedBytes = 0;
  #isFlushing = false;
  #isEnding = false;
  #isEndSent = false;
  /** Taken from the writer and not yet read, or read and the reader's word of it has not come back. */
  #unackedBytes = 0;
  #heldAckBytes = 0;
  #flights: Flight[] = [];
  /** Of `#flights`, those that were due and could not get through. */
  #parked = 0;
  #lastArrivalMicros = 0;
  #patience: Task | null = null;

  constructor(network: SimNetwork, from: PipeEnd, to: PipeEnd, dice: FaultDice) {
    this.#network = network;
    this.#from = from;
    this.#to = to;
    this.#dice = dice;
    this.#windowBytes = dice.prng.pick([16, 64, 256]) * 1024;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Whether the writer's kernel waits for word from the reader. */
  get isOutstanding(): boolean {
    return this.#unackedBytes > 0;
  }

  write(chunks: readonly Uint8Array[], sent: (() => void) | undefined): void {
    for (const chunk of chunks) this.#queuedBytes += chunk.length;
    this.#writes.push({ chunks, hash: chunksHash(chunks), sent, chunk: 0, offset: 0 });
    this.#scheduleFlush();
  }

  /** The end of the stream follows what is queued. */
  end(): void {
    this.#isEnding = true;
    this.#scheduleFlush();
  }

  /** The writer is gone: its queue is dropped; what the kernel has goes on, and `last` after it. @returns who waits for it. */
  abandon(last: 'fin' | 'reset' | null): (() => void)[] {
    const waiting = this.#writes.map(({ sent }) => sent).filter((sent) => sent !== undefined);
    this.#writes = [];
    this.#queuedBytes = 0;
    if (last !== null) this.#launch(last);
    return waiting;
  }

  /** The connection was cut: nothing that is on the way arrives. */
  cut(): void {
    this.#flights = [];
    this.#parked = 0;
    this.#stopWaiting();
  }

  /** The reader took bytes out of its kernel's buffer, which makes room for more. */
  consumed(bytes: number): void {
    if (this.#network.canPass(this.#to, this.#from)) return this.#acknowledge(bytes);
    this.#heldAckBytes += bytes;
    this.#wait();
  }

  /** The network has changed for the better: what was held up sets out again. */
  retry(): void {
    if (this.#heldAckBytes > 0 && this.#network.canPass(this.#to, this.#from)) {
      this.#acknowledge(this.#heldAckBytes);
      this.#heldAckBytes = 0;
    }
    if (this.#parked > 0 && this.#network.canPass(this.#from, this.#to)) {
      for (; this.#parked > 0; this.#parked--) this.#scheduleArrival(this.#delayMicros());
    }
    if (this.#parked === 0 && this.#heldAckBytes === 0) this.#stopWaiting();
  }

  #scheduleFlush(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    const delayMicros = 1 + this.#dice.prng.below(FLUSH_MICROS_MAX);
    this.#network.scheduler.schedule(delayMicros, this.#from.life, 'flush', () => {
      this.#isFlushing = false;
      if (!this.#from.isClosed) this.#flush();
    });
  }

  #flush(): void {
    const sent: (() => void)[] = [];
    for (let segments = 0; segments < SEGMENTS_PER_FLUSH && this.#room() > 0; segments++) this.#sendSegment(sent);
    // Empty writes take no room and wait for none.
    if (this.#queuedBytes === 0) this.#take(new Uint8Array(0), sent);
    if (this.#room() > 0) this.#scheduleFlush();
    if (this.#isEnding && this.#queuedBytes === 0 && !this.#isEndSent) {
      this.#isEndSent = true;
      this.#launch('fin');
    }
    for (const tell of sent) tell();
    if (this.#queuedBytes === 0) this.#from.onFlushed(this.#isEndSent);
  }

  /** Bytes that the kernel would take now. */
  #room(): number {
    return Math.min(this.#queuedBytes, this.#windowBytes - this.#unackedBytes);
  }

  #sendSegment(sent: (() => void)[]): void {
    const whole = Math.min(this.#room(), SEGMENT_BYTES_MAX);
    const segment = new Uint8Array(this.#dice.prng.chance(CUT) ? 1 + this.#dice.prng.below(whole) : whole);
    this.#take(segment, sent);
    this.#unackedBytes += segment.length;
    this.#network.trace.bytes(segment);
    if (this.#dice.strikes('networkLoss')) this.#from.connection.isLost = true;
    if (this.#dice.strikes('networkReset')) this.#from.connection.cut();
    else this.#launch(segment);
  }

  /** Copies queued bytes now and not before: only here may the writer's buffers be taken for sent. */
  #take(into: Uint8Array, sent: (() => void)[]): void {
    let filled = 0;
    while (this.#writes.length > 0) {
      const write = this.#writes[0]!;
      while (write.chunk < write.chunks.length) {
        const chunk = write.chunks[write.chunk]!;
        const part = chunk.subarray(write.offset, write.offset + into.length - filled);
        into.set(part, filled);
        filled += part.length;
        write.offset += part.length;
        if (write.offset < chunk.length) break;
        write.chunk++;
        write.offset = 0;
      }
      if (write.chunk < write.chunks.length) break;
      assert(chunksHash(write.chunks) === write.hash, 'nobody changes chunks before they are sent');
      this.#writes.shift();
      if (write.sent !== undefined) sent.push(write.sent);
    }
    this.#queuedBytes -= filled;
  }

  #launch(flight: Flight): void {
    if (this.#from.connection.isCut) return;
    const { scheduler } = this.#network;
    const soonest = scheduler.nowMicros + this.#delayMicros();
    this.#lastArrivalMicros = Math.max(this.#lastArrivalMicros, soonest);
    this.#flights.push(flight);
    this.#scheduleArrival(this.#lastArrivalMicros - scheduler.nowMicros);
  }

  #delayMicros(): number {
    const usual = this.#network.delayMicros(this.#from.host, this.#to.host);
    return this.#dice.strikes('networkStall') ? usual + this.#dice.prng.below(STALL_MICROS_MAX) : usual;
  }

  /** Each flight has one arrival to its name, and each arrival delivers the first flight: so the order stays. */
  #scheduleArrival(delayMicros: number): void {
    const { scheduler } = this.#network;
    scheduler.schedule(delayMicros, null, this.#from.arrivalKind, () => this.#arrive());
  }

  #arrive(): void {
    if (this.#flights.length === 0) return;
    const { life, host } = this.#to;
    const { scheduler } = this.#network;
    if (life.isAlive && life.pausedUntilMicros > scheduler.nowMicros) {
      return this.#scheduleArrival(life.pausedUntilMicros - scheduler.nowMicros);
    }
    if (!host.hasPower || !this.#network.canPass(this.#from, this.#to)) {
      this.#parked++;
      return this.#wait();
    }
    const flight = this.#flights.shift()!;
    if (life.isAlive && !this.#to.isClosed) this.#to.receive(flight);
    else if (flight !== 'reset') this.#from.refuse();
  }

  #acknowledge(bytes: number): void {
    this.#unackedBytes -= bytes;
    if (this.#queuedBytes > 0) this.#scheduleFlush();
  }

  /** The writer's kernel goes on trying for a while, and then gives the connection up. */
  #wait(): void {
    this.#network.heldUp.add(this);
    this.#patience ??= this.#network.scheduler.schedule(this.#network.patienceMicros, null, 'patience', () => {
      this.#stopWaiting();
      this.#from.fail('ETIMEDOUT');
      this.#to.giveUp();
    });
  }

  #stopWaiting(): void {
    this.#network.heldUp.delete(this);
    if (this.#patience !== null) this.#network.scheduler.cancel(this.#patience);
    this.#patience = null;
  }
}
