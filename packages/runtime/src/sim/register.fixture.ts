/**
 * A register on disk, served over a socket: as small as a program can be that can still lose what it acknowledged.
 *
 * A request is a number; the answer is the same number, once it is durable. The server keeps it in a write-ahead log of
 * records (number, checksum) that it starts anew every few records, over a temporary file and a rename. Each of the mistakes
 * below is one that was made in real databases.
 */
import type { Disk, DiskFile, Io, Socket } from '../io.ts';

export const mistakes = {
  noFileSync: 'acknowledges what is only in the page cache',
  syncAfterAnswer: 'answers first and syncs then',
  noDirectorySync: 'does not sync the directory after the rename',
  noSyncBeforeRename: 'renames a file whose content is not synced',
  noChecksum: 'believes every record that it reads back',
  retriesSync: 'takes a sync for done when the second attempt succeeds',
  believesChunks: 'takes every chunk from the network for one request',
} as const;

export type Mistake = keyof typeof mistakes;

export const PORT = 9_000;
export const REGISTER = '/data/register';
/** A page each, so that one can be lost between two that are not. */
const RECORD_BYTES = 4_096;
const RECORDS_MAX = 6;

/** Main of the server. Ends itself, as it must, when a sync fails. */
export async function serveRegister(io: Io, mistake: Mistake | null, giveUp: () => void): Promise<void> {
  const log = await RegisterLog.open(io.disk, mistake, giveUp);
  await io.network.listen({ host: '0.0.0.0', port: PORT }, (socket) => serve(socket, log, mistake));
}

function serve(socket: Socket, log: RegisterLog, mistake: Mistake | null): void {
  let rest = new Uint8Array(0);
  socket.start({
    onData: (chunk) => {
      const bytes = new Uint8Array(rest.length + chunk.length);
      bytes.set(rest);
      bytes.set(chunk, rest.length);
      const whole = mistake === 'believesChunks' ? bytes.length : bytes.length - (bytes.length % 4);
      for (let at = 0; at < whole; at += 4) {
        const request = new DataView(Uint8Array.from({ length: 4 }, (_, i) => bytes[at + i] ?? 0).buffer).getUint32(0);
        log.write(request, () => socket.write([encoded(request)]));
      }
      rest = bytes.slice(whole);
    },
    onEnd: () => socket.end(),
    onClose: () => {},
  });
}

class RegisterLog {
  readonly #disk: Disk;
  readonly #mistake: Mistake | null;
  readonly #giveUp: () => void;
  #file: DiskFile;
  #records: number;
  #last: Promise<void> = Promise.resolve();

  static async open(disk: Disk, mistake: Mistake | null, giveUp: () => void): Promise<RegisterLog> {
    const { file, records } = await recover(disk, mistake);
    return new RegisterLog(disk, mistake, giveUp, file, records);
  }

  private constructor(disk: Disk, mistake: Mistake | null, giveUp: () => void, file: DiskFile, records: number) {
    this.#disk = disk;
    this.#mistake = mistake;
    this.#giveUp = giveUp;
    this.#file = file;
    this.#records = records;
  }

  /** One after the other; after a failure nothing more is answered. */
  write(value: number, answer: () => void): void {
    this.#last = this.#last
      .then(() => (this.#records >= RECORDS_MAX ? this.#startAnew(value) : this.#append(value, answer)))
      .then(answer)
      .catch(() => {
        this.#giveUp();
        return new Promise<void>(() => {});
      });
  }

  async #append(value: number, answer: () => void): Promise<void> {
    await this.#file.append([recordOf(value)]);
    this.#records++;
    if (this.#mistake === 'syncAfterAnswer') answer();
    if (this.#mistake !== 'noFileSync') await this.#sync(this.#file);
  }

  async #startAnew(value: number): Promise<void> {
    const next = await this.#disk.open(`${REGISTER}.tmp`, 'create');
    await next.truncate(0);
    await next.append([recordOf(value)]);
    if (this.#mistake !== 'noSyncBeforeRename') await this.#sync(next);
    await this.#disk.rename(`${REGISTER}.tmp`, REGISTER);
    if (this.#mistake !== 'noDirectorySync') await this.#disk.syncDirectory('/data');
    await this.#file.close();
    this.#file = next;
    this.#records = 1;
  }

  async #sync(file: DiskFile): Promise<void> {
    try {
      await file.datasync();
    } catch (error) {
      if (this.#mistake !== 'retriesSync') throw error;
      await file.datasync();
    }
  }
}

/** The number in the register, as a restart finds it. */
export async function readRegister(disk: Disk, mistake: Mistake | null): Promise<number> {
  const { file, value } = await recover(disk, mistake);
  await file.close();
  return value;
}

/** Reads records up to the first that is not whole, and cuts what follows. */
async function recover(
  disk: Disk,
  mistake: Mistake | null,
): Promise<{ file: DiskFile; records: number; value: number }> {
  await disk.makeDirectory('/data');
  const file = await disk.open(REGISTER, 'create');
  const bytes = new Uint8Array(await file.size());
  await file.read(bytes, 0);
  const view = new DataView(bytes.buffer);
  let records = 0;
  let value = 0;
  while ((records + 1) * RECORD_BYTES <= bytes.length) {
    const found = view.getUint32(records * RECORD_BYTES);
    const checksum = view.getUint32(records * RECORD_BYTES + 4);
    if (checksum !== checksumOf(found) && mistake !== 'noChecksum') break;
    value = found;
    records++;
  }
  await file.truncate(records * RECORD_BYTES);
  await file.sync();
  await disk.syncDirectory('/');
  await disk.syncDirectory('/data');
  return { file, records, value };
}

function recordOf(value: number): Uint8Array {
  const record = new Uint8Array(RECORD_BYTES);
  record.set(encoded(value));
  record.set(encoded(checksumOf(value)), 4);
  return record;
}

function encoded(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function checksumOf(value: number): number {
  return Math.imul(value ^ 0x5bd1e995, 0x9e3779b1) >>> 0;
}

/** Main of the client: counts up, one request at a time, and tells what was answered. Connects again when it must. */
export async function countUp(io: Io, sent: { last: number }, acknowledge: (value: number) => void): Promise<void> {
  for (;;) {
    try {
      const socket = await io.network.connect({ host: 'server', port: PORT, timeoutMs: 500 });
      await countOver(io, socket, sent, acknowledge);
    } catch {
      await new Promise<void>((resolve) => void io.clock.after(50, resolve));
    }
  }
}

function countOver(
  io: Io,
  socket: Socket,
  sent: { last: number },
  acknowledge: (value: number) => void,
): Promise<void> {
  return new Promise((_, reject) => {
    const answer = new Uint8Array(4);
    let filled = 0;
    const ask = (): void => void socket.write([encoded(++sent.last)]);
    // An answer that does not come is one that was lost on the way, or by a server that has died.
    let patience = io.clock.after(1_000, () => socket.destroy());
    socket.start({
      onData: (chunk) => {
        for (const byte of chunk) {
          answer[filled++] = byte;
          if (filled < 4) continue;
          filled = 0;
          acknowledge(new DataView(answer.buffer).getUint32(0));
          patience.cancel();
          patience = io.clock.after(1_000, () => socket.destroy());
          ask();
        }
      },
      onEnd: () => socket.end(),
      onClose: () => {
        patience.cancel();
        reject(new Error('closed'));
      },
    });
    ask();
  });
}
