import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { findLayerViolations, findManifestViolations, ROOMS, roomOf } from './layers.ts';
import { findFiles, readSource } from './tree.ts';

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

const readManifest = (folder: string): Manifest => JSON.parse(readSource(`${folder}package.json`).text) as Manifest;
const names = (...lists: (Record<string, string> | undefined)[]): string[] =>
  lists.flatMap((list) => Object.keys(list ?? {}));
const forTests = names(readManifest('').devDependencies);
const packages = findFiles(['packages'], /^package\.json$/).map((path) => path.slice(0, -'package.json'.length));

for (const folder of packages) {
  test(`layers: ${folder}`, () => {
    const { dependencies, optionalDependencies } = readManifest(folder);
    const own = names(dependencies, optionalDependencies);
    const sources = findFiles([`${folder}src`], /\.ts$/).map(readSource);
    const found = sources.flatMap(({ path, text }) => findLayerViolations(path, text, { own, forTests }));
    const lines = found.map(({ path, line, message }) => `${path}:${line}: ${message}`);
    deepStrictEqual([...lines, ...findManifestViolations(folder.split('/')[1]!, own)], []);
  });
}

// Each planted violation is reported; each neighbour that is right is not.
const planted = [
  // why                                            file                                         source                                                  complaint
  ['the wire may use the ground floor', 'protocol/src/frame.ts', `import { assert } from '@ottla/runtime';`, null],
  [
    'the ground floor knows no wire',
    'runtime/src/a.ts',
    `import { x } from '@ottla/protocol';`,
    /runtime may not import protocol/,
  ],
  ['not even for a type', 'runtime/src/a.ts', `import type { X } from '@ottla/protocol';`, /may not import protocol/],
  ['nor lazily', 'runtime/src/a.ts', `await import('@ottla/protocol');`, /may not import protocol/],
  [
    'nor by passing it on',
    'runtime/src/a.ts',
    `export { x } from '@ottla/protocol/messages/1';`,
    /may not import protocol/,
  ],
  ['in a comment it is no import', 'runtime/src/a.ts', `// import { x } from '@ottla/protocol';`, null],
  [
    'the machine comes in through Io alone',
    'protocol/src/a.ts',
    `import { nodeIo } from '@ottla/runtime/node';`,
    /may not import runtime\/node/,
  ],
  ['an entry point may default it', 'broker/src/start.ts', `import { nodeIo } from '@ottla/runtime/node';`, null],
  [
    'the runtime itself may not',
    'runtime/src/a.ts',
    `import { nodeIo } from './node/index.ts';`,
    /may not import runtime\/node/,
  ],
  ['node stands on the ground floor', 'runtime/src/node/a.ts', `import { assert } from '../assert.ts';`, null],
  ['a test may', 'connection/src/a.test.ts', `import { nodeIo } from '@ottla/runtime/node';`, null],
  ['what tests share may', 'runtime/src/a.fixture.ts', `import { nodeIo } from './node/index.ts';`, null],
  ['a bench may use the harness', 'protocol/src/a.bench.ts', `import { bench } from '@ottla/testing';`, null],
  [
    'a source may not',
    'protocol/src/a.ts',
    `import { bench } from '@ottla/testing';`,
    /protocol may not import testing/,
  ],
  [
    'the broker never meets the client',
    'broker/src/broker.ts',
    `import { Producer } from '@ottla/client';`,
    /broker may not import client/,
  ],
  [
    'nor the client the broker',
    'client/src/a.ts',
    `import { startBroker } from '@ottla/broker';`,
    /client may not import broker/,
  ],
  ['streams speak through the client', 'streams/src/a.ts', `import { Consumer } from '@ottla/client';`, null],
  [
    'and not past it',
    'streams/src/a.ts',
    `import { Connection } from '@ottla/connection';`,
    /streams may not import connection/,
  ],
  [
    'the log knows no handler',
    'broker/src/log/a.ts',
    `import { h } from '../handlers/01-fetch.ts';`,
    /broker\/log may not import broker\/handlers/,
  ],
  [
    'only partition and raft call the log',
    'broker/src/coordinator/a.ts',
    `import { Log } from '../log/log.ts';`,
    /may not import broker\/log/,
  ],
  ['partition does', 'broker/src/partition/a.ts', `import { Log } from '../log/log.ts';`, null],
  [
    'a machine has no disk',
    'broker/src/raft/a.ts',
    `import { type Clock, type Disk } from '@ottla/runtime';`,
    /may not import Disk/,
  ],
  ['a shell has', 'broker/src/log/a.ts', `import type { Disk } from '@ottla/runtime';`, null],
  ['nothing imports the umbrella', 'testing/src/a.ts', `import { main } from 'ottla';`, /testing may not import ottla/],
  [
    'a path into another package',
    'protocol/src/a.ts',
    `import { x } from '../../runtime/src/assert.ts';`,
    /by its name/,
  ],
  ['a package without a row', 'protocol/src/a.ts', `import { x } from '@ottla/shed';`, /in no room/],
  ['a dependency that is named', 'protocol/src/a.ts', `import { crc32c } from '@node-rs/crc32';`, null],
  ['one that is not', 'protocol/src/a.ts', `import lodash from 'lodash/fp';`, /lodash is no dependency/],
  ['a peer in a bench', 'protocol/src/a.bench.ts', `import { Kafka } from 'kafkajs';`, null],
  ['a peer in a source', 'protocol/src/a.ts', `import { Kafka } from 'kafkajs';`, /kafkajs is no dependency/],
] as const;

for (const [why, file, source, complaint] of planted) {
  test(`layers: ${why}`, () => {
    const manifests = { own: ['@node-rs/crc32'], forTests: ['kafkajs'] };
    const found = findLayerViolations(`packages/${file}`, source, manifests).map(({ message }) => message);
    if (complaint === null) deepStrictEqual(found, []);
    else {
      strictEqual(found.length, 1, found.join('\n'));
      match(found[0]!, complaint);
    }
  });
}

test('layers: a manifest that names what its sources may not', () => {
  deepStrictEqual(findManifestViolations('protocol', ['@ottla/runtime', '@node-rs/crc32']), []);
  deepStrictEqual(findManifestViolations('protocol', ['@ottla/client']), [
    'packages/protocol/package.json depends on @ottla/client, which its rooms may not import',
  ]);
});

test('layers: the table is sound: names unique, what rows allow exists, and no two rooms allow each other below the top', () => {
  const all = ROOMS.map(({ name }) => name);
  strictEqual(new Set(all).size, all.length);
  for (const { name, may, at } of ROOMS) {
    strictEqual(roomOf(at)?.name, name);
    for (const other of may)
      ok(other.endsWith('*') || all.includes(other), `${name} may import ${other}, which has no row`);
  }
  for (const [lower, upper] of [
    ['runtime', 'protocol'],
    ['protocol', 'connection'],
    ['connection', 'broker'],
    ['connection', 'client'],
  ]) {
    ok(!ROOMS.find(({ name }) => name === lower)!.may.includes(upper!), `${lower} stands below ${upper}`);
  }
});
