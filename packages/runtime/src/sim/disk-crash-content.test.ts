/** What a power loss may leave of the contents of files. */
import { strictEqual } from 'node:assert/strict';
import { both, contentOf, crashTable, PAGE, pages, settled } from './disk-crash.fixture.ts';

crashTable([
  {
    why: 'what was synced stays',
    before: async ({ disk }) => void (await settled(disk, '/d/a', 'AB')),
    outcomes: ['AB'],
  },
  {
    why: 'datasync keeps content and size, too',
    before: async ({ disk }) => {
      const file = await settled(disk, '/d/a', '');
      await file.append([pages('AB')]);
      await file.datasync();
    },
    outcomes: ['AB'],
  },
  {
    why: 'of an append that was not synced, each page by itself is there or not, and the size has grown or not',
    before: async ({ disk }) => {
      const file = await settled(disk, '/d/a', '');
      await file.append([pages('AB')]);
    },
    outcomes: ['empty', 'AB', 'A_', '_B', '__'],
  },
  {
    why: 'the size may have grown by the first append alone, whatever pages of the second are there',
    before: async ({ disk }) => {
      const file = await settled(disk, '/d/a', 'S');
      await file.append([pages('A')]);
      await file.append([pages('B')]);
    },
    outcomes: ['S', 'SA', 'S_', 'SAB', 'SA_', 'S_B', 'S__'],
  },
  {
    why: 'a write over stable pages leaves the old or the new of each',
    before: async ({ disk }) => {
      const file = await settled(disk, '/d/a', 'ABC');
      await file.write([pages('XY')], PAGE);
    },
    outcomes: ['ABC', 'AXC', 'ABY', 'AXY'],
  },
  {
    why: 'a page written twice may be there as it was in between',
    before: async ({ disk }) => {
      const file = await settled(disk, '/d/a', 'A');
      await file.write([pages('B')], 0);
      await file.write([pages('C')], 0);
    },
    outcomes: ['A', 'B', 'C'],
  },
  {
    why: 'a write far behind the end leaves a hole, or nothing',
    before: async ({ disk }) => {
      const file = await settled(disk, '/d/a', 'A');
      await file.write([pages('B')], 3 * PAGE);
    },
    outcomes: ['A', 'A___', 'A__B'],
  },
  {
    why: 'what is written while a sync is under way is not covered by it',
    before: async ({ disk }) => {
      const file = await settled(disk, '/d/a', 'A');
      await file.write([pages('B')], 0);
      const synced = file.sync();
      const written = file.write([pages('C')], 0);
      await Promise.all([synced, written]);
    },
    outcomes: ['B', 'C'],
  },
  {
    why: 'a truncation that was not synced may be undone',
    before: async ({ disk }) => {
      const file = await settled(disk, '/d/a', 'ABC');
      await file.truncate(PAGE);
    },
    outcomes: ['A', 'ABC'],
  },
  {
    why: 'a truncation that was synced is not',
    before: async ({ disk }) => {
      const file = await settled(disk, '/d/a', 'ABC');
      await file.truncate(PAGE);
      await file.datasync();
    },
    outcomes: ['A'],
  },
  {
    why: 'what is appended after a truncation never shows up behind the old content',
    before: async ({ disk }) => {
      const file = await settled(disk, '/d/a', 'ABC');
      await file.truncate(PAGE);
      await file.append([pages('X')]);
    },
    outcomes: ['ABC', 'A', 'AX', 'A_'],
  },
  {
    why: 'a truncation that is undone brings back what was there, not what was written since',
    before: async ({ disk }) => {
      const file = await settled(disk, '/d/a', 'AB');
      await file.write([pages('X')], 0);
      await file.truncate(PAGE);
      await file.write([pages('Z')], 0);
    },
    outcomes: ['AB', 'XB', 'A', 'X', 'Z'],
  },
  {
    why: 'a sync that began earlier and ends later takes nothing back',
    before: async ({ disk }) => {
      const file = await settled(disk, '/d/a', 'A');
      await file.write([pages('B')], 0);
      const first = file.sync();
      await file.write([pages('C')], 0);
      await file.sync();
      await first;
    },
    outcomes: ['C'],
  },
  {
    why: 'what was cut off does not come back when the file grows again',
    before: async ({ disk }) => {
      const file = await settled(disk, '/d/a', 'AB');
      await file.truncate(PAGE + 100);
      await file.datasync();
      await file.truncate(2 * PAGE);
      await file.truncate(PAGE + 200);
      await file.datasync();
    },
    look: async (disk) => {
      const file = await disk.open('/d/a', 'read');
      const into = new Uint8Array(2 * PAGE);
      const size = await file.read(into, 0);
      return `${size - PAGE} bytes, ${into.subarray(PAGE).filter((byte) => byte === 66).length} of them B`;
    },
    outcomes: ['200 bytes, 100 of them B'],
  },
  {
    why: 'after a failed sync a page may be lost, though a later sync succeeds and reads see it until the crash',
    before: async ({ disk, world }) => {
      const file = await settled(disk, '/d/a', 'S');
      await file.append([pages('A')]);
      world.setFaults({ diskSyncError: 1 });
      strictEqual(await file.sync().catch((error: { code: string }) => error.code), 'ERR_DISK_IO');
      world.setFaults({});
      await file.sync();
      strictEqual(await contentOf(disk, '/d/a'), 'SA');
    },
    outcomes: ['SA', 'S_'],
  },
  {
    why: 'a page written again after a failed sync is safe with the next one',
    before: async ({ disk, world }) => {
      const file = await settled(disk, '/d/a', 'S');
      await file.append([pages('A')]);
      world.setFaults({ diskSyncError: 1 });
      await file.sync().catch(() => {});
      world.setFaults({});
      await file.write([pages('B')], PAGE);
      await file.sync();
    },
    outcomes: ['SB'],
  },
  {
    why: 'a sync that is under way may have done its work',
    before: async ({ disk }) => {
      const file = await settled(disk, '/d/a', '');
      await file.append([pages('A')]);
      void file.sync();
    },
    outcomes: ['empty', '_', 'A'],
  },
  {
    why: 'of an append that is under way any part may be there',
    before: async ({ disk }) => {
      const file = await settled(disk, '/d/a', '');
      void file.append([pages('A'), pages('B')]);
    },
    look: async (disk) => {
      const size = (await disk.stat('/d/a'))!.sizeBytes;
      return size === 0 ? 'none' : size % PAGE === 0 ? 'whole pages' : 'part of a page';
    },
    outcomes: ['none', 'part of a page', 'whole pages'],
  },
  {
    why: 'a kill loses nothing that was written',
    before: async ({ disk }) => {
      const file = await disk.open('/d/a', 'create');
      await file.append([pages('AB')]);
      await file.truncate(PAGE);
      await disk.rename('/d/a', '/d/b');
    },
    look: (disk) => both(disk, '/d/a', '/d/b'),
    end: 'kill',
    outcomes: ['d/a absent, d/b A'],
  },
  {
    why: 'a power loss after a kill loses what the kill did not',
    before: async ({ disk, process }) => {
      const file = await settled(disk, '/d/a', '');
      await file.append([pages('A')]);
      process.kill();
      process.restart();
    },
    outcomes: ['empty', '_', 'A'],
  },
  {
    why: 'fsync keeps the time of modification, fdatasync need not',
    before: async ({ disk, world }) => {
      const file = await settled(disk, '/d/a', 'A');
      const synced = await settled(disk, '/d/b', 'A');
      await new Promise<void>((resolve) => void world.processes[0]!.io.clock.after(3_600_000, resolve));
      await Promise.all([file.write([pages('B')], 0), synced.write([pages('B')], 0)]);
      await Promise.all([file.datasync(), synced.sync()]);
    },
    look: async (disk) => {
      const [data, all] = [await disk.stat('/d/a'), await disk.stat('/d/b')];
      const isNew = (modifiedMs: number): string => (modifiedMs > Date.UTC(2026, 0, 1) + 3_000_000 ? 'new' : 'old');
      return `fdatasync ${isNew(data!.modifiedMs)}, fsync ${isNew(all!.modifiedMs)}`;
    },
    outcomes: ['fdatasync old, fsync new', 'fdatasync new, fsync new'],
  },
]);
