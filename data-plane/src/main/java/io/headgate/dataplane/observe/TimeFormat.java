package io.headgate.dataplane.observe;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The strftime formats of {@code %START_TIME(...)%}; without one, ISO 8601 with milliseconds in
 * UTC. Immutable.
 *
 * <p><b>Errors:</b> an unknown conversion is an {@link IllegalArgumentException}.
 */
final class TimeFormat {
  private static final DateTimeFormatter ISO =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ENGLISH);

  private static final int MAX_DIGITS = 9;

  private final DateTimeFormatter formatter;

  /** The last text and its time, since many streams start in the same millisecond. */
  private volatile @Nullable Last last;

  private record Last(long millis, String text) {}

  private TimeFormat(DateTimeFormatter formatter) {
    this.formatter = formatter;
  }

  static TimeFormat compile(String format) {
    return new TimeFormat(format.isEmpty() ? ISO : parse(format));
  }

  String format(long millis) {
    Last before = last;
    if (before != null && before.millis == millis) {
      return before.text;
    }
    String text =
        formatter.format(ZonedDateTime.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC));
    last = new Last(millis, text);
    return text;
  }

  private static DateTimeFormatter parse(String format) {
    DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder();
    int at = 0;
    while (at < format.length()) {
      char c = format.charAt(at);
      if (c == '%') {
        at = conversion(builder, format, at + 1);
      } else {
        builder.appendLiteral(c);
        at++;
      }
    }
    return builder.toFormatter(Locale.ENGLISH);
  }

  /** Adds the conversion that begins behind a percent sign and returns where it ends. */
  private static int conversion(DateTimeFormatterBuilder to, String format, int at) {
    if (at == format.length()) {
      throw new IllegalArgumentException("time format ends in %: " + format);
    }
    char conversion = format.charAt(at);
    if (conversion == 'E') {
      return extended(to, format, at + 1);
    }
    if (conversion == 's') {
      to.appendValue(ChronoField.INSTANT_SECONDS);
    } else if (conversion >= '1' && conversion <= '9' && format.startsWith("f", at + 1)) {
      to.appendPattern("S".repeat(conversion - '0'));
      return at + 2;
    } else {
      to.appendPattern(pattern(conversion, format));
    }
    return at + 1;
  }

  /** The conversions with an E, which strftime does not have: {@code %E3S}, {@code %E*f}, ... */
  private static int extended(DateTimeFormatterBuilder to, String format, int at) {
    String rest = format.substring(at);
    if (rest.startsWith("z")) {
      to.appendOffset("+HH:MM", "+00:00");
    } else if (rest.startsWith("*z")) {
      to.appendOffset("+HH:MM:SS", "+00:00:00");
    } else if (rest.startsWith("4Y")) {
      to.appendPattern("uuuu");
    } else if (rest.startsWith("T")) {
      to.appendLiteral('T');
    } else if (rest.startsWith("*S")) {
      to.appendPattern("ss").appendFraction(ChronoField.NANO_OF_SECOND, 0, MAX_DIGITS, true);
    } else if (rest.startsWith("*f")) {
      to.appendFraction(ChronoField.NANO_OF_SECOND, 1, MAX_DIGITS, false);
    } else if (rest.matches("(?s)[0-9][Sf].*")) {
      int digits = rest.charAt(0) - '0';
      boolean seconds = rest.charAt(1) == 'S';
      if (seconds) {
        to.appendPattern("ss");
      }
      if (digits > 0) {
        to.appendFraction(ChronoField.NANO_OF_SECOND, digits, digits, seconds);
      }
    } else {
      String shown = rest.substring(0, Math.min(2, rest.length()));
      throw new IllegalArgumentException(
          "time format %E" + shown + " is not implemented: " + format);
    }
    return at + (rest.startsWith("z") || rest.startsWith("T") ? 1 : 2);
  }

  private static String pattern(char conversion, String format) {
    return switch (conversion) {
      case 'Y' -> "uuuu";
      case 'y' -> "uu";
      case 'm' -> "MM";
      case 'd' -> "dd";
      case 'H' -> "HH";
      case 'M' -> "mm";
      case 'S' -> "ss";
      case 'f' -> "SSSSSSSSS";
      case 'b' -> "MMM";
      case 'h' -> "MMM";
      case 'B' -> "MMMM";
      case 'a' -> "EEE";
      case 'A' -> "EEEE";
      case 'e' -> "ppd";
      case 'I' -> "hh";
      case 'p' -> "a";
      case 'R' -> "HH:mm";
      case 'D' -> "MM/dd/uu";
      case 'j' -> "DDD";
      case 'T' -> "HH:mm:ss";
      case 'F' -> "uuuu-MM-dd";
      case 'z' -> "xx";
      case 'Z' -> "'UTC'";
      case '%' -> "'%'";
      default ->
          throw new IllegalArgumentException(
              "time format %" + conversion + " is not implemented: " + format);
    };
  }
}
