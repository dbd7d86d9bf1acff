package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.http.PathRules;
import io.headgate.xds.model.http.PathRules.EscapedSlashes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings the path of a request into one form, before route, policy and upstream read it: escaped
 * slashes, escapes of characters that need none (RFC 3986 §6.2.2), dot segments (§5.2.4), back
 * slashes, repeated slashes, each as configured. The query is left alone.
 *
 * <p>Idempotent: what another pass would change again is refused, so nobody behind can read another
 * path than the one that was checked. The forms are those that Envoy 1.40 was seen to make, a dot
 * segment with parameters ({@code /..;x/}) among them; other than it, escaped dots with parameters
 * are dot segments as well, and a path of slashes alone becomes one slash.
 */
final class PathNormaliser {
  private static final String DETAILS = "path_normalization_failed";
  private static final LocalReply REFUSED = LocalReply.of(400, "", DETAILS);

  private PathNormaliser() {}

  /** Normalises the path; returns an answer when the request must go no further. */
  static @Nullable LocalReply apply(RequestHead head, PathRules rules) {
    if (head.pathLength() == 0 || isAsterisk(head)) {
      return null; // a CONNECT has no path, and the asterisk is none
    }
    EscapedSlashes slashes = rules.escapedSlashes();
    boolean escapes = slashes != EscapedSlashes.KEEP_UNCHANGED;
    if (!(escapes || rules.normalizePath() || rules.mergeSlashes()) || isPlain(head)) {
      return null;
    }
    String whole = head.path();
    int query = whole.indexOf('?');
    String path = query < 0 ? whole : whole.substring(0, query);
    String rest = query < 0 ? "" : whole.substring(query);
    boolean hadEscapedSlash = escapes && hasEscapedSlash(path);
    if (hadEscapedSlash && slashes == EscapedSlashes.REJECT_REQUEST) {
      return REFUSED;
    }
    String normal = normal(path, rules);
    if (normal == null || !normal.equals(normal(normal, rules))) {
      return REFUSED;
    }
    if (hadEscapedSlash && slashes == EscapedSlashes.UNESCAPE_AND_REDIRECT) {
      return new LocalReply(
          307,
          "",
          DETAILS,
          null,
          List.of(new LocalReply.Header(HeaderNames.LOCATION, normal + rest)));
    }
    if (!normal.equals(path)) {
      head.path(normal + rest);
    }
    return null;
  }

  /** Returns the path in its form; null when it is no path. */
  private static @Nullable String normal(String path, PathRules rules) {
    String text = path;
    if (rules.escapedSlashes() != EscapedSlashes.KEEP_UNCHANGED) {
      if (rules.escapedSlashes() == EscapedSlashes.REJECT_REQUEST && hasEscapedSlash(text)) {
        return null;
      }
      text = unescapeSlashes(text);
    }
    if (rules.normalizePath()) {
      String plain = Escapes.canonical(text);
      text = plain == null ? null : resolve(plain);
    }
    return text == null ? null : rules.mergeSlashes() ? mergeSlashes(text) : text;
  }

  private static boolean isAsterisk(RequestHead head) {
    return head.pathLength() == 1 && head.headers().array()[head.pathOffset()] == '*';
  }

  /** Returns whether nothing in the path could change: no dot behind a slash, no {@code // % \}. */
  private static boolean isPlain(RequestHead head) {
    byte[] b = head.headers().array();
    int from = head.pathOffset();
    int to = from + head.pathLengthWithoutQuery();
    byte before = 0;
    for (int i = from; i < to; i++) {
      byte c = b[i];
      if (Escapes.isSpecial(c) || (before == '/' && (c == '/' || c == '.'))) {
        return false;
      }
      before = c;
    }
    return to > from && b[from] == '/';
  }

  private static boolean hasEscapedSlash(String path) {
    for (int i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 1)) {
      if (slashAt(path, i) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns the slash that an escape at an index stands for, or 0. */
  private static char slashAt(String path, int i) {
    if (path.regionMatches(true, i, "%2f", 0, 3)) {
      return '/';
    }
    return path.regionMatches(true, i, "%5c", 0, 3) ? '\\' : 0;
  }

  private static String unescapeSlashes(String path) {
    StringBuilder out = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char slash = slashAt(path, i);
      if (slash != 0) {
        out.append(slash);
        i += 2;
      } else {
        out.append(path.charAt(i));
      }
    }
    return out.toString();
  }

  /** Removes dot segments; null when it is no path. */
  private static @Nullable String resolve(String text) {
    if (!text.startsWith("/")) {
      return null;
    }
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('/', at + 1);
      if (end < 0) {
        end = text.length();
      }
      int dots = dots(text, at + 1, end);
      boolean last = end == text.length();
      if (dots == 0) {
        out.append(text, at, end);
      } else {
        if (dots == 2) {
          out.setLength(Math.max(0, out.lastIndexOf("/")));
        }
        if (last) {
          out.append('/');
        }
      }
      at = end;
    }
    return out.isEmpty() ? "/" : out.toString();
  }

  /** Returns 1 or 2 when a segment is that many dots, with or without parameters, else 0. */
  private static int dots(String text, int from, int to) {
    int dots = 0;
    int i = from;
    while (i < to && text.charAt(i) == '.') {
      dots++;
      i++;
    }
    return dots <= 2 && (i == to || text.charAt(i) == ';') ? dots : 0;
  }

  private static String mergeSlashes(String path) {
    StringBuilder out = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c != '/' || out.isEmpty() || out.charAt(out.length() - 1) != '/') {
        out.append(c);
      }
    }
    return out.toString();
  }
}
