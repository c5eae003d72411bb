/** The real world: clock, chance, files, sockets and worker threads of this machine, behind `Io`. */
import type { Io } from '../io.ts';
import { NodeClock } from './clock.ts';
import { NodeCompute } from './compute.ts';
import { NodeDisk } from './disk.ts';
import { NodeNetwork } from './network.ts';
import { NodeRandom } from './random.ts';

export interface NodeIoOptions {
  /** Threads that `compute` may start; they start when the first job comes. Default: processors less one, 1 to 4. */
  readonly computeWorkers?: number;
}

export interface NodeIo extends Io {
  /** Ends the worker threads; jobs not done are rejected. Files, sockets and timers are their owners' to close. */
  close(): Promise<void>;
}

/** One per process or worker thread is enough: it holds no state beyond its worker threads and buffers. */
export function createNodeIo(options: NodeIoOptions = {}): NodeIo {
  const compute = new NodeCompute(options.computeWorkers);
  return {
    clock: new NodeClock(),
    random: new NodeRandom(),
    disk: new NodeDisk(),
    network: new NodeNetwork(),
    compute,
    close: () => compute.close(),
  };
}
