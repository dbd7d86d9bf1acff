package io.headgate.dataplane.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.match.StringMatcher;

/**
 * A compiled condition on the path without its query, and how much of the path it matches.
 *
 * <p>Thread: immutable.
 */
final class PathTest {

  private final TextMatch match;
  // How many bytes a match covers, for prefix rewrites; −1 for the whole path.
  private final int covered;
  private final boolean separated;
  private final boolean connect;

  private PathTest(TextMatch match, int covered, boolean separated) {
    this.match = match;
    this.covered = covered;
    this.separated = separated;
    this.connect = false;
  }

  /** CONNECT, which has no path. */
  private PathTest() {
    this.match = new TextMatch.Literal(TextMatch.Place.START, "", false);
    this.covered = 0;
    this.separated = false;
    this.connect = true;
  }

  static PathTest of(PathMatch path, boolean caseSensitive) {
    return switch (path) {
      case PathMatch.Connect c -> new PathTest();
      case PathMatch.Prefix p ->
          new PathTest(
              literal(StringMatcher.Kind.PREFIX, p.prefix(), caseSensitive),
              p.prefix().getBytes(UTF_8).length,
              false);
      case PathMatch.Exact e ->
          new PathTest(literal(StringMatcher.Kind.EXACT, e.path(), caseSensitive), -1, false);
      case PathMatch.PathSeparatedPrefix p ->
          new PathTest(
              literal(StringMatcher.Kind.PREFIX, p.prefix(), caseSensitive),
              p.prefix().getBytes(UTF_8).length,
              true);
      case PathMatch.SafeRegex r ->
          new PathTest(new TextMatch.Regex(Pattern.compile(r.regex())), -1, false);
    };
  }

  private static TextMatch literal(StringMatcher.Kind kind, String text, boolean caseSensitive) {
    return new TextMatch.Literal(
        kind == StringMatcher.Kind.PREFIX ? TextMatch.Place.START : TextMatch.Place.WHOLE,
        text,
        !caseSensitive);
  }

  /**
   * Whether the head's path matches.
   *
   * @param length of the path without its query
   */
  boolean matches(RequestHead head, int length) {
    if (connect || head.method().equals(Method.CONNECT)) {
      return connect && head.method().equals(Method.CONNECT);
    }
    byte[] bytes = head.headers().array();
    int offset = head.pathOffset();
    return match.matches(bytes, offset, length)
        && (!separated || length == covered || bytes[offset + covered] == '/');
  }

  /** How much of a matching path of this length the condition covers. */
  int covered(int length) {
    return covered < 0 ? length : covered;
  }
}
