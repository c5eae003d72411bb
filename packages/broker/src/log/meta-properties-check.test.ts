import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkMetaProperties,
  LogDirIdentityError,
  type IdentifiedDirectory,
  type NodeIdentity,
} from './meta-properties-check.ts';

const A = 'old9gBr0ngGWKBdAonwAgw';
const B = '2MxGxIlkTWOmPGIaJeB0Mw';

const dir = (
  directory: string,
  clusterId: string | null,
  nodeId: number | null,
  directoryId: string | null = null,
): IdentifiedDirectory => ({
  directory,
  meta: { version: clusterId === null ? 0 : 1, clusterId, nodeId, directoryId },
});

const unknown: NodeIdentity = { clusterId: null, nodeId: null };
const known: NodeIdentity = { clusterId: 'east', nodeId: 1 };

const GOOD: readonly [
  why: string,
  found: readonly IdentifiedDirectory[],
  expected: NodeIdentity,
  wanted: NodeIdentity,
][] = [
  ['nothing yet', [], unknown, unknown],
  ['all new, the settings decide', [], known, known],
  ['the first directory decides', [dir('/a', 'east', 1, A), dir('/b', 'east', 1, B)], unknown, known],
  ['as the settings say', [dir('/a', 'east', 1, A)], known, known],
  ['an old directory that says nothing', [dir('/a', null, null), dir('/b', 'east', 1)], unknown, known],
  ['directories without ids', [dir('/a', 'east', 1), dir('/b', 'east', 1)], known, known],
];

for (const [why, found, expected, wanted] of GOOD) {
  void test(`identity of log directories: ${why}`, () => deepStrictEqual(checkMetaProperties(found, expected), wanted));
}

const REFUSED: readonly [
  why: string,
  found: readonly IdentifiedDirectory[],
  expected: NodeIdentity,
  code: string,
  directory: string,
  message: RegExp,
][] = [
  [
    'another cluster than the settings say',
    [dir('/a', 'west', 3)],
    known,
    'ERR_LOG_CLUSTER_ID_MISMATCH',
    '/a',
    /^\/a belongs to cluster west, node 3, but this broker is one of cluster east: .*--log\.dirs \/a\. .*mv \/a \/a\.old/,
  ],
  [
    'directories of two clusters',
    [dir('/a', 'east', 1), dir('/b', 'west', 1)],
    unknown,
    'ERR_LOG_CLUSTER_ID_MISMATCH',
    '/b',
    /^\/b belongs to cluster west, node 1, but \/a belongs to cluster east: .*mv \/b \/b\.old/,
  ],
  [
    'another node than the settings say',
    [dir('/a', 'east', 2)],
    known,
    'ERR_LOG_NODE_ID_MISMATCH',
    '/a',
    /^\/a belongs to node 2, but this broker is node 1\. .*--node\.id 2\. .*mv \/a \/a\.old/,
  ],
  [
    'directories of two nodes',
    [dir('/a', 'east', 1), dir('/b', 'east', 2)],
    unknown,
    'ERR_LOG_NODE_ID_MISMATCH',
    '/b',
    /^\/b belongs to node 2, but \/a to node 1\./,
  ],
  [
    'node 0 is a node',
    [dir('/a', 'east', 0)],
    known,
    'ERR_LOG_NODE_ID_MISMATCH',
    '/a',
    /^\/a belongs to node 0, but this broker is node 1/,
  ],
  [
    'a copy of a directory',
    [dir('/a', 'east', 1, A), dir('/b', 'east', 1, A)],
    known,
    'ERR_LOG_DIRECTORY_ID_DUPLICATE',
    '/b',
    new RegExp(`^/a and /b both have directory.id ${A}: .*remove the line directory.id from /b/meta.properties`),
  ],
  [
    'an id that Kafka keeps for lost directories',
    [dir('/a', 'east', 1, 'AAAAAAAAAAAAAAAAAAAAAQ')],
    known,
    'ERR_LOG_DIRECTORY_ID_RESERVED',
    '/a',
    /which Kafka reserves\. Remove that line/,
  ],
];

for (const [why, found, expected, code, directory, message] of REFUSED) {
  void test(`identity of log directories refused: ${why}`, () => {
    throws(
      () => checkMetaProperties(found, expected),
      (error) => {
        const refusal = error as LogDirIdentityError;
        deepStrictEqual(
          [error instanceof LogDirIdentityError, refusal.code, refusal.directory],
          [true, code, directory],
        );
        strictEqual(message.test(refusal.message), true, refusal.message);
        strictEqual(refusal.message.endsWith(` [${code}]`), true);
        return true;
      },
    );
  });
}
