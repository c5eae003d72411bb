/**
 * Prints a captured Kafka frame as a table of byte, bytes, field and value.
 *
 *   node tools/explain.ts FILE                      a request, from a file of bytes or of hex
 *   node tools/explain.ts 0000001d000c…             a request, as hex
 *   node tools/explain.ts --response KEY VERSION …  a response: it does not say itself what it answers
 */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { explainFrame, formatExplainedFrame } from '@ottla/protocol/explain';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { response: { type: 'boolean', default: false } },
});
const [key, version, ...rest] = values.response ? positionals : [null, null, ...positionals];
const [source] = rest;
if (typeof source !== 'string' || rest.length > 1 || (values.response && !(isNumber(key) && isNumber(version)))) {
  console.error('usage: node tools/explain.ts [--response KEY VERSION] FILE|HEX');
  process.exit(2);
}
const responseTo = values.response ? { apiKey: Number(key), apiVersion: Number(version) } : null;
const explained = explainFrame(readFrame(source), responseTo);
console.log(formatExplainedFrame(explained));
process.exitCode = explained.problem === null ? 0 : 1;

function isNumber(text: string | null | undefined): boolean {
  return typeof text === 'string' && /^-?\d+$/.test(text);
}

function readFrame(source: string): Uint8Array {
  if (!existsSync(source)) return fromHex(source) ?? refuse(`'${source}' is neither a file nor hex`);
  const bytes = readFileSync(source);
  return fromHex(bytes.toString('latin1')) ?? bytes;
}

function fromHex(text: string): Uint8Array | null {
  const digits = text.replace(/\s+/g, '');
  return digits !== '' && /^([0-9a-f]{2})+$/i.test(digits) ? Buffer.from(digits, 'hex') : null;
}

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}
