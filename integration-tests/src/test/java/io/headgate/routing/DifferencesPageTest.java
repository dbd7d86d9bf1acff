package io.headgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page on routing lists each difference from Envoy that the suite lets pass, and no other. */
class DifferencesPageTest {
  @Test
  void thePageListsAll() throws Exception {
    String page = Files.readString(Path.of("../docs/routing.md"));
    List<String> listed =
        page.substring(page.indexOf("## Where it differs from Envoy"))
            .lines()
            .filter(line -> line.startsWith("- "))
            .map(line -> line.substring(2))
            .toList();
    assertThat(listed)
        .containsExactlyElementsOf(
            Arrays.stream(Difference.values()).map(Difference::reason).toList());
  }
}
