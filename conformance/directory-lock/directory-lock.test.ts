/**
 * Ottla and Apache Kafka keep each other off a directory, in both orders: with the very class with which Kafka locks, and with a
 * whole broker.
 */
import { deepStrictEqual, match, notStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { DirectoryLockedError } from '@ottla/runtime';
import { createNodeIo } from '@ottla/runtime/node';
import { apacheKafkaMissing, runKafkaTool, startApacheKafka } from '../oracle/apache-kafka.ts';

const skip = apacheKafkaMissing();
const { disk, network } = createNodeIo();

class TemporaryDirectory implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<TemporaryDirectory> {
    return new TemporaryDirectory(await mkdtemp(join(tmpdir(), 'ottla-directory-lock-')));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}

/** A JVM that tried to take Kafka's lock. Disposing ends it. */
class KafkaLock implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly isHeld: boolean;

  private constructor(child: ChildProcess, isHeld: boolean) {
    this.child = child;
    this.isHeld = isHeld;
  }

  static async tryLock(directory: string): Promise<KafkaLock> {
    const home = (await runKafkaTool('fetch')).trim();
    const program = join(import.meta.dirname, 'HoldLock.java');
    const options = ['-cp', `${home}/broker/*`, `-Dlog4j2.configurationFile=${home}/log4j2.yaml`, program, directory];
    const child = spawn('java', options, { stdio: ['pipe', 'pipe', 'inherit'] });
    const [answer] = (await once(child.stdout, 'data')) as [Buffer];
    return new KafkaLock(child, answer.toString().trim() === 'held');
  }

  /** `kill` ends the JVM without giving it the chance to unlock. */
  async release(how: 'unlock' | 'kill'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    if (how === 'kill') this.child.kill('SIGKILL');
    else this.child.stdin?.end();
    await exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release('kill');
  }
}

const isLocked = (directory: string, check: (error: DirectoryLockedError) => void): Promise<void> =>
  rejects(disk.lock(directory), (error: DirectoryLockedError) => {
    strictEqual(error.code, 'ERR_DISK_DIRECTORY_LOCKED');
    check(error);
    return true;
  });

test("Kafka's lock keeps Ottla out, and its holder is named", { skip }, async () => {
  await using directory = await TemporaryDirectory.make();
  for (const how of ['unlock', 'kill'] as const) {
    await using kafka = await KafkaLock.tryLock(directory.path);
    ok(kafka.isHeld);
    await isLocked(directory.path, ({ holder, message }) => {
      if (process.platform !== 'linux') return;
      strictEqual(holder?.pid, kafka.child.pid);
      match(message, /is in use by pid \d+ \(java /);
    });
    await kafka.release(how);
    const ours = await disk.lock(directory.path);
    await ours.release();
  }
});

test("Ottla's lock keeps Kafka out until it is released, and writes nothing", { skip }, async () => {
  await using directory = await TemporaryDirectory.make();
  const ours = await disk.lock(directory.path);
  {
    await using kafka = await KafkaLock.tryLock(directory.path);
    ok(!kafka.isHeld);
  }
  // An attempt of Ottla itself in the same process must not lose the lock either, as POSIX locks are wont to be.
  await isLocked(directory.path, () => {});
  {
    await using kafka = await KafkaLock.tryLock(directory.path);
    ok(!kafka.isHeld);
  }
  deepStrictEqual(await readdir(directory.path), ['.lock']);
  strictEqual((await stat(join(directory.path, '.lock'))).size, 0);
  await ours.release();
  await using kafka = await KafkaLock.tryLock(directory.path);
  ok(kafka.isHeld);
});

test('a running Apache Kafka keeps Ottla out of its data', { skip }, async () => {
  await using kafka = await startApacheKafka();
  await isLocked(join(kafka.directory, 'data'), () => {});
});

test('Apache Kafka does not start on data that Ottla holds', { skip }, async () => {
  await using directory = await TemporaryDirectory.make();
  const data = join(directory.path, 'data');
  await mkdir(data);
  const ours = await disk.lock(data);
  const free = await network.listen({ host: '127.0.0.1', port: 0 }, (socket) => socket.destroy());
  await free.close();
  const script = join(import.meta.dirname, '..', 'oracle', 'kafka');
  const args = ['broker', directory.path, String(free.address.port)];
  const broker = promisify(execFile)(script, args, { timeout: 90_000 });
  await rejects(broker, (error: Error & { stdout: string; stderr: string; code: number | null; killed: boolean }) => {
    ok(!error.killed, 'it ends by itself');
    notStrictEqual(error.code, 0);
    match(error.stdout + error.stderr, /Failed to acquire lock on file \.lock/);
    return true;
  });
  await ours.release();
});
