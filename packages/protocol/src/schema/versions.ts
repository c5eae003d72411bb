/** Version ranges as the schemas write them: `'3'`, `'3-7'`, `'3+'`, `'none'`. */
import { assert } from '@ottla/runtime';

/** Both ends inclusive; `none` is the empty range. `to` is `OPEN` where the range has no end. */
export interface VersionRange {
  readonly from: number;
  readonly to: number;
}

/** Kafka versions are int16. */
export const OPEN = 0x7fff;
export const NONE: VersionRange = Object.freeze({ from: 0, to: -1 });

export type Versions = `${number}` | `${number}+` | `${number}-${number}` | 'none';

export function parseVersions(text: Versions): VersionRange {
  if (text === 'none') return NONE;
  const match = /^(\d+)(?:(\+)|-(\d+))?$/.exec(text);
  assert(match !== null, `'${text}' is a version range`);
  const from = Number(match[1]);
  const to = match[2] === '+' ? OPEN : match[3] === undefined ? from : Number(match[3]);
  return { from, to };
}

export function formatVersions({ from, to }: VersionRange): Versions {
  if (to < from) return 'none';
  if (to === OPEN) return `${from}+`;
  return from === to ? `${from}` : `${from}-${to}`;
}

export function includes(range: VersionRange, version: number): boolean {
  return version >= range.from && version <= range.to;
}
