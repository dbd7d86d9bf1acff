package io.headgate.dataplane.hcm;

import io.headgate.xds.model.HttpTimeouts;

/** Timeouts of a connection manager, in nanoseconds; 0 switches one off. */
public record HcmTimeouts(
    long request, long streamIdle, long connectionIdle, long maxConnectionDuration) {

  /** Takes the timeouts from a config. */
  public static HcmTimeouts of(HttpTimeouts config) {
    return new HcmTimeouts(
        config.request().toNanos(),
        config.streamIdle().toNanos(),
        config.connectionIdle().toNanos(),
        config.maxConnectionDuration().toNanos());
  }
}
