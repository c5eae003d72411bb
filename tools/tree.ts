/** The files of the repository, as the tools see them. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Absolute, without a slash at the end. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

const SKIPPED = new Set(['node_modules', 'dist', 'golden', 'facts', '.git']);

export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Paths below `folders` that match, sorted; dependencies, build output, golden data and copied facts are left out. */
export function findFiles(folders: readonly string[], matches: RegExp): string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(`${ROOT}/${folder}`, { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) walk(path);
      else if (entry.isFile() && matches.test(entry.name)) found.push(path);
    }
  };
  for (const folder of folders) walk(folder);
  return found.toSorted();
}

export function readSource(path: string): SourceFile {
  return { path, text: readFileSync(`${ROOT}/${path}`, 'utf8') };
}

/** All that is written in TypeScript or JavaScript here. */
export function readSources(): SourceFile[] {
  return findFiles(['packages', 'tools', 'conformance'], /\.(ts|cjs|mjs|js)$/).map(readSource);
}

/** What the test runner runs. */
export function isRunnableTest(path: string): boolean {
  return /\.(?:test|fuzz|bench)\.ts$/.test(path);
}

/** Proof rather than product: tests, and what tests share (`*.fixture.ts`). Never published. */
export function isProof(path: string): boolean {
  return isRunnableTest(path) || path.endsWith('.fixture.ts');
}

/** True in the file that a command runs. `import.meta.main` would not do: the bootstrap imports it into its own process. */
export function isCommand(moduleUrl: string): boolean {
  return process.argv[1] === fileURLToPath(moduleUrl);
}
