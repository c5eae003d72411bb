/**
 * What a power loss may leave of a disk. Each row runs over many seeds, and the outcomes that come about must be exactly those
 * listed: one that is missing is a state that no test will ever meet, one that is extra is a state that no disk gives back.
 *
 * Contents are written as pages: a letter is a page of 4 KiB full of it, `_` a page of zeros.
 */
import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import type { Disk, DiskFile } from '../io.ts';
import { SimWorld, type SimProcess } from './index.ts';

const PAGE = 4_096;
const SEEDS = 150;

const pages = (letters: string): Uint8Array => {
  const bytes = new Uint8Array(letters.length * PAGE);
  for (let i = 0; i < letters.length; i++) {
    if (letters[i] !== '_') bytes.fill(letters.charCodeAt(i), i * PAGE, (i + 1) * PAGE);
  }
  return bytes;
};

/** The other way round; a part of a page is its letter and the number of bytes. */
function lettersOf(bytes: Uint8Array): string {
  let letters = '';
  for (let at = 0; at < bytes.length; at += PAGE) {
    const page = bytes.subarray(at, at + PAGE);
    const kinds = new Set(page);
    const letter = kinds.size > 1 ? '?' : page[0] === 0 ? '_' : String.fromCharCode(page[0]!);
    letters += page.length === PAGE ? letter : `${letter}${page.length}`;
  }
  return letters === '' ? 'empty' : letters;
}

async function contentOf(disk: Disk, path: string): Promise<string> {
  const stat = await disk.stat(path);
  if (stat === null) return 'absent';
  const file = await disk.open(path, 'read');
  const into = new Uint8Array(stat.sizeBytes);
  await file.read(into, 0);
  await file.close();
  return lettersOf(into);
}

/** A file whose content is durable. */
async function settled(disk: Disk, path: string, letters: string): Promise<DiskFile> {
  const file = await disk.open(path, 'create');
  await file.append([pages(letters)]);
  await file.sync();
  await disk.syncDirectory('/d');
  return file;
}

interface Scene {
  readonly disk: Disk;
  readonly world: SimWorld;
  readonly process: SimProcess;
}

interface Row {
  readonly why: string;
  /** Up to the crash. `/d` is there, and durable. */
  readonly before: (scene: Scene) => Promise<void>;
  /** What is looked at afterwards. Default the content of `/d/a`. */
  readonly look?: (disk: Disk) => Promise<string>;
  readonly outcomes: readonly string[];
  /** Default a loss of power. */
  readonly end?: 'kill';
}

const both = async (disk: Disk, ...paths: readonly string[]): Promise<string> => {
  const found = [];
  for (const path of paths) found.push(`${path.slice(1)} ${await contentOf(disk, path)}`);
  return found.join(', ');
};

const rows: readonly Row[] = [
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
    why: 'a created file needs the sync of its directory, whatever was synced of itself',
    before: async ({ disk }) => {
      const file = await disk.open('/d/a', 'create');
      await file.append([pages('A')]);
      await file.sync();
    },
    outcomes: ['absent', 'A'],
  },
  {
    why: 'the sync of the directory keeps the name, not the content',
    before: async ({ disk }) => {
      const file = await disk.open('/d/a', 'create');
      await file.append([pages('A')]);
      await disk.syncDirectory('/d');
    },
    outcomes: ['empty', '_', 'A'],
  },
  {
    why: 'a rename that was not synced happened or not, as a whole',
    before: async ({ disk }) => {
      await settled(disk, '/d/a', 'O');
      await settled(disk, '/d/b', 'N');
      await disk.rename('/d/b', '/d/a');
    },
    look: (disk) => both(disk, '/d/a', '/d/b'),
    outcomes: ['d/a O, d/b N', 'd/a N, d/b absent'],
  },
  {
    why: 'a rename that was synced has happened',
    before: async ({ disk }) => {
      await settled(disk, '/d/a', 'O');
      await settled(disk, '/d/b', 'N');
      await disk.rename('/d/b', '/d/a');
      await disk.syncDirectory('/d');
    },
    look: (disk) => both(disk, '/d/a', '/d/b'),
    outcomes: ['d/a N, d/b absent'],
  },
  {
    why: 'a rename makes nothing durable but the name: the well-known empty file',
    before: async ({ disk }) => {
      await settled(disk, '/d/a', 'O');
      const file = await disk.open('/d/b', 'create');
      await file.append([pages('N')]);
      await disk.rename('/d/b', '/d/a');
      await disk.syncDirectory('/d');
    },
    outcomes: ['empty', '_', 'N'],
  },
  {
    why: 'renames in a row happen up to any one of them',
    before: async ({ disk }) => {
      await settled(disk, '/d/a', 'A');
      await disk.rename('/d/a', '/d/b');
      await disk.rename('/d/b', '/d/c');
    },
    look: (disk) => both(disk, '/d/a', '/d/b', '/d/c'),
    outcomes: ['d/a A, d/b absent, d/c absent', 'd/a absent, d/b A, d/c absent', 'd/a absent, d/b absent, d/c A'],
  },
  {
    why: 'changes of different names do not depend on one another',
    before: async ({ disk }) => {
      await settled(disk, '/d/a', 'A');
      await settled(disk, '/d/b', 'B');
      await disk.remove('/d/a');
      await disk.remove('/d/b');
    },
    look: (disk) => both(disk, '/d/a', '/d/b'),
    outcomes: ['d/a A, d/b B', 'd/a absent, d/b B', 'd/a A, d/b absent', 'd/a absent, d/b absent'],
  },
  {
    why: 'a remove that was not synced may be undone',
    before: async ({ disk }) => {
      await settled(disk, '/d/a', 'A');
      await disk.remove('/d/a');
    },
    outcomes: ['A', 'absent'],
  },
  {
    why: 'a remove that was synced is not',
    before: async ({ disk }) => {
      await settled(disk, '/d/a', 'A');
      await disk.remove('/d/a');
      await disk.syncDirectory('/d');
    },
    outcomes: ['absent'],
  },
  {
    why: 'a file that replaces a removed one under its name: the old, none, or the new',
    before: async ({ disk }) => {
      await settled(disk, '/d/a', 'A');
      await disk.remove('/d/a');
      const file = await disk.open('/d/a', 'create');
      await file.append([pages('N')]);
      await file.sync();
    },
    outcomes: ['A', 'absent', 'N'],
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
    why: 'a move between directories is never half done, and needs the sync of both',
    before: async ({ disk }) => {
      await settled(disk, '/d/a', 'A');
      await disk.rename('/d/a', '/d/sub/a');
      await disk.syncDirectory('/d/sub');
    },
    look: (disk) => both(disk, '/d/a', '/d/sub/a'),
    outcomes: ['d/a A, d/sub/a absent', 'd/a absent, d/sub/a A'],
  },
  {
    why: 'a move between directories is done once both are synced',
    before: async ({ disk }) => {
      await settled(disk, '/d/a', 'A');
      await disk.rename('/d/a', '/d/sub/a');
      await disk.syncDirectory('/d/sub');
      await disk.syncDirectory('/d');
    },
    look: (disk) => both(disk, '/d/a', '/d/sub/a'),
    outcomes: ['d/a absent, d/sub/a A'],
  },
  {
    why: 'a synced name never goes missing for the sake of an earlier one that was not',
    before: async ({ disk }) => {
      await settled(disk, '/d/a', 'A');
      await disk.rename('/d/a', '/d/sub/a');
      // It takes the place of a, so its name can only be kept together with the move.
      const file = await disk.open('/d/a', 'create');
      await file.append([pages('N')]);
      await file.sync();
      await disk.syncDirectory('/d');
    },
    look: (disk) => both(disk, '/d/a', '/d/sub/a'),
    outcomes: ['d/a N, d/sub/a A'],
  },
  {
    why: 'all below a directory is lost with its name',
    before: async ({ disk }) => {
      await disk.makeDirectory('/d/new');
      const file = await disk.open('/d/new/a', 'create');
      await file.append([pages('A')]);
      await file.sync();
      await disk.syncDirectory('/d/new');
    },
    look: (disk) => contentOf(disk, '/d/new/a'),
    outcomes: ['absent', 'A'],
  },
  {
    why: 'a renamed directory takes its files along, or stays with them',
    before: async ({ disk }) => {
      await disk.makeDirectory('/d/x');
      await disk.syncDirectory('/d');
      await (await disk.open('/d/x/a', 'create')).append([pages('A')]);
      await disk.syncDirectory('/d/x');
      await (await disk.open('/d/x/a', 'write')).sync();
      await disk.rename('/d/x', '/d/y');
    },
    look: (disk) => both(disk, '/d/x/a', '/d/y/a'),
    outcomes: ['d/x/a A, d/y/a absent', 'd/x/a absent, d/y/a A'],
  },
  {
    why: 'of a tree that was removed any part may be back',
    before: async ({ disk }) => {
      await disk.makeDirectory('/d/t');
      await disk.syncDirectory('/d');
      await disk.open('/d/t/a', 'create');
      await disk.open('/d/t/b', 'create');
      await disk.syncDirectory('/d/t');
      await disk.removeTree('/d/t');
    },
    look: async (disk) => {
      if ((await disk.stat('/d/t')) === null) return 'no tree';
      return (await disk.list('/d/t')).map(({ name }) => name).join(' ') || 'empty';
    },
    outcomes: ['no tree', 'a b', 'a', 'b', 'empty'],
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
    why: 'after a failed sync of a directory a name may be lost, though a later sync succeeds',
    before: async ({ disk, world }) => {
      const file = await disk.open('/d/a', 'create');
      await file.append([pages('A')]);
      await file.sync();
      world.setFaults({ diskDirectorySyncError: 1 });
      strictEqual(await disk.syncDirectory('/d').catch((error: { code: string }) => error.code), 'ERR_DISK_IO');
      world.setFaults({});
      await disk.syncDirectory('/d');
    },
    outcomes: ['A', 'absent'],
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
];

async function outcomeOf(row: Row, seed: number): Promise<string> {
  const world = new SimWorld({ seed });
  const process = world.createProcess('node');
  const { disk } = process.io;
  const begin = async (): Promise<void> => {
    await disk.makeDirectory('/d/sub');
    process.disk.settle();
    await row.before({ disk, world, process });
  };
  await world.finish(begin());
  if (row.end === 'kill') process.kill();
  else process.crash();
  const after = process.restart().disk;
  const look = row.look ?? ((found: Disk) => contentOf(found, '/d/a'));
  return world.finish(look(after));
}

for (const row of rows) {
  test(`disk crash: ${row.why}`, async () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < SEEDS; seed++) seen.add(await outcomeOf(row, seed));
    deepStrictEqual([...seen].toSorted(), row.outcomes.toSorted());
  });
}
