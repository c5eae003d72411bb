// Prints what java.util.Properties.load makes of files: one per line of the standard input, in hexadecimal.
//   java LoadProperties.java < files.hex > properties.ndjson
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;

class LoadProperties {
  /** Keeps the order, and keys that come twice. */
  static class Recording extends Properties {
    final List<String> entries = new ArrayList<>();

    @Override
    public synchronized Object put(Object key, Object value) {
      entries.add("[" + quote((String) key) + ", " + quote((String) value) + "]");
      return super.put(key, value);
    }
  }

  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') quoted.append('\\').append(c);
      else if (c < 32 || c > 126) quoted.append(String.format("\\u%04x", (int) c));
      else quoted.append(c);
    }
    return quoted.append('"').toString();
  }

  public static void main(String[] args) throws Exception {
    BufferedReader files = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String hex = files.readLine(); hex != null; hex = files.readLine()) {
      byte[] bytes = HexFormat.of().parseHex(hex.trim());
      Recording properties = new Recording();
      String answer;
      try {
        properties.load(new ByteArrayInputStream(bytes));
        answer = "\"entries\": [" + String.join(", ", properties.entries) + "]";
      } catch (IllegalArgumentException refused) {
        answer = "\"refused\": " + quote(refused.getMessage());
      }
      System.out.println("{\"latin1\": " + quote(new String(bytes, StandardCharsets.ISO_8859_1)) + ", " + answer + "}");
    }
  }
}
