package io.headgate.dataplane.filter;

import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.xds.model.http.Upgrades;
import org.jspecify.annotations.Nullable;

/**
 * The route that a stream was pinned to, as far as the chain needs it; the route table implements
 * it and the terminal filter knows the rest of it. Immutable.
 */
public interface StreamRoute {
  /** Returns its name, empty when it has none. */
  String name();

  /** Returns the name of its virtual host. */
  String virtualHost();

  /** Returns the per-route config of filters. */
  RouteOverrides overrides();

  /**
   * Returns the stream idle timeout of the route in nanoseconds: 0 switches it off, -1 says
   * nothing.
   */
  long idleTimeoutNanos();

  /** Returns what the route says of upgrades and CONNECT. */
  default Upgrades upgrades() {
    return Upgrades.NONE;
  }

  /**
   * Returns the maximum stream duration of the route in nanoseconds: 0 switches it off, -1 says
   * nothing.
   */
  long maxStreamDurationNanos();

  /**
   * Returns the most that {@code grpc-timeout} may make of the maximum stream duration, in
   * nanoseconds: 0 for any, -1 when the header has no effect.
   */
  default long grpcTimeoutHeaderMaxNanos() {
    return -1;
  }

  /** Returns what is taken from {@code grpc-timeout}, in nanoseconds. */
  default long grpcTimeoutHeaderOffsetNanos() {
    return 0;
  }

  /** Returns the cluster that it leads to, null when it answers by itself. */
  default @Nullable String cluster(RequestHead request) {
    return null;
  }

  /** Does to an answer that the proxy makes itself what the route does to all its answers. */
  default void finishLocalReply(RequestHead request, ResponseHead answer, StreamInfo info) {}
}
