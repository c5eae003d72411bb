/**
 * The pages of docs/proof: what is promised, what shows it, and the last figure. Reads their tables and checks that what
 * they name exists, so that no page can lean on a test that is gone.
 */

export interface ProofRow {
  readonly line: number;
  readonly promise: string;
  /** Files and commands, as they stand in backticks; empty when nothing shows it yet. */
  readonly shownBy: readonly string[];
  readonly figure: string;
}

/** What can be named. */
export interface Proofs {
  readonly exists: (path: string) => boolean;
  /** Names of package.json's scripts. */
  readonly scripts: readonly string[];
  /** Paths of all test, fuzz and bench files. */
  readonly tests: readonly string[];
}

const HEADER = /^\|\s*promise\s*\|\s*shown by\s*\|\s*last figure\s*\|$/i;

/** Rows of every table whose columns are "promise | shown by | last figure". */
export function parseProofPage(text: string): ProofRow[] {
  const rows: ProofRow[] = [];
  let inTable = false;
  for (const [index, line] of text.split('\n').entries()) {
    if (HEADER.test(line)) inTable = true;
    else if (!line.startsWith('|')) inTable = false;
    else if (inTable && !/^\|[-| :]+\|$/.test(line)) {
      const [promise = '', shown = '', figure = ''] = line
        .split(/(?<!\\)\|/)
        .slice(1)
        .map((cell) => cell.trim());
      const shownBy = [...shown.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
      rows.push({ line: index + 1, promise, shownBy, figure });
    }
  }
  return rows;
}

/** Why a name in the "shown by" column proves nothing, or null when it stands. */
export function findBrokenProof(name: string, { exists, scripts, tests }: Proofs): string | null {
  const [command, ...words] = name.split(/\s+/);
  if (command !== 'npm') return exists(command!) ? null : `${command} does not exist`;
  const script = words[0] === 'run' ? words[1]! : words[0]!;
  if (!scripts.includes(script)) return `package.json has no script "${script}"`;
  const end = { bench: '.bench.ts', fuzz: '.fuzz.ts', simulate: '.sim.test.ts', test: '.ts', conformance: '.test.ts' }[
    script
  ];
  const dashes = words.indexOf('--');
  const isOption = (word = ''): boolean => word.startsWith('--');
  // Words pick files; an option's value follows it.
  const asked =
    dashes === -1 ? [] : words.slice(dashes + 1).filter((word, i, all) => !isOption(word) && !isOption(all[i - 1]));
  if (end === undefined) return null;
  const nothing = asked.find((word) => !tests.some((path) => path.endsWith(end) && path.includes(word)));
  return nothing === undefined ? null : `no *${end} has "${nothing}" in its path`;
}
