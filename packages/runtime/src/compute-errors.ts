/** What can go wrong with a job in `io.compute`, beside the errors that the job itself throws. */
import { OperationalError, type OperationalErrorCode } from './errors.ts';

/** A job threw what is neither an operational error nor a broken invariant, or could not be run at all. */
export class ComputeError extends OperationalError {
  override readonly name = 'ComputeError';
  readonly code: 'ERR_COMPUTE_JOB_FAILED' | 'ERR_COMPUTE_WORKER_DIED' | 'ERR_COMPUTE_CLOSED';
  readonly retriable: boolean;
  readonly job: string;

  constructor(code: ComputeError['code'], job: string, what: string, options?: ErrorOptions) {
    super(`job ${job} was not done: ${what}. [${code}]`, options);
    this.code = code;
    this.retriable = code === 'ERR_COMPUTE_WORKER_DIED';
    this.job = job;
  }
}

/** An operational error that a job threw in another thread: `code`, `retriable`, message and fields are the original's. */
export class RemoteError extends OperationalError {
  override readonly name: string;
  readonly code: OperationalErrorCode;
  readonly retriable: boolean;

  constructor(
    thrown: { name: string; code: OperationalErrorCode; retriable: boolean; message: string; cause?: unknown },
    fields: Readonly<Record<string, unknown>>,
  ) {
    super(thrown.message, thrown.cause === undefined ? {} : { cause: thrown.cause });
    Object.assign(this, fields);
    this.name = thrown.name;
    this.code = thrown.code;
    this.retriable = thrown.retriable;
  }
}
