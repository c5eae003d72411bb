/**
 * The one door for everything that is not computed: time, chance, disk, network and CPU-heavy jobs.
 *
 * `node/` implements it for production, `sim/` from a seed for tests. Nothing else in Ottla reads a clock, draws a random
 * number or opens a file or socket; `tools/tidy.test.ts` enforces it.
 */

/** Everything nondeterministic enters through this object, and through nothing else. */
export interface Io {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly network: Network;
  readonly compute: Compute;
}

// ---------------------------------------------------------------------------------------------------------------- time

export interface Clock {
  /** Unix milliseconds, whole. May jump either way: only for timestamps that users see. */
  wallMs(): number;
  /** Milliseconds since an arbitrary start, fractional. Never goes back: for every timeout and measurement. */
  monotonicMs(): number;
  /** Calls `fire` once, `delayMs` (>= 0) from now on the monotonic clock. */
  after(delayMs: number, fire: () => void): Timer;
  /** Calls `run` on a later turn of the event loop, after pending I/O callbacks (as `setImmediate` does). */
  defer(run: () => void): void;
}

export interface Timer {
  /** Idempotent; after it `fire` is never called. */
  cancel(): void;
}

// -------------------------------------------------------------------------------------------------------------- chance

export interface Random {
  /** Uniform in [0, 1). */
  float(): number;
  /** Uniform integer in [0, bound); `bound` is in [1, 2^32]. */
  below(bound: number): number;
  /** Fills with cryptographically strong bytes (in simulation: with the seed's) and returns `into`. */
  fill(into: Uint8Array): Uint8Array;
}

// ---------------------------------------------------------------------------------------------------------------- disk

/**
 * A file system. Paths are absolute or relative to the process, `/`-separated.
 *
 * Failures are `DiskError`s whose `errno` is the POSIX name (`ENOENT`, `ENOSPC`, `EIO`, `EACCES`, ...).
 */
export interface Disk {
  /**
   * Opens a file. Modes: `read` (must exist), `write` (must exist, read and write), `create` (made when absent, read and
   * write), `createNew` (fails with EEXIST when present).
   */
  open(path: string, mode: OpenMode): Promise<DiskFile>;
  /** Atomic, replaces a file at `to`; durable only once both parent directories are synced. Files and directories. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file. */
  remove(path: string): Promise<void>;
  /** Removes a directory and all below it; no error when absent. */
  removeTree(path: string): Promise<void>;
  /** Makes a directory and its missing parents; no error when present. */
  makeDirectory(path: string): Promise<void>;
  /** Entries of a directory, sorted by name. */
  list(path: string): Promise<DirectoryEntry[]>;
  /** Null when nothing is there. */
  stat(path: string): Promise<FileStat | null>;
  /** Makes creates, renames and removes inside `path` durable. A rejection is fatal for that directory. */
  syncDirectory(path: string): Promise<void>;
  /** Bytes an unprivileged process may still write on the file system of `path`. */
  freeBytes(path: string): Promise<number>;
  /**
   * Takes the exclusive lock on `<directory>/.lock` that Apache Kafka takes too.
   *
   * @throws {DirectoryLockedError} another process (Ottla or a JVM), or another lock of this process, holds it.
   */
  lock(directory: string): Promise<DirectoryLock>;
}

export type OpenMode = 'read' | 'write' | 'create' | 'createNew';

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'other';
}

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'other';
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export interface DirectoryLock {
  release(): Promise<void>;
}

export interface DiskFile {
  readonly path: string;
  /** Fills `into` from `position`; resolves to the bytes read, fewer only at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>;
  /**
   * Adds all chunks at the end in one vectored write; volatile until `sync` or `datasync`. The caller leaves the chunks
   * alone until it settles. On rejection any prefix may have been written: look at `size()`, then `truncate`.
   */
  append(chunks: readonly Uint8Array[]): Promise<void>;
  /** As `append`, at a position; the file grows when needed. */
  write(chunks: readonly Uint8Array[], position: number): Promise<void>;
  /** fsync. A rejection is fatal: the pages may be gone though reads still see them; never retry. */
  sync(): Promise<void>;
  /** fdatasync: content and size, not timestamps. Fatal as `sync`. */
  datasync(): Promise<void>;
  /** Cuts, or extends with zeros (sparse), to `sizeBytes`. */
  truncate(sizeBytes: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

// ------------------------------------------------------------------------------------------------------------- network

export interface Network {
  /** Binds; resolves once listening. Port 0 picks a free one. */
  listen(options: ListenOptions, onConnection: (socket: Socket) => void): Promise<Listener>;
  /** Resolves once connected (and, with TLS, after its handshake). Rejects with a `NetworkError`. */
  connect(options: ConnectOptions): Promise<Socket>;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly backlog?: number;
  readonly tls?: TlsServerOptions;
}

export interface TlsServerOptions {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
  readonly ca?: string;
  readonly clientAuth?: 'none' | 'requested' | 'required';
}

export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs?: number;
  readonly tls?: TlsClientOptions;
}

export interface TlsClientOptions {
  readonly serverName?: string;
  readonly ca?: string;
  readonly key?: string;
  readonly cert?: string;
  /** Default true; false accepts any certificate. */
  readonly verify?: boolean;
}

export interface Listener {
  readonly address: NetworkAddress;
  /** New connections use the new certificate; open ones go on. */
  reloadTls(tls: TlsServerOptions): void;
  /** Stops accepting; open sockets stay. */
  close(): Promise<void>;
}

export interface NetworkAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * One stream of bytes each way, in order, without message borders.
 *
 * Handlers are set once with `start`, in the turn in which the socket was handed over; until then nothing is read.
 */
export interface Socket {
  readonly local: NetworkAddress;
  readonly remote: NetworkAddress;
  /** The name that a TLS client asked for (SNI), else null. */
  readonly serverName: string | null;
  /** DER of the peer's certificate when TLS verified one, else null. */
  readonly peerCertificate: Uint8Array | null;
  start(handlers: SocketHandlers): void;
  /**
   * Queues chunks in order, in one vectored write. The caller leaves them alone until `sent` is called, which happens when
   * the kernel has taken them, or when the socket is closed.
   *
   * @returns bytes now queued in this process, this write included.
   */
  write(chunks: readonly Uint8Array[], sent?: () => void): number;
  /** Bytes written here and not yet taken by the kernel. */
  readonly queuedBytes: number;
  /** Stops reading: the peer's window fills. */
  pause(): void;
  resume(): void;
  /** Sends what is queued, then FIN. */
  end(): void;
  /** Drops the connection now; `onClose` follows. */
  destroy(error?: Error): void;
}

export interface SocketHandlers {
  /** Bytes as they came; the view is valid only during the call unless it is copied or `retained` is true. */
  onData(chunk: Uint8Array): void;
  /** The peer sent FIN. */
  onEnd?(): void;
  /** `queuedBytes` fell to zero. */
  onDrain?(): void;
  /** Called once, last. `error` is null after an orderly end on both sides. */
  onClose(error: Error | null): void;
}

// ------------------------------------------------------------------------------------------------------------- compute

/**
 * CPU-heavy work (over 1 ms) off the event loop. A job is a pure function registered under a name with its module, so that
 * a worker thread can load it; in simulation it runs inline on a turn that the seed picks.
 */
export interface Compute {
  run<Input, Output>(job: ComputeJob<Input, Output>, input: Input, transfer?: readonly ArrayBuffer[]): Promise<Output>;
}

export interface ComputeJob<Input, Output> {
  readonly name: string;
  /** URL of the module that exports the job's function. */
  readonly module: string;
  /** The exported function's name. */
  readonly export: string;
  /** The function itself, for simulation and for inputs too small to ship. */
  readonly run: (input: Input) => Output;
}
