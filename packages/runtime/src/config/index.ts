export { Config, type ConfigEntry, type ConfigWarning, type ResolveOptions } from './config.ts';
export { describeConfig, formatConfigDocs, type ConfigDescription } from './config-docs.ts';
export { allowedText, ConfigError, formatProblem, type ConfigProblem } from './config-error.ts';
export { formatOrigin, isDefaultOrigin, type ConfigOrigin } from './config-origin.ts';
export {
  boolean,
  className,
  double,
  int,
  list,
  long,
  oneOf,
  oneOfIgnoreCase,
  password,
  short,
  string,
  type ConfigRow,
  type Importance,
  type ListOptions,
  type NumberOptions,
  type Protection,
  type RowOptions,
  type Synonym,
  type UpdateMode,
} from './config-row.ts';
export { textsOf, type ConfigText } from './config-source.ts';
export {
  combineConfigs,
  defineConfig,
  type ConfigOf,
  type ConfigRows,
  type ConfigRule,
  type ConfigTable,
  type ConfigTableOptions,
} from './config-table.ts';
export { formatValue, INT64_MAX_TEXT, UNLIMITED, type ConfigType, type ConfigValue } from './config-value.ts';
export type { CommandFlags } from './flags.ts';
export type { Environment } from './environment.ts';
export { loadConfig, type ConfigFile, type ConfigSources, type LoadedConfig } from './load.ts';
export { findNearest } from './nearest-key.ts';
export { checkUpdate, parseValue, type ParsedValue, type UpdateScope } from './parse-value.ts';
export { decodeProperties, parseProperties, type Properties, type PropertyEntry } from './properties.ts';
export { refuseUnenforced } from './protection.ts';
export { resolveConfig } from './resolve.ts';
export { HIDDEN, Secret } from './secret.ts';
export { formatValidity, type Bound, type Validity } from './validity.ts';
