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
  /** Calls `fire` once, at least `delayMs` (>= 0, finite, any length) from now on the monotonic clock, never in this turn. */
  after(delayMs: number, fire: () => void): Timer;
  /** Calls `run` on a later turn of the event loop, in the order of the calls (as `setImmediate` does). */
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
  /**
   * Atomic; replaces a file (or an empty directory by a directory) at `to`. Durable only once both parent directories are
   * synced. On Windows it fails while the file, or one below the directory, is open.
   */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; a directory is refused with EISDIR or EPERM. Reads through open handles go on (not on Windows). */
  remove(path: string): Promise<void>;
  /** Removes a directory and all below it; no error when absent. */
  removeTree(path: string): Promise<void>;
  /** Makes a directory and its missing parents; no error when present. */
  makeDirectory(path: string): Promise<void>;
  /** Entries of a directory, sorted by name (UTF-16 code units); a link counts as what it points to. */
  list(path: string): Promise<DirectoryEntry[]>;
  /** Null when nothing is there. Follows links. */
  stat(path: string): Promise<FileStat | null>;
  /**
   * Makes creates, renames and removes inside `path` durable. A rejection is fatal for that directory. On Windows, where
   * directories cannot be synced and need not be, it does nothing.
   */
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
  /** Idempotent. A process that dies releases its locks. */
  release(): Promise<void>;
}

/**
 * An open file. Calls may overlap; what overlaps may happen in any order, but appends land in the order of the calls.
 * At a time only one handle of a file appends.
 */
export interface DiskFile {
  /** As it was opened; a rename does not change it. */
  readonly path: string;
  /** Fills `into` from `position`; resolves to the bytes read, fewer only at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>;
  /**
   * Adds all chunks at the end in one vectored write; volatile until `sync` or `datasync`. The caller leaves the chunks
   * alone until it settles. On rejection any part may have been written; until `truncate` has said where the file ends,
   * further appends are rejected with the same error.
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
  /** Idempotent; other calls must have settled. Syncs nothing. */
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
  /**
   * A connection that never became a `Socket`: its TLS handshake failed or took too long, or the process has no file
   * handles left. `error` is a `NetworkError`, `remote` null where unknown. For logs and counters.
   */
  readonly onRefused?: (error: Error, remote: NetworkAddress | null) => void;
}

export interface TlsServerOptions {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
  readonly ca?: string;
  /** Default `none`. A certificate that is sent is verified in both other modes, as Kafka's ssl.client.auth does. */
  readonly clientAuth?: 'none' | 'requested' | 'required';
  /** A client that has not finished its handshake by then is dropped. Default 10,000. */
  readonly handshakeTimeoutMs?: number;
}

export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  /** For name resolution, connect and TLS handshake together; any length, `Infinity` for no limit. Default 30,000. */
  readonly timeoutMs?: number;
  readonly tls?: TlsClientOptions;
}

export interface TlsClientOptions {
  /** Sent as SNI, and looked for in the certificate. Default `host`. */
  readonly serverName?: string;
  readonly ca?: string;
  readonly key?: string;
  readonly cert?: string;
  /** Default true; false accepts any certificate. */
  readonly verify?: boolean;
}

export interface Listener {
  /** What was bound; the port is never 0. */
  readonly address: NetworkAddress;
  /**
   * New connections use the new settings; open ones go on.
   *
   * @throws {TlsError} key and certificate cannot be used; the old ones stay.
   */
  reloadTls(tls: TlsServerOptions): void;
  /** Stops accepting; open sockets stay. */
  close(): Promise<void>;
}

/** `host` is an IP address: IPv4 is never written as `::ffff:`, and IPv6 has no scope id. */
export interface NetworkAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * One stream of bytes each way, in order, without message borders.
 *
 * Handlers are set once with `start`, best in the turn in which the socket was handed over; until then nothing is read.
 * No handler is called from inside a method of this object.
 */
export interface Socket {
  readonly local: NetworkAddress;
  readonly remote: NetworkAddress;
  /** The name that a TLS client asked for (SNI), else null. */
  readonly serverName: string | null;
  /** DER of the peer's certificate when it sent one and that was verified, else null. */
  readonly peerCertificate: Uint8Array | null;
  start(handlers: SocketHandlers): void;
  /**
   * Queues chunks in order, in one vectored write. The caller leaves them alone until `sent` is called, which happens once:
   * when the kernel has taken them, or when the socket is closed. After `end` or `destroy` they are dropped.
   *
   * @returns bytes now queued in this process, this write included (0 when the kernel took all at once).
   */
  write(chunks: readonly Uint8Array[], sent?: () => void): number;
  /** Bytes written here and not yet taken by the kernel. */
  readonly queuedBytes: number;
  /** Stops reading: the peer's window fills. */
  pause(): void;
  resume(): void;
  /** Sends what is queued, then FIN; reading goes on. */
  end(): void;
  /** Drops the connection and what is queued now; `onClose` follows with `error`, or null. Idempotent. */
  destroy(error?: Error): void;
}

export interface SocketHandlers {
  /** Bytes as they came. The view is valid only during the call: copy what has to stay. */
  onData(chunk: Uint8Array): void;
  /** The peer sent FIN. */
  onEnd?(): void;
  /** `queuedBytes` fell to zero after a `write` had left some. */
  onDrain?(): void;
  /** Called once, last. `error` is null after an orderly end on both sides, or a `destroy` without one. */
  onClose(error: Error | null): void;
}

// ------------------------------------------------------------------------------------------------------------- compute

/**
 * CPU-heavy work (over 1 ms) off the event loop. A job is a pure function exported by a module, so that a worker thread can
 * load it; in simulation it runs inline on a turn that the seed picks. Input and output travel as `structuredClone` copies.
 */
export interface Compute {
  /**
   * Runs the job and resolves to what it returns. `transfer` lists buffers of the input that move instead of being copied;
   * the caller no longer has them.
   *
   * @throws what the job throws: an `OperationalError` keeps code, fields and message (not its class), an
   * `AssertionError` stays one, anything else is the cause of a `ComputeError`.
   */
  run<Input, Output>(job: ComputeJob<Input, Output>, input: Input, transfer?: readonly ArrayBuffer[]): Promise<Output>;
}

export interface ComputeJob<Input, Output> {
  /** For errors and metrics. */
  readonly name: string;
  /** `import.meta.url` of the module that exports the job's function. */
  readonly module: string;
  /** The exported function's name. */
  readonly export: string;
  /** The function itself, for simulation and for inputs too small to ship. */
  readonly run: (input: Input) => Output;
  /** True when running it here costs less than shipping it (about 50 us). Default: never. */
  readonly isSmall?: (input: Input) => boolean;
  /** The output's buffers were made for this call alone, so they move to the caller instead of being copied. */
  readonly movesOutput?: boolean;
}
