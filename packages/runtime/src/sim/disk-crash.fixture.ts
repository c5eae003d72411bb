/**
 * Runs a scene up to a crash over many seeds, and demands that the outcomes which come about are exactly those listed: one that
 * is missing is a state that no test will ever meet, one that is extra is a state that no disk gives back.
 *
 * Contents are written as pages: a letter is a page of 4 KiB full of it, `_` a page of zeros.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import type { Disk, DiskFile } from '../io.ts';
import { SimWorld, type SimProcess } from './index.ts';

export const PAGE = 4_096;
const SEEDS = 80;

export const pages = (letters: string): Uint8Array => {
  const bytes = new Uint8Array(letters.length * PAGE);
  for (let i = 0; i < letters.length; i++) {
    if (letters[i] !== '_') bytes.fill(letters.charCodeAt(i), i * PAGE, (i + 1) * PAGE);
  }
  return bytes;
};

/** The other way round; a part of a page is its letter and the number of bytes. */
function lettersOf(bytes: Uint8Array): string {
  let letters = '';
  for (let at = 0; at < bytes.length; at += PAGE) {
    const page = bytes.subarray(at, at + PAGE);
    const kinds = new Set(page);
    const letter = kinds.size > 1 ? '?' : page[0] === 0 ? '_' : String.fromCharCode(page[0]!);
    letters += page.length === PAGE ? letter : `${letter}${page.length}`;
  }
  return letters === '' ? 'empty' : letters;
}

export async function contentOf(disk: Disk, path: string): Promise<string> {
  const stat = await disk.stat(path);
  if (stat === null) return 'absent';
  const file = await disk.open(path, 'read');
  const into = new Uint8Array(stat.sizeBytes);
  await file.read(into, 0);
  await file.close();
  return lettersOf(into);
}

/** A file whose content is durable. */
export async function settled(disk: Disk, path: string, letters: string): Promise<DiskFile> {
  const file = await disk.open(path, 'create');
  await file.append([pages(letters)]);
  await file.sync();
  await disk.syncDirectory('/d');
  return file;
}

export interface Scene {
  readonly disk: Disk;
  readonly world: SimWorld;
  readonly process: SimProcess;
}

export interface CrashRow {
  readonly why: string;
  /** Up to the crash. `/d` is there, and durable. */
  readonly before: (scene: Scene) => Promise<void>;
  /** What is looked at afterwards. Default the content of `/d/a`. */
  readonly look?: (disk: Disk) => Promise<string>;
  readonly outcomes: readonly string[];
  /** Default a loss of power. */
  readonly end?: 'kill';
}

export const both = async (disk: Disk, ...paths: readonly string[]): Promise<string> => {
  const found = [];
  for (const path of paths) found.push(`${path.slice(1)} ${await contentOf(disk, path)}`);
  return found.join(', ');
};

/** Declares a test for each row. */
export function crashTable(rows: readonly CrashRow[]): void {
  for (const row of rows) {
    void test(`disk crash: ${row.why}`, async () => {
      const seen = new Set<string>();
      for (let seed = 0; seed < SEEDS; seed++) seen.add(await outcomeOf(row, seed));
      deepStrictEqual([...seen].toSorted(), row.outcomes.toSorted());
    });
  }
}

async function outcomeOf(row: CrashRow, seed: number): Promise<string> {
  const world = new SimWorld({ seed });
  const process = world.createProcess('node');
  const { disk } = process.io;
  const begin = async (): Promise<void> => {
    await disk.makeDirectory('/d/sub');
    process.disk.settle();
    await row.before({ disk, world, process });
  };
  await world.finish(begin());
  if (row.end === 'kill') process.kill();
  else process.crash();
  const after = process.restart().disk;
  const look = row.look ?? ((found: Disk) => contentOf(found, '/d/a'));
  return world.finish(look(after));
}
