package io.headgate.dataplane.observe;

import io.headgate.dataplane.http.HeaderName;
import java.util.Locale;
import java.util.Set;

/** Keeps tokens, cookies and passwords of requests out of logs and traces. Stateless. */
public final class Secrets {
  private static final String REDACTED = "[redacted]";

  private static final String TOKEN = "eyJ";

  private static final Set<String> HEADERS =
      Set.of(
          "authorization",
          "proxy-authorization",
          "cookie",
          "set-cookie",
          "x-api-key",
          "x-auth-token",
          "x-access-token",
          "x-refresh-token",
          "x-id-token",
          "x-forwarded-access-token",
          "x-amz-security-token",
          "x-vault-token",
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
    return HEADERS.contains(text)
        ? REDACTED
        : URLS.contains(text) ? url(value) : withoutTokens(value);
  }

  /** The value of a query parameter as it may be told. */
  static String parameter(String name, String value) {
    return isSecret(name) ? REDACTED : withoutTokens(value);
  }

  private static boolean isSecret(String parameter) {
    return PARAMETERS.contains(LogText.unescaped(parameter).toLowerCase(Locale.ROOT));
  }

  /**
   * A URL or a path with its query and fragment, without a password, tokens, and the values of
   * parameters that hold secrets.
   */
  public static String url(String whole) {
    String url = withoutTokens(withoutPassword(whole));
    int at = delimiter(url, 0, "?#");
    StringBuilder out = null;
    int copied = 0;
    while (at < url.length()) {
      int stop = delimiter(url, at + 1, "&;?#");
      int equals = url.indexOf('=', at + 1);
      if (equals > 0 && equals < stop && isSecret(url.substring(at + 1, equals))) {
        out = out == null ? new StringBuilder(url.length()) : out;
        out.append(url, copied, equals + 1).append(REDACTED);
        copied = stop;
      }
      at = stop;
    }
    return out == null ? url : out.append(url, copied, url.length()).toString();
  }

  /** Where the first of some characters stands, the length when none does. */
  private static int delimiter(String text, int from, String any) {
    int at = from;
    while (at < text.length() && any.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return at;
  }

  /** {@code https://user:password@host/} without what stands before the host. */
  private static String withoutPassword(String url) {
    int scheme = url.indexOf("://");
    if (scheme < 0 || delimiter(url, 0, "/?#") < scheme) {
      return url;
    }
    int authority = scheme + 3;
    int at = url.lastIndexOf('@', delimiter(url, authority, "/?#"));
    return at < authority ? url : url.substring(0, authority) + REDACTED + url.substring(at);
  }

  /** A text without JSON Web Tokens: their first part is an object, which begins {@code eyJ}. */
  private static String withoutTokens(String text) {
    int at = text.indexOf(TOKEN);
    if (at < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int copied = 0;
    while (at >= 0) {
      int end = at;
      int dots = 0;
      while (end < text.length() && isOfToken(text.charAt(end))) {
        dots += text.charAt(end) == '.' ? 1 : 0;
        end++;
      }
      if (dots >= 2) {
        out.append(text, copied, at).append(REDACTED);
        copied = end;
      }
      at = text.indexOf(TOKEN, end);
    }
    return out.append(text, copied, text.length()).toString();
  }

  private static boolean isOfToken(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.';
  }
}
