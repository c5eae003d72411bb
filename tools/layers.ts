/**
 * Who may import whom: one table, read by a test, by docs/generated/layers.md and by people.
 *
 * Think before adding to a row. What a row allows is what a change over there can break over here.
 */
import { posix } from 'node:path';
import { findImports, lineAt } from './scan.ts';
import { isProof } from './tree.ts';

export interface Room {
  readonly name: string;
  /** Folder or file, from the root. The longest match decides to which room a file belongs. */
  readonly at: string;
  /** Other rooms that it may import. */
  readonly may: readonly string[];
  /** Names of `@ottla/runtime` that it must not import, though it may import the rest. */
  readonly withheld?: readonly string[];
  readonly why: string;
}

const GROUND = ['runtime', 'protocol', 'connection'] as const;
/** What a thing above the client stands on. No protocol, no connection: it runs unchanged on any Kafka. */
const ABOVE_CLIENT = ['runtime', 'client', 'serde'] as const;
const NO_DISK_NO_NETWORK = ['Disk', 'DiskFile', 'Io', 'Listener', 'Network', 'Socket', 'SocketHandlers'] as const;

export const ROOMS: readonly Room[] = [
  room('runtime', [], 'ground floor: it knows nothing of Kafka'),
  room('runtime/node', ['runtime'], 'the one place that touches clock, chance, disk and network of the machine'),
  room('runtime/sim', ['runtime'], 'the same doors, from a seed'),
  room('protocol', ['runtime'], 'the wire, for both sides'),
  room('connection', ['runtime', 'protocol'], 'one outgoing connection, for both sides'),

  room('broker', [...GROUND, 'broker/*'], 'wires one broker; the server side meets the client side only below'),
  room('broker/start', [...GROUND, 'broker', 'runtime/node'], 'public entry point: may default io', '.ts'),
  room('broker/log', ['runtime', 'protocol'], 'bytes on disk; knows no partition, no broker'),
  sansIo('broker/raft', ['runtime', 'protocol', 'broker/log'], 'KRaft; beside partition the only caller of log'),
  sansIo('broker/metadata', ['runtime', 'protocol'], 'the image alone maps topic names to ids, leaders and configs'),
  sansIo('broker/controller', ['runtime', 'protocol', 'broker/metadata'], 'decisions, from the image alone'),
  room(
    'broker/partition',
    ['runtime', 'protocol', 'broker/log', 'broker/metadata', 'broker/replication/state'],
    'the door to a log',
  ),
  room(
    'broker/replication',
    [...GROUND, 'broker/metadata', 'broker/partition', 'broker/replication/state'],
    'fetchers',
  ),
  sansIo(
    'broker/replication/state',
    ['runtime', 'protocol', 'broker/metadata'],
    'leader and follower state, as machines',
  ),
  room(
    'broker/share',
    ['runtime', 'protocol', 'broker/metadata', 'broker/partition'],
    'records in flight of share groups',
  ),
  sansIo(
    'broker/coordinator',
    ['runtime', 'protocol', 'broker/metadata', 'broker/partition'],
    'records and a response',
  ),
  room('broker/security', ['runtime', 'protocol', 'broker/metadata'], 'who it is, and what it may'),
  room('broker/network', ['runtime', 'protocol', 'broker/security'], 'listeners and connections; knows no handler'),
  room('broker/handlers', [...GROUND, 'broker', 'broker/*'], 'one file an API'),

  room('client', [...GROUND], 'the client side; never meets the broker'),
  room('client/default-io', ['runtime', 'runtime/node'], 'public entry point: may default io', '.ts'),
  room('serde', ['runtime', 'client'], 'bytes of keys and values'),
  room('registry', [...ABOVE_CLIENT], 'above the client'),
  room('streams', [...ABOVE_CLIENT], 'above the client'),
  room('sql', [...ABOVE_CLIENT, 'streams', 'registry'], 'above streams'),
  room('connect', [...ABOVE_CLIENT], 'above the client'),
  room('connectors', [...ABOVE_CLIENT, 'connect'], 'one package per external system'),
  room('mirror', [...ABOVE_CLIENT, 'connect'], 'connectors between clusters'),
  room('rest', [...ABOVE_CLIENT], 'above the client'),
  room('console', [...ABOVE_CLIENT], 'above the client'),
  room('testing', ['*'], 'what users and our tests stand a broker up with'),
  room('ottla', ['*'], 'the umbrella; nothing imports it'),
];

/** Rooms that nothing but tests, tools and these may import. */
const RESERVED: Readonly<Record<string, readonly string[]>> = { ottla: [], testing: ['ottla'] };

/** Tests may also use these, and dependencies of the root. */
const FOR_TESTS = ['testing', 'runtime/node', 'runtime/sim'] as const;

export interface LayerViolation {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** Dependencies that a file may name: its package's own, and for tests the root's. */
export interface Manifests {
  readonly own: readonly string[];
  readonly forTests: readonly string[];
}

/** @param path from the root; files outside packages/ (tools, conformance) stand above all walls. */
export function findLayerViolations(path: string, text: string, manifests: Manifests): LayerViolation[] {
  const from = roomOf(path);
  if (from === null) return [];
  const isTest = isProof(path);
  const found: LayerViolation[] = [];
  for (const { specifier, names, index } of findImports(text)) {
    const complain = (message: string): void => void found.push({ path, line: lineAt(text, index), message });
    const target = targetOf(path, specifier);
    if (target === null) {
      const known = isTest ? [...manifests.own, ...manifests.forTests] : manifests.own;
      const name = packageName(specifier);
      if (!specifier.startsWith('node:') && !known.includes(name)) {
        complain(`${name} is no dependency of this package: name it in its package.json, with an ADR, or do without`);
      }
      continue;
    }
    if (specifier.startsWith('.') && packageOf(target) !== packageOf(path)) {
      complain(`${specifier} reaches into another package: import it by its name, @ottla/…`);
    }
    const to = roomOf(target);
    if (to === null) complain(`${specifier} is in no room of tools/layers.ts: give it a row`);
    else if (!mayImport(from, to.name, isTest)) {
      complain(
        `${from.name} may not import ${to.name}: ${from.why}; it may import ${from.may.join(', ') || 'nothing'}`,
      );
    }
    for (const name of isTest ? [] : names.filter((each) => from.withheld?.includes(each))) {
      complain(`${from.name} has no disk and no network, so it may not import ${name}: return effects instead`);
    }
  }
  return found;
}

/** The same walls for a package.json: what it depends on must be allowed to some room of the package. */
export function findManifestViolations(name: string, dependencies: readonly string[]): string[] {
  const rooms = ROOMS.filter((each) => each.name === name || each.name.startsWith(`${name}/`));
  return dependencies
    .filter((dependency) => dependency.startsWith('@ottla/'))
    .map((dependency) => dependency.slice('@ottla/'.length))
    .filter((wanted) => wanted !== name && !rooms.some((each) => mayImport(each, wanted, false)))
    .map((wanted) => `packages/${name}/package.json depends on @ottla/${wanted}, which its rooms may not import`);
}

export function roomOf(path: string): Room | null {
  let best: Room | null = null;
  for (const each of ROOMS) {
    const inside = path === each.at || path.startsWith(`${each.at}/`);
    if (inside && (best === null || each.at.length > best.at.length)) best = each;
  }
  return best;
}

function mayImport(from: Room, to: string, isTest: boolean): boolean {
  if (from.name === to) return true;
  if (isTest && (FOR_TESTS.some((name) => name === to) || to.split('/')[0] === from.name.split('/')[0])) return true;
  const reserved = RESERVED[to];
  if (reserved !== undefined && !reserved.includes(from.name)) return false;
  return from.may.some(
    (name) => name === '*' || name === to || (name.endsWith('/*') && to.startsWith(name.slice(0, -1))),
  );
}

/** The file, or the folder, that a specifier means; null for what is not ours. */
function targetOf(path: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(path), specifier));
  const match = /^(?:@ottla\/([\w-]+)|(ottla))(?:\/(.*))?$/.exec(specifier);
  if (match === null) return null;
  const sub = match[3];
  return `packages/${match[1] ?? match[2]}/src/${sub === undefined ? 'index.ts' : sub}`;
}

function packageOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function room(name: string, may: readonly string[], why: string, suffix = ''): Room {
  const [pack, ...inside] = name.split('/');
  const at = [`packages/${pack}`, ...(inside.length === 0 ? [] : ['src', ...inside])].join('/') + suffix;
  return { name, at, may, why };
}

/** A room of state machines: no disk and no network may come in, not even as a type. */
function sansIo(name: string, may: readonly string[], why: string): Room {
  return { ...room(name, may, why), withheld: NO_DISK_NO_NETWORK };
}
