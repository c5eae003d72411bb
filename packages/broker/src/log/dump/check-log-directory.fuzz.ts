/**
 * Damage to golden directories: found, and said in a sentence; never a crash, neither of the check nor of the dump.
 *
 * A flipped bit is found wherever it stands in a segment, an index or a snapshot, but for the few places where what it makes is as
 * good as what was there: they are named below.
 */
import { deepStrictEqual, ok } from 'node:assert/strict';
import type { Disk, Prng } from '@ottla/runtime';
import { SimWorld } from '@ottla/runtime/sim';
import { extractArchive, fuzz, mutate, type ArchiveEntry } from '@ottla/testing';
import { goldenArchive } from '../log-dir-golden.fixture.ts';
import { checkLogDirectory } from './check-log-directory.ts';
import { dumpFiles } from './dump-files.ts';
import { DUMP_DEFAULTS } from './dump-options.ts';
import { createJsonOutput, createTextOutput } from './dump-output.ts';
import type { Finding } from './findings.ts';
import { findTopicDecoder } from './record-decoder.ts';

const ARCHIVES = [...partitions('clean'), ...partitions('killed')];
const DUMPED = /\.(log|checkpoint|index|timeindex|txnindex|snapshot)$/;

/** The files of each partition; indexes with megabytes of room are cut to what tests need of it. */
function partitions(archive: 'clean' | 'killed'): ArchiveEntry[][] {
  const byDirectory = new Map<string, ArchiveEntry[]>();
  for (const entry of goldenArchive(archive)) {
    const [, directory = '', name] = entry.path.split('/');
    if (entry.kind === 'directory' || name === undefined) continue;
    const bytes = entry.bytes.length > 1_000_000 ? entry.bytes.subarray(0, 24_000) : entry.bytes;
    byDirectory.set(directory, [...(byDirectory.get(directory) ?? []), { ...entry, path: `p/${name}`, bytes }]);
  }
  return [...byDirectory.values()];
}

async function onDisk<T>(entries: readonly ArchiveEntry[], run: (disk: Disk) => Promise<T>): Promise<T> {
  const world = new SimWorld({ seed: 1 });
  const { disk } = world.createProcess('node').io;
  await world.finish(extractArchive(entries, disk, ''));
  return world.finish(run(disk));
}

function replaced(entries: readonly ArchiveEntry[], target: ArchiveEntry, bytes: Uint8Array): ArchiveEntry[] {
  return entries.map((entry) => (entry === target ? { ...entry, bytes } : entry));
}

function checkSentences(findings: readonly Finding[]): void {
  for (const { sentence, file } of findings) {
    ok(sentence.startsWith(`/p/${file}`) && /[.\]]$/.test(sentence) && !sentence.includes('undefined'), sentence);
  }
}

fuzz('a flipped bit in a log directory is found', { small: 120 }, async (prng) => {
  const entries = prng.pick(ARCHIVES);
  const targets = entries.filter(({ path, bytes }) => DUMPED.test(path) && contentEnd(path, bytes) > 0);
  if (targets.length === 0) return;
  const target = prng.pick(targets);
  const at = prng.below(contentEnd(target.path, target.bytes));
  if (isBlind(target, at)) return;
  const bytes = Uint8Array.from(target.bytes);
  bytes[at]! ^= 1 << prng.below(8);
  const findings = await onDisk(replaced(entries, target, bytes), (disk) => checkLogDirectory(disk, '/p'));
  ok(findings.length > 0, `byte ${at} of ${target.path}`);
  checkSentences(findings);
});

/** Where the room for more entries begins. */
function contentEnd(path: string, bytes: Uint8Array): number {
  if (!path.endsWith('index')) return bytes.length;
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return end;
}

/** What nobody can know to be wrong: fields outside of a batch's CRC that still make sense, and numbers that nothing repeats. */
function isBlind({ path, bytes }: ArchiveEntry, at: number): boolean {
  if (path.endsWith('.txnindex')) return at % 34 >= 10 && !(at % 34 >= 18 && at % 34 < 26);
  // Older brokers named any record of the batch.
  if (path.endsWith('.timeindex')) return at % 12 >= 8;
  if (!/\.(log|checkpoint)$/.test(path)) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  while (at >= start + 12 + view.getInt32(start + 8)) start += 12 + view.getInt32(start + 8);
  const isOffset = at - start < 8;
  const isEpoch = at - start >= 12 && at - start < 16;
  return isOffset || isEpoch;
}

fuzz('any damage to a log directory: findings, never a crash', { small: 80 }, async (prng) => {
  const entries = prng.pick(ARCHIVES);
  const target = prng.pick(entries);
  const damaged = replaced(entries, target, damage(target.bytes, prng));
  const left = prng.chance(0.1) ? damaged.filter((entry) => entry.path !== prng.pick(damaged).path) : damaged;
  const findings = await onDisk(left, (disk) => checkLogDirectory(disk, '/p'));
  checkSentences(findings);
});

fuzz('any damage to a file: dumped as far as it goes, never a crash', { small: 80 }, async (prng) => {
  const entries = prng.pick(ARCHIVES);
  const target = prng.pick(entries.filter(({ path }) => DUMPED.test(path)));
  const damaged = replaced(entries, target, damage(target.bytes, prng));
  const topics = ['__consumer_offsets', '__transaction_state', '__share_group_state', '__cluster_metadata'];
  const options = { ...DUMP_DEFAULTS, deepIteration: true, decoder: findTopicDecoder(prng.pick(topics)) };
  const json: string[] = [];
  const text: string[] = [];
  const write = (line: string): void => void text.push(line);
  const asText = createTextOutput({ skipRecordMetadata: false, absolutePath: (file) => file }, write, write);
  const file = `/${target.path}`;
  await onDisk(damaged, async (disk) => {
    await dumpFiles(
      disk,
      [file],
      options,
      createJsonOutput((line) => json.push(line)),
    );
    await dumpFiles(disk, [file], options, asText);
  });
  for (const line of json) deepStrictEqual((JSON.parse(line) as { file: string }).file, file);
  ok(text[0] === `Dumping ${file}` && !text.some((line) => line.includes('undefined') || line.includes('[object')));
});

/** A bit, a cut, zeros at the end, another file's middle, or several at once. */
function damage(bytes: Uint8Array, prng: Prng): Uint8Array {
  if (bytes.length === 0 || prng.chance(0.3)) return mutate(bytes, prng);
  const at = prng.below(bytes.length);
  if (prng.chance(0.3)) return bytes.subarray(0, at);
  const changed = Uint8Array.from(bytes);
  const kind = prng.below(3);
  if (kind === 0) changed.fill(0, at);
  else if (kind === 1) changed.copyWithin(at, prng.below(bytes.length));
  else changed[at]! ^= 1 << prng.below(8);
  return changed;
}
