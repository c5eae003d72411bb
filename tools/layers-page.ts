/** docs/generated/layers.md: the wall table, for people. */
import { ROOMS } from './layers.ts';

export function layersPage(): string {
  const rows = ROOMS.map(({ name, at, may, withheld, why }) => {
    const without = withheld === undefined ? '' : '; no disk, no network';
    return `| ${name} | \`${at}\` | ${may.join(', ') || 'nothing'}${without} | ${why} |`;
  });
  return [
    '# Who may import whom',
    '',
    'Rooms of the house, planned ones included. Tests may also import `testing`, `runtime/node` and `runtime/sim`.',
    '',
    '| room | where | may import | why |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}
