// Asks Apache Kafka's own classes, for the golden answers in kafka-answers.tsv: lines of an operation on standard input, the same
// lines with a tab and the answer on standard output. Run it with the jars of Apache Kafka 4.4 (conformance/oracle/kafka fetch):
//
//   cut -f1 kafka-answers.tsv | java -cp "$JARS/*" AskKafka.java
//
// N a new epoch cache · A epoch offset: assign · E offset: truncate from the end · S offset: truncate from the start ·
// R start end: entries in that range · F offset: epoch of it · O epoch logEnd: end offset of the epoch · P name: partition directory

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.server.util.Scheduler;
import org.apache.kafka.storage.internals.checkpoint.LeaderEpochCheckpointFile;
import org.apache.kafka.storage.internals.epoch.LeaderEpochFileCache;
import org.apache.kafka.storage.internals.log.EpochEntry;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.UnifiedLog;

public class AskKafka {
  private static LeaderEpochFileCache cache;

  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println(line + "\t" + answer(line.split(" ")));
    }
    System.exit(0);
  }

  private static String answer(String[] words) throws Exception {
    switch (words[0]) {
      case "N":
        cache = emptyCache();
        return "";
      case "A":
        cache.assign(Integer.parseInt(words[1]), Long.parseLong(words[2]));
        return text(cache.epochEntries());
      case "E":
        cache.truncateFromEndAsyncFlush(Long.parseLong(words[1]));
        return text(cache.epochEntries());
      case "S":
        cache.truncateFromStartAsyncFlush(Long.parseLong(words[1]));
        return text(cache.epochEntries());
      case "R":
        return text(cache.epochEntriesInRange(Long.parseLong(words[1]), Long.parseLong(words[2])));
      case "F":
        var epoch = cache.epochForOffset(Long.parseLong(words[1]));
        return epoch.isPresent() ? "" + epoch.getAsInt() : "null";
      case "O":
        var end = cache.endOffsetFor(Integer.parseInt(words[1]), Long.parseLong(words[2]));
        return end.getKey() + ":" + end.getValue();
      case "P":
        try {
          TopicPartition parsed = UnifiedLog.parseTopicPartitionName(new File("/data/" + words[1]));
          return parsed.topic() + "/" + parsed.partition();
        } catch (KafkaException refused) {
          return "null";
        }
      default:
        throw new IllegalArgumentException(words[0]);
    }
  }

  /** Its checkpoint is not written. */
  private static LeaderEpochFileCache emptyCache() throws Exception {
    File file = new File(Files.createTempDirectory("epochs").toFile(), "t-0/leader-epoch-checkpoint");
    file.getParentFile().mkdirs();
    LeaderEpochCheckpointFile checkpoint = new LeaderEpochCheckpointFile(file, new LogDirFailureChannel(1)) {
      @Override
      public void write(Collection<EpochEntry> epochs) {}
    };
    Scheduler idle = (Scheduler) Proxy.newProxyInstance(
        AskKafka.class.getClassLoader(), new Class<?>[] {Scheduler.class}, (proxy, method, arguments) -> null);
    return new LeaderEpochFileCache(new TopicPartition("t", 0), checkpoint, idle);
  }

  private static String text(List<EpochEntry> entries) {
    return entries.stream().map(entry -> entry.epoch() + ":" + entry.startOffset()).collect(Collectors.joining(","));
  }
}
