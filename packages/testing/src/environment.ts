/** Numbers that the tools hand to tests through the environment. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** @returns undefined when the variable is unset or empty. */
export function wholeNumber(env: Environment, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`${name} is "${text}"; it takes a whole number, e.g. ${name}=42`);
  return Number(text);
}
