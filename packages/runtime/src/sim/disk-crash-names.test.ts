/** What a power loss may leave of names: creates, renames and removes, and directories. */
import { strictEqual } from 'node:assert/strict';
import { both, contentOf, crashTable, pages, settled } from './disk-crash.fixture.ts';

crashTable([
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
]);
