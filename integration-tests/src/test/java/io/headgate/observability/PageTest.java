package io.headgate.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every config, command and output of {@code docs/observability.md}, with one proxy that has all
 * the configs.
 */
class PageTest {
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final Pattern BLOCK = Pattern.compile("```(\\w+)\n(.*?)```", Pattern.DOTALL);

  private static final String BOOTSTRAP =
      """
      node: {id: p1, cluster: edge, locality: {zone: z1}}
      admin: {address: {socket_address: {address: 127.0.0.1, port_value: 9901}}}
      PUSH
      static_resources:
        listeners:
        - name: web
          address: {socket_address: {address: 127.0.0.1, port_value: 8080}}
          filter_chains:
          - name: plain
            filters:
            - name: manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: web
                MANAGER
                http_filters:
                - name: router
                  typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                route_config:
                  TABLE
        clusters:
        - {name: empty, load_assignment: {cluster_name: empty}}
        - {name: metrics, load_assignment: {cluster_name: metrics}}
        - {name: blue, load_assignment: {cluster_name: blue, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 9000}}}}]}]}}
        - {name: otel, load_assignment: {cluster_name: otel, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 9000}}}}]}]}}
      """;

  /** A block between fences: its language and its text. */
  private record Block(String language, String text) {
    /** The text of a config of this kind; empty for others. */
    String config(String kind) {
      String head = "# " + kind + "\n";
      return language.equals("yaml") && text.startsWith(head) ? text.substring(head.length()) : "";
    }
  }

  @TempDir private Path directory = Path.of("");
  private final List<Block> blocks = new ArrayList<>();
  private final List<Span> spans = new CopyOnWriteArrayList<>();

  /** Ports of the page, and those of the test. */
  private final Map<String, String> ports = new LinkedHashMap<>();

  private final HttpServer servers =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

  @SuppressWarnings("NullAway.Init") // before each test
  private ManagedProcess proxy;

  PageTest() throws IOException {
    Matcher block = BLOCK.matcher(page("observability.md"));
    while (block.find()) {
      blocks.add(new Block(block.group(1), block.group(2)));
    }
  }

  private static String page(String name) throws IOException {
    Path here = Path.of("").toAbsolutePath();
    Path root = Files.exists(here.resolve("docs")) ? here : here.resolve("..").normalize();
    return Files.readString(root.resolve("docs").resolve(name));
  }

  @BeforeEach
  void start() throws IOException {
    servers.createContext(
        "/",
        exchange -> {
          byte[] body = "hello\n".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    servers.createContext(
        "/v1/traces",
        exchange -> {
          ExportTraceServiceRequest.parseFrom(exchange.getRequestBody().readAllBytes())
              .getResourceSpansList()
              .forEach(r -> r.getScopeSpansList().forEach(s -> spans.addAll(s.getSpansList())));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    servers.start();
    List<Integer> free = Ports.free(Peer.ADDRESS, 2);
    ports.put("9901", Integer.toString(free.get(0)));
    ports.put("8080", Integer.toString(free.get(1)));
    ports.put("9000", Integer.toString(servers.getAddress().getPort()));
    Path config = directory.resolve("bootstrap.yaml");
    Files.writeString(
        config,
        own(BOOTSTRAP)
            .replace("PUSH", configs("bootstrap").strip())
            .replace("MANAGER", configs("hcm").indent(10).strip())
            .replace("TABLE", configs("route_config").indent(12).strip())
            .replace("/var/log/headgate", directory.toString()));
    proxy =
        ManagedProcess.start("proxy", Installation.find().proxy(config, 1), Map.of(), directory);
  }

  @AfterEach
  void close() {
    proxy.close();
    servers.stop(0);
  }

  private String configs(String kind) {
    StringBuilder all = new StringBuilder();
    blocks.forEach(block -> all.append(block.config(kind)));
    return all.toString();
  }

  /** The page's ports and paths become the test's. */
  private String own(String text) {
    String changed = text.replace("/var/log/headgate", directory.toString());
    for (Map.Entry<String, String> port : ports.entrySet()) {
      changed = changed.replace(port.getKey(), port.getValue());
    }
    return changed;
  }

  /** The test's ports become the page's; what no two runs share becomes alike. */
  private String shown(String text) {
    String changed = text;
    for (Map.Entry<String, String> port : ports.entrySet()) {
      changed = changed.replace(port.getValue(), port.getKey());
    }
    return changed
        .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "TIME")
        .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID")
        .replaceAll("\"trace\":\"[0-9a-f]{32}\"", "TRACE")
        .replaceAll("\"duration\":[0-9]+", "DURATION")
        .replaceAll("curl/[0-9.]+", "CURL");
  }

  private void awaitLive() {
    await()
        .atMost(Peer.BOUND)
        .untilAsserted(() ->
            assertThat(run("curl -s http://127.0.0.1:9901/ready"))
                .as(proxy.output())
                .isEqualTo("LIVE\n"));
  }

  /** What {@code docs/cli.md} shows of commands that ask no control plane. */
  @Test
  void examplesOfTheCommandAreRun() throws Exception {
    awaitLive();
    run("curl -s -H 'host: shop.example' http://127.0.0.1:8080/empty");
    assertThat(run(example("explain"))).endsWith("\nresult: forwarded to cluster blue\n");
    String logs = example("logs");
    await().atMost(SOON).untilAsserted(() -> assertThat(run(logs)).contains("503", "/empty"));
  }

  private static String example(String command) throws IOException {
    Matcher line =
        Pattern.compile("(?m)^ {4}(headgate " + command + " .*)$").matcher(page("cli.md"));
    assertThat(line.find()).as(command).isTrue();
    return line.group(1);
  }

  @Test
  void eachExampleIsRun() throws Exception {
    awaitLive();
    int commands = 0;
    for (Block block : blocks) {
      switch (block.language()) {
        case "yaml" ->
            assertThat(
                    block.config("hcm") + block.config("bootstrap") + block.config("route_config"))
                .as("a kind of config that is run: %s", block.text())
                .isNotEmpty();
        case "console" -> commands += console(block.text());
        case "text" ->
            await()
                .atMost(SOON)
                .untilAsserted(() -> assertThat(spans()).contains(shown(block.text())));
        default -> throw new AssertionError("not run: " + block);
      }
    }
    assertThat(commands).isEqualTo(14);
  }

  /** Commands stand behind a dollar sign, each above its output. */
  private int console(String text) {
    String[] examples = text.split("(?m)^\\$ ", -1);
    for (int i = 1; i < examples.length; i++) {
      int end = examples[i].indexOf('\n');
      String command = examples[i].substring(0, end);
      String output = examples[i].substring(end + 1);
      if (command.contains("-X POST") || command.startsWith("mv ")) {
        assertThat(shown(run(command))).as(command).isEqualTo(shown(output));
      } else {
        // A line of a log is written soon after the answer.
        await()
            .atMost(SOON)
            .untilAsserted(
                () -> assertThat(shown(run(command))).as(command).isEqualTo(shown(output)));
      }
    }
    return examples.length - 1;
  }

  private String run(String command) {
    Path program = Path.of(Installation.find().program("headgate"));
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", own(command));
    builder.environment().merge("PATH", program.getParent() + ":", (path, own) -> own.concat(path));
    builder.environment().put("HEADGATE_ADMIN", own("http://127.0.0.1:9901"));
    try {
      Process process = builder.redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).as(command).isTrue();
      return output;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(command, e);
    }
  }

  private List<String> spans() {
    List<String> texts = new ArrayList<>();
    for (Span span : spans) {
      StringBuilder text = new StringBuilder(span.getName()).append('\n');
      Told.attributes(span)
          .forEach((name, value) ->
              text.append("  ").append(name).append(": ").append(value).append('\n'));
      texts.add(shown(text.toString()));
    }
    return texts;
  }
}
