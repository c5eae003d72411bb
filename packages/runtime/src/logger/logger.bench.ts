import { bench } from '@ottla/testing';
import { formatJsonEvent, formatTextEvent, lineSink } from './log-format.ts';
import { Logging } from './logger.ts';

const clock = { wallMs: () => 1_767_323_045_678, monotonicMs: () => 0 };

/** Calls a round, so that the call into the contender does not count. */
const ROUND = 100;

bench('logger', (b) => {
  let written = 0;
  const count = (line: string) => {
    written += line.length;
  };
  const json = new Logging({ clock, sink: lineSink(count, formatJsonEvent) }).logger('broker.log');
  const text = new Logging({ clock, sink: lineSink(count, formatTextEvent) }).logger('broker.log');
  const run = (log: () => void) => () => {
    for (let i = 0; i < ROUND; i++) log();
    return written;
  };
  b.compare(
    {
      'a level that is off': run(() => json.debug('became leader', { topic: 'orders', partition: 3, leaderEpoch: 7 })),
      JSON: run(() => json.info('became leader', { topic: 'orders', partition: 3, leaderEpoch: 7 })),
      text: run(() => text.info('became leader', { topic: 'orders', partition: 3, leaderEpoch: 7 })),
    },
    { perCall: { count: ROUND, unit: 'events' } },
  );
});
