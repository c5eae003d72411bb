/**
 * Prints what is in the files of a log, as Kafka's DumpLogSegments does, or as JSON; or checks a partition's directory.
 *
 *   node tools/dump-log.ts --files a.log,b.index [--print-data-log] [--deep-iteration] [--json]
 *   node tools/dump-log.ts --check DIRECTORY [--json]
 *
 * Options are those of Kafka's tool. Ends with 1 when something is wrong with a file.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createNodeIo } from '@ottla/runtime/node';
import { checkLogDirectory } from '../packages/broker/src/log/dump/check-log-directory.ts';
import { dumpFiles } from '../packages/broker/src/log/dump/dump-files.ts';
import { createJsonOutput, createTextOutput, type DumpOutput } from '../packages/broker/src/log/dump/dump-output.ts';
import { formatJson } from '../packages/broker/src/log/dump/java-json.ts';
import {
  createBytesDecoder,
  decodeClusterMetadataRecord,
  decodeGroupRecord,
  decodeShareStateRecord,
  decodeTransactionRecord,
  findBytesDecoder,
  type BytesDecoder,
  type RecordDecoder,
} from '../packages/broker/src/log/dump/record-decoder.ts';

const flag = { type: 'boolean', default: false } as const;
const { disk } = createNodeIo();
const options = parseOptions();
const write = (line: string): void => void process.stdout.write(`${line}\n`);
if (options.check !== undefined) await check(options.check);
else if (options.files !== undefined) await dump(options.files.split(','));
else refuse('--files FILE,… says what to dump, --check DIRECTORY what to check');

function parseOptions() {
  try {
    return parseArgs({
      options: {
        files: { type: 'string' },
        check: { type: 'string' },
        json: flag,
        'print-data-log': flag,
        'deep-iteration': flag,
        'verify-index-only': flag,
        'index-sanity-check': flag,
        'skip-record-metadata': flag,
        'offsets-decoder': flag,
        'transaction-log-decoder': flag,
        'cluster-metadata-decoder': flag,
        'share-group-state-decoder': flag,
        'key-decoder-class': { type: 'string' },
        'value-decoder-class': { type: 'string' },
        'max-bytes': { type: 'string' },
      },
    }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

async function check(directory: string): Promise<void> {
  const findings = await checkLogDirectory(disk, directory);
  for (const finding of findings) write(options.json ? formatJson({ ...finding }) : finding.sentence);
  process.exitCode = findings.length === 0 ? 0 : 1;
}

async function dump(files: readonly string[]): Promise<void> {
  const bytesMax = options['max-bytes'] === undefined ? Infinity : Number(options['max-bytes']);
  if (!(bytesMax >= 0)) refuse(`--max-bytes ${options['max-bytes']} is no number of bytes`);
  let isDamaged = false;
  const output = createOutput();
  const noticing: DumpOutput = {
    write(file, item) {
      isDamaged ||=
        item.kind === 'problem' || (item.kind === 'mismatch' && item.mismatch !== 'offsets not consecutive');
      output.write(file, item);
    },
    end: () => output.end(),
  };
  const decoder = findDecoder();
  await dumpFiles(
    disk,
    files,
    {
      deepIteration: options['deep-iteration'],
      decoder,
      verifyIndexOnly: options['verify-index-only'],
      indexSanityCheck: options['index-sanity-check'],
      bytesMax,
    },
    noticing,
  );
  process.exitCode = isDamaged ? 1 : 0;
}

function createOutput(): DumpOutput {
  if (options.json) return createJsonOutput(write);
  const text = {
    skipRecordMetadata: options['skip-record-metadata'],
    absolutePath: (file: string) => resolve(file),
  };
  return createTextOutput(text, write, (line) => void process.stderr.write(`${line}\n`));
}

/** As Kafka's tool, the first of these counts. */
function findDecoder(): RecordDecoder | null {
  if (options['offsets-decoder']) return decodeGroupRecord;
  if (options['transaction-log-decoder']) return decodeTransactionRecord;
  if (options['cluster-metadata-decoder']) return decodeClusterMetadataRecord;
  if (options['share-group-state-decoder']) return decodeShareStateRecord;
  const [key, value] = [options['key-decoder-class'], options['value-decoder-class']];
  if (!options['print-data-log'] && key === undefined && value === undefined) return null;
  return createBytesDecoder(bytesDecoder(key ?? 'string'), bytesDecoder(value ?? 'string'));
}

function bytesDecoder(name: string): BytesDecoder {
  return findBytesDecoder(name) ?? refuse(`decoder ${name} is not known; there are string, integer, long and default`);
}

function refuse(message: string): never {
  console.error(message);
  console.error(
    'usage: node tools/dump-log.ts --files FILE,… [options of kafka-dump-log] [--json] | --check DIRECTORY',
  );
  process.exit(2);
}
