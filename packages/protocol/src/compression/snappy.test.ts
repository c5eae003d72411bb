import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { createCompression } from './compression.ts';
import { CompressionError } from './compression-error.ts';

const compression = createCompression();
const LIMITS = { maxBytes: 1_000_000, maxRatio: 1_000 };
const XERIAL = '82534e4150505900 00000001 00000001';

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(/[^0-9a-f]/g, ''), 'hex');
}

function ascii(text: string): string {
  return Buffer.from(text).toString('hex');
}

/** What is read, or the fault and where it is. */
function outcome(bytes: Uint8Array): string {
  try {
    return Buffer.from(compression.decompress('snappy', bytes, LIMITS)).toString('latin1');
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
    equal(error.codec, 'snappy');
    equal(error.code, 'ERR_PROTOCOL_COMPRESSION');
    return `${error.fault} at ${error.position}`;
  }
}

const READ: readonly (readonly [reason: string, bytes: string, wanted: string])[] = [
  ['nothing', '00', ''],
  ['a literal', `03 08 ${ascii('abc')}`, 'abc'],
  ['a literal length in one byte', `03 f0 02 ${ascii('abc')}`, 'abc'],
  ['in two', `03 f4 0200 ${ascii('abc')}`, 'abc'],
  ['in three', `03 f8 020000 ${ascii('abc')}`, 'abc'],
  ['in four', `03 fc 02000000 ${ascii('abc')}`, 'abc'],
  ['a length in more bytes than needed', `83 80 00 08 ${ascii('abc')}`, 'abc'],
  ['a copy with an 11-bit offset', `07 08 ${ascii('abc')} 01 03`, 'abcabca'],
  ['a copy with a 16-bit offset', `05 08 ${ascii('abc')} 06 0300`, 'abcab'],
  ['a copy with a 32-bit offset', `05 08 ${ascii('abc')} 07 03000000`, 'abcab'],
  ['copies that run into themselves, of every short offset', `0d 00 ${ascii('a')} 2e 0100`, 'a'.repeat(13)],
  ['2', `0e 04 ${ascii('ab')} 2e 0200`, 'ab'.repeat(7)],
  ['3', `0f 08 ${ascii('abc')} 2e 0300`, 'abc'.repeat(5)],
  ['4', `14 0c ${ascii('abcd')} 3e 0400`, 'abcd'.repeat(5)],
  ['5', `14 10 ${ascii('abcde')} 3a 0500`, 'abcde'.repeat(4)],
  ['6', `18 14 ${ascii('abcdef')} 46 0600`, 'abcdef'.repeat(4)],
  ['7', `1c 18 ${ascii('abcdefg')} 52 0700`, 'abcdefg'.repeat(4)],
  ['8', `20 1c ${ascii('abcdefgh')} 5e 0800`, 'abcdefgh'.repeat(4)],
  ['9', `1f 20 ${ascii('abcdefghi')} 56 0900`, `${'abcdefghi'.repeat(3)}abcd`],
  ['a copy shorter than its offset repeats', `08 14 ${ascii('abcdef')} 06 0500`, 'abcdefbc'],
  ['xerial framing', `${XERIAL} 00000005 03 08 ${ascii('abc')}`, 'abc'],
  ['of nothing', XERIAL, ''],
  ['of two blocks', `${XERIAL} 00000005 03 08 ${ascii('abc')} 00000004 02 04 ${ascii('de')}`, 'abcde'],
  ['twice', `${XERIAL} 00000004 02 04 ${ascii('ab')} ${XERIAL} 00000004 02 04 ${ascii('cd')}`, 'abcd'],
];

test('every element of the format is read', () => {
  for (const [reason, bytes, wanted] of READ) equal(outcome(hex(bytes)), wanted, reason);
});

const REFUSED: readonly (readonly [reason: string, bytes: string, wanted: string])[] = [
  ['no length', '', 'truncated at 0'],
  ['half a length', '80', 'truncated at 1'],
  ['a length that never ends', '80 80 80 80 80 00', 'corrupt at 0'],
  ['a length beyond the limit', '80 89 7a', 'limit at 0'],
  ['a length that no input pays for', 'c0 84 3d 08', 'truncated at 4'],
  ['fewer bytes than the length says', `04 08 ${ascii('abc')}`, 'truncated at 5'],
  ['more bytes than the length says', `02 08 ${ascii('abc')}`, 'corrupt at 2'],
  ['half a literal', `03 08 ${ascii('ab')}`, 'truncated at 4'],
  ['half a literal length', '03 f4 02', 'truncated at 3'],
  ['a literal of 4 GiB', `03 fc ffffffff ${ascii('abc')}`, 'truncated at 9'],
  ['a copy without its offset', `07 08 ${ascii('abc')} 01`, 'truncated at 6'],
  ['half a 16-bit offset', `07 08 ${ascii('abc')} 06 03`, 'truncated at 7'],
  ['half a 32-bit offset', `07 08 ${ascii('abc')} 07 030000`, 'truncated at 9'],
  ['an offset of 0', `07 08 ${ascii('abc')} 01 00`, 'corrupt at 7'],
  ['a copy from before the start', `07 08 ${ascii('abc')} 01 04`, 'corrupt at 7'],
  ['a 32-bit offset that is small in 16', `07 08 ${ascii('abc')} 0f 03000100`, 'corrupt at 10'],
  ['a 32-bit offset that is negative when signed', `07 08 ${ascii('abc')} 0f ffffffff`, 'corrupt at 10'],
  ['a copy that is too long', `05 08 ${ascii('abc')} 01 03`, 'corrupt at 7'],
  ['half a block size', `${XERIAL} 0000`, 'truncated at 16'],
  ['half a block', `${XERIAL} 00000005 03 08`, 'truncated at 16'],
  ['a negative block size', `${XERIAL} ffffffff 03 08`, 'truncated at 16'],
  ['a later version', '82534e4150505900 00000002 00000002', 'unsupported at 12'],
  ['a copy from the block before', `${XERIAL} 00000005 03 08 ${ascii('abc')} 00000004 05 01 03 00`, 'corrupt at 32'],
];

test('what breaks the format is refused, with its position', () => {
  for (const [reason, bytes, wanted] of REFUSED) equal(outcome(hex(bytes)), wanted, reason);
});

test('a 32-bit offset reaches where 16 bits cannot', () => {
  const far = Buffer.alloc(70_000, 'x');
  far.write('far away', 100);
  // 70,008 bytes: a literal of 70,000, then a copy of 8 from 69,900 before.
  const block = Buffer.concat([hex('f8 a2 04 f8 6f1101'), far, hex('1f 0c110100')]);
  equal(outcome(block), `${far.toString('latin1')}far away`);
});

test('streams are framed as Java writes them: its header, and blocks of 32 KiB', () => {
  const plain = Buffer.alloc(70_000, 'framed ');
  const stream = Buffer.from(compression.compress('snappy', plain));
  equal(stream.toString('hex', 0, 16), hex(XERIAL).toString('hex'));
  const lengths: number[] = [];
  for (let at = 16; at < stream.length; at += 4 + stream.readInt32BE(at)) {
    lengths.push(uvarint(stream, at + 4));
  }
  deepEqual(lengths, [32_768, 32_768, 4_464]);
});

function uvarint(bytes: Uint8Array, start: number): number {
  let value = 0;
  for (let at = start, shift = 0; ; at++, shift += 7) {
    value |= (bytes[at]! & 127) << shift;
    if (bytes[at]! < 128) return value;
  }
}
