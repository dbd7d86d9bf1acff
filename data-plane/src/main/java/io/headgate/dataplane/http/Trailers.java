package io.headgate.dataplane.http;

/** What may stand in trailers (RFC 9110 §6.5.1). */
public final class Trailers {
  private Trailers() {}

  /**
   * Drops fields that would change framing, routing, identity or the meaning of the content had
   * they come with the head. Connection fields are the codec's.
   */
  public static void removeForbidden(HeaderBlock trailers) {
    for (int i = trailers.size() - 1; i >= 0; i--) {
      if (isForbidden(trailers.nameAt(i))) {
        trailers.removeAt(i);
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
