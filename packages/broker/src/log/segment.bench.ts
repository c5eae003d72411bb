/** A segment against the bare file: what indexes, bounds and bookkeeping cost. Long form: everything stays in the page cache. */
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createNodeIo } from '@ottla/runtime/node';
import { batchLastOffset, batchSize, crc32c, setBatchBaseOffset } from '@ottla/protocol';
import { MiB } from '@ottla/runtime';
import { bench, type Bench } from '@ottla/testing';
import { OpenFiles } from './open-files.ts';
import { createSegmentContext } from './segment-context.ts';
import { batchOf } from './segment.fixture.ts';
import { Segment } from './segment.ts';

const writev = promisify(fs.writev) as (
  fd: number,
  chunks: readonly Uint8Array[],
  position: number,
) => Promise<unknown>;
const read = promisify(fs.read) as (
  fd: number,
  into: Uint8Array,
  at: number,
  length: number,
  position: number,
) => Promise<unknown>;
const OPTIONS = { indexIntervalBytes: 4_096, indexBytesMax: 10 * MiB };
const BATCH_BYTES = 16_384;

interface Place {
  readonly path: string;
  open(baseOffset: number): Promise<Segment>;
  readonly close: () => Promise<void>;
}

function createPlace(): Place {
  const path = fs.mkdtempSync(join(tmpdir(), 'ottla-segment-'));
  const io = createNodeIo({ computeWorkers: 1 });
  const context = createSegmentContext(io);
  const directory = new OpenFiles(io.disk, 100).directory(path);
  return {
    path,
    open: (baseOffset) => Segment.create(context, directory, { ...OPTIONS, baseOffset }),
    close: async () => {
      await directory.files.closeIdle();
      await io.close();
      fs.rmSync(path, { recursive: true });
    },
  };
}

/** Batches of 16 KiB, whose offsets are set as they are appended. */
function createBatches(count: number): Uint8Array[] {
  const template = batchOf({ baseOffset: 0, timestamps: Array.from({ length: 16 }, (_, i) => i), valueBytes: 1_009 });
  return Array.from({ length: count }, () => template.slice(0, Math.max(template.length, BATCH_BYTES)));
}

/** Memory that a virtual machine touches for the first time is slow: it is touched before anything is timed. */
function warmPageCache(b: Bench, path: string): void {
  if (!b.long) return;
  const file = join(path, 'warm');
  const chunk = new Uint8Array(16 * MiB);
  const fd = fs.openSync(file, 'w');
  for (let i = 0; i < 128; i++) fs.writeSync(fd, chunk);
  fs.closeSync(fd);
  fs.rmSync(file);
}

bench('segment: append of 16 KiB batches', async (b) => {
  const place = createPlace();
  const count = b.parameter('batches', 8, 4_096);
  const batches = createBatches(count);
  warmPageCache(b, place.path);
  const fd = fs.openSync(join(place.path, 'bare'), 'w+');
  const segment = await place.open(0);
  const lots = (size: number): Uint8Array[][] =>
    Array.from({ length: Math.ceil(count / size) }, (_, i) => batches.slice(i * size, (i + 1) * size));
  for (const size of [1, 16]) {
    const bare = async (): Promise<number> => {
      let position = 0;
      fs.ftruncateSync(fd, 0);
      for (const chunks of lots(size)) {
        await writev(fd, chunks, position);
        for (const chunk of chunks) position += chunk.length;
      }
      return position;
    };
    const appended = async (): Promise<number> => {
      await segment.truncateTo(0);
      let offset = 0;
      for (const chunks of lots(size)) {
        for (const chunk of chunks) {
          setBatchBaseOffset(chunk, 0, offset);
          offset = batchLastOffset(chunk) + 1;
        }
        await segment.append(chunks, offset - 1);
      }
      return segment.sizeBytes;
    };
    const appends = await b.compareAsync(
      { 'bare writev': bare, segment: appended },
      {
        title: `${size} a write`,
        sameResult: true,
        rounds: 7,
        turnMs: 100,
        perCall: { count: count * batches[0]!.length, unit: 'bytes' },
      },
    );
    b.bar(`append, ${size} a write, of a bare writev loop`, { value: appends.speedup('segment'), atLeast: 0.85 });
  }
  fs.closeSync(fd);
  await segment.close();
  await place.close();
});

bench('segment: sequential read, and recovery', async (b) => {
  const place = createPlace();
  const count = b.parameter('batches', 8, 16_384);
  const segment = await place.open(0);
  const batches = createBatches(64);
  for (let i = 0, offset = 0; i < count; i++) {
    const batch = batches[i % 64]!;
    setBatchBaseOffset(batch, 0, offset);
    offset = batchLastOffset(batch) + 1;
    await segment.append([batch], offset - 1);
  }
  await segment.flush();
  const { sizeBytes } = segment;
  const fd = fs.openSync(segment.path, 'r');
  const buffer = new Uint8Array(MiB);
  const options = { sameResult: true, rounds: 7, turnMs: 100, perCall: { count: sizeBytes, unit: 'bytes' } };
  const bareRead = async (): Promise<number> => {
    for (let at = 0; at < sizeBytes; at += MiB) await read(fd, buffer, 0, Math.min(MiB, sizeBytes - at), at);
    return sizeBytes;
  };
  const segmentRead = async (): Promise<number> => {
    let at = 0;
    while (at < sizeBytes) at += await segment.read(buffer, at);
    return at;
  };
  const reads = await b.compareAsync({ 'bare read': bareRead, segment: segmentRead }, { ...options, title: 'read' });
  b.bar('sequential read, of a bare read loop', { value: reads.speedup('segment'), atLeast: 0.8 });

  const bareCrc = async (): Promise<number> => {
    let at = 0;
    while (at < sizeBytes) {
      const length = Math.min(MiB, sizeBytes - at);
      await read(fd, buffer, 0, length, at);
      let position = 0;
      while (position + 12 <= length && position + batchSize(buffer, position) <= length) {
        crc32c(buffer, position + 21, position + batchSize(buffer, position));
        position += batchSize(buffer, position);
      }
      at += position;
    }
    return at;
  };
  const recover = async (): Promise<number> => (await segment.recover(() => {})).validBytes;
  const recoveries = await b.compareAsync(
    { 'bare read and CRC': bareCrc, segment: recover },
    { ...options, title: 'recovery' },
  );
  b.bar('recovery, of a bare read and CRC loop', { value: recoveries.speedup('segment'), atLeast: 0.6 });

  const looks = count * 16;
  let next = 0;
  await b.compareAsync(
    {
      'translate an offset': async () =>
        (await segment.translateOffset((next = (next + 7_919) % looks)))?.position ?? 0,
    },
    { title: 'lookup', perCall: { count: 1, unit: 'lookups' }, turnMs: 50, rounds: 5 },
  );
  fs.closeSync(fd);
  await segment.close();
  await place.close();
});
