// What coordinators pay for state that can be taken back, beside a plain Map. `npm run bench -- timeline` for real.
import { bench } from '@ottla/testing';
import { TimelineMap } from './timeline-map.ts';
import { Timeline } from './timeline.ts';

interface Offset {
  readonly value: number;
}

bench('timeline map: put, revert, commit', (b) => {
  const size = b.parameter('entries', 1_000, 100_000);
  const count = b.parameter('changes', 100, 1_000);
  const keys = Array.from({ length: size }, (_, i) => `group-${i}`);
  // Fresh values each time, as a coordinator's are, and the same for all contenders.
  const put = (map: { set(key: string, value: Offset): void }, value: number): void => {
    for (let i = 0; i < count; i++) map.set(keys[(i * 97) % size]!, { value });
  };
  const fill = (timeline: Timeline): TimelineMap<string, Offset> => {
    const map = new TimelineMap<string, Offset>(timeline);
    for (const key of keys) map.set(key, { value: -1 });
    timeline.snapshot(0);
    timeline.commit(0);
    return map;
  };
  const plain = new Map(keys.map((key) => [key, { value: -1 }]));
  const reverting = new Timeline();
  const reverted = fill(reverting);
  const committing = new Timeline();
  const committed = fill(committing);
  const pacing = new Timeline();
  const paced = fill(pacing);
  const [first, last] = [keys[0]!, keys[(97 * (count - 1)) % size]!];
  let value = 0;

  const { of } = b.compare(
    {
      'plain map: put': () => {
        put(plain, value++);
        return plain.size;
      },
      'put, revert': () => {
        put(reverted, value++);
        reverting.revertTo(0);
        return reverted.size + reverted.get(first)!.value + 1;
      },
      'put, snapshot, commit': () => {
        put(committed, value++);
        committing.snapshot(committing.latestOffset + 1);
        committing.commit(committing.latestOffset);
        return committed.committedSize + committed.get(last)!.value - committed.getCommitted(last)!.value;
      },
      'one by one, committed 100 later': () => {
        for (let i = 0; i < count; i++) {
          paced.set(keys[(i * 97) % size]!, { value });
          pacing.snapshot(pacing.latestOffset + 1);
          pacing.commit(pacing.latestOffset - 100);
        }
        value++;
        return paced.size;
      },
    },
    { perCall: { count, unit: 'changes' }, sameResult: true },
  );
  b.bar('put and commit a change, times a plain put', {
    value: of['put, snapshot, commit'].ns / of['plain map: put'].ns,
    atMost: 10,
  });
});

bench('timeline map: iterate', (b) => {
  const size = b.parameter('entries', 1_000, 100_000);
  const changed = b.parameter('uncommitted', 10, 1_000);
  const timeline = new Timeline();
  const map = new TimelineMap<number, Offset>(timeline);
  for (let key = 0; key < size; key++) map.set(key, { value: key });
  timeline.snapshot(0);
  timeline.commit(0);
  for (let key = 0; key < changed; key++) map.set(key * 7, { value: key * 7 });
  const plain = new Map(map);
  const sum = (entries: Iterable<[number, Offset]>): number => {
    let total = 0;
    for (const [, { value }] of entries) total += value;
    return total;
  };
  b.compare(
    {
      'plain map': () => sum(plain),
      'at the latest': () => sum(map),
      'at committed': () => sum(map.committed),
    },
    { perCall: { count: size, unit: 'entries' }, sameResult: true },
  );
});
