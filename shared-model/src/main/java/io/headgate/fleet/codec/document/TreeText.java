package io.headgate.fleet.codec.document;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Writes maps, lists, texts, numbers and truth values as JSON or YAML; equal trees give equal
 * texts.
 */
final class TreeText {
  /** What JSON may hold as it is, but YAML, which also reads this text, may not. */
  private static final String YAML_SPECIAL = "\u2028\u2029\uFEFF\uFFFE\uFFFF";

  private TreeText() {}

  /** JSON in one line without spaces. */
  static String json(@Nullable Object tree) {
    StringBuilder out = new StringBuilder(256);
    json(out, tree);
    return out.toString();
  }

  /** YAML in block style, with a line feed at its end. */
  static String yaml(@Nullable Object tree) {
    DumpSettings settings =
        DumpSettings.builder()
            .setSchema(new CoreSchema())
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setIndent(2)
            .setMultiLineFlow(false)
            .setWidth(120)
            .build();
    return new Dump(settings).dumpToString(numbers(tree));
  }

  /** The YAML writer knows no BigDecimal. */
  private static @Nullable Object numbers(@Nullable Object tree) {
    return switch (tree) {
      case null -> null;
      case java.math.BigDecimal d ->
          d.scale() == 0 && d.precision() < 19 ? (Object) d.longValue() : (Object) d.doubleValue();
      case Map<?, ?> map -> {
        Map<Object, @Nullable Object> out = new java.util.LinkedHashMap<>();
        map.forEach((k, v) -> out.put(k, numbers(v)));
        yield out;
      }
      case List<?> list -> {
        List<@Nullable Object> out = new java.util.ArrayList<>();
        list.forEach(v -> out.add(numbers(v)));
        yield out;
      }
      default -> tree;
    };
  }

  private static void json(StringBuilder out, @Nullable Object tree) {
    switch (tree) {
      case null -> out.append("null");
      case Map<?, ?> map -> {
        char before = '{';
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.append(before);
          string(out, String.valueOf(entry.getKey()));
          out.append(':');
          json(out, entry.getValue());
          before = ',';
        }
        out.append(map.isEmpty() ? "{}" : "}");
      }
      case List<?> list -> {
        char before = '[';
        for (Object item : list) {
          out.append(before);
          json(out, item);
          before = ',';
        }
        out.append(list.isEmpty() ? "[]" : "]");
      }
      case String text -> string(out, text);
      case java.math.BigDecimal number -> out.append(number.toPlainString());
      default -> out.append(tree);
    }
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
          if (Character.isISOControl(c)
              || YAML_SPECIAL.indexOf(c) >= 0
              || (Character.isSurrogate(c) && alone(text, i))) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /** Half a surrogate pair cannot be written in UTF-8. */
  private static boolean alone(String text, int i) {
    char c = text.charAt(i);
    return Character.isHighSurrogate(c)
        ? i + 1 >= text.length() || !Character.isLowSurrogate(text.charAt(i + 1))
        : i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
  }
}
