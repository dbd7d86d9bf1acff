package io.headgate.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The support table of docs/gateway-api.md is made of the features and their scenarios. */
class SupportTableTest {
  private static final List<Class<?>> SCENARIOS =
      List.of(
          GatewayTest.class,
          HttpRouteMatchTest.class,
          HttpRouteFilterTest.class,
          HttpRouteBackendTest.class,
          GrpcRouteTest.class,
          ConnectionRouteTest.class);

  private static final Path PAGE = Path.of("..", "docs", "gateway-api.md");
  private static final String BEGIN = "<!-- support table: generated, see SupportTableTest -->\n";
  private static final String END = "<!-- end of the support table -->";

  private static Map<Feature, List<String>> scenarios() {
    Map<Feature, List<String>> found = new EnumMap<>(Feature.class);
    for (Class<?> type : SCENARIOS) {
      for (Method method : type.getDeclaredMethods()) {
        Shows shows = method.getAnnotation(Shows.class);
        if (shows != null) {
          assertThat(method.isAnnotationPresent(Test.class)).as(method.toString()).isTrue();
          for (Feature feature : shows.value()) {
            found
                .computeIfAbsent(feature, f -> new ArrayList<>())
                .add("`" + type.getSimpleName() + "." + method.getName() + "`");
          }
        }
      }
    }
    return found;
  }

  @Test
  void theTableIsThatOfTheScenarios() throws IOException {
    Map<Feature, List<String>> scenarios = scenarios();
    StringBuilder table =
        new StringBuilder("| resource | feature | level | scenarios |\n|---|---|---|---|\n");
    for (Feature feature : Feature.values()) {
      List<String> shown = scenarios.getOrDefault(feature, List.of());
      assertThat(shown).as("scenarios of " + feature).isNotEmpty();
      table.append(feature.row(String.join(", ", shown.stream().sorted().toList()))).append('\n');
    }
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    String current = page.substring(begin, page.indexOf(END));
    assertThat(current)
        .as("replace the table of docs/gateway-api.md by:\n" + table)
        .isEqualTo(table.toString());
  }
}
