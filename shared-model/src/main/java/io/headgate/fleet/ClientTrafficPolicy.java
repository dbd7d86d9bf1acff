package io.headgate.fleet;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a gateway deals with its clients.
 *
 * @param targets gateways
 * @param trustedHops proxies in front of this one that may be believed; null when not set
 */
public record ClientTrafficPolicy(
    ObjectMeta metadata,
    List<TargetRef> targets,
    Timeouts timeouts,
    HeaderLimits headers,
    List<AccessLog> accessLogs,
    @Nullable Integer trustedHops)
    implements FleetObject {

  public ClientTrafficPolicy {
    targets = List.copyOf(targets);
    accessLogs = List.copyOf(accessLogs);
  }

  @Override
  public Kind kind() {
    return Kind.CLIENT_TRAFFIC_POLICY;
  }

  /**
   * Null means not set; zero turns a timeout off.
   *
   * @param requestHeaders the request head must have arrived
   * @param request the whole request must have arrived
   * @param idle a connection without streams is closed
   * @param streamIdle a stream without a byte either way is closed
   */
  public record Timeouts(
      @Nullable Duration requestHeaders,
      @Nullable Duration request,
      @Nullable Duration idle,
      @Nullable Duration streamIdle) {
    public static final Timeouts NONE = new Timeouts(null, null, null, null);
  }

  /** Limits of a request's head; null means not set. */
  public record HeaderLimits(@Nullable Integer maxKib, @Nullable Integer maxCount) {
    public static final HeaderLimits NONE = new HeaderLimits(null, null);
  }

  /** One access log. At most one of {@code text} and {@code json} says something. */
  public record AccessLog(Sink sink, @Nullable String text, Map<String, String> json) {
    public AccessLog {
      json = Map.copyOf(json);
    }
  }

  /** Where access-log lines go. */
  public sealed interface Sink {
    /** Standard output of the proxy. */
    record Stdout() implements Sink {}

    /** A file on the proxy's machine. */
    record File(String path) implements Sink {}
  }
}
