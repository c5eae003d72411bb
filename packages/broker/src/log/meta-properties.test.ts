import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { LogFileError } from './log-dir-text.ts';
import { formatMetaProperties, parseMetaProperties, type MetaProperties } from './meta-properties.ts';

const CLUSTER = '4L6g3nShT-eMCtK--X86sw';
const DIRECTORY = 'old9gBr0ngGWKBdAonwAgw';
const PATH = '/data/meta.properties';
const WRITTEN_MS = Date.UTC(2026, 10, 3, 6, 3, 8);

const parse = (text: string): MetaProperties => parseMetaProperties(PATH, Buffer.from(text));

const GOOD: readonly [why: string, text: string, wanted: MetaProperties][] = [
  [
    'version 1',
    `version=1\ncluster.id=${CLUSTER}\nnode.id=7\ndirectory.id=${DIRECTORY}\n`,
    { version: 1, clusterId: CLUSTER, nodeId: 7, directoryId: DIRECTORY },
  ],
  [
    'version 1 from before directory ids, other separators, comments',
    `! old\nversion : 1\ncluster.id ${CLUSTER}\n\nnode.id=0`,
    { version: 1, clusterId: CLUSTER, nodeId: 0, directoryId: null },
  ],
  [
    'version 0 of ZooKeeper times',
    `version=0\nbroker.id=3\ncluster.id=abc\n`,
    { version: 0, clusterId: 'abc', nodeId: 3, directoryId: null },
  ],
  ['no version is version 0', `broker.id=3\n`, { version: 0, clusterId: null, nodeId: 3, directoryId: null }],
  ['an empty file', '', { version: 0, clusterId: null, nodeId: null, directoryId: null }],
  ['version 0 does not know node.id', 'node.id=3\n', { version: 0, clusterId: null, nodeId: null, directoryId: null }],
  [
    'unknown keys',
    `version=1\ncluster.id=c\nnode.id=1\nnew.key=x\n`,
    { version: 1, clusterId: 'c', nodeId: 1, directoryId: null },
  ],
  [
    'the last of two values',
    `version=0\nbroker.id=1\nbroker.id=2\n`,
    { version: 0, clusterId: null, nodeId: 2, directoryId: null },
  ],
  [
    'a blank behind the version, which Kafka forgives',
    'version=1 \ncluster.id=c\nnode.id=1\n',
    { version: 1, clusterId: 'c', nodeId: 1, directoryId: null },
  ],
];

for (const [why, text, wanted] of GOOD) {
  void test(`meta.properties: ${why}`, () => {
    deepStrictEqual(parse(text), wanted);
    deepStrictEqual(parseMetaProperties(PATH, formatMetaProperties(wanted, WRITTEN_MS)), wanted);
  });
}

const REFUSED: readonly [why: string, text: string, line: number | null, message: RegExp][] = [
  ['a later version', 'version=2\n', 1, /version 2 is unknown; this broker knows 0 and 1/],
  ['a version that is no number', 'version=one\n', 1, /version takes a whole number.*found "one"/],
  ['no cluster', 'version=1\nnode.id=1\n', null, /cluster\.id is missing/],
  ['no node', 'version=1\ncluster.id=c\n', null, /node\.id is missing/],
  ['a node that is no number', '#\nversion=1\ncluster.id=c\nnode.id=one\n', 4, /node\.id takes a whole number.*"one"/],
  ['a negative node', 'version=1\ncluster.id=c\nnode.id=-1\n', 3, /node\.id takes/],
  ['a broker over 32 bits', 'broker.id=2147483648\n', 1, /broker\.id takes/],
  [
    'a directory that is no UUID',
    `version=1\ncluster.id=c\nnode.id=1\ndirectory.id=${DIRECTORY}A\n`,
    4,
    /directory\.id takes a UUID/,
  ],
  ['what Java itself refuses', 'cluster.id=\\u12\n', 1, /\\u that is not followed by four/],
];

for (const [why, text, line, message] of REFUSED) {
  void test(`meta.properties refused: ${why}`, () => {
    throws(
      () => parse(text),
      (error) => {
        const { path, line: found, message: sentence } = error as LogFileError;
        deepStrictEqual([error instanceof LogFileError, path, found], [true, PATH, line]);
        strictEqual(message.test(sentence), true, sentence);
        strictEqual(/Restore the file from a backup.*\[ERR_LOG_FILE_DAMAGED\]$/.test(sentence), true, sentence);
        return true;
      },
    );
  });
}

void test('meta.properties: written as Apache Kafka does on JDK 17', () => {
  const text = (meta: MetaProperties): string => Buffer.from(formatMetaProperties(meta, WRITTEN_MS)).toString();
  strictEqual(
    text({ version: 1, clusterId: CLUSTER, nodeId: 7, directoryId: DIRECTORY }),
    `#\n#Tue Nov 03 06:03:08 UTC 2026\nnode.id=7\ndirectory.id=${DIRECTORY}\nversion=1\ncluster.id=${CLUSTER}\n`,
  );
  strictEqual(
    text({ version: 0, clusterId: 'abc', nodeId: 7, directoryId: null }),
    '#\n#Tue Nov 03 06:03:08 UTC 2026\nbroker.id=7\nversion=0\ncluster.id=abc\n',
  );
});

void test('meta.properties: a cluster id of any characters comes back', () => {
  for (const clusterId of ['  two blanks', 'a=b:c#d!e', 'back\\slash', 'tab\tline\r\n\f', 'Žluťoučký \u{1f40e}', '']) {
    const meta: MetaProperties = { version: 1, clusterId, nodeId: 1, directoryId: null };
    deepStrictEqual(parseMetaProperties(PATH, formatMetaProperties(meta, WRITTEN_MS)), meta);
  }
});
