/** A machine's disk: what outlives the processes that use it. */
import { FileSystem } from './file-system.ts';
import type { TreeDirectory } from './directory-tree.ts';
import type { FaultDice } from './faults.ts';
import type { Life } from './life.ts';
import { posixRules, windowsRules } from './path-rules.ts';

export interface SimDiskOptions {
  /** Default unbounded. */
  readonly capacityBytes?: number;
  /** Whose rules for names and open files hold. Default `posix`. */
  readonly rules?: 'posix' | 'windows';
  /** Virtual microseconds that calls take, [least, most]. */
  readonly latency?: Partial<DiskLatency>;
}

export interface DiskLatency {
  /** Default [20, 200]. */
  readonly readMicros: readonly [number, number];
  /** Default [10, 100]. */
  readonly writeMicros: readonly [number, number];
  /** Of files and directories. Default [200, 2,000]. */
  readonly syncMicros: readonly [number, number];
  /** Open, rename, remove, list and so on. Default [20, 200]. */
  readonly nameMicros: readonly [number, number];
}

const defaultLatency: DiskLatency = {
  readMicros: [20, 200],
  writeMicros: [10, 100],
  syncMicros: [200, 2_000],
  nameMicros: [20, 200],
};

const UNBOUNDED = Number.MAX_SAFE_INTEGER;

export class SimDisk {
  readonly files: FileSystem;
  readonly latency: DiskLatency;
  /** Who holds a directory's lock; a life that is over holds none. */
  readonly locks = new Map<TreeDirectory, Life>();
  readonly #capacityBytes: number;
  readonly #dice: FaultDice;
  #usedBytes = 0;

  constructor(dice: FaultDice, options: SimDiskOptions = {}) {
    this.files = new FileSystem(options.rules === 'windows' ? windowsRules : posixRules, dice);
    this.latency = { ...defaultLatency, ...options.latency };
    this.#capacityBytes = options.capacityBytes ?? UNBOUNDED;
    this.#dice = dice;
  }

  get freeBytes(): number {
    return this.#capacityBytes - this.#usedBytes;
  }

  /** Bytes of a disk that a write took. Those that truncations and removes give back are found by `recount`. */
  take(bytes: number): void {
    this.#usedBytes += bytes;
  }

  recount(): void {
    if (this.#capacityBytes === UNBOUNDED) return;
    this.#usedBytes = this.files.tree.allocatedBytes;
  }

  /** What was written so far is durable, as if the test had begun with it. */
  settle(): void {
    this.files.tree.settleAll();
  }

  /** The power goes. What was synced stays; of the rest, chance decides. */
  crash(): void {
    this.files.tree.crash();
    this.locks.clear();
    this.recount();
  }

  /** Damages one bit of a file as it is stored, a random one unless told. @returns false when there is no byte there. */
  rot(path: string, position?: number): boolean {
    const { pages } = this.files.open(path, 'read');
    if (pages.sizeBytes === 0) return false;
    this.#dice.count('diskBitRot');
    return pages.rot(position ?? this.#dice.prng.below(pages.sizeBytes));
  }
}
