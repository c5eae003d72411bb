// Runs one command of tools/ on the repository's own Node, after making sure that everything is installed. Runs on Node 18.
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const { constants } = require('node:os');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { ensureInstalled, InstallError } = require('./install.cjs');

const ROOT = path.resolve(__dirname, '..');
/** What sources run on: type stripping, node:sqlite, zstd. */
const NODE_MAJOR = 24;

/** Ends the process when the command does, with its exit code or signal. */
async function launch(command, args) {
  const script = path.join(ROOT, 'tools', `${command}.ts`);
  if (!/^[a-z-]+$/.test(command ?? '') || !fs.existsSync(script)) {
    console.error(`There is no command "${command}": package.json names them all under "scripts".`);
    process.exit(2);
  }
  try {
    await ensureInstalled(ROOT, (line) => console.error(line));
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
  const cache = path.join(ROOT, 'node_modules', '.cache', 'compile');
  process.env.NODE_COMPILE_CACHE ??= cache;
  const node = repositoryNode();
  if (node !== null && fs.realpathSync(process.execPath) === node) return runHere(script, args);
  if (node !== null && (await canRun(node))) return runChild(node, [script, ...args]);
  // npm puts node_modules/.bin first on the PATH: what does not run must not stand in the way of what does.
  fs.rmSync(path.join(ROOT, 'node_modules', '.bin', 'node'), { force: true });
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR) return runHere(script, args);
  console.error(
    `Ottla runs on Node ${NODE_MAJOR}, brings its own for Linux (x64, arm64; glibc), macOS (x64) and Windows (x64), and finds none that runs here (${process.platform}-${process.arch}): install Node ${NODE_MAJOR} or newer from https://nodejs.org, then try again.`,
  );
  process.exit(1);
}

/** The binary of the platform package that the lock file pins, or null where there is none. */
function repositoryNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const home = path.join(ROOT, 'node_modules', `node-${platform}-${process.arch}`, 'bin');
  const binary = path.join(home, process.platform === 'win32' ? 'node.exe' : 'node');
  return fs.existsSync(binary) ? fs.realpathSync(binary) : null;
}

/** False where the binary is there but its loader is not: a musl system with the glibc package. */
function canRun(node) {
  return new Promise((resolve) => {
    const child = spawn(node, ['--version'], { stdio: 'ignore' });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}

/** Already on the right Node (npm puts node_modules/.bin first on the PATH): no second process is needed. */
function runHere(script, args) {
  require('node:module').enableCompileCache(process.env.NODE_COMPILE_CACHE);
  process.argv = [process.execPath, script, ...args];
  return import(pathToFileURL(script).href);
}

/**
 * Runs a program in our place: same terminal, its exit code or signal becomes ours, and signals are passed on.
 * Returns the child process.
 */
function runChild(program, args) {
  const child = spawn(program, args, { stdio: 'inherit' });
  const pass = (signal) => {
    // A terminal sends Ctrl-C to the whole process group: passed on as well, the child would see it twice.
    if (signal === 'SIGINT' && (process.stdin.isTTY || process.stderr.isTTY)) return;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  child.on('error', (error) => {
    console.error(`${program} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('close', (code, signal) => {
    for (const each of signals) process.removeListener(each, pass);
    if (signal === null) process.exit(code);
    process.kill(process.pid, signal);
    // Where the signal does not end us (Windows, or an ignored one): the shell's convention.
    setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 500);
  });
  return child;
}

module.exports = { launch, runChild };
