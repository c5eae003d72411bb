/**
 * The three indexes of one segment: in memory while it is appended to, else read when they are needed and dropped when others
 * need the memory. One that is missing or cannot be is built anew from the segment, without anybody noticing but the log.
 */
import { assert, DiskError } from '@ottla/runtime';
import { CorruptIndexError } from './index-file.ts';
import { formatOffsetName, OFFSET_INDEX_SUFFIX, TIME_INDEX_SUFFIX, TRANSACTION_INDEX_SUFFIX } from './log-names.ts';
import { OFFSET_INDEX_ENTRY_BYTES, OffsetIndex } from './offset-index.ts';
import type { OpenDirectory } from './open-files.ts';
import type { SegmentContext } from './segment-context.ts';
import { CorruptSegmentError } from './segment-errors.ts';
import { BatchHeaders, type SegmentBytes } from './segment-headers.ts';
import { IndexBuilder, type IndexSettings, type LoadedIndexes } from './segment-index-builder.ts';
import { IndexStore, UNKNOWN_BYTES } from './segment-index-store.ts';
import { TIME_INDEX_ENTRY_BYTES, TimeIndex } from './time-index.ts';
import { TRANSACTION_INDEX_ENTRY_BYTES, TransactionIndex, type AbortedTransaction } from './transaction-index.ts';

/** The segment, as its indexes see it. */
export interface IndexedLog extends SegmentBytes {
  readonly path: string;
  readonly sizeBytes: number;
}

export class SegmentIndexes {
  readonly #baseOffset: number;
  readonly #context: SegmentContext;
  readonly #settings: IndexSettings;
  readonly #log: IndexedLog;
  readonly #offsets: IndexStore<OffsetIndex>;
  readonly #times: IndexStore<TimeIndex>;
  readonly #transactions: IndexStore<TransactionIndex>;
  #loading: Promise<LoadedIndexes> | null = null;
  #builder: IndexBuilder | null = null;

  constructor(
    context: SegmentContext,
    log: IndexedLog,
    at: { readonly directory: OpenDirectory; readonly baseOffset: number; readonly suffix: string },
    settings: IndexSettings,
  ) {
    const file = (suffix: string) => at.directory.file(formatOffsetName(at.baseOffset, suffix + at.suffix));
    this.#baseOffset = at.baseOffset;
    this.#context = context;
    this.#settings = settings;
    this.#log = log;
    this.#offsets = new IndexStore(file(OFFSET_INDEX_SUFFIX), OFFSET_INDEX_ENTRY_BYTES, true);
    this.#times = new IndexStore(file(TIME_INDEX_SUFFIX), TIME_INDEX_ENTRY_BYTES, true);
    this.#transactions = new IndexStore(file(TRANSACTION_INDEX_SUFFIX), TRANSACTION_INDEX_ENTRY_BYTES, false);
  }

  /** What appends add to. Only of a segment that is appended to: see `pin`. */
  get builder(): IndexBuilder {
    assert(this.#builder !== null, 'the segment is appended to');
    return this.#builder;
  }

  /** Makes the files of a new segment, empty ones in place of what is there, and pins the indexes. @throws {DiskError} */
  async create(): Promise<void> {
    await this.#offsets.file.use('create', (file) => file.truncate(0));
    await this.#times.file.use('create', (file) => file.truncate(0));
    await removeIfPresent(this.#transactions);
    this.reset(0);
  }

  /** Pins empty indexes, whatever the files hold, for a recovery. @param fileBytes that each has. */
  reset(fileBytes: number = UNKNOWN_BYTES): IndexBuilder {
    this.#context.indexCache.remove(this);
    this.#builder = this.#newBuilder();
    this.#offsets.replace(this.#builder.offsets, fileBytes);
    this.#times.replace(this.#builder.times, fileBytes);
    this.#transactions.replace(new TransactionIndex(), fileBytes);
    return this.#builder;
  }

  /** Loads the indexes to be added to: from now on they stay in memory. @throws as `load` and `transactions`. */
  async pin(): Promise<void> {
    if (this.#builder !== null) return;
    let loaded = await this.load();
    await this.transactions();
    // What was loaded first may have been dropped for the second.
    while (this.#transactions.index === null || this.#offsets.index !== loaded.offsets) {
      await this.transactions();
      loaded = await this.load();
    }
    this.#builder = new IndexBuilder(loaded, this.#settings);
    this.#context.indexCache.remove(this);
  }

  /** From now on they may be dropped: all is written. */
  unpin(): void {
    this.#builder = null;
    this.#noteUse();
  }

  /** The cache's. */
  dropIndexes(): void {
    assert(this.#builder === null, 'indexes that are added to stay in memory');
    this.#offsets.index = null;
    this.#times.index = null;
    this.#transactions.index = null;
  }

  /** @throws {DiskError} @throws {CorruptSegmentError} they had to be built anew, and the segment cannot be walked. */
  async load(): Promise<LoadedIndexes> {
    const offsets = this.#offsets.index;
    const times = this.#times.index;
    if (offsets !== null && times !== null) {
      this.#noteUse();
      return { offsets, times };
    }
    return this.#once(() => this.#load());
  }

  /** @throws {CorruptIndexError} the segment has to be recovered with its producers' state. @throws {DiskError} */
  async transactions(): Promise<TransactionIndex> {
    const store = this.#transactions;
    if (store.index !== null) return store.index;
    const bytes = await store.read();
    // Someone else may have been faster, and what is there may have been added to since.
    if (store.index !== null) return store.index;
    const index =
      bytes === null ? new TransactionIndex() : TransactionIndex.decode(this.#baseOffset, bytes, store.file.path);
    store.adopt(index, bytes?.length ?? 0);
    this.#noteUse();
    return index;
  }

  /**
   * Builds offset and time index anew from the batches' headers, also under appends.
   *
   * @throws {DiskError} @throws {CorruptSegmentError}
   */
  rebuild(reason: CorruptIndexError): Promise<LoadedIndexes> {
    return this.#once(() => this.#rebuild(reason));
  }

  /** Only of a segment that is appended to. */
  addAborted(transaction: AbortedTransaction): void {
    assert(this.#builder !== null && this.#transactions.index !== null, 'the segment is appended to');
    this.#transactions.index.append(transaction);
  }

  /** Brings the files to what is in memory. @throws {DiskError} */
  async write(): Promise<void> {
    await Promise.all([this.#offsets.write(), this.#times.write(), this.#transactions.write()]);
  }

  /** Makes what was written durable. @throws {DiskError} fatal for the log directory. */
  async sync(): Promise<void> {
    await Promise.all([this.#offsets.sync(), this.#times.sync(), this.#transactions.sync()]);
  }

  /** Keeps the entries below `offset`, in memory and on disk. @throws {DiskError} */
  async truncateTo(offset: number): Promise<void> {
    assert(this.#builder !== null, 'what is truncated stays in memory');
    for (const store of [this.#offsets, this.#times, this.#transactions]) {
      store.index?.truncateTo(offset);
      store.truncated();
    }
    this.#builder = new IndexBuilder(this.#builder, this.#settings);
    await this.write();
  }

  /** @param suffix of a name, as `.index.deleted`. A file that does not exist is no error. @throws {DiskError} */
  async changeSuffix(suffix: string): Promise<void> {
    await renameIfPresent(this.#offsets, formatOffsetName(this.#baseOffset, OFFSET_INDEX_SUFFIX + suffix));
    await renameIfPresent(this.#times, formatOffsetName(this.#baseOffset, TIME_INDEX_SUFFIX + suffix));
    await renameIfPresent(this.#transactions, formatOffsetName(this.#baseOffset, TRANSACTION_INDEX_SUFFIX + suffix));
  }

  /** Removes the files. @throws {DiskError} */
  async remove(): Promise<void> {
    this.#context.indexCache.remove(this);
    await removeIfPresent(this.#offsets);
    await removeIfPresent(this.#times);
    await removeIfPresent(this.#transactions);
  }

  /** Gives up memory and handles. */
  async close(): Promise<void> {
    this.#builder = null;
    this.#context.indexCache.remove(this);
    this.dropIndexes();
    await Promise.all([this.#offsets.file.close(), this.#times.file.close(), this.#transactions.file.close()]);
  }

  async #load(): Promise<LoadedIndexes> {
    try {
      const offsetBytes = await readOrThrow(this.#offsets);
      const timeBytes = await readOrThrow(this.#times);
      const { path } = this.#offsets.file;
      const offsets = OffsetIndex.decode(this.#baseOffset, offsetBytes, this.#log.sizeBytes, path);
      const times = TimeIndex.decode(this.#baseOffset, timeBytes, this.#times.file.path);
      this.#offsets.adopt(offsets, offsetBytes.length);
      this.#times.adopt(times, timeBytes.length);
      this.#noteUse();
      return { offsets, times };
    } catch (error) {
      if (error instanceof CorruptIndexError) return this.#rebuild(error);
      throw error;
    }
  }

  /** What several ask for at a time is done once. */
  #once(load: () => Promise<LoadedIndexes>): Promise<LoadedIndexes> {
    this.#loading ??= load().finally(() => (this.#loading = null));
    return this.#loading;
  }

  async #rebuild({ path, reason }: CorruptIndexError): Promise<LoadedIndexes> {
    this.#context.onIndexRebuilt(path, reason);
    const builder = this.#newBuilder();
    let end: WalkEnd = { position: 0, lastOffset: this.#baseOffset - 1 };
    while (end.position < this.#log.sizeBytes) {
      const from = end;
      end = await this.#context.walkBuffers.use((buffer) => this.#walk(buffer, builder, from));
    }
    // NOTE(order): from the comparison that ended the loop to here nothing can be appended.
    if (this.#builder === null) builder.finish();
    else this.#builder = builder;
    this.#offsets.replace(builder.offsets, UNKNOWN_BYTES);
    this.#times.replace(builder.times, UNKNOWN_BYTES);
    this.#noteUse();
    try {
      await this.write();
    } catch (error) {
      // They serve from memory, too; who finds the damaged files again builds again.
      if (!(error instanceof DiskError)) throw error;
    }
    return builder;
  }

  async #walk(buffer: Uint8Array, builder: IndexBuilder, from: WalkEnd): Promise<WalkEnd> {
    let { lastOffset } = from;
    const headers = new BatchHeaders(this.#log, buffer, from.position, this.#log.sizeBytes);
    do {
      while (headers.step()) {
        if (headers.lastOffset <= lastOffset || !builder.offsets.canHold(headers.lastOffset)) {
          const reason = `offset ${headers.lastOffset} after ${lastOffset}`;
          throw new CorruptSegmentError(this.#log.path, headers.position, reason);
        }
        lastOffset = headers.lastOffset;
        builder.add(headers.position, headers.sizeBytes, lastOffset, headers.maxTimestamp);
      }
    } while (await headers.fill());
    const { stop } = headers;
    if (stop !== null) throw new CorruptSegmentError(this.#log.path, stop.position, stop.reason);
    return { position: headers.nextPosition, lastOffset };
  }

  #newBuilder(): IndexBuilder {
    const indexes = { offsets: new OffsetIndex(this.#baseOffset), times: new TimeIndex(this.#baseOffset) };
    return new IndexBuilder(indexes, this.#settings);
  }

  #noteUse(): void {
    if (this.#builder !== null) return;
    let bytes = 0;
    for (const { index } of [this.#offsets, this.#times, this.#transactions]) bytes += index?.heldBytes ?? 0;
    this.#context.indexCache.used(this, bytes + HELD_BYTES_MIN);
  }
}

/** How far a walk came. */
interface WalkEnd {
  readonly position: number;
  readonly lastOffset: number;
}

/** What three small objects take. */
const HELD_BYTES_MIN = 256;

async function readOrThrow(store: IndexStore<OffsetIndex> | IndexStore<TimeIndex>): Promise<Uint8Array> {
  const bytes = await store.read();
  if (bytes === null) throw new CorruptIndexError(store.file.path, 'the file is missing');
  return bytes;
}

type AnyStore = IndexStore<OffsetIndex> | IndexStore<TimeIndex> | IndexStore<TransactionIndex>;

async function renameIfPresent({ file }: AnyStore, name: string): Promise<void> {
  await ignoreMissing(file.rename(name));
}

async function removeIfPresent({ file }: AnyStore): Promise<void> {
  await ignoreMissing(file.remove());
}

async function ignoreMissing(done: Promise<void>): Promise<void> {
  try {
    await done;
  } catch (error) {
    if (!(error instanceof DiskError) || error.errno !== 'ENOENT') throw error;
  }
}
