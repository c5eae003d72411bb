export { assert, AssertionError, unreachable } from './assert.ts';
export { ComputeError, RemoteError } from './compute-errors.ts';
export { DirectoryLockedError, DiskError, type DiskOperation } from './disk-errors.ts';
export { GiB, KiB, MiB } from './byte-sizes.ts';
export { ByteReader, ByteReaderError } from './byte-reader.ts';
export { ByteWriter, uvarintBytes, type WriterMark } from './byte-writer.ts';
export { isOperationalError, OperationalError, type OperationalErrorCode } from './errors.ts';
export type {
  Clock,
  Compute,
  ComputeJob,
  ConnectOptions,
  DirectoryEntry,
  DirectoryLock,
  Disk,
  DiskFile,
  FileStat,
  Io,
  Listener,
  ListenOptions,
  Network,
  NetworkAddress,
  OpenMode,
  Random,
  Socket,
  SocketHandlers,
  Timer,
  TlsClientOptions,
  TlsServerOptions,
} from './io.ts';
export type { ProcessHolder } from './io-failure.ts';
export { NetworkError, TlsError, type CertificateSummary, type NetworkOperation } from './network-errors.ts';
export { Prng } from './prng.ts';
export { StringCache } from './string-cache.ts';
export {
  formatUuid,
  isReservedUuid,
  isUuid,
  LOST_LOG_DIR_ID,
  METADATA_TOPIC_ID,
  parseUuidInto,
  randomUuid,
  ZERO_UUID,
} from './uuid.ts';
export { SlabPoolExhaustedError, SlabTooLargeError } from './slab-pool-errors.ts';
export { SlabLease, SlabView } from './slab-pool-lease.ts';
export { SLAB_POISON, SlabPool, type SlabPoolOptions, type SlabPoolStats, type SlabWaiter } from './slab-pool.ts';
export { TimerEntry, TimerWheel, type TimerWheelOptions } from './timer-wheel.ts';
export { TimelineMap, type TimelineMapView } from './timeline/timeline-map.ts';
export { TimelineSet, type TimelineSetView } from './timeline/timeline-set.ts';
export { TimelineValue } from './timeline/timeline-value.ts';
export { Timeline } from './timeline/timeline.ts';
export { Config, type ConfigEntry, type ConfigWarning, type ResolveOptions } from './config/config.ts';
export { describeConfig, formatConfigDocs, type ConfigDescription } from './config/config-docs.ts';
export { allowedText, ConfigError, formatProblem, type ConfigProblem } from './config/config-error.ts';
export { formatOrigin, isDefaultOrigin, type ConfigOrigin } from './config/config-origin.ts';
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
} from './config/config-row.ts';
export { textsOf, type ConfigText } from './config/config-source.ts';
export {
  combineConfigs,
  defineConfig,
  type ConfigOf,
  type ConfigRows,
  type ConfigRule,
  type ConfigTable,
  type ConfigTableOptions,
} from './config/config-table.ts';
export { formatValue, INT64_MAX_TEXT, UNLIMITED, type ConfigType, type ConfigValue } from './config/config-value.ts';
export type { CommandFlags } from './config/flags.ts';
export type { Environment } from './config/environment.ts';
export { loadConfig, type ConfigFile, type ConfigSources, type LoadedConfig } from './config/load.ts';
export { findNearest } from './config/nearest-key.ts';
export { checkUpdate, parseValue, type ParsedValue, type UpdateScope } from './config/parse-value.ts';
export { decodeProperties, parseProperties, type Properties, type PropertyEntry } from './config/properties.ts';
export { refuseUnenforced } from './config/protection.ts';
export { resolveConfig } from './config/resolve.ts';
export { HIDDEN, Secret } from './config/secret.ts';
export { formatValidity, type Bound, type Validity } from './config/validity.ts';
export { foreignSink, type ForeignLogger, type ForeignLoggerOptions } from './logger/foreign-logger.ts';
export {
  LOG_SEVERITIES,
  type LogEvent,
  type LogFields,
  type LogLevel,
  type LogSink,
  type LogThreshold,
} from './logger/log-event.ts';
export {
  formatColourEvent,
  formatJsonEvent,
  formatTextEvent,
  lineSink,
  wantsColour,
  type LogFormat,
} from './logger/log-format.ts';
export { Logging, type Logger, type LoggingOptions } from './logger/logger.ts';
export { cut, escapeControls, quoted } from './logger/printable.ts';
export { Counter } from './metrics/counter.ts';
export { Gauge } from './metrics/gauge.ts';
export { Histogram, type HistogramSnapshot } from './metrics/histogram.ts';
export type { HistogramRange } from './metrics/histogram-layout.ts';
export type { LabelValues, MetricFamily } from './metrics/metric-family.ts';
export type { MetricOptions, MetricType } from './metrics/metric-name.ts';
export {
  MetricsRegistry,
  type FamilyMetricOptions,
  type GaugeEmit,
  type HistogramOptions,
  type MetricSnapshot,
  type SeriesSnapshot,
} from './metrics/metrics-registry.ts';
export {
  formatOpenMetrics,
  formatPrometheus,
  OPEN_METRICS_CONTENT_TYPE,
  PROMETHEUS_CONTENT_TYPE,
} from './metrics/metrics-text.ts';
