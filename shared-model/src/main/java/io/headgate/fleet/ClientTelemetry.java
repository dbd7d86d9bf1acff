package io.headgate.fleet;

import io.headgate.fleet.RouteMatch.ValueMatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What proxies say of the requests of a listener.
 *
 * @param tracing null for none
 */
public record ClientTelemetry(List<AccessLog> accessLogs, @Nullable Tracing tracing) {
  public static final ClientTelemetry NONE = new ClientTelemetry(List.of(), null);

  public ClientTelemetry {
    accessLogs = List.copyOf(accessLogs);
  }

  /** One access log. */
  public record AccessLog(Sink sink, Line line, LogFilter filter) {}

  /**
   * What a line holds. At most one of {@code text} and {@code json} says something.
   *
   * @param omitEmpty whether nothing stands where a value is missing
   */
  public record Line(@Nullable String text, Map<String, String> json, boolean omitEmpty) {
    public Line {
      json = Map.copyOf(json);
    }
  }

  /**
   * Spans by OTLP.
   *
   * @param serviceName of the spans; null for the proxy's own
   * @param samplePercent share of the requests
   * @param clientPercent share of those that ask
   * @param tags attributes of all spans
   * @param headerTags attributes and the headers that they are taken from
   */
  public record Tracing(
      Collector collector,
      @Nullable String serviceName,
      @Nullable Double samplePercent,
      @Nullable Double clientPercent,
      Map<String, String> tags,
      Map<String, String> headerTags) {
    public Tracing {
      tags = Map.copyOf(tags);
      headerTags = Map.copyOf(headerTags);
    }
  }

  /** A port of a Service that takes spans, by gRPC or HTTP. */
  public record Collector(String namespace, String service, int port, boolean http) {}

  /** Where access-log lines go. */
  public sealed interface Sink {
    /** Standard output of the proxy. */
    record Stdout() implements Sink {}

    /** A file on the proxy's machine. */
    record File(String path) implements Sink {}
  }

  /**
   * Which requests get a line: those for which everything that is given holds.
   *
   * @param statuses the status lies in one of these; empty for any
   * @param minDuration the request took at least so long
   * @param flags one of these response flags is set; empty for any
   * @param grpc the number of the gRPC status is one of these; empty for any
   * @param samplePercent share of the requests
   * @param headers all of these match
   */
  public record LogFilter(
      List<StatusRange> statuses,
      @Nullable Duration minDuration,
      List<String> flags,
      List<Integer> grpc,
      @Nullable Double samplePercent,
      List<ValueMatch> headers) {
    public static final LogFilter NONE =
        new LogFilter(List.of(), null, List.of(), List.of(), null, List.of());

    public LogFilter {
      statuses = List.copyOf(statuses);
      flags = List.copyOf(flags);
      grpc = List.copyOf(grpc);
      headers = List.copyOf(headers);
    }
  }

  /** Status codes from one to another; both belong to it. */
  public record StatusRange(int from, int to) {
    /** As in a policy: {@code 404}, {@code 5xx} or {@code 400-428}. */
    public String text() {
      if (from == to) {
        return Integer.toString(from);
      }
      return from % 100 == 0 && to == from + 99 ? from / 100 + "xx" : from + "-" + to;
    }
  }
}
