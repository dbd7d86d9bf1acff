package io.headgate.dataplane.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import io.headgate.xds.model.match.StringMatcher;
import java.util.Arrays;

/**
 * A compiled condition on text that lies in a byte array.
 *
 * <p>Case is ignored for ASCII letters only. The regular expression is RE2/J's, whose time is
 * linear in the text; it sees the bytes as ISO-8859-1.
 */
sealed interface TextMatch {

  /** Whether the bytes match. */
  boolean matches(byte[] bytes, int offset, int length);

  /** Compiles a matcher. */
  static TextMatch of(StringMatcher matcher) {
    String value = matcher.value();
    return switch (matcher.kind()) {
      case EXACT -> new Literal(Place.WHOLE, value, matcher.ignoreCase());
      case PREFIX -> new Literal(Place.START, value, matcher.ignoreCase());
      case SUFFIX -> new Literal(Place.END, value, matcher.ignoreCase());
      case CONTAINS -> new Literal(Place.ANYWHERE, value, matcher.ignoreCase());
      case SAFE_REGEX -> new Regex(Pattern.compile(value));
    };
  }

  /** Where a literal must stand. */
  enum Place {
    WHOLE,
    START,
    END,
    ANYWHERE
  }

  /** A literal at a place. */
  final class Literal implements TextMatch {
    private final Place place;
    private final byte[] text;
    private final boolean ignoreCase;

    Literal(Place place, String text, boolean ignoreCase) {
      this.place = place;
      this.ignoreCase = ignoreCase;
      byte[] raw = text.getBytes(UTF_8);
      if (ignoreCase) {
        for (int i = 0; i < raw.length; i++) {
          raw[i] = LowerBytes.lower(raw[i]);
        }
      }
      this.text = raw;
    }

    @Override
    public boolean matches(byte[] bytes, int offset, int length) {
      if (length < text.length) {
        return false;
      }
      return switch (place) {
        case WHOLE -> length == text.length && at(bytes, offset);
        case START -> at(bytes, offset);
        case END -> at(bytes, offset + length - text.length);
        case ANYWHERE -> anywhere(bytes, offset, length);
      };
    }

    private boolean anywhere(byte[] bytes, int offset, int length) {
      for (int i = offset; i <= offset + length - text.length; i++) {
        if (at(bytes, i)) {
          return true;
        }
      }
      return false;
    }

    private boolean at(byte[] bytes, int offset) {
      byte[] t = text;
      if (!ignoreCase) {
        return Arrays.equals(bytes, offset, offset + t.length, t, 0, t.length);
      }
      for (int i = 0; i < t.length; i++) {
        if (LowerBytes.lower(bytes[offset + i]) != t[i]) {
          return false;
        }
      }
      return true;
    }
  }

  /** A whole match of a regular expression. */
  record Regex(Pattern pattern) implements TextMatch {
    @Override
    public boolean matches(byte[] bytes, int offset, int length) {
      return pattern.matches(new String(bytes, offset, length, ISO_8859_1));
    }
  }
}
