/** The golden log directories, for tests. */
import { readFileSync } from 'node:fs';
import { readArchive, type ArchiveEntry } from '@ottla/testing';

export type GoldenArchive = 'clean' | 'killed' | 'cluster-small-files';

export function goldenArchive(name: GoldenArchive): ArchiveEntry[] {
  return readArchive(readFileSync(new URL(`../../golden/log-dirs/${name}.tar.gz`, import.meta.url)));
}

/** All files of that name in all golden directories: path and bytes. */
export function goldenFiles(name: string): ArchiveEntry[] {
  const all = [...goldenArchive('clean'), ...goldenArchive('killed'), ...goldenArchive('cluster-small-files')];
  return all.filter(({ path, kind }) => kind === 'file' && path.slice(path.lastIndexOf('/') + 1) === name);
}
