package io.headgate.dataplane.router;

/**
 * The two directions of a tunnel that the upstream has accepted. The try is over when both have
 * ended; the route's timeout does not run for it.
 *
 * <p>Thread: confined to the loop.
 */
final class TunnelEnds {
  private boolean client;
  private boolean upstream;

  /** The client half-closed, and that was passed on. */
  void clientEnded() {
    client = true;
  }

  /** The upstream half-closed. */
  void upstreamEnded() {
    upstream = true;
  }

  boolean isOver() {
    return client && upstream;
  }
}
