/** Our dump of a log directory and that of Kafka's own tool, line by line: every file of the golden directories, every option. */
import { ok, strictEqual } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { createNodeIo } from '@ottla/runtime/node';
import { extractArchive, readArchive } from '@ottla/testing';
import { apacheKafkaMissing } from '../oracle/apache-kafka.ts';

const skip = apacheKafkaMissing();
const ROOT = join(import.meta.dirname, '../..');
const GOLDEN = join(ROOT, 'packages/broker/golden/log-dirs');
const ORACLE = join(import.meta.dirname, '../oracle/kafka');

interface Printed {
  readonly out: string[];
  /** Sorted: Kafka prints its summary of files in the order of a hash map. */
  readonly err: string[];
}

/** Partition directories by the options that are tried on all their files. */
const ROWS: readonly [reason: string, options: readonly string[], directories: RegExp, files: RegExp][] = [
  ['batches alone', [], /./, /./],
  ['records without what is in them', ['--deep-iteration'], /./, /\.log$/],
  ['keys and values as text', ['--print-data-log'], /^(shapes|codec|txn|recompressed|append-time|compacted)/, /\.log$/],
  ['nothing but keys and values', ['--print-data-log', '--skip-record-metadata'], /^(shapes|txn)/, /\.log$/],
  ['the first batches', ['--print-data-log', '--max-bytes', '1000'], /^txn/, /\.log$/],
  ['indexes verified, not printed', ['--verify-index-only'], /^(codec|compacted|txn)/, /index$/],
  ['what Kafka checks of an index as it starts', ['--index-sanity-check'], /^(codec|txn)/, /\.index$/],
  ['offsets and groups', ['--offsets-decoder'], /^__consumer_offsets/, /\.log$/],
  ['transactions', ['--transaction-log-decoder'], /^__transaction_state/, /\.log$/],
  ['share groups', ['--share-group-state-decoder'], /^__share_group_state/, /\.log$/],
  ['the metadata log and its snapshots', ['--cluster-metadata-decoder'], /^__cluster_metadata/, /\.(log|checkpoint)$/],
];

for (const archive of ['clean', 'killed']) {
  test(`Kafka's dump tool and ours print the same of ${archive}`, { skip }, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ottla-dump-'));
    try {
      const entries = readArchive(await readFile(join(GOLDEN, `${archive}.tar.gz`)));
      await extractArchive(entries, createNodeIo().disk, directory);
      const empty = entries.filter(({ path, bytes }) => path.endsWith('.log') && bytes.length === 0);
      const files = entries
        .map(({ path }) => path)
        .filter((path) => /-\d+\/\d+[^/]*\.\w+$/.test(path))
        // Kafka's tool dies of an index with room for entries beside an empty segment.
        .filter((path) => !(path.endsWith('index') && empty.some((log) => siblingOf(log.path, path) === path)));
      for (const [reason, options, directories, names] of ROWS) {
        const chosen = files.filter((path) => directories.test(path.split('/')[1]!) && names.test(path));
        ok(chosen.length > 0, reason);
        const args = ['--files', chosen.map((path) => join(directory, path)).join(','), ...options];
        const [kafka, ours] = await Promise.all([
          run(ORACLE, ['dump-log', ...args]),
          run(process.execPath, [join(ROOT, 'tools/dump-log.ts'), ...args]),
        ]);
        sameLines(ours.out.map(asOlderTool), kafka.out, reason);
        sameLines(ours.err, kafka.err, `${reason}: stderr`);
      }
    } finally {
      await rm(directory, { recursive: true });
    }
  });
}

const TRANSACTION_STATES = ['Empty', 'Ongoing', 'PrepareCommit', 'PrepareAbort', 'CompleteCommit', 'CompleteAbort'];

/** Kafka's tools are one release behind its broker: only in 4.4 they print the name of a transaction's state, as ours does. */
function asOlderTool(line: string): string {
  return line.replace(/(?<="transactionStatus":)"(\w+)"/, (_, state: string) =>
    String(TRANSACTION_STATES.indexOf(state)),
  );
}

/** The file of the segment `log` with the suffix of `path`. */
function siblingOf(log: string, path: string): string {
  return log.replace(/\.log$/, path.slice(path.lastIndexOf('.')));
}

/** The first line that differs says enough. */
function sameLines(ours: readonly string[], kafka: readonly string[], reason: string): void {
  const at = kafka.findIndex((line, i) => line !== ours[i]);
  if (at >= 0) strictEqual(ours[at], kafka[at], `${reason}, line ${at + 1}`);
  strictEqual(ours.length, kafka.length, reason);
}

/** The tools print UTF-8 whatever the machine speaks. */
async function run(command: string, args: readonly string[]): Promise<Printed> {
  const env = { ...process.env, LC_ALL: 'C.UTF-8', JAVA_TOOL_OPTIONS: '' };
  const { stdout, stderr } = await promisify(execFile)(command, args, { env, maxBuffer: 256 * 1024 * 1024 }).catch(
    // Ours ends with 1 where something does not match.
    (error: { stdout: string; stderr: string; code: unknown }) => {
      if (error.code !== 1) throw error;
      return error;
    },
  );
  const lines = (text: string): string[] => text.split('\n').filter((line) => !line.startsWith('Picked up JAVA'));
  return { out: lines(stdout), err: lines(stderr).toSorted() };
}
