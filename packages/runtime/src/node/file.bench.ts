// What a call costs beyond the system call: our file over the callbacks of node:fs, against node's own FileHandle.
import * as fs from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bench } from '@ottla/testing';
import { NodeDisk } from './disk.ts';

/** Written over and over, so that the bench does not fill a disk. */
const POSITION = 0;

bench('disk: write and read through the thread pool', async (b) => {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-file-bench-'));
  const bytes = b.parameter('bytes', 64, 16_384);
  const chunks = [new Uint8Array(bytes / 2), new Uint8Array(bytes / 2)];
  const into = new Uint8Array(bytes);
  const file = await new NodeDisk().open(join(directory, 'ours'), 'create');
  const handle = await open(join(directory, 'theirs'), 'w+');
  const perCall = { count: bytes, unit: 'bytes' };

  const writes = await b.compareAsync(
    {
      'our write': () => file.write(chunks, POSITION),
      'FileHandle.writev': () => handle.writev(chunks, POSITION),
      writevSync: () => Promise.resolve(fs.writevSync(handle.fd, chunks, POSITION)),
    },
    { perCall, title: 'write' },
  );
  b.bar('times as fast as FileHandle.writev', {
    value: writes.speedup('our write', ['FileHandle.writev']),
    atLeast: 1,
  });

  const reads = await b.compareAsync(
    {
      'our read': () => file.read(into, POSITION),
      'FileHandle.read': () => handle.read(into, 0, into.length, POSITION).then(({ bytesRead }) => bytesRead),
      readSync: () => Promise.resolve(fs.readSync(handle.fd, into, 0, into.length, POSITION)),
    },
    { perCall, title: 'read', sameResult: true },
  );
  b.bar('times as fast as FileHandle.read', { value: reads.speedup('our read', ['FileHandle.read']), atLeast: 1 });

  await file.close();
  await handle.close();
  await rm(directory, { recursive: true });
});
