/** Where a value came from. Kept with each, for `config show --origin`, for messages and for DescribeConfigs. */
import { unreachable } from '../assert.ts';
import { escapeControls } from '../logger/printable.ts';

export type ConfigOrigin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly path: string; readonly line: number }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'flag'; readonly name: string }
  /** Given by the program that embeds Ottla. */
  | { readonly kind: 'option' }
  /** In the cluster's metadata. `entity` names whose: `broker 1`, `all brokers`, `topic orders`. */
  | { readonly kind: 'dynamic'; readonly entity: string }
  /** Another key's value: a synonym's, or the broker's for a topic. */
  | { readonly kind: 'synonym'; readonly key: string; readonly of: ConfigOrigin };

export const DEFAULT_ORIGIN: ConfigOrigin = Object.freeze({ kind: 'default' });

/** For a person: `server.properties line 4`. Characters from outside are escaped. */
export function formatOrigin(origin: ConfigOrigin): string {
  switch (origin.kind) {
    case 'default':
      return 'default';
    case 'file':
      return `${escapeControls(origin.path)} line ${origin.line}`;
    case 'environment':
      return `environment ${escapeControls(origin.name)}`;
    case 'flag':
      return `flag ${escapeControls(origin.name)}`;
    case 'option':
      return 'option of the program';
    case 'dynamic':
      return `dynamic, ${escapeControls(origin.entity)}`;
    case 'synonym':
      return `${escapeControls(origin.key)}, ${formatOrigin(origin.of)}`;
    default:
      return unreachable(origin);
  }
}

/** Whether nobody gave the value. */
export function isDefaultOrigin(origin: ConfigOrigin): boolean {
  return origin.kind === 'default' || (origin.kind === 'synonym' && isDefaultOrigin(origin.of));
}

/** Whether two texts come from one place, so that the second of a key is likely a mistake. */
export function isSameSource(one: ConfigOrigin, other: ConfigOrigin): boolean {
  if (one.kind !== other.kind) return false;
  if (one.kind === 'file' && other.kind === 'file') return one.path === other.path;
  return one.kind === 'flag';
}
