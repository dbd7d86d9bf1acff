package io.headgate.xds.model.http;

import java.util.Objects;

/**
 * How HTTP/1 is spoken on one side: Envoy's {@code Http1ProtocolOptions}. Immutable.
 *
 * @param acceptHttp10 downstream only: whether HTTP/1.0 requests are served; otherwise they get 426
 * @param defaultHostForHttp10 downstream only: the authority of HTTP/1.0 requests without {@code
 *     host}; empty for none
 * @param trailers whether trailers pass; otherwise they are read and dropped
 * @param headerCase how field names are written
 * @param allowAbsoluteUrl downstream only: whether requests in absolute-form are served
 * @param sendFullyQualifiedUrl upstream only: whether requests go out in absolute-form
 */
public record Http1Options(
    boolean acceptHttp10,
    String defaultHostForHttp10,
    boolean trailers,
    HeaderCase headerCase,
    boolean allowAbsoluteUrl,
    boolean sendFullyQualifiedUrl) {

  /** Upper or lower case of field names on the wire. */
  public enum HeaderCase {
    /** Lower case. */
    LOWER,
    /** {@code proper_case_words}: upper case at the start and behind each other character. */
    PROPER,
    /** {@code preserve_case}: as the other side wrote them; what the proxy adds is lower case. */
    PRESERVE
  }

  /** Envoy's defaults. */
  public static final Http1Options DEFAULT =
      new Http1Options(false, "", false, HeaderCase.LOWER, true, false);

  public Http1Options {
    Objects.requireNonNull(headerCase, "headerCase");
    Objects.requireNonNull(defaultHostForHttp10, "defaultHostForHttp10");
  }
}
