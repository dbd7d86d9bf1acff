package io.headgate.dataplane.observe;

import io.headgate.dataplane.http.HeaderName;
import java.util.Locale;
import java.util.Set;

/** Keeps tokens, cookies and passwords of requests out of logs and traces. Stateless. */
public final class Secrets {
  static final String REDACTED = "[redacted]";

  private static final Set<String> HEADERS =
      Set.of(
          "authorization",
          "proxy-authorization",
          "cookie",
          "set-cookie",
          "x-api-key",
          "x-auth-token",
          "x-csrf-token",
          "x-xsrf-token");

  /** Headers that hold a URL, whose query may hold a token. */
  private static final Set<String> URLS =
      Set.of(":path", "x-envoy-original-path", "referer", "location", "content-location");

  private static final Set<String> PARAMETERS =
      Set.of(
          "access_token",
          "id_token",
          "refresh_token",
          "token",
          "jwt",
          "api_key",
          "apikey",
          "client_secret",
          "password",
          "passwd",
          "secret",
          "code",
          "signature",
          "sig");

  private Secrets() {}

  /** The value of a header as it may be told. */
  public static String header(HeaderName name, String value) {
    String text = name.toString();
    return HEADERS.contains(text) ? REDACTED : URLS.contains(text) ? url(value) : value;
  }

  /** Whether the value of a query parameter stays unsaid. */
  static boolean isSecret(String parameter) {
    return PARAMETERS.contains(parameter.toLowerCase(Locale.ROOT));
  }

  /** A URL or a path with its query, without the values of parameters that hold secrets. */
  public static String url(String url) {
    int at = url.indexOf('?');
    if (at < 0) {
      return url;
    }
    StringBuilder out = null;
    int copied = 0;
    while (at >= 0 && at < url.length()) {
      int end = url.indexOf('&', at + 1);
      int stop = end < 0 ? url.length() : end;
      int equals = url.indexOf('=', at + 1);
      if (equals > 0 && equals < stop && isSecret(url.substring(at + 1, equals))) {
        out = out == null ? new StringBuilder(url.length()) : out;
        out.append(url, copied, equals + 1).append(REDACTED);
        copied = stop;
      }
      at = end;
    }
    return out == null ? url : out.append(url, copied, url.length()).toString();
  }
}
