package io.headgate.dataplane.codec.h1;

/**
 * Limits and options of an HTTP/1 connection, either side. Immutable.
 *
 * @param maxHeadBytes start line and fields, 60 KiB in Envoy
 * @param maxFields fields of a head, 100 in Envoy
 * @param acceptHttp10 whether HTTP/1.0 requests are served; otherwise they get 426
 * @param trailers whether trailers pass; otherwise they are read and dropped
 * @param underscores what happens to requests with an underscore in a field name
 * @param headNanos from the first byte of a request's head to its last, 0 for no limit
 */
public record H1Settings(
    int maxHeadBytes,
    int maxFields,
    boolean acceptHttp10,
    boolean trailers,
    Underscores underscores,
    long headNanos) {

  /** What happens to field names with an underscore. */
  public enum Underscores {
    ALLOW,
    REJECT,
    DROP
  }

  /** Envoy's defaults. */
  public static final H1Settings DEFAULT =
      new H1Settings(60 * 1024, 100, false, false, Underscores.ALLOW, 0);

  public H1Settings {
    if (maxHeadBytes < 256 || maxFields < 1 || headNanos < 0) {
      throw new IllegalArgumentException("limits out of range");
    }
  }
}
