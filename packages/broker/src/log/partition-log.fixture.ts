/** A log for tests, on a simulated disk, and batches for it. */
import { RecordBatchBuilder, encodeEndTxnMarker, type BatchFields } from '@ottla/protocol';
import { MiB, SlabPool } from '@ottla/runtime';
import { CheckpointFile } from './checkpoint-file.ts';
import { DiskReads } from './disk-reads.ts';
import { leaderEpochFormat, LeaderEpochCache } from './leader-epoch-cache.ts';
import { DEFAULT_LOG_CONFIG, type LogConfig } from './log-config.ts';
import { PartitionLog } from './partition-log.ts';
import { ProducerStateManager } from './producer-state/producer-state-manager.ts';
import { createTestWorld, type TestWorld } from './segment.fixture.ts';
import { Segment } from './segment.ts';
import { TailCache } from './tail-cache.ts';

export interface TestLog extends TestWorld {
  readonly log: PartitionLog;
  /** What `onOffline` was told. */
  readonly offline: unknown[];
  readonly pool: SlabPool;
}

export interface TestLogOptions {
  readonly config?: Partial<LogConfig>;
  readonly tailBytes?: number;
  readonly seed?: number;
}

/** A new, empty log. */
export async function createTestLog({ config, tailBytes = MiB, seed = 1 }: TestLogOptions = {}): Promise<TestLog> {
  const world = await createTestWorld({ seed });
  const { io, context, directory } = world;
  const bounds = { inUseBytesMax: 16 * MiB, idleBytesMax: 4 * MiB, limitKey: 'test' };
  const pool = new SlabPool({ name: 'reads', classBytes: [MiB / 4, MiB], ...bounds, debug: true });
  const settings = {
    producerIdExpirationMs: 86_400_000,
    transactionMaxTimeoutMs: 900_000,
    transactionVerificationEnabled: false,
  };
  const offline: unknown[] = [];
  const at = { baseOffset: 0, indexIntervalBytes: 4_096, indexBytesMax: MiB };
  const first = await world.run(() => Segment.create(context, directory, at));
  const log = new PartitionLog({
    disk: io.disk,
    clock: io.clock,
    random: io.random,
    context,
    directory,
    config: { ...DEFAULT_LOG_CONFIG, ...config },
    segments: [first],
    epochs: new LeaderEpochCache(),
    epochFile: new CheckpointFile(io.disk, `${directory.path}/leader-epoch-checkpoint`, leaderEpochFormat),
    producers: new ProducerStateManager(settings),
    tail: new TailCache(tailBytes).open(),
    diskReads: new DiskReads(pool, 8),
    nextOffset: 0,
    logStartOffset: 0,
    recoveryPoint: 0,
    onOffline: (error) => offline.push(error),
  });
  return { ...world, log, offline, pool };
}

export interface TestBatch extends Partial<BatchFields> {
  readonly count?: number;
  readonly timestamp?: number;
  readonly valueBytes?: number;
}

/** A batch in an array of its own. */
export function dataBatch({ count = 1, timestamp = 1, valueBytes = 50, ...fields }: TestBatch): Uint8Array {
  const builder = new RecordBatchBuilder();
  builder.open({ partitionLeaderEpoch: 0, ...fields });
  for (let i = 0; i < count; i++) builder.append(timestamp, null, new Uint8Array(valueBytes).fill(i));
  return Uint8Array.prototype.slice.call(builder.finish());
}

/** The end of a transaction. */
export function markerBatch(type: 'COMMIT' | 'ABORT', fields: Partial<BatchFields>): Uint8Array {
  const builder = new RecordBatchBuilder();
  builder.open({ partitionLeaderEpoch: 0, isTransactional: true, isControl: true, ...fields });
  builder.appendControl(1, type, encodeEndTxnMarker(0));
  return Uint8Array.prototype.slice.call(builder.finish());
}
