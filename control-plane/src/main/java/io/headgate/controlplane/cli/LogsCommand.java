package io.headgate.controlplane.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "logs",
    description = "Reads an access log of a proxy. Needs no server: everything else may be down.")
final class LogsCommand implements Callable<Integer> {
  private static final Pattern STATUS = Pattern.compile("([1-5])xx|([0-9]{1,3})(?:-([0-9]{1,3}))?");

  @Parameters(paramLabel = "FILE", description = "The file, or - for standard input.")
  String file = "-";

  @Option(
      names = "--status",
      split = ",",
      paramLabel = "CODE",
      description = "Only these: 404, 5xx or 400-428; may repeat or be a list with commas.")
  List<String> statuses = new ArrayList<>();

  @Option(
      names = "--flag",
      split = ",",
      paramLabel = "FLAG",
      description = "Only lines with one of these response flags, such as UH or UF.")
  List<String> flags = new ArrayList<>();

  @Option(names = "--route", paramLabel = "NAME", description = "Only this route.")
  Optional<String> route = Optional.empty();

  @Option(names = "--path", paramLabel = "TEXT", description = "Only paths that contain the text.")
  Optional<String> path = Optional.empty();

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only later lines: a time as in the log, or a duration back from now.")
  Optional<String> since = Optional.empty();

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Only earlier lines, as with --since.")
  Optional<String> until = Optional.empty();

  @Option(names = "--count", description = "Counts by status and flags in place of the lines.")
  boolean count;

  private final Console console;
  private final InstantSource clock;

  LogsCommand(Console console) {
    this(console, InstantSource.system());
  }

  LogsCommand(Console console, InstantSource clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Predicate<LogLine> wanted = wanted();
    try (InputStream in = file.equals("-") ? console.in() : Files.newInputStream(Path.of(file))) {
      read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)), wanted);
    } catch (IOException e) {
      throw CommandFailure.badInput(
          file + ": can not be read: " + e + "; name an access log that this user may read");
    }
    console.out().flush();
    return Exit.OK.code();
  }

  private void read(BufferedReader in, Predicate<LogLine> wanted) throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    long unknown = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Optional<LogLine> parsed = LogLine.parse(line);
      if (parsed.isEmpty()) {
        unknown++;
      } else if (wanted.test(parsed.get())) {
        if (count) {
          counts.merge(key(parsed.get()), 1, Integer::sum);
        } else {
          console.out().println(Table.printable(line));
        }
      }
    }
    if (count) {
      Table table = new Table("STATUS", "FLAGS", "LINES");
      counts.forEach((key, n) -> {
        String[] parts = key.split(" ", -1);
        table.row(parts[0], parts[1], n.toString());
      });
      table.print(console.out());
    }
    if (unknown > 0) {
      console
          .err()
          .println(
              unknown
                  + " lines are neither Envoy's default line nor JSON, and were left out; use grep"
                  + " and awk");
      console.err().flush();
    }
  }

  private static String key(LogLine line) {
    return line.status().map(Object::toString).orElse("-") + " " + String.join(",", line.flags());
  }

  private Predicate<LogLine> wanted() {
    Predicate<LogLine> all = line -> true;
    if (!statuses.isEmpty()) {
      List<int[]> ranges = statuses.stream().map(LogsCommand::range).toList();
      all =
          all.and(line ->
              ranges.stream()
                  .anyMatch(r -> line.status().filter(s -> s >= r[0] && s <= r[1]).isPresent()));
    }
    if (!flags.isEmpty()) {
      all = all.and(line -> line.flags().stream().anyMatch(flags::contains));
    }
    if (route.isPresent()) {
      all = all.and(line -> line.route().equals(route));
    }
    if (path.isPresent()) {
      all = all.and(line -> line.path().filter(p -> p.contains(path.get())).isPresent());
    }
    if (since.isPresent()) {
      Instant from = time("--since", since.get());
      all = all.and(line -> line.time().filter(t -> !t.isBefore(from)).isPresent());
    }
    if (until.isPresent()) {
      Instant to = time("--until", until.get());
      all = all.and(line -> line.time().filter(t -> t.isBefore(to)).isPresent());
    }
    return all;
  }

  private static int[] range(String text) {
    Matcher parts = STATUS.matcher(text);
    if (!parts.matches()) {
      throw CommandFailure.badInput(
          "--status: \"" + text + "\" is no status code; write it as 404, 5xx or 400-428");
    }
    if (parts.group(1) != null) {
      int from = Integer.parseInt(parts.group(1)) * 100;
      return new int[] {from, from + 99};
    }
    int from = Integer.parseInt(parts.group(2));
    return new int[] {from, parts.group(3) == null ? from : Integer.parseInt(parts.group(3))};
  }

  private Instant time(String option, String text) {
    Optional<Duration> back = io.headgate.fleet.codec.rule.GatewayDuration.parse(text);
    if (back.isPresent()) {
      return clock.instant().minus(back.get());
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw CommandFailure.badInput(
          option
              + ": \""
              + text
              + "\" is no time; write it as 2026-01-31T12:00:00Z or, back from now, as 10m");
    }
  }
}
