package io.headgate.fleet.codec.rule;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Gateway API writes them (GEP-2257): {@code 1h30m}, {@code 15s}, {@code 250ms}. */
public final class GatewayDuration {
  private static final Pattern WHOLE = Pattern.compile("([0-9]{1,5}(h|m|s|ms)){1,4}");
  private static final Pattern PART = Pattern.compile("([0-9]{1,5})(h|ms|m|s)");
  private static final long MAX_HOURS = 99_999;

  private GatewayDuration() {}

  /** Empty when the text is no such duration. */
  public static Optional<Duration> parse(String text) {
    if (!WHOLE.matcher(text).matches()) {
      return Optional.empty();
    }
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      long amount = Long.parseLong(part.group(1));
      sum =
          switch (part.group(2)) {
            case "h" -> sum.plusHours(amount);
            case "m" -> sum.plusMinutes(amount);
            case "s" -> sum.plusSeconds(amount);
            default -> sum.plusMillis(amount);
          };
    }
    return sum.toHours() > MAX_HOURS ? Optional.empty() : Optional.of(sum);
  }

  /**
   * The shortest text of whole units.
   *
   * @throws IllegalArgumentException for a negative duration, one finer than a millisecond or too
   *     long
   */
  public static String format(Duration duration) {
    if (duration.isNegative()
        || duration.toNanosPart() % 1_000_000 != 0
        || duration.toHours() > MAX_HOURS) {
      throw new IllegalArgumentException(duration + " cannot be written as a Gateway API duration");
    }
    if (duration.isZero()) {
      return "0s";
    }
    StringBuilder out = new StringBuilder();
    part(out, duration.toHours(), "h");
    part(out, duration.toMinutesPart(), "m");
    part(out, duration.toSecondsPart(), "s");
    part(out, duration.toMillisPart(), "ms");
    return out.toString();
  }

  private static void part(StringBuilder out, long amount, String unit) {
    if (amount > 0) {
      out.append(amount).append(unit);
    }
  }
}
