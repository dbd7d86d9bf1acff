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
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%') {
        builder.appendLiteral(c);
        continue;
      }
      i++;
      if (i == format.length()) {
        throw new IllegalArgumentException("time format ends in %: " + format);
      }
      char conversion = format.charAt(i);
      if (conversion == 's') {
        builder.appendValue(ChronoField.INSTANT_SECONDS);
      } else if (conversion >= '1'
          && conversion <= '9'
          && i + 1 < format.length()
          && format.charAt(i + 1) == 'f') {
        builder.appendPattern("S".repeat(conversion - '0'));
        i++;
      } else {
        builder.appendPattern(pattern(conversion, format));
      }
    }
    return builder.toFormatter(Locale.ENGLISH);
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
