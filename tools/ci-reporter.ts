/**
 * Node's spec reporter, in which a skipped test is a failed one unless `conformance/allowed-skips.json` names it with a
 * reason: on the machine that decides, a proof that did not run proves nothing.
 */
import { relative } from 'node:path';
import { Readable } from 'node:stream';
import { spec } from 'node:test/reporters';
import type { TestEvent } from 'node:test/reporters';
import allowedSkips from '../conformance/allowed-skips.json' with { type: 'json' };
import { ROOT } from './tree.ts';

export interface AllowedSkip {
  /** From the root. */
  readonly file: string;
  /** The test's name. */
  readonly test: string;
  readonly reason: string;
}

/** Turns skips that are not allowed into failures, and the summary's counts with them. `forbidden` is called for each. */
export async function* judgeSkips(
  events: AsyncIterable<TestEvent>,
  allowed: readonly AllowedSkip[],
  forbidden: () => void,
): AsyncGenerator<TestEvent> {
  const turned = { skipped: 0, todo: 0 };
  const unused = new Set(allowed);
  for await (const event of events) {
    if (event.type === 'test:pass' && (event.data.skip !== undefined || event.data.todo !== undefined)) {
      const file = relative(ROOT, event.data.file ?? '').replaceAll('\\', '/');
      const known = allowed.find((skip) => skip.file === file && skip.test === event.data.name);
      if (known !== undefined) {
        unused.delete(known);
        yield event;
        continue;
      }
      forbidden();
      turned[event.data.skip === undefined ? 'todo' : 'skipped']++;
      yield failure(event);
    } else if (event.type === 'test:diagnostic' && event.data.nesting === 0) {
      yield recounted(event, turned);
    } else {
      yield event;
    }
  }
  for (const { file, test } of unused)
    console.error(`allowed to be skipped, and was not (or did not run): ${file}: ${test}`);
}

function failure(event: Extract<TestEvent, { type: 'test:pass' }>): TestEvent {
  const { skip, todo, ...data } = event.data;
  const said = [skip, todo].find((reason) => typeof reason === 'string') ?? 'no reason given';
  const message = `skipped (${said}): here every test must run; install what it needs, or name it in conformance/allowed-skips.json`;
  // The shape of the runner's own failures: what the reporter prints is the cause.
  const error = Object.assign(new Error(message, { cause: message }), { code: 'ERR_TEST_FAILURE' });
  return { type: 'test:fail', data: { ...data, details: { ...data.details, error } } } as TestEvent;
}

/** The summary comes as lines "skipped 3", "fail 0". */
function recounted(
  event: Extract<TestEvent, { type: 'test:diagnostic' }>,
  turned: { skipped: number; todo: number },
): TestEvent {
  const match = /^(skipped|todo|fail) (\d+)$/.exec(event.data.message);
  if (match === null) return event;
  const [, what, count] = match;
  const change = what === 'fail' ? turned.skipped + turned.todo : what === 'todo' ? -turned.todo : -turned.skipped;
  return { ...event, data: { ...event.data, message: `${what} ${Number(count) + change}` } };
}

/** What `--test-reporter` loads; Node takes a reporter from a module's default export and nothing else. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const judged = judgeSkips(events, allowedSkips, () => (process.exitCode = 1));
  yield* Readable.from(judged).compose<Readable>(new spec());
}
