/** Jobs in a simulation: they run inline, on a turn that the seed picks, with copies as a thread would get them. */
import { ComputeError } from '../compute-errors.ts';
import { flatten, revive } from '../compute-message.ts';
import type { Compute, ComputeJob } from '../io.ts';
import type { FaultDice } from './faults.ts';
import type { Life } from './life.ts';
import type { Scheduler } from './scheduler.ts';

/** Virtual microseconds that a job takes, [least, most]. */
const JOB_MICROS = [50, 5_000] as const;

export class SimCompute implements Compute {
  readonly #scheduler: Scheduler;
  readonly #life: Life;
  readonly #dice: FaultDice;

  constructor(scheduler: Scheduler, life: Life, dice: FaultDice) {
    this.#scheduler = scheduler;
    this.#life = life;
    this.#dice = dice;
  }

  run<Input, Output>(
    job: ComputeJob<Input, Output>,
    input: Input,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Output> {
    return new Promise((resolve, reject) => {
      const sent = copyOf(job.name, input, transfer, 'input');
      const [least, most] = JOB_MICROS;
      this.#scheduler.schedule(this.#dice.prng.between(least, most), this.#life, `job ${job.name}`, () => {
        if (this.#dice.strikes('computeDeath')) {
          return reject(new ComputeError('ERR_COMPUTE_WORKER_DIED', job.name, 'the worker thread exited with code 1'));
        }
        try {
          resolve(copyOf(job.name, outputOf(job, sent), [], 'output'));
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }
}

function outputOf<Input, Output>({ name, run }: ComputeJob<Input, Output>, input: Input): Output {
  try {
    return run(input);
  } catch (error) {
    throw revive(flatten(error), name);
  }
}

function copyOf<T>(job: string, value: T, transfer: readonly ArrayBuffer[], what: string): T {
  try {
    return structuredClone(value, { transfer: [...transfer] });
  } catch (cause) {
    const reason = `its ${what} cannot be sent to a thread: ${(cause as Error).message}`;
    throw new ComputeError('ERR_COMPUTE_JOB_FAILED', job, reason, { cause });
  }
}
