/** What only the real disk does: it is full, it is not ours, it has links, and others hold its locks. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { DirectoryLockedError, DiskError } from '../disk-errors.ts';
import { toDiskError } from './disk-failure.ts';
import { NodeDisk } from './disk.ts';

const disk = new NodeDisk();
const isLinux = process.platform === 'linux';
const onlyLinux = isLinux ? false : 'Linux alone has what this test needs';

async function temporary(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-disk-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test('a full disk is a typed error that tells how much was written', { skip: onlyLinux }, async () => {
  const file = await disk.open('/dev/full', 'write');
  await rejects(file.append([new Uint8Array(10), new Uint8Array(5)]), (error: DiskError) => {
    ok(error instanceof DiskError);
    deepStrictEqual([error.code, error.errno, error.retriable], ['ERR_DISK_FULL', 'ENOSPC', true]);
    match(error.message, /^cannot append to \/dev\/full: the disk is full \(0 of 15 bytes were written\)\. Free space/);
    return true;
  });
  await file.close();
});

test(
  'after a short append the next ones fail alike, until truncate says where the file ends',
  { skip: onlyLinux },
  async (t) => {
    const path = join(await temporary(t), 'a');
    const program = `
    import { NodeDisk } from ${JSON.stringify(new URL('./disk.ts', import.meta.url).href)};
    const file = await new NodeDisk().open(process.argv[1], 'create');
    await file.append([new Uint8Array(3_000).fill(1)]);
    const said = [];
    const append = (bytes) => file.append([bytes]).then(() => said.push('done'), (error) => said.push(error.message));
    await append(new Uint8Array(3_000).fill(2));
    said.push(await file.size());
    await append(new Uint8Array(0));
    await file.truncate(3_000);
    await append(new Uint8Array(100).fill(3));
    said.push(await file.size());
    console.log(JSON.stringify(said));
  `;
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    // A limit of 8 blocks of 512 bytes makes the kernel take a part of the second append.
    const script = 'trap "" XFSZ; ulimit -f 8; exec "$0" --input-type=module --eval "$1" "$2"';
    const { stdout } = await promisify(execFile)('sh', ['-c', script, process.execPath, program, path], { env });
    const failure =
      `cannot append to ${path}: the file would be larger than this process or file system allows (1096 of 3000 bytes were ` +
      'written). Raise the limit (ulimit -f, LimitFSIZE), or choose a file system for larger files. [ERR_DISK_FILE_TOO_LARGE, EFBIG]';
    deepStrictEqual(JSON.parse(stdout), [failure, 4_096, failure, 'done', 3_100]);
  },
);

test(
  'links count as what they point to',
  { skip: process.platform === 'win32' && 'links need privileges' },
  async (t) => {
    const directory = await temporary(t);
    await disk.makeDirectory(join(directory, 'real'));
    await writeFile(join(directory, 'file'), 'x');
    await symlink('real', join(directory, 'to-directory'));
    await symlink('file', join(directory, 'to-file'));
    await symlink('nowhere', join(directory, 'to-nothing'));
    deepStrictEqual(
      (await disk.list(directory)).map(({ name, kind }) => `${name} ${kind}`),
      ['file file', 'real directory', 'to-directory directory', 'to-file file', 'to-nothing other'],
    );
    strictEqual((await disk.stat(join(directory, 'to-directory')))?.kind, 'directory');
    const first = await disk.lock(join(directory, 'real'));
    await rejects(disk.lock(join(directory, 'to-directory')), { name: 'DirectoryLockedError' });
    await first.release();
  },
);

test(
  'a permission that is missing is told with who may',
  { skip: process.platform === 'win32' && 'no users' },
  async (t) => {
    const directory = await temporary(t);
    const denied = Object.assign(new Error('denied'), { code: 'EACCES' });
    const { message, code, retriable } = toDiskError('open', join(directory, 'not', 'there'), denied);
    deepStrictEqual([code, retriable], ['ERR_DISK_PERMISSION', false]);
    const uid = process.getuid!();
    match(
      message,
      new RegExp(
        `permission denied \\(this process is user ${uid}; ${directory} belongs to user ${uid}, group \\d+, mode 0700\\)`,
      ),
    );
    match(message, /chown/);
  },
);

test('the process that holds a lock is named', { skip: onlyLinux }, async (t) => {
  const directory = await temporary(t);
  const program = `
    import { NodeDisk } from ${JSON.stringify(new URL('./disk.ts', import.meta.url).href)};
    await new NodeDisk().lock(process.argv[1]);
    console.log('held');
    setInterval(() => {}, 1000);
  `;
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ['--input-type=module', '--eval', program, directory];
  const holder = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  await rejects(disk.lock(directory), (error: DirectoryLockedError) => {
    ok(error instanceof DirectoryLockedError);
    strictEqual(error.holder?.pid, holder.pid);
    match(error.message, new RegExp(`is in use by pid ${holder.pid} \\(.*node.*--input-type=module`));
    match(error.message, /stop the other one, or choose another directory/);
    ok(error.message.length < 500, 'a long command line is cut');
    return true;
  });
  const died = once(holder, 'exit');
  holder.kill('SIGKILL');
  await died;
  await (await disk.lock(directory)).release();
});

test('a lock file with content is somebody else’s, and is not touched', async (t) => {
  const directory = await temporary(t);
  await writeFile(join(directory, '.lock'), 'pid 4711, do not remove\n'.repeat(10));
  await rejects(disk.lock(directory), (error: DiskError) => {
    strictEqual(error.code, 'ERR_DISK_INVALID');
    match(error.message, /its \.lock has content, though Kafka and Ottla keep it empty: move that file away/);
    return true;
  });
  strictEqual((await disk.stat(join(directory, '.lock')))?.sizeBytes, 240);
});
