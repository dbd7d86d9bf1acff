package io.headgate.dataplane.hcm;

import io.headgate.xds.model.http.HttpTimeouts;

/** Timeouts of a connection manager, in nanoseconds; 0 switches one off. */
public record HcmTimeouts(
    long request,
    long streamIdle,
    long maxStream,
    long connectionIdle,
    long maxConnectionDuration,
    boolean http1SafeMax,
    long drain) {

  /** Takes the timeouts from a config. */
  public static HcmTimeouts of(HttpTimeouts config) {
    return new HcmTimeouts(
        config.request().toNanos(),
        config.streamIdle().toNanos(),
        config.maxStream().toNanos(),
        config.connection().idle().toNanos(),
        config.connection().max().toNanos(),
        config.connection().http1SafeMax(),
        config.connection().drain().toNanos());
  }
}
