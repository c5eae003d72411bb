/** What every `Compute` does, on worker threads and in simulation alike. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { failingJob, incrementJob, sumJob } from './compute-jobs.fixture.ts';
import { inBothWorlds, type ContractWorld } from './contract-worlds.fixture.ts';
import { isOperationalError } from './errors.ts';
import type { ComputeJob } from './io.ts';

type Row = readonly [why: string, body: (world: ContractWorld) => Promise<void>];

const rows: readonly Row[] = [
  [
    'jobs give back what their functions do',
    async ({ io: { compute } }) => {
      const sums = await Promise.all([[1, 2], [3], [], [4, 5, 6]].map((numbers) => compute.run(sumJob, numbers)));
      deepStrictEqual(sums, [3, 3, 0, 15]);
    },
  ],
  [
    'bytes are copied unless they are said to move',
    async ({ io: { compute } }) => {
      const input = Uint8Array.of(1, 2, 255);
      deepStrictEqual(await compute.run(incrementJob, input), Uint8Array.of(2, 3, 0));
      deepStrictEqual(input, Uint8Array.of(1, 2, 255));
      const output = compute.run(incrementJob, input, [input.buffer]);
      strictEqual(input.length, 0, 'the caller no longer has them');
      deepStrictEqual(await output, Uint8Array.of(2, 3, 0));
    },
  ],
  [
    'an operational error keeps code, fields and message',
    async ({ io: { compute } }) => {
      const error = await compute.run(failingJob, 'disk').catch((reason: unknown) => reason);
      ok(isOperationalError(error));
      const { name, code, retriable, errno, path, message, stack } = error as typeof error & Record<string, unknown>;
      deepStrictEqual(
        { name, code, retriable, errno, path },
        { name: 'DiskError', code: 'ERR_DISK_IO', retriable: false, errno: 'EIO', path: '/data/x' },
      );
      match(message, /cannot read \/data\/x: the disk failed \(sector 7\)/);
      match(stack ?? '', /compute-jobs\.fixture/, 'it tells where it was thrown');
    },
  ],
  [
    'a broken invariant stays one',
    async ({ io: { compute } }) => {
      await rejects(compute.run(failingJob, 'assertion'), {
        name: 'AssertionError',
        message: 'invariant broken: jobs are never asked for this',
      });
    },
  ],
  [
    'anything else becomes a typed error that names the job',
    async ({ io: { compute } }) => {
      for (const [kind, why] of [
        ['plain', /some bug/],
        ['text', /just a text/],
        ['uncloneable', /could not be cloned/],
      ] as const) {
        await rejects(compute.run(failingJob, kind), (error: Error & { code: string; job: string }) => {
          deepStrictEqual([error.name, error.code, error.job], ['ComputeError', 'ERR_COMPUTE_JOB_FAILED', 'failing']);
          match(error.message, why);
          match(error.message, /job failing was not done/);
          return true;
        });
      }
    },
  ],
  [
    'an input that cannot travel is refused, and the next job is done',
    async ({ io: { compute } }) => {
      const input = [() => 1] as unknown as number[];
      await rejects(compute.run(sumJob, input), { name: 'ComputeError', code: 'ERR_COMPUTE_JOB_FAILED' });
      strictEqual(await compute.run(sumJob, [1]), 1);
    },
  ],
];

for (const [why, body] of rows) inBothWorlds(`compute: ${why}`, body);

inBothWorlds('compute: a function that is not exported is refused by name', async ({ kind, io: { compute } }) => {
  const job: ComputeJob<readonly number[], number> = { ...sumJob, export: 'product' };
  // In simulation the function itself is called, and not looked up.
  if (kind === 'sim') return strictEqual(await compute.run(job, [2]), 2);
  await rejects(compute.run(job, [2]), (error: Error) => {
    match(error.message, /exports no function product/);
    return true;
  });
});
