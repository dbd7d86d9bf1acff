package io.headgate.dataplane.filters.jwtauthn;

import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.filter.JwtProvider;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A place in a request where a provider's token may be. Immutable. */
sealed interface TokenPlace {
  /** Returns the token's text, null when there is none. */
  @Nullable String find(RequestHead head);

  /** Takes the token out of the request. */
  void remove(RequestHead head);

  /** The places of a provider; the usual two when it names none. */
  static List<TokenPlace> of(JwtProvider.TokenSources sources) {
    if (sources.headers().isEmpty() && sources.params().isEmpty()) {
      return List.of(
          new Header(HeaderNames.AUTHORIZATION, "Bearer "), new Parameter("access_token"));
    }
    List<TokenPlace> places = new ArrayList<>();
    for (JwtProvider.HeaderSource header : sources.headers()) {
      places.add(new Header(HeaderName.of(header.name()), header.valuePrefix()));
    }
    for (String param : sources.params()) {
      places.add(new Parameter(param));
    }
    return List.copyOf(places);
  }

  /** A header; all its values count. */
  record Header(HeaderName name, String prefix) implements TokenPlace {
    @Override
    public @Nullable String find(RequestHead head) {
      String value = head.headers().joined(name);
      if (value == null || prefix.isEmpty()) {
        return value;
      }
      int at = value.indexOf(prefix);
      return at < 0 ? null : tokenAfter(value, at + prefix.length());
    }

    /** The first run of token characters; else all that there is, for an answer about its form. */
    private static String tokenAfter(String value, int after) {
      int start = after;
      while (start < value.length() && !isTokenChar(value.charAt(start))) {
        start++;
      }
      if (start == value.length()) {
        return value;
      }
      int end = start;
      while (end < value.length() && isTokenChar(value.charAt(end))) {
        end++;
      }
      return value.substring(start, end);
    }

    private static boolean isTokenChar(char c) {
      return (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || c == '-'
          || c == '_'
          || c == '.';
    }

    @Override
    public void remove(RequestHead head) {
      head.headers().remove(name);
    }
  }

  /** A query parameter; its first value counts, all are removed. */
  record Parameter(String name) implements TokenPlace {
    @Override
    public @Nullable String find(RequestHead head) {
      String path = head.path();
      int query = path.indexOf('?');
      if (query < 0) {
        return null;
      }
      for (String part : path.substring(query + 1).split("&", -1)) {
        if (part.startsWith(name)
            && part.length() > name.length()
            && part.charAt(name.length()) == '=') {
          return part.substring(name.length() + 1);
        }
      }
      return null;
    }

    @Override
    public void remove(RequestHead head) {
      String path = head.path();
      int query = path.indexOf('?');
      StringBuilder kept = new StringBuilder();
      for (String part : path.substring(query + 1).split("&", -1)) {
        if (!part.equals(name) && !part.startsWith(name + "=")) {
          kept.append(kept.isEmpty() ? '?' : '&').append(part);
        }
      }
      head.path(path.substring(0, query) + kept);
    }
  }
}
