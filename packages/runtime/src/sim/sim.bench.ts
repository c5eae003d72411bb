// How much virtual work a second of real time buys. An event is a turn of the scheduler, its promises run to their end.
import { execFileSync } from 'node:child_process';
import { bench, type Bench } from '@ottla/testing';
import { loads, runLoad, type Load } from './sim-load.fixture.ts';

const LOADS = Object.keys(loads) as Load[];

bench('simulation: events under node:test', async (b) => {
  const events = b.parameter('events', 500, 20_000);
  const perCall = { count: events, unit: 'events' };
  await b.compareAsync(
    {
      timers: () => runLoad('timers', events),
      sockets: () => runLoad('sockets', events),
      files: () => runLoad('files', events),
    },
    { rounds: 5, turnMs: 100, perCall },
  );
});

// node:test watches every promise, which costs several times what an event does: so this one runs in a process of its own.
bench('simulation: events in a plain process', (b) => {
  const events = b.parameter('events', 500, 300_000);
  for (const load of b.long ? LOADS : LOADS.slice(0, 1)) {
    const perSecond = eventsPerSecond(load, events);
    b.record(load, 1e9 / perSecond);
    if (load === 'timers') barAt(b, perSecond);
    else b.report(`${load}: ${(perSecond / 1e6).toFixed(2)} M events/s`);
  }
});

function barAt(b: Bench, perSecond: number): void {
  b.bar('million events a second, timers and promises', { value: perSecond / 1e6, atLeast: 0.6 });
}

function eventsPerSecond(load: Load, events: number): number {
  const program = `
    import { runLoad } from ${JSON.stringify(new URL('./sim-load.fixture.ts', import.meta.url).href)};
    await runLoad('${load}', ${events});
    const started = performance.now();
    await runLoad('${load}', ${events});
    console.log(${events} / ((performance.now() - started) / 1000));
  `;
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ['--input-type=module', '--eval', program];
  return Number(execFileSync(process.execPath, args, { env, encoding: 'utf8' }));
}
