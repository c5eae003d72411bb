import java.io.BufferedReader;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;

/**
 * Apache Kafka's own compressors. Reads a file of lines and prints a line for each:
 *
 *   decompress CODEC MAGIC BASE64        prints LENGTH CRC32C, or "error" and why
 *   compress CODEC MAGIC LEVEL BASE64    prints BASE64; the level "-" is the codec's own
 */
public class KafkaCodecs {
    public static void main(String[] args) throws Exception {
        StringBuilder out = new StringBuilder();
        try (BufferedReader lines = Files.newBufferedReader(Path.of(args[0]))) {
            for (String line; (line = lines.readLine()) != null; ) {
                String[] words = line.split(" ", -1);
                out.append(words[0].equals("compress") ? compress(words) : decompress(words)).append('\n');
            }
        }
        System.out.print(out);
    }

    private static String decompress(String[] words) {
        ByteBuffer input = ByteBuffer.wrap(Base64.getDecoder().decode(words[3]));
        CRC32C crc = new CRC32C();
        long length = 0;
        try (InputStream stream = Compression.of(words[1]).build().wrapForInput(input, Byte.parseByte(words[2]), BufferSupplier.NO_CACHING)) {
            byte[] chunk = new byte[8192];
            for (int count; (count = stream.read(chunk)) > 0; length += count) crc.update(chunk, 0, count);
            return length + " " + crc.getValue();
        } catch (Exception | Error e) {
            return "error " + e;
        }
    }

    private static String compress(String[] words) throws Exception {
        ByteBufferOutputStream out = new ByteBufferOutputStream(1024);
        try (OutputStream stream = codec(words[1], words[3]).wrapForOutput(out, Byte.parseByte(words[2]))) {
            stream.write(Base64.getDecoder().decode(words[4]));
        }
        ByteBuffer written = out.buffer();
        written.flip();
        byte[] bytes = new byte[written.remaining()];
        written.get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static Compression codec(String name, String level) {
        if (level.equals("-")) return Compression.of(name).build();
        int number = Integer.parseInt(level);
        switch (name) {
            case "gzip": return Compression.gzip().level(number).build();
            case "lz4": return Compression.lz4().level(number).build();
            case "zstd": return Compression.zstd().level(number).build();
            default: throw new IllegalArgumentException(name + " has no levels");
        }
    }
}
