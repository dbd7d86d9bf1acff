package io.headgate.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that {@code docs/threat-model.md} names exists, and no threat is without one. */
class ThreatModelTest {

  private static final Pattern TEST = Pattern.compile("`(\\w+Test)`");
  private static final String HEADER = "| threat |";

  private static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("docs/threat-model.md"))) {
      at = at.getParent();
    }
    return at;
  }

  private static Set<String> classes() throws IOException {
    try (Stream<Path> files =
        Files.find(
            root(),
            20,
            (file, facts) -> file.toString().matches(".*/src/test/java/.*Test\\.java"))) {
      return files
          .map(file -> file.getFileName().toString().replace(".java", ""))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void everyTestThatItNamesExists() throws IOException {
    String page = Files.readString(root().resolve("docs/threat-model.md"));
    List<String> named =
        TEST.matcher(page).results().map((MatchResult found) -> found.group(1)).toList();
    assertThat(named).hasSizeGreaterThan(20);
    assertThat(classes()).containsAll(named);
  }

  @Test
  void everyThreatNamesATest() throws IOException {
    List<String> lines = Files.readAllLines(root().resolve("docs/threat-model.md"));
    int rows = 0;
    boolean inside = false;
    for (String line : lines) {
      inside = line.startsWith(HEADER) || (inside && line.startsWith("|"));
      if (inside && !line.startsWith(HEADER) && !line.startsWith("|---")) {
        rows++;
        assertThat(TEST.matcher(line).find()).as(line).isTrue();
      }
    }
    assertThat(rows).isGreaterThan(25);
  }
}
