package io.headgate.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The page {@code docs/cli.md} and the program name the same commands, options and exit codes. */
class CliPageTest {
  private static final List<String> EVERYWHERE =
      List.of("--server", "--token", "--token-file", "--ca-file", "--help");

  private static String page() throws IOException {
    Path dir = Path.of("").toAbsolutePath();
    while (!Files.exists(dir.resolve("docs/cli.md"))) {
      dir = java.util.Objects.requireNonNull(dir.getParent(), "no docs/cli.md above the test");
    }
    return Files.readString(dir.resolve("docs/cli.md"));
  }

  private static CommandLine commands() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    return Headgate.commands(
        new Console(InputStream.nullInputStream(), nowhere, nowhere, Map.of()));
  }

  private static List<CommandLine> leaves(CommandLine command) {
    List<CommandLine> out = new ArrayList<>();
    for (CommandLine sub : command.getSubcommands().values()) {
      if (!sub.getCommandName().equals("help")) {
        out.addAll(sub.getSubcommands().isEmpty() ? List.of(sub) : leaves(sub));
      }
    }
    return out;
  }

  @Test
  void eachCommandHasASectionWithItsOptionsAndNoOthers() throws IOException {
    String page = page();
    for (CommandLine command : leaves(commands())) {
      String name = command.getCommandSpec().qualifiedName(" ");
      Matcher section =
          Pattern.compile("(?ms)^### `" + Pattern.quote(name) + "[^\\n]*`\\n(.*?)(?=^##|\\z)")
              .matcher(page);
      assertThat(section.find()).as("a section for " + name).isTrue();
      List<String> own =
          command.getCommandSpec().options().stream()
              .map(OptionSpec::longestName)
              .filter(o -> !EVERYWHERE.contains(o))
              .toList();
      List<String> written =
          Pattern.compile("(?m)^\\| `(?:-\\w, )?(--[a-z-]+)")
              .matcher(section.group(1))
              .results()
              .map(r -> r.group(1))
              .toList();
      assertThat(written).as(name).containsExactlyInAnyOrderElementsOf(own);
    }
    for (String option : EVERYWHERE) {
      assertThat(page).containsPattern("\\| `(-h, )?" + option + "[ `]");
    }
  }

  @Test
  void eachExitCodeStandsThereWithItsMeaning() throws IOException {
    for (Exit exit : Exit.values()) {
      assertThat(page()).contains("| " + exit.code() + " | " + exit.meaning() + " |");
    }
  }
}
