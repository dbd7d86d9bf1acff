package io.headgate.dataplane.app;

import io.headgate.dataplane.xds.lastknowngood.DiskKey;
import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodPlace;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads flags and environment variables, and reports everything that is wrong with them at once.
 */
final class CommandLine {
  private static final int MAX_CONCURRENCY = 1024;
  private static final int MAX_DRAIN_SECONDS = 86_400;

  /** What the address of a Unix socket holds (sockaddr_un), less a suffix for a process id. */
  private static final int MAX_SOCKET_PATH = 95;

  private static final int DEFAULT_DRAIN_SECONDS = 600;

  private final List<String> problems = new ArrayList<>();
  private final Map<Flag, Given> given = new EnumMap<>(Flag.class);

  /** A value and the key that it was given under, for messages. */
  private record Given(String key, String value) {}

  /** What the arguments ask for. */
  sealed interface Parsed {
    /** To run. */
    record Run(Options options) implements Parsed {}

    /** To print a text and end. */
    record Print(String text) implements Parsed {}

    /** Nothing, for these reasons. */
    record Refused(List<String> problems) implements Parsed {
      public Refused {
        problems = List.copyOf(problems);
      }
    }
  }

  private CommandLine() {}

  static Parsed parse(List<String> arguments, Map<String, String> environment) {
    CommandLine line = new CommandLine();
    line.readEnvironment(environment);
    line.readArguments(arguments);
    if (line.given.containsKey(Flag.HELP)) {
      return new Parsed.Print(Help.text());
    }
    if (line.given.containsKey(Flag.VERSION)) {
      return new Parsed.Print("headgate-proxy " + Version.text());
    }
    Options options = line.options();
    return line.problems.isEmpty() ? new Parsed.Run(options) : new Parsed.Refused(line.problems);
  }

  private void readEnvironment(Map<String, String> environment) {
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      if (variable.getKey().startsWith(Flag.ENVIRONMENT_PREFIX)) {
        Flag.ofEnvironment(variable.getKey())
            .ifPresentOrElse(
                flag -> put(flag, variable.getKey(), variable.getValue()),
                () ->
                    problems.add(variable.getKey() + ": unknown environment variable; see --help"));
      }
    }
  }

  private void readArguments(List<String> arguments) {
    Map<Flag, String> seen = new EnumMap<>(Flag.class);
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
      String name = equals < 0 ? argument : argument.substring(0, equals);
      Flag flag = Flag.named(name).orElse(null);
      if (flag == null) {
        problems.add(name + ": unknown flag; see --help");
        continue;
      }
      String value = equals < 0 ? null : argument.substring(equals + 1);
      if (value == null && !flag.isSwitch()) {
        if (i + 1 == arguments.size()) {
          problems.add(name + ": needs a value: " + flag.value());
          continue;
        }
        value = arguments.get(++i);
      }
      if (seen.put(flag, name) != null) {
        problems.add(name + ": given more than once");
      }
      put(flag, name, value == null ? "true" : value);
    }
  }

  private void put(Flag flag, String key, String value) {
    if (flag.isSwitch() && !value.equals("true") && !value.equals("false")) {
      refuse(new Given(key, value), "true or false");
      return;
    }
    if (!flag.isSwitch() && value.isEmpty()) {
      refuse(new Given(key, value), flag.value());
      return;
    }
    if (flag.isSwitch() && value.equals("false")) {
      given.remove(flag);
      return;
    }
    given.put(flag, new Given(key, value));
  }

  private Options options() {
    Path path = path(Flag.CONFIG_PATH);
    String yaml = text(Flag.CONFIG_YAML);
    if (path == null && yaml == null) {
      problems.add("--config-path: is missing; a bootstrap is needed, here or by --config-yaml");
    }
    return new Options(
        mode(),
        new Options.Source(
            path,
            yaml,
            given.containsKey(Flag.ALLOW_UNKNOWN_STATIC_FIELDS),
            given.containsKey(Flag.IGNORE_UNKNOWN_DYNAMIC_FIELDS)),
        new Options.Identity(text(Flag.SERVICE_NODE), text(Flag.SERVICE_CLUSTER)),
        new Options.Places(
            ip(Flag.BIND_ADDRESS),
            path(Flag.ADMIN_ADDRESS_PATH),
            lastKnownGood(),
            handover(),
            path(Flag.SYSTEM_AUTHORITIES)),
        number(Flag.CONCURRENCY, 1, MAX_CONCURRENCY, Runtime.getRuntime().availableProcessors()),
        Duration.ofSeconds(number(Flag.DRAIN_TIME, 0, MAX_DRAIN_SECONDS, DEFAULT_DRAIN_SECONDS)),
        logLevel());
  }

  private Options.Mode mode() {
    Given value = given.get(Flag.MODE);
    if (value == null || value.value().equals("serve")) {
      return Options.Mode.SERVE;
    }
    if (!value.value().equals("validate")) {
      refuse(value, Flag.MODE.value());
    }
    return Options.Mode.VALIDATE;
  }

  /** The name that the logging library knows. */
  private String logLevel() {
    Given value = given.get(Flag.LOG_LEVEL);
    if (value == null) {
      return "INFO";
    }
    return switch (value.value()) {
      case "trace" -> "TRACE";
      case "debug" -> "DEBUG";
      case "info" -> "INFO";
      case "warning", "warn" -> "WARN";
      case "error" -> "ERROR";
      case "critical" -> "FATAL";
      case "off" -> "OFF";
      default -> {
        refuse(value, Flag.LOG_LEVEL.value());
        yield "INFO";
      }
    };
  }

  private @Nullable String text(Flag flag) {
    Given value = given.get(flag);
    return value == null ? null : value.value();
  }

  private @Nullable Path path(Flag flag) {
    String value = text(flag);
    return value == null ? null : Path.of(value);
  }

  private @Nullable LastKnownGoodPlace lastKnownGood() {
    Path directory = path(Flag.LAST_KNOWN_GOOD);
    DiskKey key = key();
    if (directory == null && key != null) {
      problems.add(Flag.LAST_KNOWN_GOOD_KEY.longName() + ": needs --last-known-good as well");
    }
    return directory == null ? null : new LastKnownGoodPlace(directory, key);
  }

  private @Nullable Path handover() {
    Given value = given.get(Flag.HANDOVER_PATH);
    if (value == null) {
      return null;
    }
    if (value.value().getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_PATH) {
      refuse(value, "a path of at most " + MAX_SOCKET_PATH + " bytes");
    }
    return Path.of(value.value());
  }

  private @Nullable DiskKey key() {
    Given file = given.get(Flag.LAST_KNOWN_GOOD_KEY);
    if (file == null) {
      return null;
    }
    try {
      return DiskKey.read(Path.of(file.value()));
    } catch (NoSuchFileException e) {
      refuse(file, "a key file; there is none");
    } catch (IOException e) {
      refuse(file, "a key file of 32 bytes in base64; " + e.getMessage());
    }
    return null;
  }

  private @Nullable String ip(Flag flag) {
    Given value = given.get(flag);
    if (value == null) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(value.value()).getHostAddress();
    } catch (IllegalArgumentException e) {
      refuse(value, "an IPv4 or IPv6 address");
      return null;
    }
  }

  private int number(Flag flag, int min, int max, int fallback) {
    Given value = given.get(flag);
    if (value == null) {
      return fallback;
    }
    try {
      int number = Integer.parseInt(value.value());
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number out of range.
    }
    refuse(value, flag.value());
    return fallback;
  }

  private void refuse(Given value, String allowed) {
    problems.add(value.key() + ": \"" + value.value() + "\" is not allowed; allowed: " + allowed);
  }
}
