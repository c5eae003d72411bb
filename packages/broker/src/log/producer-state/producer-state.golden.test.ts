/** The snapshots and logs of Apache Kafka against what we make of them. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ByteReader } from '@ottla/runtime';
import { batchBaseOffset, BatchIterator } from '@ottla/protocol';
import { producerSnapshot } from '@ottla/protocol/records/log';
import { readArchive, type ArchiveEntry } from '@ottla/testing';
import { goldenArchive } from '../log-dir-golden.fixture.ts';
import { parseOffsetName } from '../log-names.ts';
import type { AbortedTransaction } from '../transaction-index.ts';
import { firstSequenceOf, NO_OFFSET, type ProducerStateEntry } from './producer-state-entry.ts';
import { ProducerStateManager } from './producer-state-manager.ts';
import { decodeProducerSnapshot, encodeProducerSnapshot } from './producer-snapshot.ts';

type Directory = 'clean' | 'killed';

/** What Kafka's dump tool says of a producer; the last four are missing where it wrote no data. */
interface SnapshotFact {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly coordinatorEpoch: number;
  readonly currentTxnFirstOffset: number | null;
  readonly lastTimestamp: number;
  readonly firstSequence?: number;
  readonly lastSequence?: number;
  readonly lastOffset?: number;
  readonly offsetDelta?: number;
  readonly timestamp?: number;
}

interface Partition {
  readonly name: string;
  /** Ascending. */
  readonly logs: readonly ArchiveEntry[];
  readonly snapshots: ReadonlyMap<number, ArchiveEntry>;
  /** By file name. */
  readonly facts: ReadonlyMap<string, readonly unknown[]>;
}

for (const [directory, snapshotCount] of [
  ['clean', 79],
  ['killed', 74],
] as const) {
  void test(`golden: every snapshot of ${directory} says what Kafka says, and encodes to the same bytes`, () => {
    let count = 0;
    for (const { name, snapshots, facts } of partitionsOf(directory)) {
      for (const [offset, { path, bytes }] of snapshots) {
        const entries = decodeProducerSnapshot(bytes, path);
        deepStrictEqual(
          entries.map(factOf),
          facts.get(path.slice(path.lastIndexOf('/') + 1)) ?? [],
          `${name} ${offset}`,
        );
        deepStrictEqual(Buffer.from(encodeProducerSnapshot(entries, entries.length)), Buffer.from(bytes), path);
        const { producerEntries } = producerSnapshot.decode(new ByteReader(bytes.subarray(2)), 1);
        deepStrictEqual(
          producerEntries.map(({ producerId }) => producerId),
          entries.map(({ producerId }) => producerId),
        );
        count++;
      }
    }
    strictEqual(count, snapshotCount);
  });

  void test(`golden: replaying the logs of ${directory} gives Kafka's snapshots and aborted transactions`, () => {
    let compared = 0;
    for (const partition of partitionsOf(directory)) {
      const replayed = replay(partition, (offset, state) => {
        compared += compareWithSnapshot(partition, offset, state);
      });
      const expected = [...partition.facts]
        .filter(([name]) => name.endsWith('.txnindex'))
        .flatMap(([, entries]) => entries as (AbortedTransaction & { version?: number })[])
        .map(({ version: _, ...aborted }) => aborted);
      deepStrictEqual(replayed, expected, `aborted transactions of ${partition.name}`);
    }
    ok(compared > 50, `${compared} producers were compared`);
  });
}

/** Feeds all batches as a follower would get them. @returns the aborted transactions. */
function replay(partition: Partition, at: (offset: number, state: ProducerStateManager) => void): AbortedTransaction[] {
  const settings = {
    producerIdExpirationMs: Infinity,
    transactionMaxTimeoutMs: 900_000,
    transactionVerificationEnabled: true,
  };
  const state = new ProducerStateManager(settings);
  const aborted: AbortedTransaction[] = [];
  const waiting = [...partition.snapshots.keys()].sort((a, b) => a - b);
  for (const { bytes } of partition.logs) {
    const batches = new BatchIterator(bytes);
    while (batches.next()) {
      while (waiting.length > 0 && waiting[0]! <= batchBaseOffset(bytes, batches.position)) at(waiting.shift()!, state);
      const context = { origin: 'replication', transactionVersion: -1, verificationGuard: null } as const;
      const verdict = state.append(bytes, batches.position, context);
      ok(verdict.kind === 'accepted' && verdict.notice === null, JSON.stringify(verdict));
      if (verdict.completed?.isAborted !== true) continue;
      const { isAborted: _, ...transaction } = verdict.completed;
      aborted.push(transaction);
    }
  }
  while (waiting.length > 0) at(waiting.shift()!, state);
  return aborted;
}

/** @returns how many producers could be compared. */
function compareWithSnapshot({ name, snapshots }: Partition, offset: number, state: ProducerStateManager): number {
  const { path, bytes } = snapshots.get(offset)!;
  const entries = new Map(decodeProducerSnapshot(bytes, path).map((entry) => [entry.producerId, entry]));
  let compared = 0;
  for (const entry of state.activeProducers()) {
    const theirs = entries.get(entry.producerId);
    // The broker was started again between its records' timestamps, of 2023, and the snapshot: it had forgotten these.
    if (theirs === undefined)
      ok(entry.lastTimestamp < 1_750_000_000_000, `${name} ${offset}: ${JSON.stringify(entry)}`);
    else deepStrictEqual({ ...entry, batches: entry.batches.slice(-1) }, theirs, `${name} at ${offset}`);
    entries.delete(entry.producerId);
    compared++;
  }
  // Compaction removed batches that were there when the snapshot was taken.
  if (!name.startsWith('compacted')) deepStrictEqual([...entries.values()], [], `${name} at ${offset}`);
  return compared;
}

function factOf(entry: ProducerStateEntry): SnapshotFact {
  const { producerId, producerEpoch, coordinatorEpoch, lastTimestamp, currentTxnFirstOffset, batches } = entry;
  const last = batches.at(-1);
  return {
    producerId,
    producerEpoch,
    coordinatorEpoch,
    currentTxnFirstOffset: currentTxnFirstOffset === NO_OFFSET ? null : currentTxnFirstOffset,
    lastTimestamp,
    ...(last === undefined ? {} : { firstSequence: firstSequenceOf(last), ...last }),
  };
}

function partitionsOf(directory: Directory): Partition[] {
  const facts = factsOf(directory);
  const byName = new Map<string, ArchiveEntry[]>();
  for (const entry of goldenArchive(directory)) {
    const [, name, file] = entry.path.split('/');
    if (entry.kind === 'file' && file !== undefined) byName.set(name!, [...(byName.get(name!) ?? []), entry]);
  }
  return [...byName].map(([name, files]) => ({
    name,
    logs: files.filter(({ path }) => path.endsWith('.log')).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    snapshots: new Map(
      files.filter(({ path }) => path.endsWith('.snapshot')).map((file) => [offsetIn(file.path), file]),
    ),
    facts: facts.get(name) ?? new Map(),
  }));
}

/** By partition and file: what the dump tool says of its entries. */
function factsOf(directory: Directory): Map<string, Map<string, unknown[]>> {
  const archive = readFileSync(new URL(`../../../golden/log-dirs/facts-${directory}.tar.gz`, import.meta.url));
  const facts = new Map<string, Map<string, unknown[]>>();
  for (const { path, kind, bytes } of readArchive(archive)) {
    if (kind !== 'file') continue;
    const files = new Map<string, unknown[]>();
    for (const line of Buffer.from(bytes).toString().split('\n')) {
      if (line === '') continue;
      const { file, entry } = JSON.parse(line) as { file: string; entry?: unknown };
      if (entry !== undefined) files.set(file, [...(files.get(file) ?? []), entry]);
    }
    facts.set(path.slice(path.lastIndexOf('/') + 1, -'.ndjson'.length), files);
  }
  return facts;
}

function offsetIn(path: string): number {
  return parseOffsetName(path.slice(path.lastIndexOf('/') + 1))!.offset;
}
