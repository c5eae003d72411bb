/** What every `Disk` does, the machine's own and the simulated one alike. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { inBothWorlds } from './contract-worlds.fixture.ts';
import type { Disk, DiskFile } from './io.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

async function contentOf(file: DiskFile): Promise<string> {
  const into = new Uint8Array(await file.size());
  strictEqual(await file.read(into, 0), into.length);
  return new TextDecoder().decode(into);
}

async function put(disk: Disk, path: string, content: string): Promise<void> {
  const file = await disk.open(path, 'create');
  await file.append([text(content)]);
  await file.close();
}

async function get(disk: Disk, path: string): Promise<string> {
  const file = await disk.open(path, 'read');
  const content = await contentOf(file);
  await file.close();
  return content;
}

const refused = (work: Promise<unknown>, ...errnos: readonly string[]): Promise<void> =>
  rejects(work, (error: { name: string; errno: string; message: string; path: string }) => {
    strictEqual(error.name, 'DiskError');
    ok(errnos.includes(error.errno), `${error.errno} is one of ${errnos.join(', ')}`);
    ok(error.message.includes(error.path) && error.message.includes(error.errno), error.message);
    return true;
  });

type Row = readonly [why: string, body: (disk: Disk, at: (name: string) => string) => Promise<void>];

const rows: readonly Row[] = [
  [
    'chunks of one append lie behind one another',
    async (disk, at) => {
      const file = await disk.open(at('a'), 'createNew');
      await file.append([text('ab'), text(''), text('cde')]);
      await file.append([]);
      await file.append([text('f')]);
      strictEqual(await contentOf(file), 'abcdef');
      await file.close();
    },
  ],
  [
    'appends that overlap in time land in the order of the calls',
    async (disk, at) => {
      const file = await disk.open(at('a'), 'create');
      await Promise.all(['one ', 'two ', 'three ', 'four'].map((word) => file.append([text(word)])));
      strictEqual(await contentOf(file), 'one two three four');
      await file.close();
    },
  ],
  [
    'more chunks than one system call takes are all written',
    async (disk, at) => {
      const file = await disk.open(at('a'), 'create');
      const chunks = Array.from({ length: 3_000 }, (_, i) => Uint8Array.of(i & 255, i >> 8));
      await file.append(chunks);
      const into = new Uint8Array(6_000);
      strictEqual(await file.read(into, 0), 6_000);
      deepStrictEqual(into, Uint8Array.from(chunks.flatMap((chunk) => [...chunk])));
      await file.close();
    },
  ],
  [
    'a read gives fewer bytes only at the end of the file',
    async (disk, at) => {
      const file = await disk.open(at('a'), 'create');
      await file.append([new Uint8Array(10_000).fill(7)]);
      const into = new Uint8Array(8_192);
      strictEqual(await file.read(into, 0), 8_192);
      strictEqual(await file.read(into, 8_192), 1_808);
      strictEqual(await file.read(into, 10_000), 0);
      strictEqual(await file.read(into, 99_999), 0);
      strictEqual(await file.read(new Uint8Array(0), 0), 0);
      await file.close();
    },
  ],
  [
    'a file opened again is appended to at its end',
    async (disk, at) => {
      await put(disk, at('a'), 'first ');
      await put(disk, at('a'), 'second');
      strictEqual(await get(disk, at('a')), 'first second');
    },
  ],
  [
    'a write in the middle leaves the rest, and one past the end leaves zeros between',
    async (disk, at) => {
      const file = await disk.open(at('a'), 'create');
      await file.append([text('abcdef')]);
      await file.write([text('X'), text('Y')], 2);
      strictEqual(await contentOf(file), 'abXYef');
      await file.write([text('end')], 9_000);
      await file.append([text('!')]);
      strictEqual(await file.size(), 9_004);
      const into = new Uint8Array(9_004);
      await file.read(into, 0);
      strictEqual(new TextDecoder().decode(into).replaceAll('\0', ''), 'abXYefend!');
      await file.close();
    },
  ],
  [
    'truncate cuts, and the next append follows the cut',
    async (disk, at) => {
      const file = await disk.open(at('a'), 'create');
      await file.append([text('0123456789')]);
      await file.truncate(4);
      await file.append([text('x')]);
      strictEqual(await contentOf(file), '0123x');
      await file.close();
    },
  ],
  [
    'what was cut off never comes back: a file that grows again reads zeros there',
    async (disk, at) => {
      const file = await disk.open(at('a'), 'create');
      await file.append([new Uint8Array(6_000).fill(9)]);
      await file.truncate(5_000);
      await file.truncate(9_000);
      const into = new Uint8Array(9_000);
      strictEqual(await file.read(into, 0), 9_000);
      deepStrictEqual([into[4_999], into[5_000], into[5_999], into[8_999]], [9, 0, 0, 0]);
      await file.close();
    },
  ],
  [
    'sync and datasync succeed, also with nothing to do',
    async (disk, at) => {
      const file = await disk.open(at('a'), 'create');
      await file.sync();
      await file.append([text('x')]);
      await file.datasync();
      await file.sync();
      await file.close();
    },
  ],
  [
    'close waits for calls under way, and may be called twice',
    async (disk, at) => {
      const file = await disk.open(at('a'), 'create');
      const appended = file.append([new Uint8Array(100_000)]);
      await Promise.all([appended, file.close(), file.close()]);
      strictEqual((await disk.stat(at('a')))?.sizeBytes, 100_000);
      await rejects(file.append([text('x')]), { name: 'AssertionError' });
      await rejects(file.read(new Uint8Array(1), 0), { name: 'AssertionError' });
    },
  ],
  [
    'a position, size or chunk that cannot be is a bug, changes nothing, and close does not wait for it',
    async (disk, at) => {
      const file = await disk.open(at('a'), 'create');
      await file.append([text('kept')]);
      const notBytes = ['abc'] as unknown as Uint8Array[];
      const bug = { name: 'AssertionError' };
      for (const bad of [-1, Number.NaN, 1.5, Infinity, 2 ** 53]) {
        await rejects(file.read(new Uint8Array(1), bad), bug, `read ${bad}`);
        await rejects(file.write([text('x')], bad), bug, `write ${bad}`);
        await rejects(file.truncate(bad), bug, `truncate ${bad}`);
      }
      await rejects(file.append(notBytes), bug);
      await rejects(file.write(notBytes, 0), bug);
      await rejects(file.read('abc' as unknown as Uint8Array, 0), bug);
      await file.append([text('!')]);
      strictEqual(await contentOf(file), 'kept!');
      await file.close();
    },
  ],
  [
    'each mode opens what it may',
    async (disk, at) => {
      await refused(disk.open(at('a'), 'read'), 'ENOENT');
      await refused(disk.open(at('a'), 'write'), 'ENOENT');
      await put(disk, at('a'), 'kept');
      await refused(disk.open(at('a'), 'createNew'), 'EEXIST');
      const created = await disk.open(at('a'), 'create');
      strictEqual(await contentOf(created), 'kept');
      const reader = await disk.open(at('a'), 'read');
      await refused(reader.append([text('x')]), 'EBADF', 'EPERM');
      await refused(reader.write([text('x')], 0), 'EBADF', 'EPERM');
      strictEqual(await contentOf(reader), 'kept');
      await Promise.all([created.close(), reader.close()]);
    },
  ],
  [
    'a file is found only where there is one',
    async (disk, at) => {
      await disk.makeDirectory(at('dir'));
      await put(disk, at('file'), 'x');
      await refused(disk.open(at('dir'), 'read'), 'EISDIR');
      await refused(disk.open(at('dir'), 'create'), 'EISDIR');
      await refused(disk.open(at('no/a'), 'create'), 'ENOENT');
      await refused(disk.open(at('file/a'), 'create'), 'ENOTDIR');
    },
  ],
  [
    'a rename replaces a file, and an open handle follows its file',
    async (disk, at) => {
      await put(disk, at('old'), 'old');
      const file = await disk.open(at('new'), 'create');
      await file.append([text('new')]);
      await disk.rename(at('new'), at('old'));
      await file.append([text('er')]);
      await file.close();
      strictEqual(await get(disk, at('old')), 'newer');
      strictEqual(await disk.stat(at('new')), null);
      await disk.rename(at('old'), at('old'));
      strictEqual(await get(disk, at('old')), 'newer');
    },
  ],
  [
    'a directory is renamed with all that is in it',
    async (disk, at) => {
      await disk.makeDirectory(at('a/b'));
      await disk.makeDirectory(at('empty'));
      await put(disk, at('a/b/c'), 'deep');
      await disk.rename(at('a'), at('z'));
      strictEqual(await get(disk, at('z/b/c')), 'deep');
      await disk.rename(at('z'), at('empty'));
      strictEqual(await get(disk, at('empty/b/c')), 'deep');
    },
  ],
  [
    'a rename that makes no sense is refused and changes nothing',
    async (disk, at) => {
      await disk.makeDirectory(at('dir/sub'));
      await put(disk, at('file'), 'x');
      await refused(disk.rename(at('nothing'), at('b')), 'ENOENT');
      await refused(disk.rename(at('file'), at('no/b')), 'ENOENT');
      await refused(disk.rename(at('file'), at('dir')), 'EISDIR');
      await refused(disk.rename(at('dir'), at('file')), 'ENOTDIR');
      await disk.makeDirectory(at('other'));
      await refused(disk.rename(at('other'), at('dir')), 'ENOTEMPTY', 'EEXIST');
      await refused(disk.rename(at('dir'), at('dir/sub/dir')), 'EINVAL');
      deepStrictEqual(
        (await disk.list(at('.'))).map(({ name }) => name),
        ['dir', 'file', 'other'],
      );
    },
  ],
  [
    'a removed file is gone by name, and an open handle still reads it',
    async (disk, at) => {
      await put(disk, at('a'), 'still here');
      const file = await disk.open(at('a'), 'read');
      await disk.remove(at('a'));
      strictEqual(await disk.stat(at('a')), null);
      strictEqual(await contentOf(file), 'still here');
      await file.close();
      await refused(disk.remove(at('a')), 'ENOENT');
      await disk.makeDirectory(at('dir'));
      await refused(disk.remove(at('dir')), 'EISDIR', 'EPERM');
    },
  ],
  [
    'removeTree takes all below, and does not mind what is not there',
    async (disk, at) => {
      await disk.makeDirectory(at('t/u/v'));
      await put(disk, at('t/a'), 'x');
      await put(disk, at('t/u/b'), 'x');
      await disk.removeTree(at('t'));
      await disk.removeTree(at('t'));
      await disk.removeTree(at('no/such'));
      await put(disk, at('f'), 'x');
      await disk.removeTree(at('f'));
      deepStrictEqual(await disk.list(at('.')), []);
    },
  ],
  [
    'makeDirectory makes parents, and does not mind what is there',
    async (disk, at) => {
      await disk.makeDirectory(at('a/b/c'));
      await disk.makeDirectory(at('a/b'));
      await put(disk, at('f'), 'x');
      await refused(disk.makeDirectory(at('f')), 'EEXIST');
      await refused(disk.makeDirectory(at('f/a')), 'ENOTDIR');
      deepStrictEqual(await disk.list(at('a')), [{ name: 'b', kind: 'directory' }]);
    },
  ],
  [
    'a list is sorted by code unit, not by language',
    async (disk, at) => {
      for (const name of ['b', 'a', 'Z', 'ä', '10', '9']) await put(disk, at(name), '');
      await disk.makeDirectory(at('c'));
      deepStrictEqual(
        (await disk.list(at('.'))).map(({ name, kind }) => `${name} ${kind}`),
        ['10 file', '9 file', 'Z file', 'a file', 'b file', 'c directory', 'ä file'],
      );
      await refused(disk.list(at('no')), 'ENOENT');
      await refused(disk.list(at('a')), 'ENOTDIR');
    },
  ],
  [
    'stat tells kind and size, and null where nothing is',
    async (disk, at) => {
      await put(disk, at('a'), 'four');
      const { modifiedMs, ...rest } = (await disk.stat(at('a')))!;
      deepStrictEqual(rest, { kind: 'file', sizeBytes: 4 });
      ok(Number.isInteger(modifiedMs) && modifiedMs > Date.UTC(2025, 0, 1), `${modifiedMs} is Unix milliseconds`);
      strictEqual((await disk.stat(at('.')))?.kind, 'directory');
      strictEqual(await disk.stat(at('b')), null);
      strictEqual(await disk.stat(at('a/below')), null);
    },
  ],
  [
    'a directory is synced, and nothing else',
    async (disk, at) => {
      await put(disk, at('a'), 'x');
      await disk.syncDirectory(at('.'));
      await refused(disk.syncDirectory(at('no')), 'ENOENT');
      await refused(disk.syncDirectory(at('a')), 'ENOTDIR');
    },
  ],
  [
    'free space is a number of bytes',
    async (disk, at) => {
      const free = await disk.freeBytes(at('.'));
      ok(Number.isSafeInteger(free) && free > 0, `${free}`);
      await refused(disk.freeBytes(at('no')), 'ENOENT');
    },
  ],
  [
    'a name with a NUL is refused with a typed error, wherever a path is taken',
    async (disk, at) => {
      await put(disk, at('a'), 'x');
      const bad = at('b\0c');
      for (const work of [
        () => disk.open(bad, 'read'),
        () => disk.open(bad, 'create'),
        () => disk.rename(bad, at('b')),
        () => disk.rename(at('a'), bad),
        () => disk.remove(bad),
        () => disk.removeTree(bad),
        () => disk.makeDirectory(bad),
        () => disk.list(bad),
        () => disk.stat(bad),
        () => disk.syncDirectory(bad),
        () => disk.freeBytes(bad),
        () => disk.lock(bad),
      ]) {
        await rejects(work(), { name: 'DiskError', code: 'ERR_DISK_INVALID', errno: 'EINVAL' }, String(work));
      }
    },
  ],
  [
    'a lock file is not opened while its directory is locked: to close it would drop the lock',
    async (disk, at) => {
      const lock = await disk.lock(at('.'));
      for (const mode of ['read', 'write', 'create'] as const) {
        await rejects(disk.open(at('.lock'), mode), { name: 'DirectoryLockedError' });
      }
      await rejects(disk.lock(at('.')), { name: 'DirectoryLockedError' });
      await lock.release();
      await (await disk.open(at('.lock'), 'read')).close();
      await (await disk.lock(at('.'))).release();
    },
  ],
  [
    'a directory is locked once, until it is released',
    async (disk, at) => {
      await disk.makeDirectory(at('one'));
      await disk.makeDirectory(at('two'));
      const lock = await disk.lock(at('one'));
      await rejects(disk.lock(at('one')), (error: Error & { code: string; holder: { pid: number } | null }) => {
        strictEqual(error.name, 'DirectoryLockedError');
        strictEqual(error.code, 'ERR_DISK_DIRECTORY_LOCKED');
        match(error.message, /is in use by (pid \d+|another process)/);
        return true;
      });
      const other = await disk.lock(at('two'));
      await lock.release();
      await lock.release();
      const again = await disk.lock(at('one'));
      await rejects(disk.lock(at('one')), { name: 'DirectoryLockedError' });
      deepStrictEqual(
        (await disk.list(at('one'))).map(({ name }) => name),
        ['.lock'],
      );
      strictEqual((await disk.stat(at('one/.lock')))?.sizeBytes, 0);
      await Promise.all([again.release(), other.release()]);
      await refused(disk.lock(at('no')), 'ENOENT');
      await put(disk, at('file'), '');
      await refused(disk.lock(at('file')), 'ENOTDIR');
    },
  ],
];

for (const [why, body] of rows) {
  inBothWorlds(`disk: ${why}`, ({ io, directory }) => body(io.disk, (name) => `${directory}/${name}`));
}
