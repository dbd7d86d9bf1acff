package io.headgate.fleet.codec.rule;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.headgate.fleet.codec.document.Nearest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rules that many fields share. Each reports what is wrong at its scope and answers with a value to
 * go on with, which nobody sees when something was reported.
 */
public final class Rules {
  static final int MAX_WEIGHT = 1_000_000;
  private static final int MAX_REGEX = 1024;
  private static final java.util.regex.Pattern LABEL =
      java.util.regex.Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final java.util.regex.Pattern SUBDOMAIN =
      java.util.regex.Pattern.compile(
          "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*");
  private static final java.util.regex.Pattern INSTANCE =
      java.util.regex.Pattern.compile("[A-Za-z0-9\\[]([A-Za-z0-9._:\\[\\]-]{0,251}[A-Za-z0-9])?");
  // RFC 9110 section 5.6.2.
  private static final java.util.regex.Pattern TOKEN =
      java.util.regex.Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");
  private static final java.util.regex.Pattern DATA_KEY =
      java.util.regex.Pattern.compile("[-._a-zA-Z0-9]{1,253}");
  private static final String LABEL_FIX =
      "use lower-case letters, digits and '-', at most 63, a letter or digit at both ends";

  private Rules() {}

  public static String label(Scope at, String value) {
    if (required(at, value) && !LABEL.matcher(value).matches()) {
      at.wrong("is not a DNS label", LABEL_FIX);
    }
    return value;
  }

  public static String subdomain(Scope at, String value) {
    if (required(at, value) && (value.length() > 253 || !SUBDOMAIN.matcher(value).matches())) {
      at.wrong("is not a DNS name", LABEL_FIX + ", in parts with dots between them");
    }
    return value;
  }

  /** The name of an entry of a Secret or ConfigMap. */
  public static void dataKey(Scope at, String key) {
    if (!DATA_KEY.matcher(key).matches()) {
      at.wrong("is not a key", "use letters, digits, '-', '_' and '.'");
    }
  }

  public static String instance(Scope at, String value) {
    if (required(at, value) && !INSTANCE.matcher(value).matches()) {
      at.wrong(
          "is not an instance name",
          "use letters, digits, '.', '_', ':' and '-', at most 253, a letter or digit at both"
              + " ends");
    }
    return value;
  }

  /** False, and reported, when the text is empty. */
  public static boolean required(Scope at, String value) {
    if (value.isEmpty()) {
      at.wrong("is required");
    }
    return !value.isEmpty();
  }

  public static @Nullable String orNull(String value) {
    return value.isEmpty() ? null : value;
  }

  /** A required port number. */
  public static int port(Scope at, boolean present, int value) {
    if (!present) {
      at.wrong("is required");
    } else if (value < 1 || value > 65535) {
      at.wrong("is not a port", "use 1 to 65535");
    }
    return value;
  }

  public static int between(Scope at, int value, int min, int max) {
    if (value < min || value > max) {
      at.wrong("is out of range", "use " + min + " to " + max);
    }
    return value;
  }

  public static double weight(Scope at, double value) {
    if (!(value >= 0 && value <= MAX_WEIGHT)) {
      at.wrong("is not a weight", "use 0 to " + MAX_WEIGHT);
    }
    return value;
  }

  /** A number of bytes that may be missing. */
  public static @Nullable Long bytes(Scope at, String value, long min, long max) {
    if (value.isEmpty()) {
      return null;
    }
    Optional<Long> parsed = Quantity.parse(value);
    if (parsed.isEmpty()) {
      at.wrong("is not a number of bytes", "write it as 32768, \"32Ki\" or \"1Mi\"");
      return min;
    }
    if (parsed.get() < min || parsed.get() > max) {
      at.wrong("is out of range", "use " + Quantity.format(min) + " to " + Quantity.format(max));
      return min;
    }
    return parsed.get();
  }

  /** A number of bytes of less than 2 GiB that may be missing. */
  public static @Nullable Integer smallBytes(Scope at, String value, int min, int max) {
    Long bytes = bytes(at, value, min, max);
    return bytes == null ? null : (Integer) bytes.intValue();
  }

  /** A number that may be missing. */
  public static @Nullable Integer number(Scope at, boolean present, int value, int min, int max) {
    return present ? (Integer) between(at, value, min, max) : null;
  }

  /** A text of a closed list, by the CamelCase of its name; null when it is missing. */
  public static <E extends Enum<E>> @Nullable E word(Scope at, String value, E[] all) {
    return value.isEmpty() ? null : choice(at, value, all, Rules::camel, "");
  }

  /** {@code REJECT_REQUEST} as {@code RejectRequest}. */
  public static String camel(Enum<?> one) {
    StringBuilder out = new StringBuilder();
    for (String part : one.name().split("_", -1)) {
      out.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
    }
    return out.toString();
  }

  /** A range of addresses; the answer is its canonical text. */
  public static String cidr(Scope at, String value) {
    if (!required(at, value)) {
      return value;
    }
    int slash = value.indexOf('/');
    String address = slash < 0 ? value : value.substring(0, slash);
    byte[] bytes = IpAddress.bytes(address);
    int bits = bytes.length * 8;
    String length = slash < 0 ? Integer.toString(bits) : value.substring(slash + 1);
    if (bits == 0 || !length.matches("[0-9]{1,3}") || Integer.parseInt(length) > bits) {
      at.wrong("is not a range of addresses", "write it as 10.0.0.0/8 or fd00::/8");
      return value;
    }
    return address + "/" + Integer.parseInt(length);
  }

  /** A duration that may be missing and may be zero. */
  public static @Nullable Duration duration(Scope at, String value) {
    if (value.isEmpty()) {
      return null;
    }
    var parsed = GatewayDuration.parse(value);
    if (parsed.isEmpty()) {
      at.wrong("is not a duration", "write it as \"15s\", \"250ms\" or \"1h30m\"");
    }
    return parsed.orElse(null);
  }

  /** A duration that may be missing, but not zero. */
  public static @Nullable Duration positive(Scope at, String value) {
    Duration duration = duration(at, value);
    if (duration != null && duration.isZero()) {
      at.wrong("must be longer than zero");
    }
    return duration;
  }

  public static String regex(Scope at, String value) {
    if (!required(at, value)) {
      return value;
    }
    if (value.length() > MAX_REGEX) {
      at.wrong("is longer than " + MAX_REGEX + " characters", "match less");
      return value;
    }
    try {
      Pattern.compile(value);
    } catch (PatternSyntaxException e) {
      at.wrong(
          "is not an RE2 expression: " + e.getDescription(),
          "see the RE2 syntax; look-around and back-references do not exist there");
    }
    return value;
  }

  /** Exact, or {@code *.} and a suffix; the answer is in lower case. */
  public static String hostname(Scope at, String value, boolean wildcard) {
    String folded = value.toLowerCase(Locale.ROOT);
    String exact = wildcard && folded.startsWith("*.") ? folded.substring(2) : folded;
    if (exact.matches("[0-9.]+") || exact.contains(":")) {
      at.wrong("is an address, not a host name", "use a DNS name without a port");
    } else if (exact.length() > 253 || !SUBDOMAIN.matcher(exact).matches()) {
      at.wrong(
          "is not a host name",
          wildcard ? "use a DNS name, or one with a leading \"*.\"" : "use a DNS name");
    }
    return folded;
  }

  /** The answer is in lower case. */
  public static String headerName(Scope at, String value) {
    if (required(at, value) && !TOKEN.matcher(value).matches()) {
      at.wrong("is not a header name", "use letters, digits and '-'");
    }
    return value.toLowerCase(Locale.ROOT);
  }

  /** No CR, LF, NUL or other control character may leave in a header. */
  public static String headerValue(Scope at, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < 0x20 && c != '\t') || c == 0x7f || c > 0xff) {
        at.wrong("holds a character that a header cannot carry", "remove it");
        break;
      }
    }
    if (value.length() > 4096) {
      at.wrong("is longer than 4096 characters");
    }
    return value;
  }

  /** A text of a closed list; absent means the first. Answers with the first when it is wrong. */
  public static <E> E choice(
      Scope at, String value, E[] all, Function<E, String> name, String unknown) {
    for (E one : all) {
      if (name.apply(one).equals(value)) {
        return one;
      }
    }
    if (!value.isEmpty()) {
      List<String> known = Arrays.stream(all).map(name).toList();
      String hint = Nearest.hint(value, known);
      at.wrong(
          unknown.isEmpty() ? "is not known" : unknown,
          hint.isEmpty() ? "use " + String.join(" or ", known) : hint);
    }
    return all[0];
  }

  /** Reports names that stand twice. {@code at} gives the scope of the n-th. */
  public static void unique(List<String> names, Function<Integer, Scope> at) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      if (!names.get(i).isEmpty() && !seen.add(names.get(i))) {
        at.apply(i).wrong("is not unique", "choose another name");
      }
    }
  }
}
