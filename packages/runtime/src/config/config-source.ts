/** What a person wrote, before it is judged: one text per key and place. */
import type { ConfigOrigin } from './config-origin.ts';

export interface ConfigText {
  readonly key: string;
  /** As written. May be a secret: never print it. */
  readonly text: string;
  readonly origin: ConfigOrigin;
}

/** Settings given by a program, or as dynamic settings of the cluster. */
export function textsOf(settings: Readonly<Record<string, string>>, origin: ConfigOrigin): ConfigText[] {
  return Object.entries(settings).map(([key, text]) => ({ key, text, origin }));
}
