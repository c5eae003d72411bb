/** What a leader spends on a batch before it is written: in place, of 100-byte records, with the producer's state. */
import { equal } from 'node:assert/strict';
import { crc32c, RecordBatchBuilder, setBatchBaseOffset, type CompressionCodec } from '@ottla/protocol';
import { Prng } from '@ottla/runtime';
import { bench } from '@ottla/testing';
import { batchRulesOf } from './batch-rules.ts';
import { assignOffsets, BatchValidator } from './batch-validator.ts';
import { DEFAULT_LOG_CONFIG } from './log-config.ts';
import { ProducerStateManager } from './producer-state/producer-state-manager.ts';

const VALUE_BYTES = 100;
const NOW = 1_700_000_000_000;
const CLIENT = { origin: 'client', apiVersion: 12 } as const;

bench('validate a batch of 100 B records in place', (b) => {
  const batchBytes = b.parameter('batch bytes', 2_048, 16_384);
  const rules = batchRulesOf(DEFAULT_LOG_CONFIG, false);
  const validator = new BatchValidator();
  const plain = batchOf(batchBytes, 'none');
  const compressed = batchOf(batchBytes * 2, 'lz4');
  const validate = (bytes: Uint8Array) => (): number => {
    setBatchBaseOffset(bytes, 0, 0);
    const done = validator.validate(bytes, rules, CLIENT, NOW);
    return done.kind === 'valid' ? assignOffsets(done, 1_000, 3, NOW).lastOffset : -1;
  };
  equal(validate(plain.bytes)(), 999 + plain.count);
  equal(validate(compressed.bytes)(), 999 + compressed.count);
  b.report(`uncompressed ${plain.bytes.length} bytes, ${plain.count} records; lz4 ${compressed.bytes.length} bytes`);
  const { of } = b.compare({
    'uncompressed, walked': validate(plain.bytes),
    'its CRC alone': () => crc32c(plain.bytes, 21),
    'compressed, untouched': validate(compressed.bytes),
    'the CRC of that alone': () => crc32c(compressed.bytes, 21),
  });
  const headerNs = of['compressed, untouched'].ns - of['the CRC of that alone'].ns;
  const walkNs = (of['uncompressed, walked'].ns - of['its CRC alone'].ns - headerNs) / plain.count;
  b.report(`beyond the CRC: ${headerNs.toFixed(0)} ns a batch, and ${walkNs.toFixed(1)} ns a record that is walked`);
});

bench('producer state of a batch', (b) => {
  const producers = b.parameter('producers', 10, 1_000);
  const settings = {
    producerIdExpirationMs: Infinity,
    transactionMaxTimeoutMs: 1,
    transactionVerificationEnabled: false,
  };
  const state = new ProducerStateManager(settings);
  const context = { origin: 'client', transactionVersion: -1, verificationGuard: null } as const;
  const idempotent = idempotentBatch();
  const view = new DataView(idempotent.buffer);
  const plain = batchOf(200, 'none').bytes;
  let sequence = 0;
  /** One more batch of each producer, each written before the next one comes. */
  const round = (): number => {
    for (let producer = 0; producer < producers; producer++) {
      setBatchBaseOffset(idempotent, 0, sequence * producers + producer);
      view.setUint32(47, producer);
      view.setInt32(53, sequence);
      if (state.append(idempotent, 0, context).kind !== 'accepted') return -1;
      state.release(state.mark());
    }
    sequence++;
    return state.producerIdCount;
  };
  const plainRound = (): number => {
    for (let i = 0; i < producers; i++) {
      if (state.append(plain, 0, context).kind !== 'accepted') return -1;
      state.release(state.mark());
    }
    return state.producerIdCount;
  };
  equal(round(), producers);
  b.compare({ idempotent: round, 'not idempotent': plainRound }, { perCall: { count: producers, unit: 'batches' } });
});

function batchOf(bytesMax: number, codec: CompressionCodec): { readonly bytes: Uint8Array; readonly count: number } {
  const builder = new RecordBatchBuilder();
  const slab = new Uint8Array(bytesMax);
  const prng = new Prng(1);
  builder.openIn(slab, 0, slab.length);
  while (builder.append(NOW, null, textOf(prng)));
  const bytes = new Uint8Array(builder.finish(codec));
  return { bytes, count: builder.count };
}

function idempotentBatch(): Uint8Array {
  const builder = new RecordBatchBuilder();
  builder.open({ producerId: 0, producerEpoch: 0, baseSequence: 0 });
  builder.append(NOW, null, 'value');
  return new Uint8Array(builder.finish());
}

/** Half random, so that it compresses somewhat. */
function textOf(prng: Prng): Uint8Array {
  const value = new Uint8Array(VALUE_BYTES).fill(0x61);
  value.set(prng.bytes(VALUE_BYTES / 2));
  return value;
}
