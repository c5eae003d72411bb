import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { createCompression } from './compression.ts';
import { CompressionError } from './compression-error.ts';
import { xxhash32 } from './xxhash32.ts';

const compression = createCompression();
const LIMITS = { maxBytes: 1_000_000, maxRatio: 1_000 };

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(/[^0-9a-f]/g, ''), 'hex');
}

function ascii(text: string): string {
  return Buffer.from(text).toString('hex');
}

function hash(bytes: Buffer): number {
  return xxhash32(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.length);
}

function littleEndian(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString('hex');
}

/** A frame's header with a checksum that is right for it. */
function header(flags: string, sizes: string, more = ''): string {
  const descriptor = hex(`${flags} ${sizes} ${more}`);
  return `04224d18 ${descriptor.toString('hex')} ${((hash(descriptor) >>> 8) & 255).toString(16).padStart(2, '0')}`;
}

function block(content: string): string {
  return `${littleEndian(hex(content).length)} ${content}`;
}

function stored(text: string): string {
  return `${littleEndian(text.length + 0x80000000)} ${ascii(text)}`;
}

/** What is read, or the fault and where it is. */
function outcome(bytes: Uint8Array): string {
  try {
    return Buffer.from(compression.decompress('lz4', bytes, LIMITS)).toString('latin1');
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
    equal(error.codec, 'lz4');
    return `${error.fault} at ${error.position}`;
  }
}

const PLAIN = header('60', '40');
const LINKED = header('40', '40');
const END = '00000000';
const ABC = ascii('abc');

const READ: readonly (readonly [reason: string, bytes: string, wanted: string])[] = [
  ['nothing', `${PLAIN} ${END}`, ''],
  ['literals', `${PLAIN} ${block(`30 ${ABC}`)} ${END}`, 'abc'],
  ['an empty block', `${PLAIN} ${block('00')} ${END}`, ''],
  ['a match that runs into itself', `${PLAIN} ${block(`12 ${ascii('a')} 0100 00`)} ${END}`, 'a'.repeat(7)],
  ['2', `${PLAIN} ${block(`2f ${ascii('ab')} 0200 00 00`)} ${END}`, `${'ab'.repeat(10)}a`],
  ['3', `${PLAIN} ${block(`3f ${ABC} 0300 00 00`)} ${END}`, `${'abc'.repeat(7)}a`],
  ['5', `${PLAIN} ${block(`5f ${ascii('abcde')} 0500 00 00`)} ${END}`, `${'abcde'.repeat(4)}abcd`],
  ['7', `${PLAIN} ${block(`7f ${ascii('abcdefg')} 0700 00 00`)} ${END}`, `${'abcdefg'.repeat(3)}abcde`],
  ['8', `${PLAIN} ${block(`8f ${ascii('abcdefgh')} 0800 00 00`)} ${END}`, `${'abcdefgh'.repeat(3)}abc`],
  ['a match shorter than its offset repeats', `${PLAIN} ${block(`50 ${ascii('abcde')} 0500 00`)} ${END}`, 'abcdeabcd'],
  ['long literals', `${PLAIN} ${block(`f0 05 ${ascii('x'.repeat(20))}`)} ${END}`, 'x'.repeat(20)],
  ['longer literals', `${PLAIN} ${block(`f0 ff 01 ${ascii('x'.repeat(271))}`)} ${END}`, 'x'.repeat(271)],
  ['a long match', `${PLAIN} ${block(`1f ${ascii('a')} 0100 ff 00 00`)} ${END}`, 'a'.repeat(275)],
  ['stored', `${PLAIN} ${stored('abc')} ${END}`, 'abc'],
  ['blocks of 256 KiB', `${header('60', '50')} ${stored('abc')} ${END}`, 'abc'],
  ['blocks of 1 MiB', `${header('60', '60')} ${stored('abc')} ${END}`, 'abc'],
  ['blocks of 4 MiB', `${header('60', '70')} ${stored('abc')} ${END}`, 'abc'],
  ['a linked block', `${LINKED} ${stored('abcdef')} ${block('00 0600 00')} ${END}`, 'abcdefabcd'],
  ['a content size', `${header('68', '40', '0300000000000000')} ${stored('abc')} ${END}`, 'abc'],
  ['a content checksum', `${header('64', '40')} ${stored('abc')} ${END} ${littleEndian(0x32d153ff)}`, 'abc'],
  ['a block checksum', `${header('70', '40')} ${stored('abc')} ${littleEndian(0x32d153ff)} ${END}`, 'abc'],
  ['two frames', `${PLAIN} ${stored('abc')} ${END} ${PLAIN} ${stored('de')} ${END}`, 'abcde'],
  ['a skippable frame', `502a4d18 03000000 ffffff ${PLAIN} ${stored('abc')} ${END}`, 'abc'],
  ['another behind', `${PLAIN} ${stored('abc')} ${END} 5f2a4d18 00000000`, 'abc'],
  // xxHash of magic and flags together is 0x…1a…: what Kafka wrote before 0.10.
  ['the header checksum of old Kafka', `04224d18 60 40 1a ${stored('abc')} ${END}`, 'abc'],
];

test('every feature of the format is read', () => {
  for (const [reason, bytes, wanted] of READ) equal(outcome(hex(bytes)), wanted, reason);
});

const REFUSED: readonly (readonly [reason: string, bytes: string, wanted: string])[] = [
  ['no frame', '', 'truncated at 0'],
  ['half a magic', '04224d', 'truncated at 0'],
  ['another magic', '02214c18 00000000', 'corrupt at 0'],
  ['half a header', '04224d18 60 40', 'truncated at 0'],
  ['half a header with a content size', '04224d18 68 40 82 00 00', 'truncated at 0'],
  ['another version', header('a0', '40'), 'unsupported at 4'],
  ['a dictionary', header('61', '40', '01000000'), 'unsupported at 4'],
  ['the reserved flag', header('62', '40'), 'corrupt at 4'],
  ['a reserved bit of the sizes', header('60', '41'), 'corrupt at 5'],
  ['the top bit of the sizes', header('60', 'c0'), 'corrupt at 5'],
  ['a block size below 64 KiB', header('60', '30'), 'corrupt at 5'],
  ['a wrong header checksum', `04224d18 60 40 83 ${END}`, 'checksum at 6'],
  ['a content size beyond the limit', header('68', '40', 'ffffffffffffffff'), 'limit at 0'],
  ['more than the content size', `${header('68', '40', '0200000000000000')} ${stored('abc')} ${END}`, 'corrupt at 19'],
  ['more, compressed', `${header('68', '40', '0200000000000000')} ${block(`30 ${ABC}`)} ${END}`, 'corrupt at 20'],
  ['less than the content size', `${header('68', '40', '0400000000000000')} ${stored('abc')} ${END}`, 'corrupt at 0'],
  ['no blocks', PLAIN, 'truncated at 7'],
  ['no end', `${PLAIN} ${stored('abc')}`, 'truncated at 14'],
  ['half a block', `${PLAIN} 05000000 30 ${ABC}`, 'truncated at 11'],
  ['a block above the largest', `${PLAIN} 01000100`, 'corrupt at 7'],
  ['a stored block above the largest', `${PLAIN} 01000180`, 'corrupt at 7'],
  ['no checksum behind a block', `${header('70', '40')} ${stored('abc')}`, 'truncated at 11'],
  ['a wrong block checksum', `${header('70', '40')} ${stored('abc')} 00000000 ${END}`, 'checksum at 14'],
  ['no content checksum', `${header('64', '40')} ${stored('abc')} ${END}`, 'truncated at 18'],
  ['a wrong content checksum', `${header('64', '40')} ${stored('abc')} ${END} 00000000`, 'checksum at 18'],
  ['bytes behind the frame', `${PLAIN} ${END} 616263`, 'truncated at 11'],
  ['half a skippable frame', '502a4d18 03000000 ff', 'truncated at 8'],
  ['a skippable frame without a size', '502a4d18 0300', 'truncated at 0'],
  ['half a literal', `${PLAIN} ${block('30 6162')} ${END}`, 'truncated at 14'],
  ['half a literal length', `${PLAIN} ${block('f0 ff')} ${END}`, 'truncated at 13'],
  ['no match offset', `${PLAIN} ${block(`30 ${ABC} 03`)} ${END}`, 'truncated at 16'],
  ['an offset of 0', `${PLAIN} ${block(`30 ${ABC} 0000 00`)} ${END}`, 'corrupt at 15'],
  ['an offset before the start', `${PLAIN} ${block(`30 ${ABC} 0400 00`)} ${END}`, 'corrupt at 15'],
  ['half a match length', `${PLAIN} ${block(`3f ${ABC} 0300 ff`)} ${END}`, 'truncated at 18'],
  ['a match at the end', `${PLAIN} ${block(`30 ${ABC} 0300`)} ${END}`, 'truncated at 17'],
  [
    'an independent block that looks back',
    `${PLAIN} ${stored('abcdef')} ${block('00 0600 00')} ${END}`,
    'corrupt at 22',
  ],
  [
    'a linked block that looks before the frame',
    `${LINKED} ${stored('ab')} ${block('00 0300 00')} ${END}`,
    'corrupt at 18',
  ],
  [
    'a frame that looks into the one before',
    `${LINKED} ${stored('abcdef')} ${END} ${LINKED} ${block('00 0600 00')} ${END}`,
    'corrupt at 33',
  ],
  [
    'a block that gives more than the largest',
    `${PLAIN} ${block(`1f 61 0100 ${'ff'.repeat(257)} 00 00`)} ${END}`,
    'corrupt at 273',
  ],
];

test('what breaks the format is refused, with its position', () => {
  for (const [reason, bytes, wanted] of REFUSED) equal(outcome(hex(bytes)), wanted, reason);
});

test('frames are written as Java writes them: independent blocks of 64 KiB, stored where nothing is saved', () => {
  const plain = Buffer.concat([Buffer.alloc(65_536, 'blocks '), noise(65_536), Buffer.alloc(10, 'x')]);
  for (const level of [1, 9, 3, 17]) {
    const frame = Buffer.from(compression.compress('lz4', plain, { level }));
    equal(frame.toString('hex', 0, 7), '04224d18604082', `level ${level}`);
    const kinds: string[] = [];
    let at = 7;
    for (let size = frame.readUInt32LE(at); size !== 0; size = frame.readUInt32LE(at)) {
      kinds.push(size >= 0x80000000 ? `stored ${size - 0x80000000}` : 'compressed');
      at += 4 + (size % 0x80000000);
    }
    deepEqual(kinds, ['compressed', 'stored 65536', 'stored 10'], `level ${level}`);
    equal(at + 4, frame.length, `level ${level}`);
  }
});

test('blocks end as the format demands: five literals at least, and no match within the last twelve bytes', () => {
  for (const level of [9, 3, 17]) {
    for (const plain of [
      Buffer.alloc(1_000, 'a'),
      Buffer.alloc(13, 'ab'),
      Buffer.alloc(70_000, 'again and '),
      noise(20),
    ]) {
      const frame = Buffer.from(compression.compress('lz4', Buffer.concat([noise(50), plain]), { level }));
      let at = 7;
      for (let size = frame.readUInt32LE(at); size !== 0; size = frame.readUInt32LE(at)) {
        at += 4 + (size % 0x80000000);
        if (size < 0x80000000) {
          const { lastLiterals, lastMatch } = endOfBlock(frame.subarray(at - size, at));
          ok(
            lastLiterals >= 5 && lastMatch >= 12,
            `level ${level}: ${lastLiterals} literals, a match ${lastMatch} before`,
          );
        }
      }
    }
  }
});

/** Literals at the end of a block, and bytes from where its last match starts to its end. */
function endOfBlock(block: Buffer): { lastLiterals: number; lastMatch: number } {
  let at = 0;
  const readLength = (nibble: number): number => {
    let length = nibble;
    if (nibble === 15) {
      do length += block[at]!;
      while (block[at++] === 255);
    }
    return length;
  };
  for (let matchBytes = 0; ;) {
    const token = block[at++]!;
    const literals = readLength(token >> 4);
    at += literals;
    if (at === block.length) return { lastLiterals: literals, lastMatch: literals + matchBytes };
    at += 2;
    matchBytes = readLength(token & 15) + 4;
  }
}

test('higher levels make smaller frames', () => {
  const text = Buffer.from(
    Array.from({ length: 4_000 }, (_, i) => `${(i * 2654435761) % 9973} said ${i % 61}; `).join(''),
  );
  const sizes = [9, 3, 6, 17].map((level) => compression.compress('lz4', text, { level }).length);
  deepEqual(
    sizes,
    sizes.toSorted((a, b) => b - a),
  );
  ok(sizes[3]! < sizes[0]! * 0.9, `fast ${sizes[0]}, high ${sizes[3]}`);
});

test('the level 9 of Kafka is its fast encoder', () => {
  const text = Buffer.from(Array.from({ length: 2_000 }, (_, i) => `${(i * 48271) % 991} `).join(''));
  const [fast, one, unset, high] = [9, 1, undefined, 8].map((level) => compression.compress('lz4', text, { level }));
  deepEqual(fast, one);
  deepEqual(fast, unset);
  ok(high!.length < fast!.length);
});

function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(
    Array.from({ length }, () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0)).map((word) => word >>> 24),
  );
}
