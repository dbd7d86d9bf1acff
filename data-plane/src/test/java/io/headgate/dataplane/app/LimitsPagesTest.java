package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.filter.HttpLimitsConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The examples of the pages on limits and overload are bootstraps that the proxy takes. */
class LimitsPagesTest {
  private static String example(String page) throws Exception {
    String text = Files.readString(Path.of("../docs/" + page));
    int from = text.indexOf("```yaml\n") + "```yaml\n".length();
    return text.substring(from, text.indexOf("```", from));
  }

  private static Bootstrap load(String yaml) throws Exception {
    return BootstrapLoader.load(
        new Options.Source(null, yaml, false, false), new Options.Identity(null, null));
  }

  @Test
  void limits() throws Exception {
    Bootstrap bootstrap = load("static_resources:\n" + example("timeouts-and-limits.md").indent(2));
    assertThat(bootstrap.listeners())
        .singleElement()
        .satisfies(listener -> {
          assertThat(listener.options().accept().clientLimits().connectionsPerAddress())
              .isEqualTo(100);
          assertThat(
                  ((HttpConnectionManager) listener.filterChains().getFirst().terminalFilter())
                      .httpFilters()
                      .getFirst()
                      .config())
              .isEqualTo(new HttpLimitsConfig(4096, 10 << 20));
        });
  }

  @Test
  void overload() throws Exception {
    assertThat(load(example("overload.md")).overload())
        .isNotNull()
        .satisfies(overload -> {
          assertThat(overload.refreshInterval()).isEqualTo(Duration.ofMillis(250));
          assertThat(overload.monitors()).hasSize(5);
          assertThat(overload.actions()).hasSize(4);
        });
  }

  @Test
  void aRaiseForAllIsRefusedByName() throws Exception {
    String raised =
        "static_resources:\n"
            + example("timeouts-and-limits.md")
                .replace("max_url_bytes: 4096", "max_url_bytes: 9000")
                .indent(2);
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> load(raised)))
        .hasMessageContaining("give the routes with longer URLs an exception");
  }
}
