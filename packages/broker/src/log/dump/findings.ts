/** What a check of a partition's directory finds, one problem each. */
import { formatProblem } from './dump-output.ts';

/**
 * `left over`: the next start removes or ignores it. `repairable`: recovery puts it right and nothing is lost, or only what was
 * never acknowledged. `damage`: records are lost or cannot be read.
 */
export type FindingSeverity = 'left over' | 'repairable' | 'damage';

export type FindingKind =
  | 'foreign file'
  | 'orphan'
  | 'missing index'
  | 'unreadable file'
  | 'torn tail'
  | 'no batch'
  | 'damaged batch'
  | 'unreadable records'
  | 'offset order'
  | 'epoch order'
  | 'index length'
  | 'index entry'
  | 'damaged producer snapshot'
  | 'incomplete snapshot'
  | 'damaged text file'
  | 'more findings';

export interface Finding {
  readonly kind: FindingKind;
  readonly severity: FindingSeverity;
  /** As in the directory's listing. */
  readonly file: string;
  /** Bytes from the start of the file; null where it is the file as a whole. */
  readonly position: number | null;
  /** For people: where, what, and what to do. */
  readonly sentence: string;
}

export type NewFinding = Omit<Finding, 'file' | 'sentence'> & {
  readonly reason: string;
  /** Whole sentences. */
  readonly cure: string;
};

/** One file of nothing but damage must not bury the others. */
const PER_FILE_MAX = 100;

export class Findings {
  readonly all: Finding[] = [];
  readonly #directory: string;
  readonly #counts = new Map<string, number>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  add(file: string, { kind, severity, position, reason, cure }: NewFinding): void {
    const count = (this.#counts.get(file) ?? 0) + 1;
    this.#counts.set(file, count);
    if (count > PER_FILE_MAX) return;
    const sentence = formatProblem(`${this.#directory}/${file}`, { position, reason, cure });
    this.all.push({ kind, severity, file, position, sentence });
  }

  /** Says of each file how much was left out. */
  finish(): readonly Finding[] {
    for (const [file, count] of this.#counts) {
      if (count <= PER_FILE_MAX) continue;
      const sentence = `${this.#directory}/${file}: ${count - PER_FILE_MAX} more findings in this file are left out.`;
      this.all.push({ kind: 'more findings', severity: 'damage', file, position: null, sentence });
    }
    return this.all;
  }
}
