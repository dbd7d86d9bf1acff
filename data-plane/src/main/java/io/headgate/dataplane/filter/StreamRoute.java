package io.headgate.dataplane.filter;

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

  /**
   * Returns the maximum stream duration of the route in nanoseconds: 0 switches it off, -1 says
   * nothing.
   */
  long maxStreamDurationNanos();
}
