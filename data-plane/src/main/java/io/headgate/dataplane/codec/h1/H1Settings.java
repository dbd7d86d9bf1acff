package io.headgate.dataplane.codec.h1;

import io.headgate.xds.model.http.Http1Options;

/**
 * Limits and options of an HTTP/1 connection, either side. Immutable.
 *
 * @param maxHeadBytes start line and fields, 60 KiB in Envoy
 * @param maxFields fields of a head, 100 in Envoy
 * @param underscores what happens to requests with an underscore in a field name
 * @param headNanos from the first byte of a request's head to its last, 0 for no limit
 * @param delayedCloseNanos for a peer to take the last answer, 0 for no limit
 * @param options as configured
 */
public record H1Settings(
    int maxHeadBytes,
    int maxFields,
    Underscores underscores,
    long headNanos,
    long delayedCloseNanos,
    Http1Options options) {

  /** What happens to field names with an underscore. */
  public enum Underscores {
    ALLOW,
    REJECT,
    DROP
  }

  private static final long DELAYED_CLOSE_NANOS = 1_000_000_000L; // 1 s

  /** Envoy's defaults. */
  public static final H1Settings DEFAULT =
      new H1Settings(60 * 1024, 100, Underscores.ALLOW, 0, Http1Options.DEFAULT);

  /** Settings with Envoy's delayed close. */
  public H1Settings(
      int maxHeadBytes,
      int maxFields,
      Underscores underscores,
      long headNanos,
      Http1Options options) {
    this(maxHeadBytes, maxFields, underscores, headNanos, DELAYED_CLOSE_NANOS, options);
  }

  public H1Settings {
    if (maxHeadBytes < 256 || maxFields < 1 || headNanos < 0 || delayedCloseNanos < 0) {
      throw new IllegalArgumentException("limits out of range");
    }
  }

  boolean trailers() {
    return options.trailers();
  }

  boolean preservesCase() {
    return options.headerCase() == Http1Options.HeaderCase.PRESERVE;
  }

  boolean properCase() {
    return options.headerCase() == Http1Options.HeaderCase.PROPER;
  }
}
