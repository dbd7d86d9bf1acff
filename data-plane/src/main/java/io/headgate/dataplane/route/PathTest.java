package io.headgate.dataplane.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.match.PathMatch;

/**
 * A compiled condition on the path without its query, and how much of the path it matches.
 *
 * <p>Thread: immutable.
 */
final class PathTest {
  /** What is asked of the path. */
  enum Kind {
    PREFIX,
    SEPARATED,
    EXACT,
    REGEX,
    CONNECT
  }

  private final Kind kind;
  private final TextMatch match;
  // A character for each byte; empty for expressions and CONNECT.
  private final String text;
  private final boolean ignoreCase;

  private PathTest(Kind kind, TextMatch match, String text, boolean ignoreCase) {
    this.kind = kind;
    this.match = match;
    this.text = text;
    this.ignoreCase = ignoreCase;
  }

  static PathTest of(PathMatch path, boolean caseSensitive) {
    return switch (path) {
      case PathMatch.Connect _ -> literal(Kind.CONNECT, "", true);
      case PathMatch.Prefix p -> literal(Kind.PREFIX, p.prefix(), caseSensitive);
      case PathMatch.Exact e -> literal(Kind.EXACT, e.path(), caseSensitive);
      case PathMatch.PathSeparatedPrefix p -> literal(Kind.SEPARATED, p.prefix(), caseSensitive);
      case PathMatch.SafeRegex r ->
          new PathTest(Kind.REGEX, new TextMatch.Regex(Pattern.compile(r.regex())), "", false);
    };
  }

  private static PathTest literal(Kind kind, String text, boolean caseSensitive) {
    TextMatch.Place place = kind == Kind.EXACT ? TextMatch.Place.WHOLE : TextMatch.Place.START;
    return new PathTest(
        kind,
        new TextMatch.Literal(place, text, !caseSensitive),
        new String(text.getBytes(UTF_8), ISO_8859_1),
        !caseSensitive);
  }

  Kind kind() {
    return kind;
  }

  /** The path or prefix, a character for each byte; empty for expressions and CONNECT. */
  String text() {
    return text;
  }

  boolean ignoresCase() {
    return ignoreCase;
  }

  /**
   * Whether the head's path matches.
   *
   * @param length of the path without its query
   */
  boolean matches(RequestHead head, int length) {
    boolean connect = kind == Kind.CONNECT;
    if (connect || head.method().equals(Method.CONNECT)) {
      return connect && head.method().equals(Method.CONNECT);
    }
    byte[] bytes = head.headers().array();
    int offset = head.pathOffset();
    return match.matches(bytes, offset, length)
        && (kind != Kind.SEPARATED
            || length == text.length()
            || bytes[offset + text.length()] == '/');
  }

  /** How much of a matching path of this length the condition covers. */
  int covered(int length) {
    return switch (kind) {
      case PREFIX, SEPARATED, EXACT, CONNECT -> text.length();
      case REGEX -> length;
    };
  }
}
