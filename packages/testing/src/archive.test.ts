import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { test } from 'node:test';
import { SimWorld } from '@ottla/runtime/sim';
import { extractArchive, readArchive } from './archive.ts';

/** One entry as GNU tar writes it. */
function entry(path: string, type: string, content: Uint8Array, ustar = false): Uint8Array {
  const header = Buffer.alloc(512);
  header.write(path, 0, 'latin1');
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write(type, 156, 'latin1');
  header.write(ustar ? 'ustar\u000000' : 'ustar  \u0000', 257, 'latin1');
  if (ustar) header.write('deep/er', 345, 'latin1');
  else header.write('15300234645', 345, 'latin1');
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

const END = Buffer.alloc(1024);
const long = Buffer.alloc(513, 7);
const sparse = Buffer.concat([Buffer.from('head'), Buffer.alloc(20_000)]);
const good = Buffer.concat([
  entry('d/', '5', Buffer.alloc(0)),
  entry('d/empty', '0', Buffer.alloc(0)),
  entry('d/long', '0', long),
  entry('e/sparse', '0', sparse),
  entry('name', '0', Buffer.from('x'), true),
  END,
]);

void test('archive: entries in their order, of both header forms, over block borders', () => {
  const found = readArchive(gzipSync(good)).map(({ path, kind, bytes }) => [path, kind, bytes.length]);
  deepStrictEqual(found, [
    ['d', 'directory', 0],
    ['d/empty', 'file', 0],
    ['d/long', 'file', 513],
    ['e/sparse', 'file', sparse.length],
    ['deep/er/name', 'file', 1],
  ]);
});

void test('archive: laid out on a disk, missing parents made, zeros at the end kept', async () => {
  const world = new SimWorld({ seed: 1 });
  const { disk } = world.createProcess('node').io;
  await world.finish(extractArchive(readArchive(gzipSync(good)), disk, '/in'));
  for (const [path, wanted] of [
    ['/in/d/empty', Buffer.alloc(0)],
    ['/in/d/long', long],
    ['/in/e/sparse', sparse],
    ['/in/deep/er/name', Buffer.from('x')],
  ] as const) {
    const bytes = new Uint8Array(30_000);
    const file = await world.finish(disk.open(path, 'read'));
    const length = await world.finish(file.read(bytes, 0));
    strictEqual(Buffer.compare(bytes.subarray(0, length), wanted), 0, path);
  }
});

void test('archive: what is damaged or unknown is refused', () => {
  const flipped = Buffer.from(good);
  flipped[3]! ^= 1;
  throws(() => readArchive(gzipSync(flipped)), /header at 0 is damaged/);
  throws(() => readArchive(gzipSync(good.subarray(0, 512 * 4))), /d\/long is cut off/);
  throws(() => readArchive(gzipSync(good.subarray(0, -1024))), /zeros at the end is missing/);
  throws(() => readArchive(gzipSync(Buffer.concat([entry('l', '2', Buffer.alloc(0)), END]))), /l is of type "2"/);
});
