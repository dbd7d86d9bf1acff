package io.headgate.fleet;

import org.jspecify.annotations.Nullable;

/**
 * How HTTP/1 is spoken on one side; null means not set.
 *
 * @param trailers whether trailers pass
 * @param http10 of clients only: whether HTTP/1.0 requests are served
 * @param http10Host the host of HTTP/1.0 requests that name none; null refuses them
 */
public record Http1Settings(
    @Nullable Boolean trailers,
    @Nullable HeaderCase headerCase,
    boolean http10,
    @Nullable String http10Host) {
  /** How field names are written. */
  public enum HeaderCase {
    LOWER,
    /** As they came. */
    PRESERVE,
    /** Like-This. */
    PROPER
  }

  /** Sets nothing. */
  public static final Http1Settings NONE = new Http1Settings(null, null, false, null);
}
