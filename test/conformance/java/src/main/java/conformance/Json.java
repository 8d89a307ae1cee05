package conformance;

import java.util.Map;

/** Just enough JSON to print one flat object on a line. */
final class Json {
  private Json() {}

  static String line(Map<String, ?> fields) {
    StringBuilder out = new StringBuilder("{");
    fields.forEach((name, value) -> {
      if (out.length() > 1) out.append(',');
      string(out, name);
      out.append(':');
      if (value instanceof Number || value instanceof Boolean) out.append(value);
      else string(out, String.valueOf(value));
    });
    return out.append('}').toString();
  }

  private static void string(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) out.append(String.format("\\u%04x", (int) c));
          else out.append(c);
        }
      }
    }
    out.append('"');
  }
}
