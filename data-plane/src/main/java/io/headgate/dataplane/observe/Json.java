package io.headgate.dataplane.observe;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON values: Maps, Lists, numbers, booleans, anything else as text (RFC 8259). */
public final class Json {
  private Json() {}

  /** A value that is written in JSON already. */
  public record Written(String json) {}

  /** Appends a value. */
  public static void write(StringBuilder out, @Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case Map<?, ?> map -> object(out, map);
      case List<?> list -> {
        out.append('[');
        String separator = "";
        for (Object each : list) {
          out.append(separator);
          write(out, each);
          separator = ",";
        }
        out.append(']');
      }
      case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 ->
          out.append(number.longValue());
      case Double number when number.isNaN() || number.isInfinite() -> out.append("null");
      case Number number -> out.append(number);
      case Boolean bool -> out.append(bool.booleanValue());
      case Written(String json) -> out.append(json);
      default -> string(out, value.toString());
    }
  }

  private static void object(StringBuilder out, Map<?, ?> map) {
    out.append('{');
    String separator = "";
    for (Map.Entry<?, ?> field : map.entrySet()) {
      out.append(separator);
      string(out, String.valueOf(field.getKey()));
      out.append(':');
      write(out, field.getValue());
      separator = ",";
    }
    out.append('}');
  }

  static void string(StringBuilder out, String text) {
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
          if (LogText.isControl(c)) {
            out.append("\\u00").append(Character.forDigit(c >> 4, 16));
            out.append(Character.forDigit(c & 15, 16));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
