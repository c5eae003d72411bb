/** Every file of the golden directories, dumped as JSON, is what Kafka's own dump tool said of it. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SimWorld } from '@ottla/runtime/sim';
import { extractArchive, readArchive } from '@ottla/testing';
import { goldenArchive } from '../log-dir-golden.fixture.ts';
import { parsePartitionDirectory } from '../log-names.ts';
import { createJsonOutput } from './dump-output.ts';
import { dumpFiles } from './dump-files.ts';
import { DUMP_DEFAULTS } from './dump-options.ts';
import { findTopicDecoder } from './record-decoder.ts';

interface Line {
  readonly file: string;
}

function factsOf(archive: 'clean' | 'killed'): Map<string, Line[]> {
  const entries = readArchive(
    readFileSync(new URL(`../../../golden/log-dirs/facts-${archive}.tar.gz`, import.meta.url)),
  );
  const files = new Map<string, Line[]>();
  for (const { path, bytes, kind } of entries) {
    if (kind === 'directory') continue;
    const directory = path.slice(path.lastIndexOf('/') + 1, -'.ndjson'.length);
    for (const text of Buffer.from(bytes).toString().trim().split('\n')) {
      const line = JSON.parse(text) as Line;
      const file = `${directory}/${line.file}`;
      files.set(file, [...(files.get(file) ?? []), { ...line, file }]);
    }
  }
  return files;
}

for (const archive of ['clean', 'killed'] as const) {
  test(`golden: the files of ${archive}, dumped`, async () => {
    const world = new SimWorld({ seed: 1 });
    const { disk } = world.createProcess('node').io;
    const entries = goldenArchive(archive).filter(({ path }) => DUMPED.test(path));
    await world.finish(extractArchive(entries, disk, ''));
    const facts = factsOf(archive);
    let dumped = 0;
    for (const { path, bytes } of entries) {
      const [, directory = '', name = ''] = path.split('/');
      const lines: Line[] = [];
      const output = createJsonOutput((line) => lines.push(JSON.parse(line) as Line));
      const decoder = findTopicDecoder(parsePartitionDirectory(directory)!.topic);
      const options = { ...DUMP_DEFAULTS, deepIteration: true, decoder };
      await world.finish(dumpFiles(disk, [`/${path}`], options, output));
      const want = facts.get(`${directory}/${name}`) ?? [];
      facts.delete(`${directory}/${name}`);
      const got = lines
        .filter((line) => !('mismatch' in line))
        .map((line) => ({ ...line, file: `${directory}/${name}` }));
      // The facts leave out indexes with the room that Kafka preallocates.
      if (want.length === 0 && bytes.length > 0 && bytes.subarray(-12).every((byte) => byte === 0)) continue;
      deepStrictEqual(got, want, path);
      dumped += want.length;
    }
    deepStrictEqual([...facts.keys()], [], 'every fact was asked for');
    ok(dumped > 1_400, `${dumped} facts`);
    strictEqual(entries.length > 300, true);
  });
}

const DUMPED = /-\d+\/\d[^/]*\.(log|checkpoint|index|timeindex|txnindex|snapshot)$/;
