/**
 * Reads a segment from its start and tells each batch that is intact, up to the first that is not: after a crash, what the
 * disk holds is the truth, and only the CRC tells whether it is whole.
 *
 * While one stretch is checked in a worker, the next is read.
 */
import {
  batchBaseOffset,
  batchCrc,
  batchLastOffset,
  batchMagic,
  batchSize,
  legacyCrc,
  RECORD_BATCH_HEADER_BYTES,
} from '@ottla/protocol';
import type { Compute } from '@ottla/runtime';
import { INT32_MAX, isZeros } from './index-file.ts';
import type { SegmentStop, SegmentStopKind } from './segment-errors.ts';
import { BatchHeaders, type SegmentBytes } from './segment-headers.ts';
import { checkBatchesJob, checksumJob } from './segment-recovery-job.ts';

/** Told of each intact batch, in order, with the position in `bytes` and in the file at which it starts. */
export interface RecoveredBatch {
  /** Valid during the call. Holds the whole batch, unless that is larger than 2 MiB: then its header alone. */
  bytes: Uint8Array;
  position: number;
  sizeBytes: number;
  filePosition: number;
}

export interface RecoveryScan extends SegmentBytes {
  readonly compute: Compute;
  /** Of the segment file. */
  readonly sizeBytes: number;
  readonly baseOffset: number;
  /** The same object each time. */
  readonly onBatch: (batch: RecoveredBatch) => void;
}

export interface RecoveredStretch {
  /** Intact batches fill the file up to here. */
  readonly validBytes: number;
  /** Behind the last batch; the base offset when there is none. */
  readonly nextOffset: number;
  /** Why it stopped there; null when that is the end of the file. */
  readonly stop: SegmentStop | null;
}

const STRETCH_BYTES = 2_097_152;
/** It was longer when the recovery began. */
const FILE_CUT = { kind: 'torn', reason: 'the file ends early' } as const;
/** A walk over what was read already. */
const NOTHING_MORE: SegmentBytes = { read: () => Promise.resolve(0) };
const CRC_END = 21;
const LEGACY_CRC_END = 16;

/** @throws {DiskError} the file cannot be read. */
export function scanForRecovery(scan: RecoveryScan): Promise<RecoveredStretch> {
  return new Scanner(scan).run();
}

/** What was read from `position` on. */
interface Stretch {
  readonly bytes: Uint8Array;
  readonly filled: number;
  readonly position: number;
}

/** How far whole batches fill a stretch, and what comes then: the next stretch (null), or a reason to stop. */
interface Whole {
  readonly end: number;
  readonly stop: { readonly kind: SegmentStopKind; readonly reason: string } | null;
  /** The next batch is larger than a stretch. */
  readonly isLarge: boolean;
}

class Scanner {
  readonly #scan: RecoveryScan;
  readonly #spare: Uint8Array[] = [];
  readonly #batch: RecoveredBatch = { bytes: new Uint8Array(0), position: 0, sizeBytes: 0, filePosition: 0 };
  #lastOffset: number;
  #validBytes = 0;
  #stop: SegmentStop | null = null;

  constructor(scan: RecoveryScan) {
    this.#scan = scan;
    this.#lastOffset = scan.baseOffset - 1;
  }

  async run(): Promise<RecoveredStretch> {
    let next: Promise<Stretch> | null = null;
    while (this.#stop === null && this.#validBytes < this.#scan.sizeBytes) {
      const stretch: Stretch = await (next ?? this.#readFrom(this.#validBytes));
      next = null;
      const whole = this.#walkSizes(stretch);
      const nextPosition = stretch.position + whole.end;
      if (whole.end > 0 && whole.stop === null && !whole.isLarge && nextPosition < this.#scan.sizeBytes) {
        next = this.#readFrom(nextPosition);
        // Until it is awaited: the check of this stretch may end the walk first.
        next.catch(() => {});
      }
      await this.#check(stretch, whole);
      if (this.#stop === null && whole.isLarge) await this.#checkLarge(nextPosition);
    }
    await next?.catch(() => {});
    return { validBytes: this.#validBytes, nextOffset: this.#lastOffset + 1, stop: await this.#judged() };
  }

  async #readFrom(position: number): Promise<Stretch> {
    const wanted = Math.min(STRETCH_BYTES, this.#scan.sizeBytes - position);
    const spare = this.#spare.pop();
    const bytes = spare !== undefined && spare.length >= wanted ? spare : new Uint8Array(wanted);
    const filled = await this.#scan.read(bytes.subarray(0, wanted), position);
    return { bytes, filled, position };
  }

  #walkSizes({ bytes, filled, position }: Stretch): Whole {
    const left = this.#scan.sizeBytes - position;
    const isShort = filled < Math.min(STRETCH_BYTES, left);
    const headers = new BatchHeaders(NOTHING_MORE, bytes, 0, isShort ? filled : left);
    headers.hold(filled);
    let end = 0;
    while (headers.step() && headers.nextPosition <= filled) end = headers.nextPosition;
    if (isShort && headers.stop === null) return { end, stop: FILE_CUT, isLarge: false };
    return { end, stop: headers.stop, isLarge: headers.stop === null && end === 0 };
  }

  async #check({ bytes, position }: Stretch, { end, stop }: Whole): Promise<void> {
    const { compute } = this.#scan;
    const checked =
      end === 0
        ? { bytes, validBytes: 0, fault: null }
        : await compute.run(checkBatchesJob, { bytes, end }, [bytes.buffer as ArrayBuffer]);
    for (let at = 0; at < checked.validBytes && this.#stop === null;) {
      const sizeBytes = batchSize(checked.bytes, at);
      this.#tell(checked.bytes, at, sizeBytes, position + at);
      at += sizeBytes;
    }
    this.#spare.push(checked.bytes);
    const fault = checked.fault ?? stop;
    if (this.#stop === null && fault !== null) this.#stopWith(fault.kind, fault.reason);
  }

  /** Checks a batch piece by piece: what a damaged size claims is never allocated. */
  async #checkLarge(position: number): Promise<void> {
    let piece = await this.#readFrom(position);
    const header = piece.bytes.slice(0, RECORD_BATCH_HEADER_BYTES);
    const isLegacy = batchMagic(header) < 2;
    const end = position + batchSize(header);
    if (!this.#isInOrder(header, 0)) return;
    let seed = 0;
    let start = isLegacy ? LEGACY_CRC_END : CRC_END;
    for (let at = position; ;) {
      const pieceEnd = Math.min(piece.filled, end - at);
      const input = { bytes: piece.bytes, start, end: pieceEnd, seed, isLegacy };
      const { bytes, checksum } = await this.#scan.compute.run(checksumJob, input, [piece.bytes.buffer as ArrayBuffer]);
      this.#spare.push(bytes);
      seed = checksum;
      start = 0;
      at += pieceEnd;
      if (at === end) break;
      piece = await this.#readFrom(at);
      if (piece.filled === 0) return this.#stopWith(FILE_CUT.kind, FILE_CUT.reason);
    }
    if (seed === (isLegacy ? legacyCrc(header) : batchCrc(header))) this.#tell(header, 0, end - position, position);
    else this.#stopWith('crc', 'the CRC does not match the content');
  }

  #tell(bytes: Uint8Array, position: number, sizeBytes: number, filePosition: number): void {
    if (!this.#isInOrder(bytes, position)) return;
    const batch = this.#batch;
    batch.bytes = bytes;
    batch.position = position;
    batch.sizeBytes = sizeBytes;
    batch.filePosition = filePosition;
    this.#scan.onBatch(batch);
    this.#lastOffset =
      batchMagic(bytes, position) < 2 ? batchBaseOffset(bytes, position) : batchLastOffset(bytes, position);
    this.#validBytes = filePosition + sizeBytes;
  }

  #isInOrder(bytes: Uint8Array, position: number): boolean {
    const base = batchBaseOffset(bytes, position);
    const last = batchMagic(bytes, position) < 2 ? base : batchLastOffset(bytes, position);
    const { baseOffset } = this.#scan;
    if (base < baseOffset || last - baseOffset > INT32_MAX) {
      this.#stopWith('offset range', `offsets ${base} to ${last} in a segment from ${baseOffset} on`);
      return false;
    }
    if (base <= this.#lastOffset) {
      this.#stopWith('offset order', `offset ${base} after ${this.#lastOffset}`);
      return false;
    }
    return true;
  }

  #stopWith(kind: SegmentStopKind, reason: string): void {
    this.#stop = { kind, position: this.#validBytes, reason };
  }

  /** What is no batch may be nothing at all: preallocated, or lost with the power. */
  async #judged(): Promise<SegmentStop | null> {
    const stop = this.#stop;
    if (stop === null) return null;
    for (let position = stop.position; position < this.#scan.sizeBytes;) {
      const { bytes, filled } = await this.#readFrom(position);
      const isNothing = isZeros(bytes.subarray(0, filled), 0);
      this.#spare.push(bytes);
      if (!isNothing) return stop;
      if (filled === 0) break;
      position += filled;
    }
    return { kind: 'zeros', position: stop.position, reason: `${this.#scan.sizeBytes - stop.position} bytes of zeros` };
  }
}
