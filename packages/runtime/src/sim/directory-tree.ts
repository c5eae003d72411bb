/**
 * Names in a simulated file system twice over: as programs see them, and as the disk would give them back.
 *
 * Every change of names is a `NameChange` that waits for the sync of its directories. A crash keeps any of those that wait, as
 * long as the result could have come about: a change of an entry never without the one before it on the same entry.
 */
import type { FaultDice } from './faults.ts';
import { FilePages } from './file-pages.ts';

export type TreeNode = TreeFile | TreeDirectory;

export class TreeFile {
  readonly kind = 'file';
  readonly pages: FilePages;
  /** Open handles, for systems that keep open files from being renamed or removed. */
  openCount = 0;

  constructor(dice: FaultDice) {
    this.pages = new FilePages(dice);
  }
}

interface Entry {
  /** As it was written; the key may be folded. */
  readonly name: string;
  readonly node: TreeNode;
}

export class TreeDirectory {
  readonly kind = 'directory';
  /** By key. */
  readonly entries = new Map<string, Entry>();
  readonly stable = new Map<string, Entry>();
  /** The last change of each entry that is not stable yet. */
  readonly pending = new Map<string, NameChange>();
}

interface EntryEdit {
  readonly directory: TreeDirectory;
  readonly key: string;
  /** Null removes the entry. */
  readonly entry: Entry | null;
}

class NameChange {
  readonly edits: readonly EntryEdit[];
  /** Earlier changes of the same entries. */
  readonly after: readonly NameChange[];
  readonly unsynced: Set<TreeDirectory>;
  isStable = false;
  /** The sync of its directory failed, and it will never reach the disk. */
  isLost = false;

  constructor(edits: readonly EntryEdit[], after: readonly NameChange[]) {
    this.edits = edits;
    this.after = after;
    this.unsynced = new Set(edits.map(({ directory }) => directory));
  }
}

/** Of the changes that wait: none, about half, or all survive a crash. */
const KEPT = [0, 0.5, 1] as const;

export class DirectoryTree {
  readonly root = new TreeDirectory();
  #waiting: NameChange[] = [];
  readonly #dice: FaultDice;

  constructor(dice: FaultDice) {
    this.#dice = dice;
  }

  /** Puts a node under a name, or replaces what is there. */
  link(directory: TreeDirectory, key: string, name: string, node: TreeNode): void {
    this.#change([{ directory, key, entry: { name, node } }]);
  }

  unlink(directory: TreeDirectory, key: string): void {
    this.#change([{ directory, key, entry: null }]);
  }

  /** One change of two entries: a crash never sees only half of it. */
  move(from: TreeDirectory, fromKey: string, to: TreeDirectory, toKey: string, toName: string): void {
    const { node } = from.entries.get(fromKey)!;
    this.#change([
      { directory: from, key: fromKey, entry: null },
      { directory: to, key: toKey, entry: { name: toName, node } },
    ]);
  }

  /** What a directory's sync will make stable: the changes so far. */
  beginSync(directory: TreeDirectory): readonly NameChange[] {
    return this.#waiting.filter((change) => change.unsynced.has(directory));
  }

  completeSync(directory: TreeDirectory, changes: readonly NameChange[]): void {
    for (const change of changes) {
      change.unsynced.delete(directory);
      if (change.unsynced.size === 0) settle(change);
    }
    this.#sweep();
  }

  /** Some of the changes got through, the rest never will: a later sync has nothing to write. */
  failSync(changes: readonly NameChange[]): void {
    for (const change of changes) {
      if (this.#dice.prng.chance(0.5)) settle(change);
      else change.isLost = true;
    }
    this.#sweep();
  }

  /** The power goes. Files are crashed too; what no name leads to any more is gone. */
  crash(): void {
    const kept = this.#dice.prng.pick(KEPT);
    for (const change of this.#waiting) {
      if (!change.isLost && this.#dice.prng.chance(kept)) settle(change);
    }
    for (const { isStable } of this.#waiting) if (!isStable) this.#dice.count('crashForgotName');
    this.#waiting = [];
    restore(this.root);
  }

  /** All names and contents are stable, as if long ago. */
  settleAll(): void {
    for (const change of this.#waiting) {
      change.isLost = false;
      settle(change);
    }
    this.#waiting = [];
    for (const file of filesBelow(this.root)) file.pages.settle();
  }

  get allocatedBytes(): number {
    let bytes = 0;
    for (const file of filesBelow(this.root)) bytes += file.pages.allocatedBytes;
    return bytes;
  }

  #change(edits: readonly EntryEdit[]): void {
    const before = edits.map(({ directory, key }) => directory.pending.get(key));
    const after = [...new Set(before.filter((change) => change !== undefined))];
    const change = new NameChange(edits, after);
    for (const { directory, key, entry } of edits) {
      edit(directory.entries, key, entry);
      directory.pending.set(key, change);
    }
    this.#waiting.push(change);
  }

  #sweep(): void {
    this.#waiting = this.#waiting.filter(({ isStable }) => !isStable);
  }
}

export function* filesBelow(directory: TreeDirectory): Generator<TreeFile> {
  for (const { node } of directory.entries.values()) {
    if (node.kind === 'file') yield node;
    else yield* filesBelow(node);
  }
}

function edit(entries: Map<string, Entry>, key: string, entry: Entry | null): void {
  if (entry === null) entries.delete(key);
  else entries.set(key, entry);
}

/** Makes a change stable, and those before it on the same entries first; a lost one takes all that build on it along. */
function settle(change: NameChange): void {
  if (change.isStable) return;
  for (const earlier of change.after) settle(earlier);
  if (change.after.some(({ isLost }) => isLost)) change.isLost = true;
  if (change.isLost) return;
  change.isStable = true;
  for (const { directory, key, entry } of change.edits) {
    edit(directory.stable, key, entry);
    if (directory.pending.get(key) === change) directory.pending.delete(key);
  }
}

/** From the stable names down; every file that is still there gives back what a crash left of it. */
function restore(directory: TreeDirectory): void {
  directory.pending.clear();
  directory.entries.clear();
  for (const [key, entry] of directory.stable) {
    directory.entries.set(key, entry);
    if (entry.node.kind === 'directory') restore(entry.node);
    else entry.node.pages.crash();
  }
}
