/** Runs one test, bench or fuzz file as a program of its own, quietly. */
import { spawnSync } from 'node:child_process';
import { ROOT } from './tree.ts';

const REPORTER = new URL('quiet-reporter.ts', import.meta.url).href;

/** @returns the exit code; the signal that ended it (Ctrl-C, say) counts as 130. */
export function runFile(path: string, env: NodeJS.ProcessEnv, cwd = ROOT): number {
  const args = ['--expose-gc', `--test-reporter=${REPORTER}`, path];
  const { status } = spawnSync(process.execPath, args, { cwd, stdio: 'inherit', env: { ...process.env, ...env } });
  return status ?? 130;
}
