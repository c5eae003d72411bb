/** docs/generated/errors.md: every Kafka error code, for people. */
import { ERROR_ACTIONS, ERROR_ROWS } from '@ottla/protocol';

export function errorsPage(): string {
  return [
    '# Kafka error codes',
    '',
    'What each code means, what the one who asked does next, and what helps when it does not go away by itself.',
    'A *retriable* one may be answered differently when the same request is sent again.',
    '',
    '| code | name | retriable | what the client does | what it means | what helps |',
    '|---|---|---|---|---|---|',
    ...ERROR_ROWS.map(
      ({ code, name, retriable, action, meaning, fix }) =>
        `| ${code} | ${name} | ${retriable ? 'yes' : ''} | \`${action}\` | ${cell(meaning)} | ${cell(fix)} |`,
    ),
    '',
    '## What the client does',
    '',
    ...Object.entries(ERROR_ACTIONS).map(([action, text]) => `- \`${action}\`: ${text}`),
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
