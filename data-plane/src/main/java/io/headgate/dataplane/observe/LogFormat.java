package io.headgate.dataplane.observe;

import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.xds.model.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A compiled access-log format: fixed text and operators such as {@code %REQ(X?Y):12%}. Immutable.
 *
 * <p><b>Errors:</b> an unknown or broken operator is an {@link IllegalArgumentException}.
 */
public final class LogFormat {
  private static final String NOTHING = "-";
  private static final LogFormat NULL = new LogFormat(List.of(e -> null), true);

  private final LogOperator[] parts;
  private final boolean omitEmpty;

  private LogFormat(List<LogOperator> parts, boolean omitEmpty) {
    this.parts = parts.toArray(new LogOperator[0]);
    this.omitEmpty = omitEmpty;
  }

  /**
   * Compiles a text that is worked out for streams outside of access logs; nothing is redacted.
   *
   * @throws IllegalArgumentException when an operator is unknown
   */
  public static LogFormat ofValue(String format) {
    return compile(format, true, LogOperators.OF_VALUES);
  }

  /** Returns the text for a stream; an operator without a value gives nothing. */
  public String text(StreamInfo info, RequestHead request, @Nullable ResponseHead response) {
    return line(new LogEntry(info, request, response, null));
  }

  /**
   * Compiles a text.
   *
   * @param omitEmpty writes nothing instead of {@code -} for what is not there
   */
  static LogFormat compile(String format, boolean omitEmpty) {
    return compile(format, omitEmpty, LogOperators.OF_LOGS);
  }

  private static LogFormat compile(String format, boolean omitEmpty, LogOperators operators) {
    List<LogOperator> parts = new ArrayList<>();
    int at = 0;
    while (at < format.length()) {
      int start = format.indexOf('%', at);
      if (start < 0) {
        start = format.length();
      }
      if (start > at) {
        parts.add(text(format.substring(at, start)));
      }
      if (start == format.length()) {
        break;
      }
      if (format.startsWith("%%", start)) {
        parts.add(text("%"));
        at = start + 2;
        continue;
      }
      int end = end(format, start);
      parts.add(operator(format.substring(start + 1, end), operators));
      at = end + 1;
    }
    return new LogFormat(parts, omitEmpty);
  }

  /** Finds the closing percent sign; those in parentheses belong to the argument. */
  private static int end(String format, int start) {
    boolean inside = false;
    for (int i = start + 1; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c == '(') {
        inside = true;
      } else if (c == ')') {
        inside = false;
      } else if (c == '%' && !inside) {
        return i;
      }
    }
    throw new IllegalArgumentException("access-log operator without an end: " + format);
  }

  /** Text of the config, which may hold line ends. */
  private record Fixed(String text) implements LogOperator {
    @Override
    public Object value(LogEntry entry) {
      return text;
    }
  }

  private static LogOperator text(String text) {
    return new Fixed(text);
  }

  private static LogOperator operator(String command, LogOperators operators) {
    int open = command.indexOf('(');
    int close = open < 0 ? -1 : command.indexOf(')', open);
    int colon = command.indexOf(':', close < 0 ? 0 : close);
    LogOperator whole =
        close < 0
            ? operators.of(colon < 0 ? command : command.substring(0, colon), null)
            : operators.of(command.substring(0, open), command.substring(open + 1, close));
    String rest =
        close < 0 ? colon < 0 ? "" : command.substring(colon) : command.substring(close + 1);
    if (rest.isEmpty()) {
      return whole;
    }
    int limit = limit(command, rest);
    return e -> {
      Object value = whole.value(e);
      return value instanceof String text && text.length() > limit
          ? text.substring(0, limit)
          : value;
    };
  }

  private static int limit(String command, String rest) {
    try {
      if (rest.startsWith(":")) {
        return (int) Math.min(Integer.MAX_VALUE, Long.parseUnsignedLong(rest.substring(1)));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("access-log operator %" + command + "%: bad length", e);
    }
    throw new IllegalArgumentException("access-log operator %" + command + "%: bad length");
  }

  /** Returns the line for an entry. */
  String line(LogEntry entry) {
    StringBuilder line = new StringBuilder(256);
    for (LogOperator part : parts) {
      if (part instanceof Fixed(String text)) {
        line.append(text);
        continue;
      }
      Object value = part.value(entry);
      if (value != null) {
        append(line, value);
      } else if (!omitEmpty) {
        line.append(NOTHING);
      }
    }
    return line.toString();
  }

  private static void append(StringBuilder line, Object value) {
    switch (value) {
      case Map<?, ?> map -> Json.write(line, map);
      case List<?> list -> Json.write(line, list);
      case String text -> LogText.append(line, text);
      default -> line.append(value);
    }
  }

  /** Returns a format's value for JSON: typed when it is one operator, else text. */
  @Nullable Object typed(LogEntry entry) {
    return parts.length == 1 ? parts[0].value(entry) : line(entry);
  }

  /** Compiles a JSON format: an object of formats, numbers, lists and objects; keys in order. */
  static Map<String, Object> compile(Value.Obj format, boolean omitEmpty) {
    Map<String, Object> compiled = new TreeMap<>();
    format.fields().forEach((key, value) -> compiled.put(key, compile(value, omitEmpty)));
    return compiled;
  }

  private static Object compile(Value value, boolean omitEmpty) {
    return switch (value) {
      case Value.Str(String text) -> compile(text, omitEmpty);
      case Value.Num(double number) -> number;
      case Value.Bool(boolean bool) -> bool;
      case Value.Null() -> NULL;
      case Value.Arr(List<Value> values) ->
          values.stream().map(each -> compile(each, omitEmpty)).toList();
      case Value.Obj object -> compile(object, omitEmpty);
    };
  }
}
