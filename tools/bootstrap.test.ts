import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './tree.ts';

interface LockFile {
  packages: Record<string, Record<string, unknown>>;
}
type Platform = { os: string; cpu: string; libc: string | null };
type Say = (line: string) => void;

const require = createRequire(import.meta.url);
const { complaint, npmVersion } = require('./bootstrap.cjs') as {
  complaint: (node: string, npm: string | null) => string | null;
  npmVersion: (userAgent: string | undefined) => string | null;
};
const { explainNpmFailure, InstallError, missingPackages, withLock } = require('./install.cjs') as {
  explainNpmFailure: (output: string, code: number) => string;
  InstallError: ErrorConstructor;
  missingPackages: (
    lock: LockFile,
    installed: LockFile | null,
    platform: Platform,
    exists: (key: string) => boolean,
    optionalToo: boolean,
  ) => string[];
  withLock: <T>(file: string, say: Say, work: () => Promise<T>) => Promise<T>;
};

const versions = [
  // why                             node         npm       want
  ['what CI runs', '20.20.2', '11.19.1', null],
  ['the oldest that is enough', '18.0.0', '8.0.0', null],
  ['the newest', '26.10.0', '12.2.0', null],
  ['started without npm', '18.0.0', null, null],
  ['an old Node', '16.20.2', '8.19.4', /^Ottla needs Node 18 .* this is Node 16\.20\.2: install .*$/],
  ['a very old Node', '0.10.48', '1.4.29', /^Ottla needs Node 18/],
  ['an old npm', '18.0.0', '6.14.18', /^Ottla needs npm 8 .* this is npm 6\.14\.18: run "npm install -g npm@latest"/],
] as const;

for (const [why, node, npm, want] of versions) {
  test(`bootstrap: ${why}`, () => {
    const line = complaint(node, npm);
    if (want === null) strictEqual(line, null);
    else {
      match(line!, want);
      ok(!line!.includes('\n'), 'one line');
    }
  });
}

test('bootstrap: npm names its version', () => {
  strictEqual(npmVersion('npm/11.19.1 node/v20.20.2 linux x64 workspaces/false'), '11.19.1');
  strictEqual(npmVersion('yarn/1.22.0 npm/? node/v20.0.0'), null);
  strictEqual(npmVersion(undefined), null);
});

// Old engines must parse the file to complain; what they lack beyond ES5 is told by these.
test('bootstrap: the first file is ES5', () => {
  const source = readFileSync(join(ROOT, 'tools', 'bootstrap.cjs'), 'utf8').replace(
    /\/\/.*|\/\*[\s\S]*?\*\/|'[^'\n]*'/g,
    '',
  );
  const newer = /=>|`|\b(?:const|let|class|async|await|import|export|yield|of)\b|\.\.\.|\?\.|\?\?|\*\*|,\s*[)\]}]/.exec(
    source,
  );
  strictEqual(newer?.[0], undefined);
});

const linux = { os: 'linux', cpu: 'x64', libc: 'glibc' };
const lock: LockFile = {
  packages: {
    '': { version: '1.0.0' },
    'packages/runtime': { version: '1.0.0' },
    'node_modules/@ottla/runtime': { link: true },
    'node_modules/tool': { version: '1.0.0', integrity: 'a', dev: true },
    'node_modules/tool-linux': {
      version: '1.0.0',
      integrity: 'b',
      optional: true,
      os: ['linux'],
      cpu: ['x64'],
      libc: ['glibc'],
    },
    'node_modules/tool-musl': {
      version: '1.0.0',
      integrity: 'c',
      optional: true,
      os: ['linux'],
      cpu: ['x64'],
      libc: ['musl'],
    },
    'node_modules/tool-mac': { version: '1.0.0', integrity: 'd', optional: true, os: ['darwin'] },
    'node_modules/not-windows': { version: '1.0.0', integrity: 'e', os: ['!win32'] },
    'node_modules/tool/node_modules/inner': { version: '2.0.0', integrity: 'f' },
  },
};
const complete: LockFile = {
  packages: Object.fromEntries(
    Object.entries(lock.packages).filter(([key]) => key.includes('node_modules/') && !/musl|mac/.test(key)),
  ),
};
const without = (key: string): LockFile => ({
  packages: Object.fromEntries(Object.entries(complete.packages).filter(([name]) => name !== key)),
});
const withChange = (key: string, change: Record<string, unknown>): LockFile => ({
  packages: { ...complete.packages, [key]: { ...complete.packages[key], ...change } },
});

const missingRows = [
  // why                                        installed                                          platform  gone from disk            want
  ['all there', complete, linux, '', []],
  ['nothing ever installed', null, linux, '', Object.keys(complete.packages)],
  ['a package is missing', without('node_modules/tool'), linux, '', ['node_modules/tool']],
  [
    'a nested one is missing',
    without('node_modules/tool/node_modules/inner'),
    linux,
    '',
    ['node_modules/tool/node_modules/inner'],
  ],
  ['another version', withChange('node_modules/tool', { version: '0.9.0' }), linux, '', ['node_modules/tool']],
  ['other bytes', withChange('node_modules/tool', { integrity: 'z' }), linux, '', ['node_modules/tool']],
  [
    'a copy where a link should be',
    withChange('node_modules/@ottla/runtime', { link: false }),
    linux,
    '',
    ['node_modules/@ottla/runtime'],
  ],
  ['a folder deleted by hand', complete, linux, 'node_modules/tool', ['node_modules/tool']],
  ['another libc', complete, { ...linux, libc: 'musl' }, '', ['node_modules/tool-musl']],
  ['another system', complete, { os: 'darwin', cpu: 'arm64', libc: null }, '', ['node_modules/tool-mac']],
  [
    'a system that a package refuses',
    without('node_modules/not-windows'),
    { os: 'win32', cpu: 'x64', libc: null },
    '',
    [],
  ],
] as const;

for (const [why, installed, platform, gone, want] of missingRows) {
  test(`install: ${why}`, () => {
    deepStrictEqual(
      missingPackages(lock, installed, platform, (key) => key !== gone, true),
      want,
    );
  });
}

test('install: an optional package that a finished install left out is not asked for again', () => {
  const installed = without('node_modules/tool-linux');
  deepStrictEqual(
    missingPackages(lock, installed, linux, () => true, true),
    ['node_modules/tool-linux'],
  );
  deepStrictEqual(
    missingPackages(lock, installed, linux, () => true, false),
    [],
  );
});

const npmFailures = [
  // npm says                                                        the person reads
  ['npm error code ENOTFOUND', /registry could not be reached: check the network/],
  ['npm error code ECONNREFUSED', /registry could not be reached/],
  ['npm error code E403', /refused access/],
  ['npm error code E404', /does not have a package/],
  ['npm error code EINTEGRITY', /not the one that the lock file names/],
  ['npm error code ENOSPC', /disk is full/],
  ['npm error code EACCES', /cannot be written/],
  ['npm error code EUSAGE', /do not agree: run "npm install"/],
  ['npm error code ENEW', /npm ci ended with code 7; it said/],
] as const;

for (const [said, want] of npmFailures) {
  test(`install: ${said} is explained, without a stack trace`, () => {
    const [first, ...rest] = explainNpmFailure(`${said}\nnpm error     at connect (node:net:1:2)\n`, 7).split('\n');
    match(first!, want);
    deepStrictEqual(rest, [`  ${said}`]);
  });
}

function scratch(): { folder: string; lockFile: string; [Symbol.dispose](): void } {
  const folder = mkdtempSync(join(tmpdir(), 'ottla-bootstrap-'));
  return { folder, lockFile: join(folder, 'lock'), [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

test('install: two at once wait for each other', async () => {
  using place = scratch();
  const log: string[] = [];
  const enter = (name: string) => async (): Promise<void> => {
    log.push(`${name} in`);
    await sleep(300); // longer than one look at the lock
    log.push(`${name} out`);
  };
  const said: string[] = [];
  const both = ['a', 'b'].map((name) => withLock(place.lockFile, (line) => said.push(`${name} ${line}`), enter(name)));
  await Promise.all(both);
  deepStrictEqual(log, ['a in', 'a out', 'b in', 'b out']);
  strictEqual(said.length, 1);
  match(said[0]!, /^b Another process is installing/);
});

const deadPid = spawnSync(process.execPath, ['-e', '']).pid;
const staleLocks = [
  ['a process that is gone', `${deadPid} ${hostname()} x`, 0],
  ['a process of another machine, long ago', '1 elsewhere x', 1_000_000],
  ['a crash between creating and writing', '', 10_000],
] as const;

for (const [why, holder, ageMs] of staleLocks) {
  test(`install: a lock is taken over from ${why}`, async () => {
    using place = scratch();
    writeFileSync(place.lockFile, holder);
    const then = (Date.now() - ageMs) / 1000;
    utimesSync(place.lockFile, then, then);
    strictEqual(
      await withLock(
        place.lockFile,
        () => {},
        async () => readFileSync(place.lockFile, 'utf8').split(' ')[0],
      ),
      String(process.pid),
    );
  });
}

test('install: the lock is given back when the work fails', async () => {
  using place = scratch();
  await rejects(
    withLock(
      place.lockFile,
      () => {},
      () => Promise.reject(new InstallError('no')),
    ),
    /no/,
  );
  strictEqual(
    await withLock(
      place.lockFile,
      () => {},
      async () => 'again',
    ),
    'again',
  );
});

/** Runs `runChild` of launch.cjs as a program that stands in for `program args`. */
function standIn(script: string) {
  const launch = JSON.stringify(join(ROOT, 'tools', 'launch.cjs'));
  const child = `${script}; process.stdout.write('ready\\n');`;
  const code = `require(${launch}).runChild(process.execPath, ['-e', ${JSON.stringify(child)}])`;
  return spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
}

test('launch: the exit code of the program is ours', async () => {
  deepStrictEqual(await once(standIn('process.exit(7)'), 'exit'), [7, null]);
});

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test(
    `launch: ${signal} reaches the program, once, and its answer is ours`,
    { skip: process.platform === 'win32' },
    async () => {
      const outer = standIn(
        `let count = 0; process.on('${signal}', () => { count++; setTimeout(() => process.exit(40 + count), 50); }); setInterval(() => {}, 1000);`,
      );
      await once(outer.stdout, 'data');
      outer.kill(signal);
      deepStrictEqual(await once(outer, 'exit'), [41, null]);
    },
  );
}

test('launch: a program ended by a signal ends us by it', { skip: process.platform === 'win32' }, async () => {
  deepStrictEqual(await once(standIn(`process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);`), 'exit'), [
    null,
    'SIGKILL',
  ]);
});

test('launch: an unknown command says where they are named', () => {
  for (const command of ['nothing', '../secret', '']) {
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'tools', 'bootstrap.cjs'), command], {
      encoding: 'utf8',
    });
    strictEqual(status, 2);
    match(stderr, /no command ".*": package\.json names them all/);
  }
});

test('launch: start says in words what there is', () => {
  const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'tools', 'bootstrap.cjs'), 'start'], {
    encoding: 'utf8',
  });
  strictEqual(status, 0);
  match(stdout, /nothing to start yet/);
  match(stdout, /@ottla\/protocol/);
});
