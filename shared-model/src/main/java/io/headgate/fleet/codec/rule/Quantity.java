package io.headgate.fleet.codec.rule;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers of bytes as Kubernetes writes them: {@code 32768}, {@code 32Ki}, {@code 1.5Mi}, {@code
 * 10M}.
 */
public final class Quantity {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,16}(?:\\.[0-9]{1,9})?)([kKMGT]i?)?");
  private static final Map<String, Long> UNITS =
      Map.of(
          "k",
          1_000L,
          "M",
          1_000_000L,
          "G",
          1_000_000_000L,
          "T",
          1_000_000_000_000L,
          "Ki",
          1L << 10,
          "Mi",
          1L << 20,
          "Gi",
          1L << 30,
          "Ti",
          1L << 40);

  private Quantity() {}

  /** Empty when the text is no number of whole bytes. */
  public static Optional<Long> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    Long unit = form.group(2) == null ? Long.valueOf(1) : UNITS.get(form.group(2));
    if (unit == null) {
      return Optional.empty();
    }
    try {
      BigInteger bytes =
          new BigDecimal(form.group(1)).multiply(BigDecimal.valueOf(unit)).toBigIntegerExact();
      return bytes.bitLength() > 62 ? Optional.empty() : Optional.of(bytes.longValue());
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** The shortest text with a binary unit. */
  public static String format(long bytes) {
    String[] units = {"", "Ki", "Mi", "Gi", "Ti"};
    int unit = 0;
    long value = bytes;
    while (value != 0 && value % 1024 == 0 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return value + units[unit];
  }
}
