/** What a key that somebody wrote stands for: a row, a row for one listener, a plugin's own setting, or nothing known. */
import type { ConfigRow } from './config-row.ts';
import type { ConfigTable } from './config-table.ts';

export type KeyMeaning =
  | { readonly kind: 'row'; readonly row: ConfigRow }
  /** `mechanism` is null for a key that counts for the whole listener. Both are lower case, as Kafka demands. */
  | { readonly kind: 'listener'; readonly row: ConfigRow; readonly listener: string; readonly mechanism: string | null }
  /** A known key below a listener, where it has no business. */
  | { readonly kind: 'misplaced'; readonly row: ConfigRow }
  | { readonly kind: 'plugin' }
  | { readonly kind: 'unknown' };

const LISTENER_KEY = /^listener\.name\.([^.]+)\.(.+)$/;

export function meaningOf(table: ConfigTable, key: string): KeyMeaning {
  const row = table.byKey.get(key);
  if (row !== undefined) return { kind: 'row', row };
  const listenerKey = LISTENER_KEY.exec(key);
  if (listenerKey !== null) return listenerMeaning(table, listenerKey[1]!, listenerKey[2]!);
  return { kind: table.pluginPrefixes.some((prefix) => key.startsWith(prefix)) ? 'plugin' : 'unknown' };
}

/** Every key that could have been meant by `key`; with the listener's prefix where `key` has it. */
export function* candidateKeys(table: ConfigTable, key: string): Generator<string> {
  yield* table.byKey.keys();
  const listenerKey = LISTENER_KEY.exec(key);
  if (listenerKey === null) return;
  const rest = listenerKey[2]!;
  const prefix = key.slice(0, key.length - rest.length);
  const mechanism = `${rest.split('.', 1)[0]}.`;
  for (const row of table.byKey.values()) {
    if (row.listenerPrefix === 'listener') yield prefix + row.key;
    if (row.listenerPrefix === 'listener.mechanism') yield prefix + mechanism + row.key;
  }
}

function listenerMeaning(table: ConfigTable, listener: string, rest: string): KeyMeaning {
  const whole = table.byKey.get(rest);
  if (whole?.listenerPrefix === 'listener') return { kind: 'listener', row: whole, listener, mechanism: null };
  const dot = rest.indexOf('.');
  const row = table.byKey.get(rest.slice(dot + 1));
  if (dot > 0 && row?.listenerPrefix === 'listener.mechanism') {
    return { kind: 'listener', row, listener, mechanism: rest.slice(0, dot) };
  }
  const misplaced = whole ?? row;
  return misplaced === undefined ? { kind: 'unknown' } : { kind: 'misplaced', row: misplaced };
}
