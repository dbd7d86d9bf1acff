package io.headgate.dataplane.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.match.HeaderMatcher.Condition;
import org.jspecify.annotations.Nullable;

/**
 * A compiled condition on a header of a request or an answer.
 *
 * <p>Of several values it is enough that one matches; each is looked at by itself. A missing header
 * never matches, inverted or not, unless it is to be taken as empty; only a presence condition
 * looks at absence.
 *
 * <p>Thread: immutable.
 */
final class HeaderTest {

  private static final byte[] NOTHING = new byte[0];

  private final HeaderName name;
  private final Condition condition;
  private final @Nullable TextMatch text;
  private final boolean invert;
  private final boolean missingIsEmpty;
  private final boolean inBlock;

  HeaderTest(HeaderMatcher matcher) {
    name = HeaderName.of(matcher.name());
    condition = matcher.condition();
    text = condition instanceof Condition.Matches m ? TextMatch.of(m.matcher()) : null;
    invert = matcher.invert();
    missingIsEmpty = matcher.treatMissingAsEmpty();
    inBlock = !name.isPseudo() && !name.toString().equals("host");
  }

  boolean matches(RequestHead head) {
    if (!inBlock) {
      return ofText(head.value(name));
    }
    return ofBlock(head.headers());
  }

  /** Whether an answer's head matches; {@code :status} is its only pseudo field. */
  boolean matches(ResponseHead head) {
    if (name.isPseudo()) {
      return ofText(
          name.equals(HeaderNames.PSEUDO_STATUS) ? Integer.toString(head.status()) : null);
    }
    return ofBlock(head.headers());
  }

  private boolean ofBlock(HeaderBlock headers) {
    int line = headers.find(name, 0);
    if (line < 0) {
      return ofText(null);
    }
    boolean matched = false;
    for (; line >= 0 && !matched; line = headers.find(name, line + 1)) {
      matched = holds(headers, line);
    }
    return matched != invert;
  }

  private boolean holds(HeaderBlock headers, int line) {
    return holds(headers.array(), headers.valueOffset(line), headers.valueLength(line));
  }

  private boolean ofText(@Nullable String value) {
    if (value != null) {
      byte[] bytes = value.getBytes(ISO_8859_1);
      return holds(bytes, 0, bytes.length) != invert;
    }
    if (condition instanceof Condition.Present present && !missingIsEmpty) {
      return present.present() == invert;
    }
    return missingIsEmpty && holds(NOTHING, 0, 0) != invert;
  }

  /** Whether the condition holds for a value, whatever is inverted. */
  private boolean holds(byte[] bytes, int offset, int length) {
    return switch (condition) {
      case Condition.Present present -> present.present();
      case Condition.Matches _ -> text != null && text.matches(bytes, offset, length);
      case Condition.Range range -> inRange(range, bytes, offset, length);
    };
  }

  private static boolean inRange(Condition.Range range, byte[] bytes, int offset, int length) {
    if (length == 0 || length > 19) {
      return false;
    }
    long value;
    try {
      value = Long.parseLong(new String(bytes, offset, length, ISO_8859_1));
    } catch (NumberFormatException e) {
      return false;
    }
    return value >= range.start() && value < range.end();
  }
}
