/** Python clients that we did not write, in a virtual environment of their own under `~/.cache`, made once. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const HOME = process.env['OTTLA_CONFORMANCE_HOME'] ?? join(homedir(), '.cache', 'ottla-conformance');
const ATTEMPTS = 3;

/** librdkafka with all its codecs is inside the wheel. */
export const CONFLUENT_KAFKA = 'confluent-kafka==2.16.1';

export interface Python {
  /** Runs a script; rejects with what it said on standard error when it fails. */
  run(script: string, ...args: readonly string[]): Promise<string>;
}

/** @returns an interpreter that has `packages`, or the reason why there is none: what `test(name, { skip })` wants. */
export async function pythonWith(...packages: readonly string[]): Promise<Python | { readonly missing: string }> {
  const digest = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 12);
  const environment = join(HOME, `python-${digest}`);
  const python = join(environment, 'bin', 'python');
  if (!existsSync(python)) {
    const missing = await install(environment, packages);
    if (missing !== null) return { missing };
  }
  return {
    run: async (script, ...args) => (await run(python, [script, ...args], { maxBuffer: 64 * 1024 * 1024 })).stdout,
  };
}

/** Built beside its place and moved there whole, so that a broken attempt or a second process leaves nothing half done. */
async function install(environment: string, packages: readonly string[]): Promise<string | null> {
  await mkdir(HOME, { recursive: true });
  const building = `${environment}.${process.pid}`;
  let problem = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      await run('python3', ['-m', 'venv', building]);
      await run(join(building, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', ...packages]);
      await rename(building, environment).catch((error: NodeJS.ErrnoException) => {
        if (!existsSync(environment)) throw error; // else another process was first
      });
      return null;
    } catch (error) {
      problem = String((error as { stderr?: string }).stderr ?? error).trim();
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'python3 is not installed';
      await sleep(1_000 * attempt);
    } finally {
      await rm(building, { recursive: true, force: true });
    }
  }
  return `${packages.join(', ')} could not be installed after ${ATTEMPTS} attempts: ${problem.slice(-300)}`;
}
