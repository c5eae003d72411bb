import { createRequire } from 'node:module';
import { KiB, Prng } from '@ottla/runtime';
import { bench } from '@ottla/testing';
import { createCrc32c } from './crc32c.ts';

const bare = (
  createRequire(import.meta.url)('@node-rs/crc32') as { crc32c: (bytes: Uint8Array, seed?: number) => number }
).crc32c;

bench('crc32c', (b) => {
  const pure = createCrc32c({ native: 'off' });
  const auto = createCrc32c({ native: 'auto' });
  for (const count of [100, 512, 1 * KiB, 16 * KiB, 1024 * KiB]) {
    if (!b.long && count > 16 * KiB) continue;
    const bytes = new Prng(1).fill(new Uint8Array(count));
    b.report(`${count} bytes`);
    const compared = b.compare(
      {
        [`pure ${count}`]: () => pure(bytes),
        [`auto ${count}`]: () => auto(bytes),
        [`@node-rs/crc32 ${count}`]: () => bare(bytes, 0),
      } as Record<string, () => number>,
      { perCall: { count, unit: 'bytes' }, sameResult: true },
    );
    if (count === 16 * KiB) {
      b.bar('pure CRC-32C of 16 KiB, GB/s', { value: compared.of[`pure ${count}`]!.perSecond / 1e9, atLeast: 2 });
    }
    if (count >= 512) {
      b.bar(`native CRC-32C of ${count} B over calling it bare`, {
        value: compared.speedup(`auto ${count}`, [`@node-rs/crc32 ${count}`]),
        atLeast: 0.9,
      });
    }
  }
});
