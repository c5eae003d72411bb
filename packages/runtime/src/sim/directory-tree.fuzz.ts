/**
 * Names under random creates, renames, removes, syncs and crashes. Whatever a crash keeps: no file has two names, none that was
 * synced and left alone since is gone or elsewhere, and every entry is as it was at some time since its directory's last sync.
 */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { fuzz } from '@ottla/testing';
import type { Prng } from '../prng.ts';
import { DirectoryTree, TreeDirectory, TreeFile } from './directory-tree.ts';
import { FaultDice, FaultLedger } from './faults.ts';

const NAMES = ['a', 'b', 'c', 'd'] as const;
const DIRECTORIES = ['x', 'y', 'z'] as const;

class Scene {
  readonly tree: DirectoryTree;
  readonly directories: TreeDirectory[];
  readonly #dice: FaultDice;
  /** For each entry the files (null: none) that it may have after a crash, the present one last. */
  readonly #possible = new Map<string, (TreeFile | null)[]>();

  constructor(prng: Prng) {
    this.#dice = new FaultDice(prng, new FaultLedger({}));
    this.tree = new DirectoryTree(this.#dice);
    this.directories = DIRECTORIES.map((name) => {
      const directory = new TreeDirectory();
      this.tree.link(this.tree.root, name, name, directory);
      return directory;
    });
    this.tree.settleAll();
    this.#forgetPast();
  }

  at(directory: number, name: string): TreeFile | null {
    const node = this.directories[directory]!.entries.get(name)?.node;
    return node?.kind === 'file' ? node : null;
  }

  create(directory: number, name: string): void {
    this.tree.link(this.directories[directory]!, name, name, new TreeFile(this.#dice));
    this.#note(directory, name);
  }

  remove(directory: number, name: string): void {
    if (this.at(directory, name) === null) return;
    this.tree.unlink(this.directories[directory]!, name);
    this.#note(directory, name);
  }

  move(from: number, name: string, to: number, newName: string): void {
    if (this.at(from, name) === null || (from === to && name === newName)) return;
    this.tree.move(this.directories[from]!, name, this.directories[to]!, newName, newName);
    this.#note(from, name);
    this.#note(to, newName);
  }

  /** All directories, so that every change so far is durable, moves between two of them included. */
  syncAll(): void {
    for (const directory of this.directories) this.tree.completeSync(directory, this.tree.beginSync(directory));
    this.#forgetPast();
  }

  /** One directory: what it has now is possible, and what it had is so only where a move waits for another directory. */
  sync(directory: number): void {
    const node = this.directories[directory]!;
    this.tree.completeSync(node, this.tree.beginSync(node));
  }

  crash(): void {
    this.tree.crash();
    const seen = new Set<TreeFile>();
    for (const [directory] of DIRECTORIES.entries()) {
      for (const name of NAMES) {
        const file = this.at(directory, name);
        const possible = this.#possible.get(`${directory}/${name}`)!;
        ok(possible.includes(file), `${directory}/${name} has a file that it never had since the last sync`);
        if (file === null) continue;
        ok(!seen.has(file), `${directory}/${name} is a second name of one file`);
        seen.add(file);
      }
    }
    this.#forgetPast();
  }

  #note(directory: number, name: string): void {
    this.#possible.get(`${directory}/${name}`)!.push(this.at(directory, name));
  }

  #forgetPast(): void {
    for (const [directory] of DIRECTORIES.entries()) {
      for (const name of NAMES) this.#possible.set(`${directory}/${name}`, [this.at(directory, name)]);
    }
  }
}

fuzz('simulated names: a crash leaves what could have come about', { small: 500 }, (prng) => {
  const scene = new Scene(prng.fork('dice'));
  const draw = (): [number, string] => [prng.below(DIRECTORIES.length), prng.pick(NAMES)];
  for (let step = 0; step < 60; step++) {
    const kind = prng.below(12);
    if (kind < 4) scene.create(...draw());
    else if (kind < 6) scene.remove(...draw());
    else if (kind < 9) scene.move(...draw(), ...draw());
    else if (kind < 10) scene.sync(prng.below(DIRECTORIES.length));
    else if (kind < 11) scene.syncAll();
    else scene.crash();
  }
});

fuzz('simulated names: a directory that is synced loses nothing of its own', { small: 300 }, (prng) => {
  const scene = new Scene(prng.fork('dice'));
  for (let step = 0; step < 20; step++) {
    const [directory, name] = [prng.below(DIRECTORIES.length), prng.pick(NAMES)];
    if (prng.chance(0.6)) scene.create(directory, name);
    else scene.move(directory, name, directory, prng.pick(NAMES));
  }
  const synced = prng.below(DIRECTORIES.length);
  scene.sync(synced);
  const before = NAMES.map((name) => scene.at(synced, name));
  scene.crash();
  deepStrictEqual(
    NAMES.map((name) => scene.at(synced, name)),
    before,
  );
  strictEqual(scene.tree.allocatedBytes, 0);
});
