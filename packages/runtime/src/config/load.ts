/** Reads the settings of a start from every place they may stand in. Flags win over `OTTLA_*`, over `KAFKA_*`, over files, over defaults. */
import type { Config } from './config.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import type { ConfigText } from './config-source.ts';
import type { ConfigTable } from './config-table.ts';
import { readEnvironment, type Environment } from './environment.ts';
import { readFlags, type CommandFlags } from './flags.ts';
import { decodeProperties } from './properties.ts';
import { resolveConfig } from './resolve.ts';

/** A properties file, already read. */
export interface ConfigFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface ConfigSources {
  /** What the start was called with, without program and command: `['--port', '0']`. */
  readonly args?: readonly string[];
  readonly commandFlags?: CommandFlags;
  readonly environment?: Environment;
  /** `OTTLA_*` names that are no settings. */
  readonly ignoredVariables?: readonly string[];
  /** Later files win. */
  readonly files?: readonly ConfigFile[];
  /** Given by a program, Kafka's names; wins over all. */
  readonly options?: Readonly<Record<string, string>>;
}

export interface LoadedConfig<Table extends ConfigTable> {
  readonly config: Config<Table>;
  readonly positionals: readonly string[];
  readonly command: ReadonlyMap<string, string>;
}

/** @throws {ConfigError} with every problem of every source. */
export function loadConfig<Table extends ConfigTable>(table: Table, sources: ConfigSources): LoadedConfig<Table> {
  const problems: ConfigProblem[] = [];
  const texts: ConfigText[] = [];
  for (const file of sources.files ?? []) readFile(file, texts, problems);
  for (const text of readEnvironment(table, sources.environment ?? {}, sources.ignoredVariables)) texts.push(text);
  const flags = readFlags(table, sources.args ?? [], sources.commandFlags);
  for (const text of flags.texts) texts.push(text);
  problems.push(...flags.problems);
  for (const [key, text] of Object.entries(sources.options ?? {}))
    texts.push({ key, text, origin: { kind: 'option' } });

  const config = resolveConfig(table, texts, { lenient: true, commandFlags: Object.keys(sources.commandFlags ?? {}) });
  problems.push(...config.problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return { config, positionals: flags.positionals, command: flags.command };
}

function readFile({ path, bytes }: ConfigFile, texts: ConfigText[], problems: ConfigProblem[]): void {
  const { entries, faults } = decodeProperties(bytes);
  for (const { key, value, line } of entries) texts.push({ key, text: value, origin: { kind: 'file', path, line } });
  for (const { line, wrong } of faults) {
    const origin = { kind: 'file', path, line } as const;
    problems.push({ key: 'an entry', value: null, wrong, allowed: null, origin, nearest: null });
  }
}
