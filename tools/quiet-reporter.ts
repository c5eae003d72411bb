/** A test reporter that speaks only of failures: benches and fuzzers print what they found themselves. */
import { inspect } from 'node:util';
import type { TestEvent } from 'node:test/reporters';

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    if (type !== 'test:fail') continue;
    const { error } = data.details;
    const cause = error.cause ?? error;
    yield `${data.name} failed: ${cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause)}\n`;
  }
}
