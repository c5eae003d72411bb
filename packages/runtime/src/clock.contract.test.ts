/** What every `Clock` and `Random` does, the machine's own and the simulated ones alike. */
import { deepStrictEqual, notDeepStrictEqual, ok, rejects, strictEqual, throws } from 'node:assert/strict';
import { inBothWorlds, type ContractWorld } from './contract-worlds.fixture.ts';

type Row = readonly [why: string, body: (world: ContractWorld) => Promise<void>];

const rows: readonly Row[] = [
  [
    'wall time is whole Unix milliseconds of this century',
    async ({ io: { clock } }) => {
      const wallMs = clock.wallMs();
      ok(Number.isInteger(wallMs) && wallMs > Date.UTC(2025, 0, 1) && wallMs < Date.UTC(2100, 0, 1), `${wallMs}`);
    },
  ],
  [
    'a timer fires once, not in the same turn, and never early by the clock',
    async ({ io: { clock } }) => {
      for (const delayMs of [0, 0.3, 1, 4.5, 12]) {
        const startedMs = clock.monotonicMs();
        let fired = 0;
        const elapsed = new Promise<void>((resolve) => {
          clock.after(delayMs, () => {
            fired++;
            resolve();
          });
        });
        strictEqual(fired, 0);
        await elapsed;
        const tookMs = clock.monotonicMs() - startedMs;
        ok(tookMs >= delayMs, `${tookMs} is at least ${delayMs}`);
        strictEqual(fired, 1);
      }
    },
  ],
  [
    'a cancelled timer never fires, and may be cancelled again',
    async ({ io: { clock } }) => {
      let fired = false;
      const timer = clock.after(2, () => (fired = true));
      const forever = clock.after(1e13, () => (fired = true));
      timer.cancel();
      timer.cancel();
      const last = await new Promise<{ cancel(): void }>((resolve) => {
        const third = clock.after(8, () => resolve(third));
      });
      last.cancel();
      forever.cancel();
      ok(!fired);
    },
  ],
  [
    'a delay longer than 24 days is no delay of 1 ms',
    async ({ io: { clock } }) => {
      let fired = false;
      const long = clock.after(2 ** 31 + 5, () => (fired = true));
      await new Promise<void>((resolve) => void clock.after(5, resolve));
      ok(!fired);
      long.cancel();
    },
  ],
  [
    'a delay that is no time to wait is a bug',
    async ({ io: { clock } }) => {
      for (const delayMs of [-1, -0.0001, Number.NaN, Infinity]) {
        throws(() => clock.after(delayMs, () => {}), { name: 'AssertionError' }, `${delayMs}`);
      }
    },
  ],
  [
    'deferred calls come later, in order, and promises settle between them',
    async ({ io: { clock } }) => {
      const seen: string[] = [];
      await new Promise<void>((resolve) => {
        for (const name of ['a', 'b', 'c']) {
          clock.defer(() => {
            seen.push(name);
            void Promise.resolve()
              .then(() => {})
              .then(() => seen.push(`${name}'`));
          });
        }
        clock.defer(resolve);
        seen.push('now');
      });
      deepStrictEqual(seen, ['now', 'a', "a'", 'b', "b'", 'c', "c'"]);
    },
  ],
  [
    'draws are within their bounds, and reach both ends',
    async ({ io: { random } }) => {
      const seen = new Set<number>();
      for (let i = 0; i < 500; i++) {
        const drawn = random.float();
        ok(drawn >= 0 && drawn < 1);
        seen.add(random.below(4));
      }
      deepStrictEqual(
        [...seen].toSorted((a, b) => a - b),
        [0, 1, 2, 3],
      );
      strictEqual(random.below(1), 0);
      ok(random.below(2 ** 32) < 2 ** 32);
      await rejects(async () => random.below(0), { name: 'AssertionError' });
      await rejects(async () => random.below(1.5), { name: 'AssertionError' });
    },
  ],
  [
    'fill overwrites all and gives back what it was given',
    async ({ io: { random } }) => {
      const [one, other] = [new Uint8Array(32), new Uint8Array(32)];
      strictEqual(random.fill(one), one);
      random.fill(other);
      notDeepStrictEqual(one, other);
      ok(new Set(one).size > 8);
    },
  ],
];

for (const [why, body] of rows) inBothWorlds(`clock and chance: ${why}`, body);
