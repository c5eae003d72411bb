/**
 * `npm run conformance -- [WORDS]`: the whole against foreign clients and Apache Kafka itself. Fetches what it needs first.
 *
 * Where Java or Maven is missing the tests skip, loudly; `.ci/run` allows no skip that is not named.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './tree.ts';

const fetched = spawnSync(join(ROOT, 'conformance', 'run'), ['--fetch'], { stdio: 'inherit' });
if (fetched.status !== 0) console.error('Apache Kafka could not be fetched: tests that need it will skip.');
process.argv.push('--only-conformance');
await import('./test.ts');
