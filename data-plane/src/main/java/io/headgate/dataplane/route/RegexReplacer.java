package io.headgate.dataplane.route;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.headgate.xds.model.route.RegexRewrite;

/**
 * Replaces all matches of an expression, as RE2 does: from left to right, without overlap, and not
 * an empty match right behind another one.
 *
 * <p>Thread: immutable.
 */
final class RegexReplacer {
  private final Pattern pattern;
  private final String substitution;

  RegexReplacer(RegexRewrite rewrite) {
    pattern = Pattern.compile(rewrite.regex());
    substitution = rewrite.substitution();
  }

  String replaceAll(String text) {
    Matcher matcher = pattern.matcher(text);
    StringBuilder out = new StringBuilder(text.length() + substitution.length());
    int copied = 0;
    int lastEnd = -1;
    int from = 0;
    while (from <= text.length() && matcher.find(from)) {
      int start = matcher.start();
      int end = matcher.end();
      if (start == end && start == lastEnd) {
        from = end + 1;
        continue;
      }
      out.append(text, copied, start);
      substitute(matcher, out);
      copied = end;
      lastEnd = end;
      from = end;
    }
    return out.append(text, copied, text.length()).toString();
  }

  private void substitute(Matcher matcher, StringBuilder out) {
    for (int i = 0; i < substitution.length(); i++) {
      char c = substitution.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char next = substitution.charAt(++i);
      if (next == '\\') {
        out.append(next);
      } else {
        String group = matcher.group(next - '0');
        out.append(group == null ? "" : group);
      }
    }
  }
}
