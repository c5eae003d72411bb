/** Which process holds a lock or a port. Linux tells in /proc; elsewhere, and where it is not permitted, nobody does. */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import type { ProcessHolder } from '../io-failure.ts';

const COMMAND_CHARS_MAX = 120;
/** State of a socket that listens, in /proc/net/tcp. */
const LISTENS = '0A';

/** The process with a POSIX lock on `path`. Never opens the file: closing it would release our own locks. */
export function findLockHolder(path: string): ProcessHolder | null {
  return quietly(() => {
    const { ino } = statSync(path);
    // 1: POSIX  ADVISORY  WRITE 9057 fe:00:9986670 1073741824 1073742335
    for (const line of readFileSync('/proc/locks', 'latin1').split('\n')) {
      const [, kind, , access, pid, file] = line.split(/\s+/);
      if (kind !== 'POSIX' || access !== 'WRITE' || file?.split(':')[2] !== String(ino)) continue;
      return Number(pid) > 0 ? describe(Number(pid)) : null;
    }
    return null;
  });
}

/** The process that listens on a TCP port, whatever the address. */
export function findPortHolder(port: number): ProcessHolder | null {
  return quietly(() => {
    const links = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningSockets(table, port)));
    if (links.size === 0) return null;
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const pid = pids.find((name) => hasSocket(name, links));
    return pid === undefined ? null : describe(Number(pid));
  });
}

function listeningSockets(table: string, port: number): string[] {
  const rows = (quietly(() => readFileSync(table, 'latin1')) ?? '').split('\n').slice(1);
  // 0: 0100007F:2384 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 31337 …
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTENS && parseInt(fields[1]?.split(':')[1] ?? '', 16) === port)
    .map((fields) => `socket:[${fields[9]}]`);
}

function hasSocket(pid: string, links: ReadonlySet<string>): boolean {
  const descriptors = quietly(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return descriptors.some((fd) => links.has(quietly(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? ''));
}

function describe(pid: number): ProcessHolder {
  const words =
    quietly(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
      ?.split('\0')
      .filter(Boolean) ?? [];
  const command = words.join(' ');
  if (command === '') return { pid, command: null };
  return { pid, command: command.length > COMMAND_CHARS_MAX ? `${command.slice(0, COMMAND_CHARS_MAX)}…` : command };
}

/** Finding the culprit is a courtesy: whatever goes wrong on the way, the error at hand is the one that counts. */
function quietly<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
