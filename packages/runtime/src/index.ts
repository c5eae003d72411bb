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
