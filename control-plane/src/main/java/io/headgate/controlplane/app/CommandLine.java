package io.headgate.controlplane.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The flags of one start.
 *
 * @param mode what to do
 * @param config the config file, {@code -c} or {@code --config}
 * @param flags settings in the order in which they were given
 * @param problems words that are no flags
 */
record CommandLine(
    Mode mode,
    Optional<Path> config,
    List<Map.Entry<String, String>> flags,
    List<String> problems) {

  /** What to do. */
  enum Mode {
    SERVE,
    CHECK,
    HELP,
    VERSION
  }

  static CommandLine parse(List<String> arguments) {
    Mode mode = Mode.SERVE;
    Optional<Path> config = Optional.empty();
    List<Map.Entry<String, String>> flags = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      switch (word) {
        case "-h", "--help", "help" -> mode = Mode.HELP;
        case "--version" -> mode = Mode.VERSION;
        case "--check-config" -> mode = Mode.CHECK;
        default -> {
          if (!word.equals("-c") && !word.startsWith("--")) {
            problems.add("\"" + word + "\": neither a flag nor a command; `--help` lists all");
            continue;
          }
          int equals = word.indexOf('=');
          String name = equals < 0 ? word : word.substring(0, equals);
          String value = equals < 0 ? null : word.substring(equals + 1);
          if (value == null) {
            if (i + 1 == arguments.size()) {
              problems.add("flag " + name + ": needs a value");
              continue;
            }
            value = arguments.get(++i);
          }
          if (name.equals("-c") || name.equals("--config")) {
            config = Optional.of(Path.of(value));
          } else {
            flags.add(Map.entry(name.substring(2), value));
          }
        }
      }
    }
    return new CommandLine(mode, config, flags, problems);
  }

  static String help() {
    StringBuilder text =
        new StringBuilder(
            "headgate-control-plane [-c FILE] [--KEY=VALUE …]   serves\n"
                + "headgate-control-plane --check-config …           checks the settings and ends\n"
                + HashToken.USAGE
                + "headgate-control-plane --version\n\nSettings, as flag, variable and default:\n");
    for (Setting setting : SettingTable.ALL) {
      text.append(
          String.format(
              "  %-32s %-42s %s%n      %s Takes %s.%n",
              setting.flag(),
              setting.variable(),
              setting.fallback().isEmpty() ? "-" : setting.fallback(),
              setting.help(),
              setting.kind().allowed()));
    }
    text.append("\nExit codes:\n");
    for (ExitCode code : ExitCode.values()) {
      text.append(String.format("  %d  %s%n", code.code(), code.meaning()));
    }
    return text.toString();
  }
}
