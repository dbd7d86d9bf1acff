package io.headgate.xds.codec.accesslog;

import io.headgate.xds.codec.match.RouteMatchDecoder;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.model.listener.AccessLogFilter;
import io.headgate.xds.model.listener.AccessLogFilter.Bound;
import io.headgate.xds.model.listener.AccessLogFilter.Op;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Decodes which requests an access log writes down. */
final class AccessLogFilterDecoder {
  private static final Map<String, Op> OPS = Map.of("EQ", Op.EQ, "GE", Op.GE, "LE", Op.LE);

  private static final Map<String, Integer> DENOMINATORS =
      Map.of("HUNDRED", 100, "TEN_THOUSAND", 10_000, "MILLION", 1_000_000);

  private AccessLogFilterDecoder() {}

  static AccessLogFilter decode(MessageReader r) {
    String kind = r.which("filter_specifier");
    return switch (kind) {
      case "status_code_filter" ->
          new AccessLogFilter.Status(
              r.need(kind, r.message(kind, AccessLogFilterDecoder::comparison)));
      case "duration_filter" ->
          new AccessLogFilter.DurationMillis(
              r.need(kind, r.message(kind, AccessLogFilterDecoder::comparison)));
      case "not_health_check_filter" -> {
        r.accept(kind);
        yield new AccessLogFilter.NotHealthCheck();
      }
      case "traceable_filter" -> {
        r.accept(kind);
        yield new AccessLogFilter.Traced();
      }
      case "runtime_filter" -> r.need(kind, r.message(kind, AccessLogFilterDecoder::sampled));
      case "and_filter" -> r.need(kind, r.message(kind, m -> new AccessLogFilter.All(members(m))));
      case "or_filter" -> r.need(kind, r.message(kind, m -> new AccessLogFilter.Any(members(m))));
      case "header_filter" ->
          r.need(
              kind,
              r.message(
                  kind,
                  m ->
                      new AccessLogFilter.Header(
                          m.need("header", m.message("header", RouteMatchDecoder::header)))));
      case "response_flag_filter" ->
          r.need(
              kind,
              r.message(kind, m -> new AccessLogFilter.Flags(Set.copyOf(m.strings("flags")))));
      case "grpc_status_filter" -> r.need(kind, r.message(kind, AccessLogFilterDecoder::grpc));
      case "" -> {
        throw new IllegalArgumentException("a filter needs a kind");
      }
      default -> {
        r.refuse(kind);
        throw new Refusal();
      }
    };
  }

  private static List<AccessLogFilter> members(MessageReader r) {
    return r.list("filters", AccessLogFilterDecoder::decode);
  }

  private static Bound comparison(MessageReader r) {
    return r.need("comparison", r.message("comparison", AccessLogFilterDecoder::bound));
  }

  private static Bound bound(MessageReader r) {
    Op op = r.oneOf("op", OPS);
    Bound value =
        r.message(
            "value", v -> new Bound(Op.EQ, v.integer("default_value"), v.string("runtime_key")));
    Bound read = r.need("value", value);
    return new Bound(r.need("op", op), read.value(), read.runtimeKey());
  }

  private static AccessLogFilter sampled(MessageReader r) {
    String key = r.string("runtime_key");
    boolean independent = r.bool("use_independent_randomness");
    AccessLogFilter.Sampled share =
        r.message(
            "percent_sampled",
            p ->
                new AccessLogFilter.Sampled(
                    key,
                    p.integer("numerator"),
                    p.need("denominator", p.oneOf("denominator", DENOMINATORS)),
                    independent));
    // Without a share only the runtime could say one.
    return share == null ? new AccessLogFilter.Sampled(key, 0, 100, independent) : share;
  }

  private static AccessLogFilter grpc(MessageReader r) {
    boolean exclude = r.bool("exclude");
    return new AccessLogFilter.GrpcStatus(Set.copyOf(r.enumNumbers("statuses")), exclude);
  }
}
