// Asks Apache Kafka's LogValidator what it makes of batches: a JSON line a case, for batch-validator.golden.test.ts. Run it with
// the jars of Apache Kafka 4.4 (conformance/oracle/kafka fetch):
//
//   java -cp "$JARS/*" ValidateBatches.java > cases.ndjson
//
// What a produce request passes before LogValidator is asked too, in the same order: ProduceRequest.validateRecords, and the
// base offset, size and checksum, which UnifiedLog looks at in private and so stand here again.

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.PrimitiveRef;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogValidator;
import org.apache.kafka.storage.internals.log.RecordValidationException;

public class ValidateBatches {
  static final long NOW = 1_700_000_000_000L;
  static final long FIRST_OFFSET = 1_000;
  static final int LEADER_EPOCH = 5;

  // ------------------------------------------------------------------------------------------------------------ a case

  String name;
  byte[] bytes;
  int apiVersion = 12;
  AppendOrigin origin = AppendOrigin.CLIENT;
  String codec = "producer";
  boolean compacted = false;
  TimestampType type = TimestampType.CREATE_TIME;
  long beforeMaxMs = Long.MAX_VALUE;
  long afterMaxMs = 3_600_000L;
  int batchBytesMax = 1_048_588;

  ValidateBatches(String name, byte[] bytes) { this.name = name; this.bytes = bytes; }
  ValidateBatches api(int version) { apiVersion = version; return this; }
  ValidateBatches coordinator() { origin = AppendOrigin.COORDINATOR; return this; }
  ValidateBatches stored(String codec) { this.codec = codec; return this; }
  ValidateBatches compacted() { compacted = true; return this; }
  ValidateBatches appendTime() { type = TimestampType.LOG_APPEND_TIME; return this; }
  ValidateBatches bounds(long before, long after) { beforeMaxMs = before; afterMaxMs = after; return this; }
  ValidateBatches most(int bytes) { batchBytesMax = bytes; return this; }

  void print() {
    String input = Base64.getEncoder().encodeToString(bytes);
    String answer;
    try {
      answer = validate();
    } catch (RecordValidationException e) {
      answer = "\"error\":\"" + Errors.forException(e.invalidException()).name() + "\",\"records\":" +
        e.recordErrors().stream().map(r -> Integer.toString(r.batchIndex)).collect(Collectors.joining(",", "[", "]"));
    } catch (Exception e) {
      answer = "\"error\":\"" + Errors.forException(e).name() + "\",\"records\":[]";
    }
    System.out.println("{\"name\":\"" + name + "\",\"origin\":\"" + origin.name().toLowerCase() + "\",\"apiVersion\":" + apiVersion +
      ",\"codec\":\"" + codec + "\",\"compacted\":" + compacted + ",\"timestampType\":\"" + type.name + "\",\"beforeMaxMs\":" +
      bound(beforeMaxMs) + ",\"afterMaxMs\":" + bound(afterMaxMs) + ",\"batchBytesMax\":" + batchBytesMax +
      ",\"input\":\"" + input + "\"," + answer + "}");
  }

  static String bound(long ms) { return ms == Long.MAX_VALUE ? "null" : Long.toString(ms); }

  String validate() throws Exception {
    MemoryRecords records = MemoryRecords.readableRecords(ByteBuffer.wrap(bytes.clone()));
    if (origin == AppendOrigin.CLIENT) ProduceRequest.validateRecords((short) apiVersion, records);
    CompressionType source = CompressionType.NONE;
    int whole = 0;
    for (MutableRecordBatch batch : records.batches()) {
      if (origin == AppendOrigin.CLIENT && batch.baseOffset() != 0) throw new InvalidRecordException("base offset");
      if (batch.sizeInBytes() > batchBytesMax) throw new RecordTooLargeException("size");
      if (!batch.isValid()) throw new CorruptRecordException("checksum");
      CompressionType of = CompressionType.forId(batch.compressionType().id);
      if (of != CompressionType.NONE) source = of;
      whole += batch.sizeInBytes();
    }
    ByteBuffer trimmed = records.buffer().duplicate();
    trimmed.limit(whole);
    Compression target = codec.equals("producer") ? Compression.of(source).build() : Compression.of(codec).build();
    LogValidator validator = new LogValidator(MemoryRecords.readableRecords(trimmed), new TopicPartition("t", 0), CLOCK, source, target,
      compacted, (byte) 2, type, beforeMaxMs, afterMaxMs, LEADER_EPOCH, origin);
    LogValidator.ValidationResult result = validator.validateMessagesAndAssignOffsets(PrimitiveRef.ofLong(FIRST_OFFSET), METRICS, BufferSupplier.NO_CACHING);
    for (MutableRecordBatch batch : result.validatedRecords().batches()) {
      if (result.messageSizeMaybeChanged() && batch.sizeInBytes() > batchBytesMax) throw new RecordTooLargeException("size");
    }
    ByteBuffer out = result.validatedRecords().buffer().duplicate();
    byte[] stored = new byte[out.remaining()];
    out.get(stored);
    return "\"isRebuilt\":" + result.messageSizeMaybeChanged() + ",\"maxTimestamp\":" + result.maxTimestampMs() +
      ",\"stored\":\"" + Base64.getEncoder().encodeToString(stored) + "\"";
  }

  static final Time CLOCK = new Time() {
    public long milliseconds() { return NOW; }
    public long nanoseconds() { return NOW * 1_000_000L; }
    public void sleep(long ms) { }
    public void waitObject(Object o, java.util.function.Supplier<Boolean> condition, long deadlineMs) { }
    public void waitForFuture(Object o) { }
    public <T> T waitForFuture(java.util.concurrent.CompletableFuture<T> future, long deadlineNs) { return null; }
    public org.apache.kafka.common.utils.Timer timer(long timeoutMs) { return null; }
  };

  static final LogValidator.MetricsRecorder METRICS = new LogValidator.MetricsRecorder() {
    public void recordInvalidMagic() { }
    public void recordInvalidOffset() { }
    public void recordInvalidSequence() { }
    public void recordInvalidChecksums() { }
    public void recordNoKeyCompactedTopic() { }
  };

  // ------------------------------------------------------------------------------------------------------------ batches

  static byte[] utf8(String s) { return s == null ? null : s.getBytes(StandardCharsets.UTF_8); }
  static SimpleRecord record(long timestamp, String key, String value) { return new SimpleRecord(timestamp, utf8(key), utf8(value)); }
  static SimpleRecord withHeader(long timestamp) {
    return new SimpleRecord(timestamp, utf8("k"), utf8("v"), new Header[] { new RecordHeader("h", utf8("x")), new RecordHeader("n", (byte[]) null) });
  }

  static SimpleRecord[] three() { return new SimpleRecord[] { record(NOW - 5, "a", "first value"), record(NOW - 1, "b", null), withHeader(NOW - 3) }; }
  static SimpleRecord[] many() {
    SimpleRecord[] records = new SimpleRecord[40];
    for (int i = 0; i < records.length; i++) records[i] = record(NOW - i, "key-" + i, "some text that comes again and again, " + i % 3);
    return records;
  }
  static SimpleRecord[] keyless() { return new SimpleRecord[] { record(NOW, "a", "v"), record(NOW, null, "v"), record(NOW, "", "v"), record(NOW, null, null) }; }
  static SimpleRecord[] at(long... timestamps) { return Arrays.stream(timestamps).mapToObj(t -> record(t, "k", "v")).toArray(SimpleRecord[]::new); }

  static byte[] bytesOf(MemoryRecords records) {
    ByteBuffer buffer = records.buffer().duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
  static byte[] batch(String codec, SimpleRecord... records) { return bytesOf(MemoryRecords.withRecords(Compression.of(codec).build(), records)); }
  static byte[] idempotent(String codec, SimpleRecord... records) {
    return bytesOf(MemoryRecords.withIdempotentRecords((byte) 2, 0, Compression.of(codec).build(), 77, (short) 3, 12, -1, records));
  }
  static byte[] transactional(String codec, SimpleRecord... records) {
    return bytesOf(MemoryRecords.withTransactionalRecords((byte) 2, 0, Compression.of(codec).build(), 77, (short) 3, 12, -1, records));
  }
  static byte[] marker(ControlRecordType type) {
    return bytesOf(MemoryRecords.withEndTransactionMarker(0, NOW - 9, -1, 77, (short) 3, new EndTransactionMarker(type, 4)));
  }
  static byte[] legacy(int magic, String codec) { return bytesOf(MemoryRecords.withRecords((byte) magic, Compression.of(codec).build(), at(NOW - 5, NOW - 1))); }

  /** Changes the batch, and makes its checksum right again. */
  static byte[] edited(byte[] batch, Consumer<ByteBuffer> edit) {
    byte[] copy = batch.clone();
    edit.accept(ByteBuffer.wrap(copy));
    return signed(copy);
  }
  static byte[] signed(byte[] batch) {
    CRC32C crc = new CRC32C();
    crc.update(batch, 21, batch.length - 21);
    ByteBuffer.wrap(batch).putInt(17, (int) crc.getValue());
    return batch;
  }
  static byte[] damaged(byte[] batch, int at) { byte[] copy = batch.clone(); copy[at < 0 ? copy.length + at : at] ^= 1; return copy; }
  static byte[] joined(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(p -> p.length).sum());
    for (byte[] part : parts) all.put(part);
    return all.array();
  }
  static byte[] resized(byte[] batch, int length) {
    byte[] copy = Arrays.copyOf(batch, length);
    ByteBuffer.wrap(copy).putInt(8, length - 12);
    return signed(copy);
  }

  static final int ATTRIBUTES = 21, LAST_DELTA = 23, BASE_TS = 27, MAX_TS = 35, PRODUCER_ID = 43, SEQUENCE = 53, COUNT = 57, RECORDS = 61;

  public static void main(String[] args) {
    List<ValidateBatches> all = new ArrayList<>();
    for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
      all.add(new ValidateBatches(codec + " stays", batch(codec, many())));
      all.add(new ValidateBatches(codec + " on a LogAppendTime topic", batch(codec, three())).appendTime());
      all.add(new ValidateBatches(codec + " on a compacted topic", batch(codec, three())).compacted());
      all.add(new ValidateBatches(codec + " without keys on a compacted topic", batch(codec, keyless())).compacted());
      all.add(new ValidateBatches(codec + " stored uncompressed", batch(codec, three())).stored("none"));
      all.add(new ValidateBatches(codec + " stored as gzip", batch(codec, many())).stored("gzip"));
      all.add(new ValidateBatches(codec + " stored as zstd, LogAppendTime", batch(codec, many())).stored("zstd").appendTime());
      all.add(new ValidateBatches(codec + " from the future", batch(codec, at(NOW, NOW + 3_600_001L, NOW + 3_600_000L))));
      all.add(new ValidateBatches(codec + " from the past", batch(codec, at(NOW - 1_000, NOW - 1_001, NOW))).bounds(1_000, 1_000));
      all.add(new ValidateBatches(codec + " with a wrong largest timestamp", edited(batch(codec, three()), b -> b.putLong(MAX_TS, NOW - 4))));
      all.add(new ValidateBatches(codec + " with one record more than it counts", edited(batch(codec, three()), b -> b.putInt(COUNT, 2).putInt(LAST_DELTA, 1))));
      all.add(new ValidateBatches(codec + " with one record less than it counts", edited(batch(codec, three()), b -> b.putInt(COUNT, 4).putInt(LAST_DELTA, 3))));
    }
    all.add(new ValidateBatches("idempotent", idempotent("none", three())));
    all.add(new ValidateBatches("idempotent, stored as lz4", idempotent("none", many())).stored("lz4"));
    all.add(new ValidateBatches("transactional, stored as snappy", transactional("zstd", many())).stored("snappy"));
    all.add(new ValidateBatches("idempotent without sequence", edited(idempotent("none", three()), b -> b.putInt(SEQUENCE, -1))));
    all.add(new ValidateBatches("a control batch of a client", marker(ControlRecordType.COMMIT)));
    all.add(new ValidateBatches("a control batch of a coordinator", marker(ControlRecordType.ABORT)).coordinator());
    all.add(new ValidateBatches("a control batch where all is stored as gzip", marker(ControlRecordType.ABORT)).coordinator().stored("gzip").compacted());
    all.add(new ValidateBatches("a control batch on a LogAppendTime topic", marker(ControlRecordType.COMMIT)).coordinator().appendTime());
    all.add(new ValidateBatches("a coordinator's records", transactional("none", three())).coordinator().compacted());
    all.add(new ValidateBatches("a coordinator's compressed records", batch("gzip", three())).coordinator());
    all.add(new ValidateBatches("a coordinator's records, stored as lz4", batch("none", many())).coordinator().stored("lz4"));
    all.add(new ValidateBatches("no timestamps", batch("none", at(-1, -1))));
    all.add(new ValidateBatches("some timestamps", batch("none", at(-1, NOW, -1))).bounds(1_000, 1_000));
    all.add(new ValidateBatches("the bounds themselves", batch("none", at(NOW - 1_000, NOW + 1_000))).bounds(1_000, 1_000));
    all.add(new ValidateBatches("bounds of a LogAppendTime topic", batch("none", at(1, NOW * 2))).bounds(1_000, 1_000).appendTime());
    all.add(new ValidateBatches("keys and timestamps at fault", batch("none", record(NOW * 2, null, "v"), record(NOW * 2, "k", "v"), record(NOW, "k", "v"))).compacted());
    all.add(new ValidateBatches("a client that says LogAppendTime to a LogAppendTime topic", edited(batch("none", three()), b -> b.putShort(ATTRIBUTES, (short) 8))).appendTime());
    all.add(new ValidateBatches("a client that says LogAppendTime to a CreateTime topic", edited(batch("none", three()), b -> b.putShort(ATTRIBUTES, (short) 8))));
    all.add(new ValidateBatches("nothing", new byte[0]));
    all.add(new ValidateBatches("a batch that is cut off", Arrays.copyOf(batch("none", three()), 80)));
    all.add(new ValidateBatches("a batch and the beginning of another", joined(batch("none", three()), Arrays.copyOf(batch("none", three()), 70))));
    all.add(new ValidateBatches("two batches", joined(batch("none", three()), batch("none", three()))));
    all.add(new ValidateBatches("two idempotent batches", joined(idempotent("none", three()), idempotent("none", three()))));
    all.add(new ValidateBatches("two batches of a coordinator", joined(batch("none", three()), batch("none", three()))).coordinator());
    all.add(new ValidateBatches("magic 0", legacy(0, "none")));
    all.add(new ValidateBatches("magic 1", legacy(1, "none")));
    all.add(new ValidateBatches("magic 1, gzip", legacy(1, "gzip")));
    all.add(new ValidateBatches("magic 3", edited(batch("none", three()), b -> b.put(16, (byte) 3))));
    all.add(new ValidateBatches("zstd in version 6", batch("zstd", three())).api(6));
    all.add(new ValidateBatches("zstd in version 7", batch("zstd", three())).api(7));
    all.add(new ValidateBatches("codec 5", edited(batch("none", three()), b -> b.putShort(ATTRIBUTES, (short) 5))));
    all.add(new ValidateBatches("a base offset that is not 0", edited(batch("none", three()), b -> b.putLong(0, 1))));
    all.add(new ValidateBatches("a flipped bit in the records", damaged(batch("none", three()), -3)));
    all.add(new ValidateBatches("a flipped bit in the checksum", damaged(batch("gzip", three()), 18)));
    all.add(new ValidateBatches("a leader epoch that the client made up", edited(batch("none", three()), b -> b.putInt(12, 99))));
    all.add(new ValidateBatches("too large by a byte", batch("none", three())).most(batch("none", three()).length - 1));
    all.add(new ValidateBatches("as large as may be", batch("none", three())).most(batch("none", three()).length));
    all.add(new ValidateBatches("too large once uncompressed", batch("gzip", many())).stored("none").most(600));
    all.add(new ValidateBatches("too large and damaged", damaged(batch("none", three()), -3)).most(70));
    all.add(new ValidateBatches("a negative last offset delta", edited(batch("none", three()), b -> b.putInt(LAST_DELTA, -1))));
    all.add(new ValidateBatches("a last offset delta that is too large", edited(batch("none", three()), b -> b.putInt(LAST_DELTA, 9))));
    all.add(new ValidateBatches("count 0", edited(batch("none", three()), b -> b.putInt(COUNT, 0))));
    all.add(new ValidateBatches("count -1", edited(batch("none", three()), b -> b.putInt(COUNT, -1))));
    all.add(new ValidateBatches("no records at all", resized(edited(batch("none", three()), b -> b.putInt(COUNT, 0).putInt(LAST_DELTA, 0)), RECORDS)));
    all.add(new ValidateBatches("a record length that is too large", edited(batch("none", three()), b -> b.put(RECORDS, (byte) 0x7e))));
    all.add(new ValidateBatches("a negative record length", edited(batch("none", three()), b -> b.put(RECORDS, (byte) 0x01))));
    all.add(new ValidateBatches("a key longer than its record", edited(batch("none", three()), b -> b.put(RECORDS + 4, (byte) 0x7e))));
    all.add(new ValidateBatches("bytes after the last record", resized(batch("none", three()), batch("none", three()).length + 2)));
    all.add(new ValidateBatches("a header count below 0", edited(batch("none", record(NOW, "k", "v")), b -> b.put(b.limit() - 1, (byte) 1))));
    all.add(new ValidateBatches("headers that are not there", edited(batch("none", record(NOW, "k", "v")), b -> b.put(b.limit() - 1, (byte) 4))));
    all.add(new ValidateBatches("an offset delta with a gap", edited(batch("none", record(NOW, "k", "v")), b -> b.put(RECORDS + 3, (byte) 4))));
    all.add(new ValidateBatches("gzip that is none", edited(batch("gzip", many()), b -> b.put(RECORDS, (byte) 0))));
    all.add(new ValidateBatches("zstd that is cut off", resized(batch("zstd", many()), batch("zstd", many()).length - 7)));
    all.add(new ValidateBatches("an unused attribute bit", edited(batch("none", three()), b -> b.putShort(ATTRIBUTES, (short) 0x80))));
    for (ValidateBatches each : all) each.print();
    System.exit(0);
  }
}
