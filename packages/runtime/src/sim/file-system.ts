/** The calls of a simulated file system, done at once: names, kinds and errnos as Linux (or Windows) has them. */
import { DiskError, PATH_WITH_NUL, type DiskOperation } from '../disk-errors.ts';
import type { DirectoryEntry, FileStat, OpenMode } from '../io.ts';
import { DirectoryTree, filesBelow, TreeDirectory, TreeFile, type TreeNode } from './directory-tree.ts';
import type { FaultDice } from './faults.ts';
import type { PathRules } from './path-rules.ts';

/** Where a path leads: its directory and key, and what is there. */
interface Place {
  readonly directory: TreeDirectory;
  readonly key: string;
  readonly name: string;
  readonly node: TreeNode | undefined;
}

export class FileSystem {
  readonly tree: DirectoryTree;
  readonly #rules: PathRules;
  readonly #dice: FaultDice;

  constructor(rules: PathRules, dice: FaultDice) {
    this.#rules = rules;
    this.#dice = dice;
    this.tree = new DirectoryTree(dice);
  }

  /** @throws {DiskError} */
  open(path: string, mode: OpenMode): TreeFile {
    const place = this.#find('open', path);
    const { node } = place;
    if (node?.kind === 'directory') throw new DiskError('open', path, mode === 'createNew' ? 'EEXIST' : 'EISDIR');
    if (node !== undefined) {
      if (mode === 'createNew') throw new DiskError('open', path, 'EEXIST');
      return node;
    }
    if (mode === 'read' || mode === 'write') throw new DiskError('open', path, 'ENOENT');
    this.#checkName('open', path, place.name);
    if (this.#dice.strikes('diskFull')) throw new DiskError('open', path, 'ENOSPC');
    const file = new TreeFile(this.#dice);
    this.tree.link(place.directory, place.key, place.name, file);
    return file;
  }

  rename(from: string, to: string): void {
    const source = this.#find('rename', from);
    const target = this.#find('rename', to);
    const { node } = source;
    if (node === undefined) throw new DiskError('rename', from, 'ENOENT');
    this.#checkName('rename', to, target.name);
    if (node === target.node && source.name === target.name) return;
    if (node !== target.node) this.#checkReplace(node, target, from, to);
    this.#checkClosed('rename', from, node, 'EPERM');
    this.tree.move(source.directory, source.key, target.directory, target.key, target.name);
  }

  remove(path: string): void {
    const { directory, key, node } = this.#find('remove', path);
    if (node === undefined) throw new DiskError('remove', path, 'ENOENT');
    if (node.kind === 'directory') throw new DiskError('remove', path, 'EISDIR');
    this.#checkClosed('remove', path, node, 'EBUSY');
    this.tree.unlink(directory, key);
  }

  removeTree(path: string): void {
    const { directory, key, node } = this.#find('remove', path, 'missing parents are fine') ?? {};
    if (directory === undefined || key === undefined || node === undefined) return;
    this.#checkClosed('remove', path, node, 'EBUSY');
    if (node.kind === 'directory') this.#empty(node);
    this.tree.unlink(directory, key);
  }

  makeDirectory(path: string): void {
    let directory = this.tree.root;
    const names = this.#rules.split(path);
    for (const [index, name] of names.entries()) {
      const key = this.#rules.key(name);
      const node = directory.entries.get(key)?.node;
      if (node?.kind === 'file') {
        throw new DiskError('make directory', path, index === names.length - 1 ? 'EEXIST' : 'ENOTDIR');
      }
      if (node === undefined) this.#checkName('make directory', path, name);
      const next = node ?? new TreeDirectory();
      if (node === undefined) this.tree.link(directory, key, name, next);
      directory = next;
    }
  }

  list(path: string): DirectoryEntry[] {
    const entries = [...this.directory('list', path).entries.values()];
    return entries
      .map(({ name, node }): DirectoryEntry => ({ name, kind: node.kind }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  stat(path: string): FileStat | null {
    const node = this.#find('look at', path, 'missing parents are fine')?.node;
    if (node === undefined) return null;
    if (node.kind === 'directory') return { kind: 'directory', sizeBytes: 0, modifiedMs: 0 };
    return { kind: 'file', sizeBytes: node.pages.sizeBytes, modifiedMs: node.pages.modifiedMs };
  }

  directory(operation: DiskOperation, path: string): TreeDirectory {
    const { node } = this.#find(operation, path);
    if (node === undefined) throw new DiskError(operation, path, 'ENOENT');
    if (node.kind === 'file') throw new DiskError(operation, path, 'ENOTDIR');
    return node;
  }

  #find(operation: DiskOperation, path: string): Place;
  #find(operation: DiskOperation, path: string, lenient: 'missing parents are fine'): Place | null;
  #find(operation: DiskOperation, path: string, lenient?: string): Place | null {
    if (path.includes('\0')) throw new DiskError(operation, path, 'EINVAL', { detail: PATH_WITH_NUL });
    const names = this.#rules.split(path);
    const name = names.pop();
    // The root has no name and no parent; it stands for itself under one that no file can have.
    if (name === undefined) return { directory: this.tree.root, key: '/', name: '/', node: this.tree.root };
    let directory = this.tree.root;
    for (const parent of names) {
      const node = directory.entries.get(this.#rules.key(parent))?.node;
      if (node?.kind === 'directory') directory = node;
      else if (lenient !== undefined) return null;
      else throw new DiskError(operation, path, node === undefined ? 'ENOENT' : 'ENOTDIR');
    }
    const key = this.#rules.key(name);
    return { directory, key, name, node: directory.entries.get(key)?.node };
  }

  #checkName(operation: DiskOperation, path: string, name: string): void {
    if (!this.#rules.isLegal(name)) throw new DiskError(operation, path, name.length > 255 ? 'ENAMETOOLONG' : 'EINVAL');
  }

  #checkReplace(node: TreeNode, target: Place, from: string, to: string): void {
    if (node.kind === 'directory' && contains(node, target.directory)) throw new DiskError('rename', from, 'EINVAL');
    const replaced = target.node;
    if (replaced === undefined) return;
    if (replaced.kind === 'directory') {
      if (node.kind === 'file') throw new DiskError('rename', to, 'EISDIR');
      if (replaced.entries.size > 0) throw new DiskError('rename', to, 'ENOTEMPTY');
    } else if (node.kind === 'directory') {
      throw new DiskError('rename', to, 'ENOTDIR');
    }
    this.#checkClosed('rename', to, replaced, 'EPERM');
  }

  #checkClosed(operation: DiskOperation, path: string, node: TreeNode, errno: string): void {
    if (!this.#rules.pinsOpenFiles) return;
    const files = node.kind === 'file' ? [node] : [...filesBelow(node)];
    if (files.some(({ openCount }) => openCount > 0)) throw new DiskError(operation, path, errno);
  }

  #empty(directory: TreeDirectory): void {
    for (const [key, { node }] of directory.entries) {
      if (node.kind === 'directory') this.#empty(node);
      this.tree.unlink(directory, key);
    }
  }
}

function contains(directory: TreeDirectory, wanted: TreeDirectory): boolean {
  if (directory === wanted) return true;
  for (const { node } of directory.entries.values()) {
    if (node.kind === 'directory' && contains(node, wanted)) return true;
  }
  return false;
}
