package io.headgate.dataplane.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.xds.model.match.QueryParameterMatcher;
import io.headgate.xds.model.match.QueryParameterMatcher.Condition;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A compiled condition on the first value of a query parameter, as it stands in the request:
 * nothing is decoded.
 *
 * <p>Thread: immutable.
 */
final class QueryTest {

  private final byte[] name;
  private final boolean present;
  private final @Nullable TextMatch text;

  QueryTest(QueryParameterMatcher matcher) {
    name = matcher.name().getBytes(UTF_8);
    switch (matcher.condition()) {
      case Condition.Present p -> {
        present = p.present();
        text = null;
      }
      case Condition.Matches m -> {
        present = true;
        text = TextMatch.of(m.matcher());
      }
    }
  }

  /** Looks at the bytes behind the question mark; an empty range when there is no query. */
  boolean matches(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      int end = at;
      int equals = -1;
      while (end < to && bytes[end] != '&') {
        if (equals < 0 && bytes[end] == '=') {
          equals = end;
        }
        end++;
      }
      int nameEnd = equals < 0 ? end : equals;
      if (nameEnd - at == name.length && Arrays.equals(bytes, at, nameEnd, name, 0, name.length)) {
        int value = equals < 0 ? end : equals + 1;
        return text == null ? present : text.matches(bytes, value, end - value);
      }
      at = end + 1;
    }
    return text == null && !present;
  }
}
