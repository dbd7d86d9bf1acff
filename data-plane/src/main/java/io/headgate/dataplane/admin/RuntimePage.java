package io.headgate.dataplane.admin;

import io.headgate.dataplane.route.RuntimeValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runtime values in the form of Envoy's {@code /runtime}. */
final class RuntimePage {
  private RuntimePage() {}

  static String json(RuntimeValues values) {
    Map<String, Object> entries = new LinkedHashMap<>();
    values
        .entries()
        .forEach((key, entry) -> {
          Map<String, Object> shown = new LinkedHashMap<>();
          shown.put("layer_values", entry.layerTexts());
          shown.put("final_value", entry.text());
          entries.put(key, shown);
        });
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("layers", values.layers());
    page.put("entries", entries);
    StringBuilder out = new StringBuilder();
    write(out, page);
    return out.append('\n').toString();
  }

  private static void write(StringBuilder out, Object value) {
    switch (value) {
      case Map<?, ?> map -> {
        List<String> fields = new ArrayList<>();
        map.forEach((key, field) -> {
          StringBuilder text = new StringBuilder();
          string(text, String.valueOf(key));
          text.append(": ");
          write(text, field);
          fields.add(text.toString());
        });
        out.append('{').append(String.join(", ", fields)).append('}');
      }
      case List<?> list -> {
        List<String> parts = new ArrayList<>();
        for (Object each : list) {
          StringBuilder text = new StringBuilder();
          write(text, each);
          parts.add(text.toString());
        }
        out.append('[').append(String.join(", ", parts)).append(']');
      }
      default -> string(out, value.toString());
    }
  }

  private static void string(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  /** Sets what a POST asks for. */
  static AdminReply modify(
      RuntimeValues values, AdminActions actions, Map<String, String> changes) {
    if (changes.isEmpty()) {
      return AdminReply.text(
          400,
          "usage:  /runtime_modify?key1=value1&key2=value2&keyN=valueN\n"
              + "an empty value removes a key that was set here\n");
    }
    if (!values.isChangeable()) {
      return AdminReply.text(503, "no admin_layer in the bootstrap's layered_runtime\n");
    }
    actions.setRuntime(changes);
    return AdminReply.text(200, "OK\n");
  }
}
