/** A kernel takes as much of a write as it likes; this one is told how much. */
import { deepStrictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { writeFully, type VectoredWriter } from './write-fully.ts';

type Step = number | 'EIO' | 'ENOSPC';

/** A file that takes that many bytes at each call, or fails. */
class MeagreKernel implements VectoredWriter {
  readonly calls: string[] = [];
  readonly bytes: number[] = [];
  readonly #steps: Step[];

  constructor(steps: readonly Step[]) {
    this.#steps = [...steps];
  }

  writev(
    _fd: number,
    chunks: readonly Uint8Array[],
    position: number,
    done: (error: NodeJS.ErrnoException | null, bytes: number) => void,
  ): void {
    this.calls.push(`${position}: ${chunks.map(({ length }) => length).join(' ')}`);
    const step = this.#steps.shift() ?? Infinity;
    if (typeof step === 'string') return done(Object.assign(new Error(step), { code: step }), 0);
    const taken = chunks.flatMap((chunk) => [...chunk]).slice(0, step);
    this.bytes.push(...taken);
    done(null, taken.length);
  }
}

interface Row {
  readonly why: string;
  readonly sizes: readonly number[];
  readonly steps: readonly Step[];
  readonly calls: readonly string[];
  readonly outcome: string;
}

const rows: readonly Row[] = [
  { why: 'all at once', sizes: [3, 2], steps: [], calls: ['100: 3 2'], outcome: '5 written' },
  { why: 'nothing to write', sizes: [], steps: [], calls: ['100: '], outcome: '0 written' },
  { why: 'only empty chunks', sizes: [0, 0], steps: [], calls: ['100: 0 0'], outcome: '0 written' },
  { why: 'cut within a chunk', sizes: [3, 4], steps: [5], calls: ['100: 3 4', '105: 2'], outcome: '7 written' },
  { why: 'cut between chunks', sizes: [3, 4], steps: [3], calls: ['100: 3 4', '103: 4'], outcome: '7 written' },
  {
    why: 'one byte at a time',
    sizes: [1, 0, 2],
    steps: [1, 1, 1],
    calls: ['100: 1 0 2', '101: 2', '102: 1'],
    outcome: '3 written',
  },
  {
    why: 'an error after a part tells how much is there',
    sizes: [4, 4],
    steps: [6, 'ENOSPC'],
    calls: ['100: 4 4', '106: 2'],
    outcome: 'ENOSPC after 6',
  },
  { why: 'an error at once', sizes: [4], steps: ['EIO'], calls: ['100: 4'], outcome: 'EIO after 0' },
  {
    why: 'a kernel that takes nothing is not asked for ever',
    sizes: [4],
    steps: [2, 0],
    calls: ['100: 4', '102: 2'],
    outcome: 'EIO after 2',
  },
];

for (const { why, sizes, steps, calls, outcome } of rows) {
  test(`write fully: ${why}`, () => {
    let next = 0;
    const chunks = sizes.map((size) => Uint8Array.from({ length: size }, () => next++));
    const kernel = new MeagreKernel(steps);
    let seen = 'not done';
    writeFully(kernel, 7, chunks, 100, (error, bytes) => {
      seen = error === null ? `${bytes} written` : `${error.code} after ${bytes}`;
    });
    deepStrictEqual([seen, kernel.calls], [outcome, calls]);
    deepStrictEqual(
      kernel.bytes,
      chunks.flatMap((chunk) => [...chunk]).slice(0, kernel.bytes.length),
      'the bytes are written in order, none twice',
    );
  });
}
