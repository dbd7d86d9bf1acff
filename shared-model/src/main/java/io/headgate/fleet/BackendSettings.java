package io.headgate.fleet;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a policy for backends sets; null and {@code NONE} parts are not set.
 *
 * @param feedback whether weights follow what hosts report of their load
 */
public record BackendSettings(
    @Nullable LoadBalancing loadBalancing,
    @Nullable CircuitBreakers circuitBreakers,
    Health health,
    @Nullable Retries retries,
    Timeouts timeouts,
    Connections connections,
    @Nullable Boolean feedback) {
  public static final BackendSettings NONE =
      new BackendSettings(null, null, Health.NONE, null, Timeouts.NONE, Connections.NONE, null);

  /** How a host is picked. */
  public sealed interface LoadBalancing {
    /** In turn, by weight. */
    record RoundRobin() implements LoadBalancing {}

    /** The least busy of some hosts drawn at random, by weight. */
    record LeastRequest(int choices) implements LoadBalancing {}
  }

  /**
   * Limits for each proxy and service port; null means not set.
   *
   * @param perHost connections to each host
   * @param budget how many of the active requests may be retries, instead of a fixed number
   * @param trackRemaining whether gauges show what is left
   */
  public record CircuitBreakers(
      Bounds normal,
      Bounds high,
      @Nullable Integer perHost,
      @Nullable Budget budget,
      @Nullable Boolean trackRemaining) {}

  /** Limits for one priority. */
  public record Bounds(
      @Nullable Integer connections,
      @Nullable Integer pendingRequests,
      @Nullable Integer requests,
      @Nullable Integer retries) {
    public static final Bounds NONE = new Bounds(null, null, null, null);
  }

  /**
   * How many of the active requests may be retries.
   *
   * @param percent 0 to 100
   * @param minConcurrent always allowed
   */
  public record Budget(double percent, int minConcurrent) {}

  /**
   * What is believed of hosts.
   *
   * @param panicPercent share of healthy hosts below which health is ignored
   */
  public record Health(@Nullable Ejection ejection, @Nullable Integer panicPercent) {
    public static final Health NONE = new Health(null, null);
  }

  /**
   * Ejection of hosts by what their requests meet; null means not set, 0 turns a detector off.
   *
   * @param connectErrors in a row
   * @param maxPercent share of the hosts that may be ejected at once; one host always may
   */
  public record Ejection(
      @Nullable Integer connectErrors,
      @Nullable Integer serverErrors,
      @Nullable Integer gatewayErrors,
      @Nullable Duration interval,
      @Nullable Duration baseTime,
      @Nullable Duration maxTime,
      @Nullable Integer maxPercent) {
    public static final Ejection DEFAULT = new Ejection(null, null, null, null, null, null, null);
  }

  /**
   * Null means not set; zero turns a timeout off ({@code connect} is never zero).
   *
   * @param request from the whole request to the whole answer
   * @param connectionIdle a connection without streams is closed
   * @param connectionMax the age at which a connection takes no more requests
   * @param maxStream the longest life of an exchange
   * @param streamIdle of a route: a stream without a byte either way is closed
   * @param grpc of a route: whether {@code grpc-timeout} counts
   */
  public record Timeouts(
      @Nullable Duration connect,
      @Nullable Duration request,
      @Nullable Duration connectionIdle,
      @Nullable Duration connectionMax,
      @Nullable Duration maxStream,
      @Nullable Duration streamIdle,
      @Nullable GrpcTimeout grpc) {
    public static final Timeouts NONE = new Timeouts(null, null, null, null, null, null, null);
  }

  /**
   * A deadline by {@code grpc-timeout}.
   *
   * @param max the most that a client may ask for; zero for any
   * @param offset taken from what the client says; null for nothing
   */
  public record GrpcTimeout(Duration max, @Nullable Duration offset) {}

  /**
   * Connections to hosts, and how HTTP is spoken on them.
   *
   * @param maxRequests of one connection
   * @param highPriority of a route: which circuit breaker counts
   * @param proxyProtocol the header that tells hosts who the client is; null for none
   */
  public record Connections(
      @Nullable Integer maxRequests,
      @Nullable Integer bufferBytes,
      @Nullable Http1Settings http1,
      @Nullable Http2Settings http2,
      @Nullable Boolean highPriority,
      ProxyProtocol.@Nullable Version proxyProtocol) {
    public static final Connections NONE = new Connections(null, null, null, null, null, null);
  }
}
