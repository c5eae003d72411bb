/** Real Apache Kafka for tests: a broker on a free port in a directory of its own, and its tools. */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const ORACLE = join(import.meta.dirname, 'kafka');
const READY_TIMEOUT_MS = 90_000;

/** Why Apache Kafka cannot run here, or false: what `test(name, { skip })` wants. */
export function apacheKafkaMissing(): string | false {
  for (const tool of ['java', 'mvn']) {
    if (spawnSync(tool, ['-version'], { stdio: 'ignore' }).error !== undefined) return `${tool} is not installed`;
  }
  return spawnSync(ORACLE, ['fetch'], { stdio: 'ignore' }).status === 0 ? false : 'Apache Kafka could not be fetched';
}

export interface ApacheKafka extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Its data, `server.properties` and the like. */
  readonly directory: string;
}

/** One combined broker and controller, ready; disposing ends it and removes its directory. */
export async function startApacheKafka(settings: readonly string[] = []): Promise<ApacheKafka> {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-apache-kafka-'));
  const port = await freePortPair();
  const child = spawn(ORACLE, ['broker', directory, String(port), ...settings], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const stop = async (): Promise<void> => {
    await ended(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await accepting(port, child);
  } catch (error) {
    await stop();
    throw new Error(`Apache Kafka did not start:\n${said.join('').slice(-4_000)}`, { cause: error });
  }
  return { host: '127.0.0.1', port, directory, [Symbol.asyncDispose]: stop };
}

/** Runs one of Kafka's tools by its name in the script, e.g. `topics`; rejects with what it said when it fails. */
export async function runKafkaTool(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(ORACLE, args, { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** Runs a single-file Java program against the broker's jars. */
export async function runJava(file: string, ...args: readonly string[]): Promise<string> {
  const home = (await runKafkaTool('fetch')).trim();
  const options = ['-cp', `${home}/broker/*`, `-Dlog4j2.configurationFile=${home}/log4j2.yaml`, file, ...args];
  const { stdout } = await promisify(execFile)('java', options, { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** Two neighbouring free ports: the broker's and, one above, its controller's. */
async function freePortPair(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = await freePort(0);
    if (port < 65_535 && (await freePort(port + 1).catch(() => 0)) !== 0) return port;
  }
  throw new Error('no two neighbouring ports are free');
}

async function freePort(port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return taken;
}

async function accepting(port: number, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it exited with ${child.exitCode}`);
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => (socket.destroy(), resolve(true)));
      socket.once('error', () => resolve(false));
    });
    if (isOpen) return;
    await sleep(100);
  }
  throw new Error(`nothing listens on ${port} after ${READY_TIMEOUT_MS} ms`);
}

/** Asks it to end, then insists. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await exited;
  clearTimeout(insist);
}
