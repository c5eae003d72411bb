/** The cache against a list of every offset's epoch: a log as slow and as plain as can be. */
import { deepStrictEqual } from 'node:assert/strict';
import { fuzz } from '@ottla/testing';
import type { Prng } from '@ottla/runtime';
import { LeaderEpochCache, type EpochEndOffset, type EpochEntry, type EpochMark } from './leader-epoch-cache.ts';

/** Offsets from `start` to `end`; each was written in one epoch, and an epoch may have begun without a record yet. */
interface NaiveLog {
  start: number;
  readonly epochs: Map<number, number>;
  end: number;
  /** An epoch that begins at the end of the log. */
  begun: number | null;
}

function naiveEntries(log: NaiveLog): EpochEntry[] {
  const entries: EpochEntry[] = [];
  for (let offset = log.start; offset < log.end; offset++) {
    const epoch = log.epochs.get(offset)!;
    if (entries.at(-1)?.epoch !== epoch) entries.push({ epoch, startOffset: offset });
  }
  if (log.begun !== null && entries.at(-1)?.epoch !== log.begun)
    entries.push({ epoch: log.begun, startOffset: log.end });
  return entries;
}

/** From the definition: the largest epoch not above the requested one, and the first offset of a larger one. */
function naiveEndOffset(log: NaiveLog, requested: number): EpochEndOffset {
  const entries = naiveEntries(log);
  const latest = entries.at(-1)?.epoch ?? -1;
  if (requested < 0 || requested > latest) return { epoch: -1, endOffset: -1 };
  if (requested === latest) return { epoch: latest, endOffset: log.end };
  const floor = Math.max(-1, ...entries.map(({ epoch }) => epoch).filter((epoch) => epoch <= requested));
  const endOffset = Math.min(...entries.filter(({ epoch }) => epoch > requested).map((entry) => entry.startOffset));
  return { epoch: floor < 0 ? requested : floor, endOffset };
}

const cloned = (log: NaiveLog): NaiveLog => ({ ...log, epochs: new Map(log.epochs) });

/** Appends some records; the epoch is the latest or a later one. */
function append(cache: LeaderEpochCache, log: NaiveLog, prng: Prng): void {
  const epoch = Math.max(0, cache.latestEpoch ?? 0) + (prng.chance(0.4) ? prng.below(3) : 0);
  cache.assign(epoch, log.end);
  log.begun = epoch;
  for (let left = prng.below(4); left > 0; left--) log.epochs.set(log.end++, epoch);
}

function truncateEnd(cache: LeaderEpochCache, log: NaiveLog, prng: Prng): void {
  const end = prng.between(log.start, log.end);
  cache.truncateFromEnd(end);
  if (end === log.end) log.begun = naiveEntries(log).findLast(({ startOffset }) => startOffset < end)?.epoch ?? null;
  else log.begun = end === log.start ? null : log.epochs.get(end - 1)!;
  log.end = end;
}

function truncateStart(cache: LeaderEpochCache, log: NaiveLog, prng: Prng): void {
  const latest = naiveEntries(log).at(-1)?.epoch ?? null;
  log.start = prng.between(log.start, log.end);
  // What is left of a log that lost all records is the epoch that would go on writing.
  if (log.start === log.end) log.begun = latest;
  cache.truncateFromStart(log.start);
}

fuzz('leader epochs agree with a naive log', { small: 300 }, (prng) => {
  const cache = new LeaderEpochCache();
  let log: NaiveLog = { start: 0, epochs: new Map(), end: 0, begun: null };
  let mark: { readonly cache: EpochMark; readonly log: NaiveLog } | null = null;
  for (let step = 0; step < 60; step++) {
    const roll = prng.below(10);
    if (roll < 5) append(cache, log, prng);
    else if (roll < 6) {
      truncateEnd(cache, log, prng);
      mark = null;
    } else if (roll < 7) truncateStart(cache, log, prng);
    else if (roll < 8) mark = { cache: cache.mark(), log: cloned(log) };
    else if (mark !== null && log.start <= mark.log.end) {
      cache.revertTo(mark.cache);
      const latest = naiveEntries(mark.log).at(-1)?.epoch ?? null;
      log = { ...cloned(mark.log), start: log.start };
      if (log.start === log.end) log.begun = latest;
    }
    deepStrictEqual(cache.entries, naiveEntries(log), `entries after step ${step}`);
    for (let epoch = -1; epoch <= (cache.latestEpoch ?? 0) + 2; epoch++) {
      deepStrictEqual(cache.endOffsetFor(epoch, log.end), naiveEndOffset(log, epoch), `end of epoch ${epoch}`);
    }
    for (let offset = log.start; offset < log.end; offset++) {
      deepStrictEqual(cache.epochForOffset(offset), log.epochs.get(offset), `epoch of offset ${offset}`);
    }
  }
});
