package io.headgate.xds.model.listener;

import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.value.Checks;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which requests an access log writes down; asked when the request is over. */
public sealed interface AccessLogFilter {
  /** How a number is held against a bound. */
  enum Op {
    EQ,
    GE,
    LE
  }

  /** A bound; the runtime may hold another value under the key. */
  record Bound(Op op, long value, String runtimeKey) {
    public Bound {
      Checks.require(value >= 0 && value < 1L << 32, "value must be an unsigned 32-bit number");
    }
  }

  /** The status; 0 when no answer began. */
  record Status(Bound bound) implements AccessLogFilter {}

  /** The time from the first byte of the request to the end, in milliseconds. */
  record DurationMillis(Bound bound) implements AccessLogFilter {}

  /** The request is no health check that the proxy answered. */
  record NotHealthCheck() implements AccessLogFilter {}

  /** The request is traced. */
  record Traced() implements AccessLogFilter {}

  /**
   * A share of the requests.
   *
   * @param denominator 100, 10,000 or 1,000,000
   * @param independent whether the share is drawn, and not made of the request id, which all
   *     proxies that see the request decide alike
   */
  record Sampled(String runtimeKey, long numerator, int denominator, boolean independent)
      implements AccessLogFilter {
    public Sampled {
      Checks.require(
          denominator == 100 || denominator == 10_000 || denominator == 1_000_000,
          "the denominator must be 100, 10000 or 1000000");
      Checks.require(numerator >= 0 && numerator < 1L << 32, "the numerator must not be negative");
    }
  }

  /** All of them hold. */
  record All(List<AccessLogFilter> filters) implements AccessLogFilter {
    public All {
      filters = atLeastTwo(filters);
    }
  }

  /** One of them holds. */
  record Any(List<AccessLogFilter> filters) implements AccessLogFilter {
    public Any {
      filters = atLeastTwo(filters);
    }
  }

  /** A header of the request matches. */
  record Header(HeaderMatcher matcher) implements AccessLogFilter {}

  /**
   * One of these response flags is set.
   *
   * @param flags short names; empty for any flag at all
   */
  record Flags(Set<String> flags) implements AccessLogFilter {
    /** All response flags, by short name. */
    public static final Set<String> KNOWN =
        Set.of(
            "LH", "UH", "UT", "LR", "UR", "UF", "UC", "UO", "NR", "DI", "FI", "RL", "UAEX", "RLSE",
            "DC", "URX", "SI", "IH", "DPE", "UMSDR", "RFCF", "NFCF", "DT", "UPE", "NC", "OM", "DF",
            "DO", "DR", "UDO");

    public Flags {
      flags = Set.copyOf(flags);
      for (String flag : flags) {
        Checks.require(KNOWN.contains(flag), "there is no response flag " + flag);
      }
    }
  }

  /**
   * The status of the gRPC call is one of these, or none of them.
   *
   * @param statuses numbers, 0 to 16
   */
  record GrpcStatus(Set<Integer> statuses, boolean exclude) implements AccessLogFilter {
    public GrpcStatus {
      statuses = Set.copyOf(statuses);
      for (int status : statuses) {
        Checks.require(status >= 0 && status <= 16, "a gRPC status is a number from 0 to 16");
      }
    }
  }

  private static List<AccessLogFilter> atLeastTwo(List<AccessLogFilter> filters) {
    Checks.require(filters.size() >= 2, "filters must have at least two entries");
    return List.copyOf(filters);
  }

  /** All of these, null for none. */
  static @Nullable AccessLogFilter all(List<AccessLogFilter> filters) {
    return filters.isEmpty() ? null : filters.size() == 1 ? filters.getFirst() : new All(filters);
  }

  /** Any of these, null for none. */
  static @Nullable AccessLogFilter any(List<AccessLogFilter> filters) {
    return filters.isEmpty() ? null : filters.size() == 1 ? filters.getFirst() : new Any(filters);
  }
}
