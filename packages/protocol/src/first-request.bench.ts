/**
 * How long a process takes until it has encoded its first request: what a command line tool pays before it says anything.
 * Measured as whole processes above an empty one, from source with a warm compile cache, and compiled when it was built.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bench } from '@ottla/testing';

const PACKAGES = new URL('../../', import.meta.url);
const BUILT = new URL('../../../dist/', import.meta.url);

bench('first encoded request', (b) => {
  const directory = mkdtempSync(join(tmpdir(), 'ottla-first-request-'));
  try {
    measure(b, directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

function measure(b: Parameters<Parameters<typeof bench>[1]>[0], directory: string): void {
  const empty = write(directory, 'empty.ts', 'const nothing: number = 0;\nexport { nothing };\n');
  const fromSource = write(
    directory,
    'source.ts',
    encodeOne(new URL('runtime/src/', PACKAGES), new URL('protocol/src/', PACKAGES), 'ts'),
  );
  const commands: Record<string, string[]> = { empty: [empty], 'from source': [fromSource] };
  if (existsSync(fileURLToPath(BUILT))) {
    const script = encodeOne(new URL('runtime/dist/', BUILT), new URL('protocol/dist/', BUILT), 'js');
    commands['compiled'] = [write(directory, 'compiled.mjs', script)];
  } else {
    b.report('compiled: not measured, run `npm run build` first');
  }
  const times = b.processes(commands, { env: { NODE_COMPILE_CACHE: join(directory, 'cache') } });
  const above = (name: string): number => times[name]!.ms - times['empty']!.ms;
  b.bar('from source, ms above an empty process', { value: above('from source'), atMost: 60 });
  if (times['compiled'] !== undefined)
    b.bar('compiled, ms above an empty process', { value: above('compiled'), atMost: 40 });
}

function write(directory: string, name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

/** A program that encodes one Metadata request. */
function encodeOne(runtime: URL, protocol: URL, extension: 'ts' | 'js'): string {
  return `
    import { ByteWriter } from '${new URL(`index.${extension}`, runtime).href}';
    import { encodeRequestFrame } from '${new URL(`index.${extension}`, protocol).href}';
    import { metadata } from '${new URL(`messages/03-metadata.${extension}`, protocol).href}';
    const writer = new ByteWriter();
    encodeRequestFrame(writer, metadata, { version: 12, correlationId: 1, clientId: 'first' }, { topics: null });
    if (writer.size < 20) process.exit(1);
  `;
}
