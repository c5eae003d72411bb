// Installs what is missing, exactly as the lock file says, and nothing that is there. Runs on Node 18.
'use strict';

const { createHash, randomUUID } = require('node:crypto');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const LOCK_NAME = '.install-lock';
/** Under node_modules: the hash of the lock file that was last installed to the end by us. */
const STAMP_NAME = '.ottla-installed';

/**
 * Keys of the lock file that this platform needs and node_modules lacks.
 *
 * @param lock the parsed package-lock.json
 * @param installed the parsed node_modules/.package-lock.json, which npm writes last; null when there is none
 * @param platform `{ os, cpu, libc }` as in package.json files
 * @param exists tells whether a path from the root is there: people delete folders by hand
 * @param optionalToo false when a finished install left optional packages out (a platform without a build, say)
 */
function missingPackages(lock, installed, platform, exists, optionalToo) {
  const missing = [];
  for (const [key, wanted] of Object.entries(lock.packages)) {
    if (!key.startsWith('node_modules/') && !key.includes('/node_modules/')) continue; // the root and the workspaces
    if (!allows(wanted.os, platform.os) || !allows(wanted.cpu, platform.cpu) || !allows(wanted.libc, platform.libc))
      continue;
    if ((wanted.optional || wanted.devOptional) && !optionalToo) continue;
    const have = installed?.packages[key];
    const same =
      have && have.version === wanted.version && have.integrity === wanted.integrity && !have.link === !wanted.link;
    if (!same || !exists(key)) missing.push(key);
  }
  return missing;
}

/** The rule of "os", "cpu" and "libc" in package.json: any of the named, none of those with an exclamation mark. */
function allows(names, actual) {
  if (names === undefined || actual === null) return true;
  const list = [names].flat();
  if (list.includes(`!${actual}`)) return false;
  const wanted = list.filter((name) => !name.startsWith('!'));
  return wanted.length === 0 || wanted.includes(actual);
}

function thisPlatform() {
  return { os: process.platform, cpu: process.arch, libc: process.platform === 'linux' ? libc() : null };
}

function libc() {
  try {
    return fs.readFileSync('/usr/bin/ldd', 'latin1').includes('musl') ? 'musl' : 'glibc';
  } catch {
    return fs.existsSync('/etc/alpine-release') ? 'musl' : 'glibc';
  }
}

/** Makes node_modules what the lock file says; returns at once when it already is. Throws `InstallError`. */
async function ensureInstalled(root, say) {
  if (stillMissing(root).length === 0) return;
  await withLock(path.join(root, LOCK_NAME), say, async () => {
    const missing = stillMissing(root); // whoever held the lock may have installed it all
    if (missing.length === 0) return;
    say(`Installing ${missing.length} of the packages in package-lock.json (npm ci); this happens once.`);
    await npmCi(root);
    const left = stillMissing(root, false);
    if (left.length > 0) {
      throw new InstallError(
        `npm ci finished, but node_modules still lacks ${left.slice(0, 3).join(', ')}: is package-lock.json edited by hand? Run "npm install", then try again.`,
      );
    }
    fs.writeFileSync(path.join(root, 'node_modules', STAMP_NAME), lockHash(root));
  });
}

function stillMissing(root, optionalToo = readText(path.join(root, 'node_modules', STAMP_NAME)) !== lockHash(root)) {
  const lock = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const installed = parseOrNull(readText(path.join(root, 'node_modules', '.package-lock.json')));
  const exists = (key) => fs.existsSync(path.join(root, key, 'package.json'));
  return missingPackages(lock, installed, thisPlatform(), exists, optionalToo);
}

/** Null for what is not there, or was cut off in the middle of writing. */
function parseOrNull(text) {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

function lockHash(root) {
  return createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
}

function npmCi(root) {
  // Development and optional packages are what runs here, whatever NODE_ENV or the user's settings leave out elsewhere.
  const args = ['ci', '--include=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
  args.push('--prefer-offline', '--loglevel=error');
  const cli = process.env.npm_execpath;
  const [program, first] = cli && path.basename(cli) === 'npm-cli.js' ? [process.execPath, [cli]] : ['npm', []];
  const shell = program === 'npm' && process.platform === 'win32'; // npm is a .cmd there
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...first, ...args], { cwd: root, shell, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.on('error', (error) =>
      reject(new InstallError(`npm could not be started (${error.code}): is it on the PATH?`)),
    );
    child.on('close', (code) => (code === 0 ? resolve() : reject(new InstallError(explainNpmFailure(errors, code)))));
  });
}

class InstallError extends Error {}

/** Rows of: what npm prints, what happened and what to do. The first that matches speaks. */
const NPM_FAILURES = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED|FETCH_ERROR/,
    'the package registry could not be reached: check the network (or the proxy: "npm config get registry proxy https-proxy"), then run the same command again; it goes on where it can',
  ],
  [
    /E401|E403/,
    'the package registry refused access: check the registry and its login ("npm config get registry", "npm login")',
  ],
  [
    /E404|ETARGET/,
    'the package registry does not have a package that the lock file names: check "npm config get registry"',
  ],
  [
    /EINTEGRITY/,
    'a package is not the one that the lock file names: run "npm cache clean --force", then try again; if it stays, do not trust this registry',
  ],
  [/ENOSPC/, 'the disk is full: free about 400 MB, then try again'],
  [/EACCES|EPERM|EROFS/, 'node_modules cannot be written: check who owns this folder'],
  [
    /EUSAGE|can only install packages when your package\.json/,
    'package.json and package-lock.json do not agree: run "npm install", then try again',
  ],
];

/** One line for the person; then of what npm said the line that tells it, or, where we know nothing, all but stack traces. */
function explainNpmFailure(output, code) {
  const said = output
    .trim()
    .split('\n')
    .filter((line) => line !== '' && !/^npm (?:error|ERR!)\s+at /.test(line));
  const known = NPM_FAILURES.find(([pattern]) => pattern.test(output));
  const why = known ? known[1] : `npm ci ended with code ${code}; it said`;
  const telling = known ? [said.find((line) => known[0].test(line))] : said.slice(0, 12);
  return [`Ottla could not install its packages: ${why}.`, ...telling.map((line) => `  ${line}`)].join('\n');
}

/**
 * Runs `work` while this process alone holds the lock file; others of the same folder wait. A lock whose process is gone
 * is taken over.
 */
async function withLock(file, say, work) {
  const token = `${process.pid} ${os.hostname()} ${randomUUID()}`;
  for (let said = false; !takeLock(file, token); said = true) {
    if (!said) say('Another process is installing the packages of this folder; waiting for it.');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const release = () => {
    if (readText(file) === token) fs.rmSync(file, { force: true });
  };
  process.once('exit', release); // process.exit() in a signal handler runs no finally
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

function takeLock(file, token) {
  try {
    fs.writeFileSync(file, token, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST')
      throw new InstallError(`${file} cannot be written (${error.code}): check who owns this folder.`);
  }
  const holder = readText(file);
  if (holder === null || !isStale(file, holder)) return false;
  // Renaming is atomic, so of two that found the same stale lock one wins; should it be a fresh lock by now, put it back.
  const aside = `${file}.${process.pid}`;
  try {
    fs.renameSync(file, aside);
    if (readText(aside) === holder) fs.rmSync(aside, { force: true });
    else fs.renameSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  return false;
}

function isStale(file, holder) {
  const [pid, host] = holder.split(' ');
  // Written in two steps: an empty one may be a moment old. Processes of another host (a shared folder) cannot be asked.
  if (pid === '' || host !== os.hostname()) {
    const sinceMs = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    return Date.now() - sinceMs > (pid === '' ? 5_000 : 900_000);
  }
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

module.exports = { ensureInstalled, explainNpmFailure, InstallError, missingPackages, withLock };
