package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A proxy starts with each example of {@code docs/observability.md}. */
class ObservabilityPageTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("```yaml\\n# (hcm|bootstrap)\\n(.*?)```", Pattern.DOTALL);

  private static final String ROUTES =
      """
      route_config:
        name: table
        virtual_hosts:
        - {name: all, domains: ["*"], routes: [{match: {prefix: /}, direct_response: {status: 200}}]}
      """;

  @TempDir private Path directory = Path.of("");

  @TestFactory
  Stream<DynamicTest> examples() throws Exception {
    Matcher matcher = EXAMPLE.matcher(Files.readString(Path.of("../docs/observability.md")));
    List<DynamicTest> tests = new ArrayList<>();
    while (matcher.find()) {
      boolean hcm = matcher.group(1).equals("hcm");
      String text = matcher.group(2);
      String config =
          ((hcm ? "" : text)
                  + Proxies.web((hcm ? text : "") + ROUTES, "")
                  + Proxies.cluster("otel", "")
                  + Proxies.cluster("metrics", ""))
              .replace("/var/log/headgate", directory.toString());
      tests.add(DynamicTest.dynamicTest(matcher.group(1) + tests.size(), () -> starts(config)));
    }
    assertThat(tests).hasSize(3);
    return tests.stream();
  }

  private static void starts(String config) throws Exception {
    try (ProxyServer server = Proxies.live(config)) {
      assertThat(server.port("web")).isPositive();
    }
  }
}
