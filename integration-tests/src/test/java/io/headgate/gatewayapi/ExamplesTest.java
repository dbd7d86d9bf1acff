package io.headgate.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Every example of docs/gateway-api.md is applied as it stands, and does what the page says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExamplesTest {
  private static final Path PAGE = Path.of("..", "docs", "gateway-api.md");
  private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  private final Bed bed = Bed.shared();
  private final Rpc stock = new Rpc("stock");

  @AfterAll
  void stop() {
    stock.close();
  }

  @Test
  void theExamplesWork() throws IOException {
    int port = bed.port();
    List<String> examples =
        EXAMPLE
            .matcher(Files.readString(PAGE))
            .results()
            .map((MatchResult result) ->
                result.group(1).replace("port: 8080,", "port: " + port + ","))
            .toList();
    assertThat(examples).hasSizeGreaterThanOrEqualTo(5);
    for (String service : List.of("shop", "shop-next", "audit")) {
      bed.service("default", service);
    }
    bed.service("pictures", "thumbnails");
    bed.service("default", "stock", stock.port(), "kubernetes.io/h2c");
    examples.forEach(bed::apply);
    bed.awaitAnswer(port, "shop.example.com/", 200);
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() ->
            assertThat(bed.get(port, "shop.example.com/", "x-tester: 1").service())
                .isEqualTo("shop-next"));
    assertThat(bed.get(port, "shop.example.com/").service()).isEqualTo("shop");
    Answer moved = bed.get(port, "shop.example.com/old/cart");
    assertThat(moved.status()).isEqualTo(301);
    assertThat(moved.header("location")).endsWith("/new/cart");
    bed.awaitService(port, "shop.example.com/pictures/1", "thumbnails");
    await()
        .atMost(Bed.BOUND)
        .until(() -> {
          bed.get(port, "shop.example.com/"); // half of them are mirrored
          return bed.service("default", "audit").requests() > 0;
        });
    await()
        .atMost(Bed.BOUND)
        .untilAsserted(() ->
            assertThat(
                    Rpc.call(bed.address(), port, "grpc.example.com", "shop.v1.Stock/Get").text())
                .isEqualTo("stock"));
    await()
        .atMost(Bed.BOUND)
        .until(() ->
            bed.get(port, "shop.example.com/").header("x-content-type-options").equals("nosniff"));
    assertThat(
            bed.ask(
                    port,
                    "OPTIONS",
                    "shop.example.com/",
                    "origin: https://app.example.com",
                    "access-control-request-method: GET")
                .header("access-control-allow-origin"))
        .isEqualTo("https://app.example.com");
  }
}
