import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.*;

public class LegacyGolden {
  static final Base64.Encoder B64 = Base64.getEncoder();
  static String b64(ByteBuffer b) { if (b == null) return "null"; byte[] a = new byte[b.remaining()]; b.duplicate().get(a); return '"' + B64.encodeToString(a) + '"'; }
  static byte[] utf8(String s) { return s == null ? null : s.getBytes(StandardCharsets.UTF_8); }

  record Rec(long offset, long timestamp, String key, String value) {}

  static List<Rec> set(String name, long base) {
    List<Rec> list = new ArrayList<>();
    switch (name) {
      case "one" -> list.add(new Rec(base, 1400000000000L, "k", "v"));
      case "nulls" -> { list.add(new Rec(base, 5, null, null)); list.add(new Rec(base + 1, 3, "", "")); list.add(new Rec(base + 2, 9, "k", null)); list.add(new Rec(base + 3, -1, null, "v")); }
      case "gaps" -> { list.add(new Rec(base + 2, 50, "a", "1")); list.add(new Rec(base + 3, 40, "b", "2")); list.add(new Rec(base + 9, 60, "c", "3")); }
      case "text" -> { for (int i = 0; i < 12; i++) list.add(new Rec(base + i, 1400000000000L + (i * 37 % 100), "key" + i, "the quick brown fox jumps over the lazy dog " + i)); }
    }
    return list;
  }

  static void print(String name, int magic, String codec, TimestampType type, ByteBuffer bytes) {
    StringBuilder out = new StringBuilder();
    out.append("{\"case\":\"").append(name).append("\",\"magic\":").append(magic).append(",\"codec\":\"").append(codec).append("\",\"timestampType\":\"").append(type.name).append("\",\"batches\":[");
    MemoryRecords records = MemoryRecords.readableRecords(bytes.duplicate());
    String sep = "";
    for (RecordBatch batch : records.batches()) {
      out.append(sep).append("{\"lastOffset\":").append(batch.lastOffset()).append(",\"sizeInBytes\":").append(batch.sizeInBytes()).append(",\"crc\":").append(batch.checksum())
         .append(",\"isValid\":").append(batch.isValid()).append(",\"maxTimestamp\":").append(batch.maxTimestamp()).append(",\"timestampType\":\"").append(batch.timestampType().name).append("\",\"compression\":\"").append(batch.compressionType().name).append("\"}");
      sep = ",";
    }
    out.append("],\"records\":[");
    sep = "";
    for (org.apache.kafka.common.record.internal.Record record : records.records()) {
      out.append(sep).append("{\"offset\":").append(record.offset()).append(",\"timestamp\":").append(record.timestamp()).append(",\"key\":").append(b64(record.key())).append(",\"value\":").append(b64(record.value())).append("}");
      sep = ",";
    }
    out.append("],\"bytes\":").append(b64(bytes)).append("}");
    System.out.println(out);
  }

  static ByteBuffer build(int magic, Compression compression, TimestampType type, long base, List<Rec> set) {
    MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(1 << 16), (byte) magic, compression, type, base, 1500000000000L);
    for (Rec r : set) builder.appendWithOffset(r.offset(), magic == 0 ? -1L : r.timestamp(), utf8(r.key()), utf8(r.value()));
    return builder.build().buffer();
  }

  public static void main(String[] args) {
    Map<String, Compression> codecs = new LinkedHashMap<>();
    codecs.put("none", Compression.NONE);
    codecs.put("gzip", Compression.gzip().build());
    codecs.put("snappy", Compression.snappy().build());
    codecs.put("lz4", Compression.lz4().build());
    for (int magic = 0; magic <= 1; magic++)
      for (Map.Entry<String, Compression> codec : codecs.entrySet())
        for (String name : List.of("one", "nulls", "gaps", "text"))
          for (TimestampType type : magic == 0 ? List.of(TimestampType.NO_TIMESTAMP_TYPE) : List.of(TimestampType.CREATE_TIME, TimestampType.LOG_APPEND_TIME))
            print(name, magic, codec.getKey(), type, build(magic, codec.getValue(), type, 1000, set(name, 1000)));
    // Some versions of librdkafka left the offset of a magic 1 wrapper 0.
    ByteBuffer zero = build(1, codecs.get("gzip"), TimestampType.CREATE_TIME, 1000, set("nulls", 1000));
    zero.putLong(0, 0);
    print("wrapper-offset-0", 1, "gzip", TimestampType.CREATE_TIME, zero);
    // A directory that lived through all formats: one after the other.
    ByteBuffer all = ByteBuffer.allocate(1 << 16);
    all.put(build(0, codecs.get("none"), TimestampType.NO_TIMESTAMP_TYPE, 0, set("nulls", 0)));
    all.put(build(0, codecs.get("lz4"), TimestampType.NO_TIMESTAMP_TYPE, 10, set("nulls", 10)));
    all.put(build(1, codecs.get("snappy"), TimestampType.CREATE_TIME, 20, set("nulls", 20)));
    all.put(build(1, codecs.get("none"), TimestampType.CREATE_TIME, 30, set("one", 30)));
    all.put(build(2, codecs.get("none"), TimestampType.CREATE_TIME, 40, set("nulls", 40)));
    all.flip();
    print("all-formats", -1, "mixed", TimestampType.CREATE_TIME, all.slice());
  }
}
