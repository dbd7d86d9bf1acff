package io.headgate.dataplane.codec.h2;

import org.jspecify.annotations.Nullable;

/**
 * Takes trailers: no pseudo fields, and what RFC 9110 §6.5.1 does not let stand there is dropped.
 */
final class TrailerFields extends MessageFields {
  TrailerFields(H2Settings settings) {
    super(settings);
  }

  @Override
  @Nullable String pseudo(int kind, int value, int length) {
    return "http2.pseudo_header_in_trailers";
  }

  @Override
  boolean host(int value, int length) {
    return false;
  }

  @Override
  boolean accepts(int name, int length) {
    return true;
  }

  /** Drops what may not be forwarded. */
  void filter() {
    for (int i = block().size() - 1; i >= 0; i--) {
      if (isForbidden(block().nameAt(i))) {
        block().removeAt(i);
      }
    }
  }

  private static boolean isForbidden(String name) {
    return switch (name) {
      case "content-length",
          "content-encoding",
          "content-type",
          "content-range",
          "trailer",
          "te",
          "authorization",
          "proxy-authorization",
          "proxy-authenticate",
          "www-authenticate",
          "cookie",
          "set-cookie",
          "cache-control",
          "expect",
          "max-forwards",
          "pragma",
          "range",
          "age",
          "expires",
          "date",
          "location",
          "retry-after",
          "vary",
          "via",
          "forwarded",
          "x-real-ip",
          "x-request-id" ->
          true;
      default -> name.startsWith("x-forwarded-") || name.startsWith("x-envoy-");
    };
  }
}
