package conformance.spring;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/** What this application tells who started it: one JSON object a line on standard output. */
final class Lines {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Lines() {}

  static void print(Map<String, ?> line) {
    try {
      String text = JSON.writeValueAsString(line);
      synchronized (System.out) {
        System.out.println(text);
        System.out.flush();
      }
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  static void heard(String listener, Object value) {
    print(Map.of("heard", listener, "value", value));
  }
}
