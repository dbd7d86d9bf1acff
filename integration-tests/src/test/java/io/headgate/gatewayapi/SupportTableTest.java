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
          ConnectionRouteTest.class,
          TlsPoliciesTest.class,
          TlsObjectsTest.class,
          TlsTicketsTest.class);

  private static final Path PAGE = Path.of("..", "docs", "gateway-api.md");
  private static final String BEGIN = "<!-- support table: generated, see SupportTableTest -->\n";
  private static final String END = "<!-- end of the support table -->";

  private static final String NOT_BEGIN = "<!-- not served: generated, see SupportTableTest -->\n";
  private static final String NOT_END = "<!-- end of what is not served -->";

  /**
   * The names of the conformance tests of Gateway API v1.4 for the profiles GATEWAY-HTTP and
   * GATEWAY-GRPC, beside the core features that have none.
   */
  private static final List<String> CONFORMANCE =
      List.of(
          "GatewayAddressEmpty",
          "GatewayHTTPListenerIsolation",
          "GatewayInfrastructurePropagation",
          "GatewayPort8080",
          "GatewayStaticAddresses",
          "GRPCRouteNamedRouteRule",
          "HTTPRoute303RedirectStatusCode",
          "HTTPRoute307RedirectStatusCode",
          "HTTPRoute308RedirectStatusCode",
          "HTTPRouteBackendProtocolH2C",
          "HTTPRouteBackendProtocolWebSocket",
          "HTTPRouteBackendRequestHeaderModification",
          "HTTPRouteBackendTimeout",
          "HTTPRouteCORS",
          "HTTPRouteDestinationPortMatching",
          "HTTPRouteHostRewrite",
          "HTTPRouteMethodMatching",
          "HTTPRouteNamedRouteRule",
          "HTTPRouteParentRefPort",
          "HTTPRoutePathRedirect",
          "HTTPRoutePathRewrite",
          "HTTPRoutePortRedirect",
          "HTTPRouteQueryParamMatching",
          "HTTPRouteRequestMirror",
          "HTTPRouteRequestMultipleMirrors",
          "HTTPRouteRequestPercentageMirror",
          "HTTPRouteRequestTimeout",
          "HTTPRouteResponseHeaderModification",
          "HTTPRouteSchemeRedirect");

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
    assertTable(BEGIN, END, table.toString());
  }

  @Test
  void whatIsNotServedHasItsReason() throws IOException {
    StringBuilder table =
        new StringBuilder("| resource | feature | level | why |\n|---|---|---|---|\n");
    for (Refusal refusal : Refusal.values()) {
      table.append(refusal.row()).append('\n');
    }
    assertTable(NOT_BEGIN, NOT_END, table.toString());
  }

  @Test
  void everyFeatureOfTheConformanceTestsIsInOneOfTheTables() {
    List<String> words = new ArrayList<>();
    for (Feature feature : Feature.values()) {
      words.addAll(words(feature.row("")));
    }
    for (Refusal refusal : Refusal.values()) {
      words.addAll(words(refusal.row().substring(0, refusal.row().lastIndexOf(" | "))));
    }
    for (String name : CONFORMANCE) {
      assertThat(words).filteredOn(name::equals).as(name).hasSize(1);
    }
  }

  private static List<String> words(String row) {
    return List.of(row.split("[^A-Za-z0-9]+", -1));
  }

  private static void assertTable(String begin, String end, String table) throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(begin) + begin.length();
    assertThat(page.substring(from, page.indexOf(end)))
        .as("replace the table of docs/gateway-api.md by:\n" + table)
        .isEqualTo(table);
  }
}
