/** What the tools are called with: a number that is none ends in one line, not in a stack trace. */

/** @returns what is wrong with the first that is no whole number, in one line; null when all are. */
export function describeBadNumber(values: Readonly<Record<string, unknown>>, names: readonly string[]): string | null {
  for (const name of names) {
    const text = values[name];
    if (typeof text === 'string' && !(/^\d+$/.test(text) && Number.isSafeInteger(Number(text)))) {
      return `--${name} takes a whole number, e.g. --${name} 42; "${text}" is none`;
    }
  }
  return null;
}

/** Ends the program with status 2 when one of these options was given and is no whole number. */
export function demandNumbers(values: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  const wrong = describeBadNumber(values, names);
  if (wrong === null) return;
  console.error(wrong);
  process.exit(2);
}
