/** A log of 16-byte keys, each written twice, cleaned by worker threads on a real disk: rate, and what it costs the event loop. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { RecordBatchBuilder } from '@ottla/protocol';
import { createNodeIo } from '@ottla/runtime/node';
import { bench } from '@ottla/testing';
import { OpenFiles } from '../open-files.ts';
import { createSegmentContext } from '../segment-context.ts';
import { Cleaner, DEFAULT_CLEANER_SETTINGS } from './cleaner.ts';
import { TextLog } from './cleaner.fixture.ts';

const VALUE = new Uint8Array(80).fill(7);
const RECORDS_A_BATCH = 150;

bench('clean a log of 16 B keys', async (b) => {
  const batches = b.parameter('batches', 10, 12_000);
  const io = createNodeIo();
  const path = mkdtempSync(`${tmpdir()}/ottla-cleaner-`);
  try {
    const log = new TextLog(io, createSegmentContext(io), new OpenFiles(io.disk, 100).directory(path));
    log.config = { ...log.config, internalSegmentBytes: 67_108_864 };
    const builder = new RecordBatchBuilder();
    let offset = 0;
    const keys = (batches * RECORDS_A_BATCH) / 2;
    for (let segment = 0; segment < 3; segment++) {
      const written: Uint8Array[] = [];
      for (let batch = 0; batch < batches / 2 && segment < 2; batch++) {
        builder.open({ baseOffset: offset });
        for (let i = 0; i < RECORDS_A_BATCH; i++)
          builder.append(offset, String(offset++ % keys).padStart(16, '0'), VALUE);
        written.push(Uint8Array.prototype.slice.call(builder.finish()));
      }
      await log.writeSegment(written, segment === 2 ? offset : undefined);
    }
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const cleaner = new Cleaner(io, DEFAULT_CLEANER_SETTINGS);
    const range = { firstDirtyOffset: 0, firstUncleanableOffset: offset };
    const { stats } = await cleaner.clean(log, range, () => {});
    delay.disable();
    b.record('clean', stats.totalMs * 1e6);
    const rate = stats.readBytes / 1e6 / (stats.totalMs / 1_000);
    b.report(
      `${stats.readBytes} bytes, ${stats.keptRecords} of ${stats.readRecords} records kept, ${stats.totalMs} ms`,
    );
    b.bar('MB/s', { value: rate, atLeast: 60 });
    b.bar('longest delay of the event loop, ms', { value: delay.max / 1e6, atMost: 10 });
  } finally {
    await io.close();
    rmSync(path, { recursive: true });
  }
});
