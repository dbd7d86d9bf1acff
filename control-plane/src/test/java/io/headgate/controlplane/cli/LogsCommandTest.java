package io.headgate.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code headgate logs} and {@code headgate explain}, which talk to no control plane. */
class LogsCommandTest {
  private static final String LOG =
      """
      [2026-01-01T10:00:00.000Z] "GET /a?x=1 HTTP/1.1" 200 - 0 2 1 1 "-" "curl" "id" "h" "10.0.0.1:80"
      [2026-01-01T10:01:00.000Z] "GET /b HTTP/1.1" 503 UF,URX 0 2 1 - "-" "curl" "id" "h" "-"
      {"start_time":"2026-01-01T10:02:00.000Z","response_code":404,"response_flags":"NR","route_name":null,"path":"/c"}
      {"time":"2026-01-01T10:03:00.000Z","status":"500","route":"default/shop/rule/0","path":"/d"}
      what is this
      """;

  @TempDir Path directory;

  private Run run(String... arguments) throws Exception {
    Path file = Files.writeString(directory.resolve("access.log"), LOG);
    List<String> all = new ArrayList<>(List.of("logs", file.toString()));
    all.addAll(List.of(arguments));
    return Run.of(Map.of(), "", all.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--status 5xx | /b /d",
        "--status 200,404 | /a /c",
        "--status 400-503 | /b /c /d",
        "--flag UF | /b",
        "--flag NR --flag URX | /b /c",
        "--route default/shop/rule/0 | /d",
        "--path /a | /a",
        "--since 2026-01-01T10:01:00Z --until 2026-01-01T10:03:00Z | /b /c",
        "--since 10m | ''",
      })
  void linesAreChosen(String options, String paths) throws Exception {
    Run run = run(options.split(" ", -1));
    assertThat(run.code()).isZero();
    List<String> seen = new ArrayList<>();
    for (String path : List.of("/a", "/b", "/c", "/d")) {
      if (run.out().contains(path)) {
        seen.add(path);
      }
    }
    assertThat(String.join(" ", seen)).isEqualTo(paths);
    assertThat(run.err()).contains("1 lines are neither");
  }

  @Test
  void statusesAreCounted() throws Exception {
    assertThat(run("--count").out())
        .containsSubsequence("200", "404", "NR", "500", "503", "UF,URX");
  }

  @Test
  void theStandardInputIsALogAsWell() {
    Run run = Run.of(Map.of(), LOG, "logs", "-", "--status", "404");
    assertThat(run.out()).contains("/c").doesNotContain("/a");
  }

  @ParameterizedTest
  @CsvSource({
    "--status,6xx,is no status code",
    "--since,yesterday,is no time",
  })
  void badInputIsNamed(String option, String value, String reason) throws Exception {
    Run run = run(option, value);
    assertThat(run.code()).isEqualTo(Exit.BAD_INPUT.code());
    assertThat(run.err()).contains(option).contains(value).contains(reason);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Run run = Run.of(Map.of(), "", "logs", "/no/such.log");
    assertThat(run.code()).isEqualTo(Exit.BAD_INPUT.code());
    assertThat(run.err()).contains("/no/such.log");
  }

  @Test
  void explainAsksTheProxy() throws Exception {
    List<String> asked = new ArrayList<>();
    HttpServer admin =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    admin.createContext(
        "/explain",
        exchange -> {
          asked.add(exchange.getRequestURI().getQuery());
          boolean bad = exchange.getRequestURI().getQuery().contains("bad");
          byte[] body =
              (bad ? "header: \"bad\" has no colon" : "{\"result\":\"forwarded to cluster c\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(bad ? 400 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    admin.start();
    try {
      String url = "http://127.0.0.1:" + admin.getAddress().getPort();
      Run run =
          Run.of(
              Map.of("HEADGATE_ADMIN", url),
              "",
              "explain",
              "http://shop:8080/x?y=1&z=2",
              "-H",
              "x-a: b",
              "-X",
              "POST");
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.out()).contains("result: forwarded to cluster c");
      assertThat(asked).containsExactly("url=http://shop:8080/x?y=1&z=2&method=POST&header=x-a:+b");
      Run bad = Run.of(Map.of(), "", "explain", "http://shop/", "-H", "bad", "--admin", url);
      assertThat(bad.code()).isEqualTo(Exit.BAD_INPUT.code());
      assertThat(bad.err()).contains("has no colon");
    } finally {
      admin.stop(0);
    }
    Run gone = Run.of(Map.of(), "", "explain", "http://shop/", "--admin", "http://127.0.0.1:1");
    assertThat(gone.code()).isEqualTo(Exit.UNAVAILABLE.code());
  }
}
