/** A small pool of worker threads for jobs that would hold up the event loop. Threads start when the first jobs come. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ComputeError } from '../compute-errors.ts';
import type { Compute, ComputeJob } from '../io.ts';
import { flatten, revive, type JobAnswer, type JobRequest } from '../compute-message.ts';

const WORKERS_MAX = 4;

/** Beside this file, with the ending of this file: `.ts` from source, `.js` compiled. */
const workerUrl = new URL(import.meta.url.replace(/compute(\.\w+)$/, 'compute-worker$1'));

/** A thread takes over this process's flags; that of a program given by `--eval` would stop it, so then it gets none. */
const workerOptions = process.execArgv.some((flag) => flag.startsWith('--input-type')) ? { execArgv: [] } : {};

interface Pending {
  readonly request: JobRequest;
  readonly transfer: readonly ArrayBuffer[];
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface PoolThread {
  readonly worker: Worker;
  job: Pending | null;
}

export class NodeCompute implements Compute {
  readonly #workersMax: number;
  readonly #threads: PoolThread[] = [];
  readonly #queue: Pending[] = [];
  #closed = false;

  constructor(workersMax = Math.min(Math.max(availableParallelism() - 1, 1), WORKERS_MAX)) {
    this.#workersMax = workersMax;
  }

  async run<Input, Output>(
    job: ComputeJob<Input, Output>,
    input: Input,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Output> {
    if (this.#closed) throw closedError(job.name);
    if (job.isSmall?.(input) === true) return runHere(job, input);
    const output = await new Promise<unknown>((resolve, reject) => {
      const request = { job: job.name, module: job.module, export: job.export, movesOutput: job.movesOutput, input };
      this.#queue.push({ request, transfer, resolve, reject });
      this.#dispatch();
    });
    return output as Output;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const pending of this.#queue.splice(0)) pending.reject(closedError(pending.request.job));
    await Promise.all(
      this.#threads.splice(0).map(async ({ worker, job }) => {
        job?.reject(closedError(job.request.job));
        worker.removeAllListeners();
        await worker.terminate();
      }),
    );
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const idle = this.#threads.find(({ job }) => job === null);
      if (idle === undefined && this.#threads.length === this.#workersMax) return;
      const pending = this.#queue.shift()!;
      try {
        send(idle ?? this.#startThread(), pending);
      } catch (cause) {
        // The system has no thread left to give.
        const { job } = pending.request;
        pending.reject(new ComputeError('ERR_COMPUTE_WORKER_DIED', job, (cause as Error).message, { cause }));
      }
    }
  }

  #startThread(): PoolThread {
    const worker = new Worker(workerUrl, workerOptions);
    const thread: PoolThread = { worker, job: null };
    this.#threads.push(thread);
    worker.on('message', (answer: JobAnswer) => {
      const done = release(thread);
      if (answer.error === undefined) done?.resolve(answer.output);
      else done?.reject(revive(answer.error, done.request.job));
      this.#dispatch();
    });
    worker.on('messageerror', (error) => {
      this.#bury(thread, error);
      void worker.terminate();
    });
    worker.on('error', (error) => this.#bury(thread, error));
    worker.on('exit', (code) => this.#bury(thread, new Error(`the worker thread exited with code ${code}`)));
    return thread;
  }

  /** A job that kills its thread (out of memory, process.exit) fails alone; the rest goes to a new thread. */
  #bury(thread: PoolThread, cause: Error): void {
    const index = this.#threads.indexOf(thread);
    if (index >= 0) this.#threads.splice(index, 1);
    const job = release(thread);
    job?.reject(new ComputeError('ERR_COMPUTE_WORKER_DIED', job.request.job, cause.message, { cause }));
    this.#dispatch();
  }
}

function send(thread: PoolThread, pending: Pending): void {
  try {
    thread.worker.postMessage(pending.request, pending.transfer);
  } catch (cause) {
    // DataCloneError: the input holds a function, a class with private state, or a buffer that is gone.
    const what = `its input cannot be sent to a thread: ${(cause as Error).message}`;
    return pending.reject(new ComputeError('ERR_COMPUTE_JOB_FAILED', pending.request.job, what, { cause }));
  }
  thread.job = pending;
  // A process may end while its threads idle, and not while one works.
  thread.worker.ref();
}

function release(thread: PoolThread): Pending | null {
  const { job } = thread;
  thread.job = null;
  thread.worker.unref();
  return job;
}

function runHere<Input, Output>({ name, run }: ComputeJob<Input, Output>, input: Input): Output {
  try {
    return run(input);
  } catch (error) {
    throw revive(flatten(error), name);
  }
}

function closedError(job: string): ComputeError {
  return new ComputeError('ERR_COMPUTE_CLOSED', job, 'the pool of worker threads is closed');
}
