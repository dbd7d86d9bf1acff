package io.headgate.controlplane.app;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One setting: {@code key} in the config file (dots are levels), {@code --key} as a flag, {@link
 * #variable} in the environment.
 *
 * @param key for example {@code etcd.endpoints}
 * @param kind what values it takes
 * @param fallback the default, as text; empty for none
 * @param help one sentence for the reference
 */
record Setting(String key, Kind kind, String fallback, String help) {
  static final String VARIABLE_PREFIX = "HEADGATE_CP_";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final Pattern PREFIX = Pattern.compile("/[A-Za-z0-9._/-]*[A-Za-z0-9]");

  /** What values a setting takes. */
  enum Kind {
    TEXT("any text"),
    NAME("1 to 63 letters, digits, '.', '_', '-', beginning with a letter or digit"),
    PATH("a path"),
    KEY_PREFIX("a key prefix such as /headgate/v1, without a slash at its end"),
    PORT("a port, 0 to 65535; 0 takes a free one"),
    HOST("an IP address or host name"),
    HOST_PORT("host:port"),
    URLS("one or more of http://host:port and https://host:port, separated by commas"),
    DURATION("a duration such as 500ms, 15s, 5m, 1h"),
    BOOLEAN("true or false"),
    COUNT("a whole number, 0 or more"),
    LEVEL("one of error, warn, info, debug, trace");

    private final String allowed;

    Kind(String allowed) {
      this.allowed = allowed;
    }

    /** What is allowed, for people. */
    String allowed() {
      return allowed;
    }
  }

  /** The environment variable: {@code HEADGATE_CP_ETCD_ENDPOINTS} for {@code etcd.endpoints}. */
  String variable() {
    return VARIABLE_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  String flag() {
    return "--" + key;
  }

  /** Whether a text is a value of this setting. */
  boolean accepts(String text) {
    return switch (kind) {
      case TEXT -> true;
      case NAME -> NAME.matcher(text).matches();
      case PATH -> !text.isBlank();
      case KEY_PREFIX -> PREFIX.matcher(text).matches();
      case PORT -> number(text) >= 0 && number(text) <= 65_535;
      case HOST -> !text.isBlank() && text.indexOf('/') < 0 && !text.contains(" ");
      case HOST_PORT -> hostPort(text);
      case URLS -> Arrays.stream(text.split(",", -1)).allMatch(url -> url(url.strip()));
      case DURATION -> {
        try {
          yield !duration(text).isNegative();
        } catch (DateTimeParseException | ArithmeticException e) {
          yield false;
        }
      }
      case BOOLEAN -> text.equals("true") || text.equals("false");
      case COUNT -> number(text) >= 0;
      case LEVEL -> Pattern.matches("error|warn|info|debug|trace", text);
    };
  }

  static Duration duration(String text) {
    if (text.matches("[0-9]{1,12}ms")) {
      return Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)));
    }
    if (!text.matches("([0-9]{1,9}[hms])+")) {
      throw new DateTimeParseException("not a duration", text, 0);
    }
    return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
  }

  private static boolean url(String text) {
    int scheme = text.startsWith("http://") ? 7 : text.startsWith("https://") ? 8 : -1;
    return scheme > 0 && hostPort(text.substring(scheme));
  }

  private static boolean hostPort(String text) {
    int colon = text.lastIndexOf(':');
    long port = colon > 0 ? number(text.substring(colon + 1)) : -1;
    return port > 0 && port <= 65_535 && text.indexOf('/') < 0 && !text.contains(" ");
  }

  private static long number(String text) {
    return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : -1;
  }
}
