package io.headgate.controlplane.cli;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A line of an access log: Envoy's default line, or a JSON object whose keys say what they hold.
 *
 * @param flags response flags by their short names
 */
record LogLine(
    Optional<Instant> time,
    Optional<Integer> status,
    List<String> flags,
    Optional<String> path,
    Optional<String> route) {

  private static final Pattern DEFAULT =
      Pattern.compile("\\[([^\\]]+)\\] \"\\S+ (\\S+) \\S+\" ([0-9]+) (\\S+) .*");

  /** Keys that mean the same; the first that a line has counts. */
  private static final List<String> TIME = List.of("start_time", "time", "timestamp", "ts");

  private static final List<String> STATUS = List.of("response_code", "status", "code");
  private static final List<String> FLAGS = List.of("response_flags", "flags");
  private static final List<String> PATH = List.of("path", "url", "uri");
  private static final List<String> ROUTE = List.of("route_name", "route");

  /** Empty when the line is neither. */
  static Optional<LogLine> parse(String line) {
    return line.startsWith("{") ? json(line) : text(line);
  }

  private static Optional<LogLine> text(String line) {
    Matcher parts = DEFAULT.matcher(line);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new LogLine(
            time(parts.group(1)),
            status(parts.group(3)),
            flags(parts.group(4)),
            Optional.of(parts.group(2)),
            Optional.empty()));
  }

  private static Optional<LogLine> json(String line) {
    try {
      JsonNode node = ApiClient.JSON.readTree(line);
      return Optional.of(
          new LogLine(
              value(node, TIME).flatMap(LogLine::time),
              value(node, STATUS).flatMap(LogLine::status),
              value(node, FLAGS).map(LogLine::flags).orElse(List.of()),
              value(node, PATH),
              value(node, ROUTE)));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> value(JsonNode node, List<String> keys) {
    return keys.stream()
        .map(node::path)
        .filter(value -> !value.isMissingNode() && !value.isNull())
        .findFirst()
        .map(value -> value.asString(""));
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Optional<Integer> status(String text) {
    try {
      return Optional.of(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static List<String> flags(String text) {
    return text.equals("-") ? List.of() : Arrays.asList(text.split(",", -1));
  }
}
