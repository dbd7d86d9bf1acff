package io.headgate.controlplane.compile.listener;

import io.headgate.fleet.ClientTelemetry;
import io.headgate.fleet.ClientTelemetry.LogFilter;
import io.headgate.fleet.ClientTelemetry.StatusRange;
import io.headgate.fleet.RouteMatch.ValueMatch;
import io.headgate.xds.model.listener.AccessLog;
import io.headgate.xds.model.listener.AccessLogFilter;
import io.headgate.xds.model.listener.AccessLogFilter.Bound;
import io.headgate.xds.model.listener.AccessLogFilter.Op;
import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.match.StringMatcher;
import io.headgate.xds.model.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the access logs of a listener.
 *
 * <p>Thread: any; stateless.
 */
final class AccessLogRules {
  private static final int MILLION = 1_000_000;

  private AccessLogRules() {}

  static AccessLog of(ClientTelemetry.AccessLog log) {
    AccessLog.Sink sink =
        switch (log.sink()) {
          case ClientTelemetry.Sink.Stdout _ -> new AccessLog.Sink.Stdout();
          case ClientTelemetry.Sink.File(String path) -> new AccessLog.Sink.File(path);
        };
    return new AccessLog(sink, format(log.line()), filter(log.filter()));
  }

  private static AccessLog.Format format(ClientTelemetry.Line line) {
    if (!line.json().isEmpty()) {
      Map<String, Value> fields = new TreeMap<>();
      line.json().forEach((key, value) -> fields.put(key, new Value.Str(value)));
      return new AccessLog.Format.Json(new Value.Obj(fields), line.omitEmpty());
    }
    String text = line.text();
    if (text == null) {
      return new AccessLog.Format.Text(AccessLog.Format.DEFAULT.format(), line.omitEmpty());
    }
    return new AccessLog.Format.Text(text.endsWith("\n") ? text : text + "\n", line.omitEmpty());
  }

  private static @Nullable AccessLogFilter filter(LogFilter wanted) {
    List<AccessLogFilter> all = new ArrayList<>();
    AccessLogFilter status =
        AccessLogFilter.any(wanted.statuses().stream().map(AccessLogRules::status).toList());
    if (status != null) {
      all.add(status);
    }
    if (wanted.minDuration() != null) {
      all.add(new AccessLogFilter.DurationMillis(bound(Op.GE, wanted.minDuration().toMillis())));
    }
    if (!wanted.flags().isEmpty()) {
      all.add(new AccessLogFilter.Flags(Set.copyOf(wanted.flags())));
    }
    if (!wanted.grpc().isEmpty()) {
      all.add(new AccessLogFilter.GrpcStatus(Set.copyOf(wanted.grpc()), false));
    }
    if (wanted.samplePercent() != null) {
      long parts = Math.round(wanted.samplePercent() * MILLION / 100);
      all.add(new AccessLogFilter.Sampled("headgate.access_log", parts, MILLION, false));
    }
    for (ValueMatch header : wanted.headers()) {
      StringMatcher.Kind kind =
          header.regex() ? StringMatcher.Kind.SAFE_REGEX : StringMatcher.Kind.EXACT;
      all.add(
          new AccessLogFilter.Header(
              new HeaderMatcher(
                  header.name(),
                  new HeaderMatcher.Condition.Matches(
                      new StringMatcher(kind, header.value(), false)),
                  false,
                  false)));
    }
    return AccessLogFilter.all(all);
  }

  private static AccessLogFilter status(StatusRange range) {
    if (range.from() == range.to()) {
      return new AccessLogFilter.Status(bound(Op.EQ, range.from()));
    }
    return new AccessLogFilter.All(
        List.of(
            new AccessLogFilter.Status(bound(Op.GE, range.from())),
            new AccessLogFilter.Status(bound(Op.LE, range.to()))));
  }

  private static Bound bound(Op op, long value) {
    return new Bound(op, value, "headgate.access_log");
  }
}
