/**
 * `meta.properties`: to which cluster and node a log directory belongs.
 *
 * Version 1 is that of KRaft; version 0 (or none) comes from the times of ZooKeeper and promises no key. Read as Java reads
 * properties; written in the order in which Apache Kafka 4.4 writes the keys on JDK 17, so that the same content is the same bytes.
 */
import { isUuid, KiB, type Disk } from '@ottla/runtime';
import { decodeProperties, type PropertyEntry } from '@ottla/runtime/config';
import { replaceFile } from './log-dir-durable.ts';
import { INT32_MAX, LogFileError, parseWholeNumber, quotedLine, readSmallFile } from './log-dir-text.ts';
import { META_PROPERTIES_NAME } from './log-names.ts';

export interface MetaProperties {
  readonly version: 0 | 1;
  /** Never null in version 1; any text. */
  readonly clusterId: string | null;
  /** `broker.id` in version 0; never null in version 1. */
  readonly nodeId: number | null;
  /** A UUID as text. Null in directories from before KIP-858. */
  readonly directoryId: string | null;
}

const FILE_BYTES_MAX = 64 * KiB;
const CURE =
  'Restore the file from a backup, or write it anew: four lines version=1, cluster.id=…, node.id=… and directory.id=…, with the ' +
  'values of this node (other log directories of the node have the same cluster.id and node.id; without directory.id a new one is made).';

/** @param wallMs goes into a comment, as UTC. */
export function formatMetaProperties(meta: MetaProperties, wallMs: number): Uint8Array {
  const lines = ['#', `#${javaDate(wallMs)}`];
  const put = (key: string, value: string | number | null): void => {
    if (value !== null) lines.push(`${key}=${escapeValue(String(value))}`);
  };
  put(meta.version === 0 ? 'broker.id' : 'node.id', meta.nodeId);
  put('directory.id', meta.directoryId);
  put('version', meta.version);
  put('cluster.id', meta.clusterId);
  return Buffer.from(`${lines.join('\n')}\n`, 'latin1');
}

/** As Java's `Date.toString`: `Sat Nov 21 06:23:28 UTC 2026`. */
function javaDate(wallMs: number): string {
  const [weekday, day, month, year, time] = new Date(wallMs).toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\f': '\\f' };

/** What Java writes; beyond ASCII `\uXXXX`, which every reader understands. */
function escapeValue(value: string): string {
  return value
    .replace(/[\\=:#!\t\n\r\f]/g, (character) => ESCAPES[character] ?? `\\${character}`)
    .replace(/^ +/, (blanks) => '\\ '.repeat(blanks.length))
    .replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`);
}

/** Keys that it does not know are passed over, as in Kafka. @param path for messages. @throws {LogFileError} */
export function parseMetaProperties(path: string, bytes: Uint8Array): MetaProperties {
  const { entries, faults } = decodeProperties(bytes);
  const refuse = (line: number | null, why: string): never => {
    throw new LogFileError({ path, line, why, cure: CURE });
  };
  const fault = faults[0];
  if (fault !== undefined) refuse(fault.line, `it ${fault.wrong}`);
  const find = (key: string): PropertyEntry | undefined => entries.findLast((entry) => entry.key === key);
  const number = (entry: PropertyEntry | undefined): number | null => {
    if (entry === undefined) return null;
    const { key, value, line } = entry;
    return (
      parseWholeNumber(value, INT32_MAX) ??
      refuse(line, `${key} takes a whole number from 0 to ${INT32_MAX}, found ${quotedLine(value)}`)
    );
  };
  const versionEntry = find('version');
  const version = versionEntry === undefined ? 0 : number({ ...versionEntry, value: versionEntry.value.trim() });
  if (version !== 0 && version !== 1) {
    return refuse(versionEntry?.line ?? null, `version ${version} is unknown; this broker knows 0 and 1`);
  }
  const nodeId = number(find(version === 0 ? 'broker.id' : 'node.id'));
  const clusterId = find('cluster.id')?.value ?? null;
  if (version === 1 && clusterId === null) refuse(null, 'cluster.id is missing');
  if (version === 1 && nodeId === null) refuse(null, 'node.id is missing');
  const directory = find('directory.id');
  if (directory !== undefined && !isUuid(directory.value)) {
    refuse(directory.line, `directory.id takes a UUID of 22 characters, found ${quotedLine(directory.value)}`);
  }
  return { version, clusterId, nodeId, directoryId: directory?.value ?? null };
}

/** Null when the directory has none: it is new. @throws {DiskError} @throws {LogFileError} */
export async function readMetaProperties(disk: Disk, directory: string): Promise<MetaProperties | null> {
  const path = `${directory}/${META_PROPERTIES_NAME}`;
  const bytes = await readSmallFile(disk, path, { bytesMax: FILE_BYTES_MAX, cure: CURE });
  return bytes === null ? null : parseMetaProperties(path, bytes);
}

/** @throws {DiskError} */
export function writeMetaProperties(
  disk: Disk,
  directory: string,
  meta: MetaProperties,
  wallMs: number,
): Promise<void> {
  return replaceFile(disk, `${directory}/${META_PROPERTIES_NAME}`, formatMetaProperties(meta, wallMs));
}
