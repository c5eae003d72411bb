/** What Kafka's tool cannot show: damage, and what a dump and a check say of it; formats that no golden directory has. */
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { SimWorld } from '@ottla/runtime/sim';
import { extractArchive, type ArchiveEntry } from '@ottla/testing';
import { goldenArchive } from '../log-dir-golden.fixture.ts';
import { checkLogDirectory } from './check-log-directory.ts';
import { dumpFiles } from './dump-files.ts';
import { DUMP_DEFAULTS } from './dump-options.ts';
import { createTextOutput } from './dump-output.ts';
import { offsetEntries } from './index-entries.ts';
import { formatJson, JavaDouble, type JsonValue } from './java-json.ts';

const LOG = '00000000000000000000.log';
const golden = goldenArchive('clean').filter(({ path }) => path.startsWith('clean/txn-0/'));
const files = golden.filter(({ kind }) => kind === 'file').map((e) => ({ ...e, path: e.path.replace('clean/', '') }));
const segment = files.find(({ path }) => path === `txn-0/${LOG}`)!;

async function inspect(
  entries: readonly ArchiveEntry[],
  file: string,
): Promise<{ out: string[]; err: string[]; kinds: string[] }> {
  const world = new SimWorld({ seed: 1 });
  const { disk } = world.createProcess('node').io;
  await world.finish(extractArchive(entries, disk, ''));
  const out: string[] = [];
  const err: string[] = [];
  const text = { skipRecordMetadata: false, absolutePath: (path: string) => path };
  const output = createTextOutput(
    text,
    (line) => out.push(line),
    (line) => err.push(line),
  );
  await world.finish(dumpFiles(disk, [file], { ...DUMP_DEFAULTS, deepIteration: true }, output));
  const findings = await world.finish(checkLogDirectory(disk, '/txn-0'));
  return { out, err, kinds: [...new Set(findings.map(({ kind }) => kind))] };
}

function withSegment(change: (bytes: Uint8Array) => Uint8Array): ArchiveEntry[] {
  return files.map((entry) => (entry === segment ? { ...entry, bytes: change(Uint8Array.from(entry.bytes)) } : entry));
}

/** Where the second batch starts. */
const second = 12 + Buffer.from(segment.bytes).readInt32BE(8);

test('dump: a batch whose length cannot be is named, and the dump goes on behind it', async () => {
  const broken = withSegment((bytes) => bytes.fill(0xff, second + 8, second + 12));
  const whole = await inspect(files, `/txn-0/${LOG}`);
  const { out, err, kinds } = await inspect(broken, `/txn-0/${LOG}`);
  match(
    err[0]!,
    new RegExp(`^/txn-0/${LOG} at byte ${second}: no batch begins here: length -1.*the next whole batch starts`),
  );
  match(err[0]!, /Take the partition from another replica/);
  const batches = (lines: readonly string[]): number => lines.filter((line) => line.startsWith('baseOffset')).length;
  strictEqual(batches(out), batches(whole.out) - 1);
  ok(kinds.includes('no batch'));
});

test('dump: a wrong CRC is shown, and so are the records where they can be read', async () => {
  const broken = withSegment((bytes) => ((bytes[second + 17]! ^= 1), bytes));
  const { out, err, kinds } = await inspect(broken, `/txn-0/${LOG}`);
  strictEqual(out.filter((line) => line.endsWith('isvalid: false')).length, 1);
  match(err[0]!, /the CRC of this batch is wrong\. A failing disk/);
  deepStrictEqual(kinds, ['damaged batch']);
});

test('dump: trailing bytes are counted as Kafka counts them', async () => {
  const rows: readonly [reason: string, tail: Uint8Array, says: RegExp][] = [
    ['zeros', new Uint8Array(100), /the log ends here: 100 bytes, all zero\. Recovery cuts/],
    ['a torn batch', segment.bytes.subarray(0, 70), /the log ends here: the last 70 bytes of a batch of \d+ bytes/],
    ['too short for a header', segment.bytes.subarray(2, 12), /the last 10 bytes, too few for a batch/],
  ];
  for (const [reason, tail, says] of rows) {
    const torn = withSegment((bytes) => new Uint8Array(Buffer.concat([bytes, tail])));
    const { out, err } = await inspect(torn, `/txn-0/${LOG}`);
    strictEqual(out.at(-1), `Found ${tail.length} invalid bytes at the end of ${LOG}`, reason);
    match(err[0]!, says, reason);
  }
});

test('check: names that do not belong, lost indexes, orphans', async () => {
  const rows: readonly [reason: string, change: (entries: ArchiveEntry[]) => ArchiveEntry[], kinds: string[]][] = [
    ['nothing', (entries) => entries, []],
    ['a stranger', (entries) => [...entries, { ...segment, path: 'txn-0/notes.txt' }], ['foreign file']],
    ['left over', (entries) => [...entries, { ...segment, path: `txn-0/${LOG}.cleaned` }], ['foreign file']],
    [
      'no index',
      (entries) => entries.filter(({ path }) => path !== `txn-0/${LOG.replace('log', 'index')}`),
      ['missing index'],
    ],
    ['an orphan', (e) => [...e, { ...segment, path: 'txn-0/00000000000000000001.index' }], ['orphan']],
    ['a torn index', (e) => cut(e, LOG.replace('log', 'index'), 3), ['index length']],
    ['a torn snapshot', (e) => cut(e, /\.snapshot$/, 3), ['damaged producer snapshot']],
    ['a torn text file', (e) => cut(e, 'partition.metadata', 9), ['damaged text file']],
  ];
  for (const [reason, change, kinds] of rows) {
    deepStrictEqual((await inspect(change([...files]), `/txn-0/${LOG}`)).kinds, kinds, reason);
  }
});

function cut(entries: readonly ArchiveEntry[], name: string | RegExp, bytes: number): ArchiveEntry[] {
  const isMeant = ({ path, bytes: all }: ArchiveEntry): boolean =>
    all.length > 0 && (typeof name === 'string' ? path.endsWith(`/${name}`) : name.test(path));
  const target = entries.find(isMeant);
  ok(target);
  return entries.map((entry) => (entry === target ? { ...entry, bytes: entry.bytes.subarray(0, -bytes) } : entry));
}

test('dump: messages of magic 0 and 1 as Kafka prints them', async () => {
  for (const magic of [0, 1]) {
    const bytes = legacyMessage(magic, Buffer.from('k'), Buffer.from('hello'));
    const { out, err } = await inspect([{ ...segment, bytes }], `/txn-0/${LOG}`);
    const time = magic === 0 ? 'NoTimestampType: -1' : 'CreateTime: 1000';
    const crc = Buffer.from(bytes).readUInt32BE(12);
    strictEqual(
      out[2],
      `offset: 7 position: 0 ${time} size: ${bytes.length} magic: ${magic} compresscodec: none crc: ${crc} isvalid: true`,
    );
    strictEqual(out[3], `| offset: 7 ${time} keySize: 1 valueSize: 5 isValid: true crc: ${crc}`);
    deepStrictEqual(err, ['Non-consecutive offsets in /txn-0/00000000000000000000.log', '  -1 is followed by 7']);
  }
});

function legacyMessage(magic: number, key: Buffer, value: Buffer): Uint8Array {
  const sized = (bytes: Buffer): Buffer => Buffer.concat([int(bytes.length, 4), bytes]);
  const time = magic === 0 ? [] : [int(1000, 8)];
  const body = Buffer.concat([Buffer.of(magic, 0), ...time, sized(key), sized(value)]);
  return new Uint8Array(Buffer.concat([int(7, 8), int(body.length + 4, 4), int(crc32(body), 4), body]));
}

function int(value: number, bytes: 4 | 8): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUInt32BE(value, bytes - 4);
  return buffer;
}

test('JSON is written as Jackson writes it', () => {
  const rows: readonly [reason: string, value: JsonValue, json: string][] = [
    ['int64 in full', 9_223_372_036_854_775_807n, '9223372036854775807'],
    ['a whole double', new JavaDouble(1024), '1024.0'],
    ['a large double', new JavaDouble(1e7), '1.0E7'],
    ['a small double', new JavaDouble(0.00025), '2.5E-4'],
    ['no number', new JavaDouble(Number.NaN), '"NaN"'],
    ['escapes', '"\\\n\u001f', '"\\"\\\\\\n\\u001F"'],
    ['nesting', { a: [null, true, { b: '' }] }, '{"a":[null,true,{"b":""}]}'],
  ];
  for (const [reason, value, json] of rows) strictEqual(formatJson(value), json, reason);
});

const sizeAt = (position: number): number => 12 + Buffer.from(segment.bytes).readInt32BE(position + 8);

test('dump: behind damage it goes on at a batch whose CRC is right, not before', async () => {
  const third = second + sizeAt(second);
  const broken = withSegment((bytes) => {
    bytes[third + 17]! ^= 1;
    return bytes.fill(0xff, second + 8, second + 12);
  });
  const { err } = await inspect(broken, `/txn-0/${LOG}`);
  match(err[0]!, new RegExp(`next whole batch starts at byte ${third + sizeAt(third)}\\.`));
});

test('check: a batch that comes twice is out of order, and an index entry must name the last offset', async () => {
  const marker = [...positions()].find((at) => Buffer.from(segment.bytes).readInt32BE(at + 23) === 0)!;
  const batch = segment.bytes.subarray(marker, marker + sizeAt(marker));
  const twice = withSegment((bytes) => {
    const parts = [bytes.subarray(0, marker + batch.length), batch, bytes.subarray(marker + batch.length)];
    return new Uint8Array(Buffer.concat(parts));
  });
  ok((await inspect(twice, `/txn-0/${LOG}`)).kinds.includes('offset order'));
  const lower = files.map((entry) => {
    if (entry.path !== `txn-0/${LOG.replace('log', 'index')}`) return entry;
    const bytes = Uint8Array.from(entry.bytes);
    bytes[3]!--;
    return { ...entry, bytes };
  });
  deepStrictEqual((await inspect(lower, `/txn-0/${LOG}`)).kinds, ['index entry']);
});

function* positions(): Generator<number> {
  for (let at = 0; at < segment.bytes.length; at += sizeAt(at)) yield at;
}

test('dump: room in an index ends it, though not at its first entry', () => {
  deepStrictEqual(offsetEntries(5, new Uint8Array(32)), [{ offset: 5, position: 0 }]);
});

test('dump: gaps are summed up at the end, lowest first', () => {
  const err: string[] = [];
  const text = { skipRecordMetadata: false, absolutePath: (path: string) => `/cwd/${path}` };
  const output = createTextOutput(
    text,
    () => {},
    (line) => err.push(line),
  );
  const gap = (before: number, after: number): void =>
    output.write('f', { kind: 'mismatch', mismatch: 'offsets not consecutive', values: [before, after] });
  gap(9, 11);
  gap(-1, 4);
  output.end();
  deepStrictEqual(err, ['Non-consecutive offsets in /cwd/f', '  -1 is followed by 4', '  9 is followed by 11']);
});
