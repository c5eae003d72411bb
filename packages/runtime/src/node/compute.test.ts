/** What only real worker threads do: die, be closed, and be left aside. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { smallSumJob, sumJob } from '../compute-jobs.fixture.ts';
import type { ComputeJob } from '../io.ts';
import { NodeCompute } from './compute.ts';

/** A module of its own, so that no test thread loads it by accident. */
const module = `data:text/javascript,${encodeURIComponent(`
  export const exit = () => process.exit(3);
  export const slow = (ms) => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms); return ms; };
`)}`;
const jobFrom = <Input, Output>(name: string): ComputeJob<Input, Output> => ({
  name,
  module,
  export: name,
  run: () => {
    throw new Error('it runs on a thread');
  },
});

test('compute: a job that ends its thread fails alone', async () => {
  const compute = new NodeCompute(1);
  const outcomes = await Promise.allSettled([
    compute.run(sumJob, [1]),
    compute.run(jobFrom('exit'), null),
    compute.run(sumJob, [2]),
  ]);
  deepStrictEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  const { reason } = outcomes[1] as PromiseRejectedResult;
  deepStrictEqual([reason.code, reason.retriable, reason.job], ['ERR_COMPUTE_WORKER_DIED', true, 'exit']);
  match((reason as Error).message, /exited with code 3/);
  await compute.close();
});

test('compute: closing rejects what is under way and what waits', async () => {
  const compute = new NodeCompute(1);
  const jobs = [compute.run(jobFrom('slow'), 10_000), compute.run(sumJob, [1])];
  const settled = Promise.allSettled(jobs);
  await compute.close();
  await compute.close();
  for (const outcome of await settled) {
    strictEqual((outcome as PromiseRejectedResult).reason.code, 'ERR_COMPUTE_CLOSED');
  }
  await rejects(compute.run(sumJob, [1]), { code: 'ERR_COMPUTE_CLOSED', retriable: false });
});

test('compute: two threads work at the same time', async () => {
  const compute = new NodeCompute(2);
  const order: string[] = [];
  await Promise.all([
    compute.run<number, number>(jobFrom('slow'), 400).then(() => order.push('slow')),
    compute.run(sumJob, [1]).then(() => order.push('quick')),
  ]);
  deepStrictEqual(order, ['quick', 'slow']);
  await compute.close();
});

test('compute: a small input never leaves the thread, a large one does', async () => {
  const compute = new NodeCompute(1);
  strictEqual(await compute.run(smallSumJob, [1, 2]), 3);
  await rejects(compute.run(smallSumJob, [1, 2, 3]), (error: Error) => {
    match(error.message, /no-such-module/);
    return true;
  });
  await compute.close();
});

test('compute: idle threads do not keep a process, working ones do', () => {
  const program = `
    import { createNodeIo } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
    import { sumJob } from ${JSON.stringify(new URL('../compute-jobs.fixture.ts', import.meta.url).href)};
    const io = createNodeIo({ computeWorkers: 1 });
    io.compute.run(sumJob, [20, 22]).then((sum) => console.log(sum));
  `;
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ['--input-type=module', '--eval', program];
  const output = execFileSync(process.execPath, args, { env, encoding: 'utf8', timeout: 20_000 });
  ok(output.trim() === '42', output);
});
