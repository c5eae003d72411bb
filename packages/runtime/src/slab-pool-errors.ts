/** What a slab pool answers when it cannot lend. */
import { OperationalError } from './errors.ts';

/** The pool has lent all that it may; what others give back makes room. */
export class SlabPoolExhaustedError extends OperationalError {
  override readonly name = 'SlabPoolExhaustedError';
  readonly code = 'ERR_SLAB_POOL_EXHAUSTED';
  readonly retriable = true;
  readonly pool: string;
  readonly askedBytes: number;
  readonly inUseBytes: number;
  readonly inUseBytesMax: number;

  constructor(pool: string, at: { askedBytes: number; inUseBytes: number; inUseBytesMax: number; limitKey: string }) {
    super(
      `buffer pool "${pool}" cannot lend ${at.askedBytes} bytes: ${at.inUseBytes} of ${at.inUseBytesMax} are in use. ` +
        `More work is under way than the limit was made for. Try again when some of it is done, or raise ${at.limitKey}.`,
    );
    this.pool = pool;
    this.askedBytes = at.askedBytes;
    this.inUseBytes = at.inUseBytes;
    this.inUseBytesMax = at.inUseBytesMax;
  }
}

/** More was asked for at once than the pool may ever lend: waiting does not help. */
export class SlabTooLargeError extends OperationalError {
  override readonly name = 'SlabTooLargeError';
  readonly code = 'ERR_SLAB_TOO_LARGE';
  readonly retriable = false;
  readonly pool: string;
  readonly askedBytes: number;
  readonly inUseBytesMax: number;

  constructor(pool: string, at: { askedBytes: number; inUseBytesMax: number; limitKey: string }) {
    super(
      `buffer pool "${pool}" cannot ever lend ${at.askedBytes} bytes at once: its limit for everything is ` +
        `${at.inUseBytesMax}. Ask for less, or raise ${at.limitKey}.`,
    );
    this.pool = pool;
    this.askedBytes = at.askedBytes;
    this.inUseBytesMax = at.inUseBytesMax;
  }
}
