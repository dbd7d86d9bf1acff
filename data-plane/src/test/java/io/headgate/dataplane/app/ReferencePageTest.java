package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The reference of the proxy says what the code does: all of it, and nothing else. */
class ReferencePageTest {
  private static final Path PAGE = Path.of("../docs/configuration-proxy.md");
  private static String page = "";

  @BeforeAll
  static void read() throws Exception {
    page = Files.readString(PAGE);
  }

  private static boolean hasVariable(Flag flag) {
    return flag != Flag.VERSION && flag != Flag.HELP;
  }

  private static Set<String> found(String pattern) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = Pattern.compile(pattern).matcher(page);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  /** The rows of the table in the section with this heading, without its head. */
  private static String table(String heading) {
    String section = page.substring(page.indexOf("\n## " + heading + "\n"));
    int end = section.indexOf("\n## ", 1);
    return (end < 0 ? section : section.substring(0, end))
        .lines()
        .filter(line -> line.startsWith("|"))
        .skip(2)
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  @Test
  void everyFlagHasARowWithItsVariableAndWhatItTakes() {
    String rows = table("Flags and variables");
    for (Flag flag : Flag.values()) {
      String names =
          "| `"
              + flag.longName()
              + (flag.shortName().isEmpty() ? "" : "`, `" + flag.shortName())
              + "` | "
              + (hasVariable(flag) ? "`" + flag.environmentVariable() + "`" : "–")
              + " | "
              + (flag.isSwitch() ? "–" : flag.value().replace("|", ", "))
              + " | ";
      assertThat(rows).contains(names);
    }
    assertThat(rows.lines()).hasSize(Flag.values().length);
  }

  @Test
  void noFlagAndNoVariableIsMadeUp() {
    assertThat(found("(?<![-\\w])(--[a-z][a-z-]*)"))
        .isEqualTo(
            Arrays.stream(Flag.values())
                .map(Flag::longName)
                .collect(Collectors.toCollection(TreeSet::new)));
    assertThat(found("\\b(HEADGATE_\\w+)"))
        .isEqualTo(
            Arrays.stream(Flag.values())
                .filter(ReferencePageTest::hasVariable)
                .map(Flag::environmentVariable)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void theExitCodesAreThose() {
    assertThat(table("Exit codes"))
        .isEqualTo(
            Arrays.stream(ExitCode.values())
                .map(code -> "| " + code.code() + " | " + code.meaning() + " |\n")
                .collect(Collectors.joining()));
  }

  @Test
  void theFieldsAreThoseOfTheDecoder() {
    assertThat(table("Fields of the bootstrap")).isEqualTo(ImplementedFields.rows());
    assertThat(table("Fields without effect")).isEqualTo(ImplementedFields.rowsWithoutEffect());
  }
}
