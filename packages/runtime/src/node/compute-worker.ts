/** A thread of the pool: takes one job at a time, loads its module, answers with the output or the error taken apart. */
import { parentPort } from 'node:worker_threads';
import { assert } from '../assert.ts';
import { flatten, type JobAnswer, type JobRequest } from '../compute-message.ts';

const port = parentPort;
assert(port !== null, 'this module runs in a worker thread');

port.on('message', (request: JobRequest) => {
  void runJob(request).then(
    (output) => post({ output }, request.movesOutput === true ? buffersOf(output) : []),
    (error: unknown) => port.postMessage({ error: flatten(error) }),
  );
});

async function runJob(request: JobRequest): Promise<unknown> {
  const exported = (await import(request.module)) as Record<string, unknown>;
  const job = exported[request.export];
  if (typeof job !== 'function') throw new Error(`${request.module} exports no function ${request.export}`);
  return (job as (input: unknown) => unknown)(request.input);
}

function post(answer: JobAnswer, transfer: readonly ArrayBuffer[]): void {
  try {
    port!.postMessage(answer, transfer);
  } catch (error) {
    // DataCloneError: what the job returned cannot be sent.
    port!.postMessage({ error: flatten(error) } satisfies JobAnswer);
  }
}

/** The buffers behind an output that is a byte array, or an object or array of them. */
function buffersOf(output: unknown): ArrayBuffer[] {
  if (typeof output !== 'object' || output === null) return [];
  const values: unknown[] = ArrayBuffer.isView(output) ? [output] : Object.values(output);
  const buffers = values.filter((value) => ArrayBuffer.isView(value)).map(({ buffer }) => buffer);
  return [...new Set(buffers.filter((buffer) => buffer instanceof ArrayBuffer))];
}
