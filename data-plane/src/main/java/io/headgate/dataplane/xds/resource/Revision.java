package io.headgate.dataplane.xds.resource;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a response comes from: {@code <incarnation>/<revision>}, sixteen hexadecimal characters
 * that name the store's life, and the decimal revision in it. Servers other than ours send
 * something else or nothing; those have no revision.
 */
public record Revision(String incarnation, long number) {
  private static final Pattern FORM = Pattern.compile("([0-9a-f]{16})/([0-9]{1,18})");

  public static Optional<Revision> parse(String identifier) {
    Matcher matcher = FORM.matcher(identifier);
    return matcher.matches()
        ? Optional.of(new Revision(matcher.group(1), Long.parseLong(matcher.group(2))))
        : Optional.empty();
  }

  /** Whether this is an earlier state of the same store; different stores are not comparable. */
  boolean isOlderThan(Revision other) {
    return incarnation.equals(other.incarnation) && number < other.number;
  }
}
