package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.PathRules;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Brings the path of a request into one form, before route, policy and upstream read it: escaped
 * slashes, dot segments (RFC 3986 §5.2.4), back slashes, repeated slashes, each as configured. The
 * query is left alone. Idempotent.
 */
final class PathNormaliser {
  private static final LocalReply REFUSED = LocalReply.of(400, "", "path_normalization_failed");

  /** Characters that a canonical path carries as escapes (WHATWG URL, path percent-encode set). */
  private static final String ESCAPED = "\"<>`{|}^";

  private static final boolean[] SPECIAL = new boolean[128];

  static {
    for (char c : (ESCAPED + "%\\").toCharArray()) {
      SPECIAL[c] = true;
    }
  }

  private PathNormaliser() {}

  /** Normalises the path; returns an answer when the request must go no further. */
  static @Nullable LocalReply apply(RequestHead head, PathRules rules) {
    if (head.pathLength() == 0 || isAsterisk(head)) {
      return null; // a CONNECT has no path, and the asterisk is none
    }
    boolean escapes = rules.escapedSlashes() != PathRules.EscapedSlashes.KEEP_UNCHANGED;
    if (!(escapes || rules.normalizePath() || rules.mergeSlashes()) || isPlain(head)) {
      return null;
    }
    String whole = head.path();
    int query = whole.indexOf('?');
    String path = query < 0 ? whole : whole.substring(0, query);
    String rest = query < 0 ? "" : whole.substring(query);
    boolean redirect = false;
    if (escapes && hasEscapedSlash(path)) {
      if (rules.escapedSlashes() == PathRules.EscapedSlashes.REJECT_REQUEST) {
        return REFUSED;
      }
      path = unescapeSlashes(path);
      redirect = rules.escapedSlashes() == PathRules.EscapedSlashes.UNESCAPE_AND_REDIRECT;
    }
    if (rules.normalizePath()) {
      String resolved = resolve(path);
      if (resolved == null) {
        return REFUSED;
      }
      path = resolved;
    }
    if (rules.mergeSlashes()) {
      path = mergeSlashes(path);
    }
    String normal = path + rest;
    if (redirect) {
      return new LocalReply(
          307,
          "",
          "path_normalization_redirect",
          null,
          List.of(new LocalReply.Header(HeaderNames.LOCATION, normal)));
    }
    if (!normal.equals(whole)) {
      head.path(normal);
    }
    return null;
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
      if ((c >= 0 && SPECIAL[c]) || (before == '/' && (c == '/' || c == '.'))) {
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

  /** Removes dot segments, also escaped ones, and turns back slashes; null when it is no path. */
  private static @Nullable String resolve(String path) {
    if (!path.startsWith("/") && !path.startsWith("\\")) {
      return path.equals("*") ? path : null;
    }
    if (path.contains("%00")) {
      return null;
    }
    String text = canonicalEscapes(path.replace('\\', '/'));
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

  /** Escapes what must be, and takes back escapes that none needs (RFC 3986 §6.2.2.2). */
  private static String canonicalEscapes(String path) {
    StringBuilder out = new StringBuilder(path.length() + 8);
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      int unreserved = c == '%' ? unreserved(path, i) : -1;
      if (unreserved >= 0) {
        out.append((char) unreserved);
        i += 2;
      } else if (ESCAPED.indexOf(c) >= 0) {
        out.append('%').append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** Returns the unreserved character that an escape stands for, -1 when it is none. */
  private static int unreserved(String path, int i) {
    if (i + 2 >= path.length()) {
      return -1;
    }
    int high = Character.digit(path.charAt(i + 1), 16);
    int low = Character.digit(path.charAt(i + 2), 16);
    int c = high < 0 || low < 0 ? -1 : high << 4 | low;
    boolean is =
        (c >= 'a' && c <= 'z')
            || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9')
            || c == '-'
            || c == '_'
            || c == '~';
    return is ? c : -1;
  }

  /**
   * Returns 1 or 2 when a segment is that many dots, plain or escaped, else 0. Path parameters
   * behind the dots do not save them: some backends drop parameters first.
   */
  private static int dots(String text, int from, int to) {
    int dots = 0;
    for (int i = from; i < to && !(text.charAt(i) == ';' && dots > 0); dots++) {
      if (text.charAt(i) == '.') {
        i++;
      } else if (text.regionMatches(true, i, "%2e", 0, 3)) {
        i += 3;
      } else {
        return 0;
      }
    }
    return dots <= 2 ? dots : 0;
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
