package io.headgate.dataplane.observe;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.xds.model.listener.AccessLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the line of a stream on its loop and hands it to the writer. Immutable. */
final class LineLogger implements AccessLogger {
  private final Function<LogEntry, String> format;
  private final LogSink sink;

  LineLogger(AccessLog.Format config, LogSink sink) {
    this.format = compile(config);
    this.sink = sink;
  }

  static Function<LogEntry, String> compile(AccessLog.Format config) {
    return switch (config) {
      case AccessLog.Format.Text(String text, boolean omitEmpty) ->
          LogFormat.compile(text, omitEmpty)::line;
      case AccessLog.Format.Json json -> {
        Map<String, Object> fields = LogFormat.compile(json.format(), json.omitEmptyValues());
        yield entry -> {
          StringBuilder line = new StringBuilder(512);
          Json.write(line, fill(fields, entry, json.omitEmptyValues()));
          return line.append('\n').toString();
        };
      }
    };
  }

  private static @Nullable Object fill(@Nullable Object compiled, LogEntry entry, boolean omit) {
    return switch (compiled) {
      case LogFormat part -> part.typed(entry);
      case Map<?, ?> map -> {
        Map<Object, @Nullable Object> filled = new LinkedHashMap<>();
        for (Map.Entry<?, ?> field : map.entrySet()) {
          Object value = fill(field.getValue(), entry, omit);
          if (!omit || !isEmpty(value)) {
            filled.put(String.valueOf(field.getKey()), value);
          }
        }
        yield filled;
      }
      case List<?> list -> {
        List<@Nullable Object> filled = new ArrayList<>();
        for (Object each : list) {
          Object value = fill(each, entry, omit);
          if (!omit || !isEmpty(value)) {
            filled.add(value);
          }
        }
        yield filled;
      }
      case null, default -> compiled;
    };
  }

  private static boolean isEmpty(@Nullable Object value) {
    return value == null || (value instanceof Map<?, ?> map && map.isEmpty());
  }

  @Override
  public void log(
      StreamInfo info,
      RequestHead request,
      @Nullable ResponseHead response,
      @Nullable HeaderBlock responseTrailers) {
    sink.offer(format.apply(new LogEntry(info, request, response, responseTrailers)));
  }
}
