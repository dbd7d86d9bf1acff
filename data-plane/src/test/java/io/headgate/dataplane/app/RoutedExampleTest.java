package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The bootstrap of docs/routing.md does what the page says, and its commands print what it shows.
 */
class RoutedExampleTest {
  private static final Pattern BOOTSTRAP =
      Pattern.compile("```yaml\n(node: .*?)```", Pattern.DOTALL);
  private static final Pattern COMMANDS = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
  private static final Pattern COMMAND =
      Pattern.compile(
          "\\$ curl -s( -X POST)?(?: -w '([^']*)')? '?http://127.0.0.1:(\\d+)([^' ]+)'?");
  private static final Pattern HEADER = Pattern.compile("%header\\{([^}]+)}");
  private static final int WEB = 10_000;

  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch over = new CountDownLatch(1);
  private final List<String> copies = new CopyOnWriteArrayList<>();
  private HttpServer old;
  private HttpServer fresh;
  private String page;
  private ProxyServer proxy;

  @BeforeEach
  void start() throws Exception {
    page = Files.readString(Path.of("../docs/routing.md"));
    old = backend("old");
    fresh = backend("new");
    Matcher bootstrap = BOOTSTRAP.matcher(page);
    assertThat(bootstrap.find()).isTrue();
    proxy =
        Proxies.live(
            bootstrap
                .group(1)
                .replaceAll("port_value: (9901|10000)}", "port_value: 0}")
                .replace("port_value: 8081}", "port_value: " + old.getAddress().getPort() + "}")
                .replace("port_value: 8082}", "port_value: " + fresh.getAddress().getPort() + "}"));
  }

  @AfterEach
  void stop() {
    over.countDown();
    proxy.close();
    old.stop(0);
    fresh.stop(0);
    threads.shutdownNow();
    client.close();
  }

  private HttpServer backend(String name) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(name, exchange));
    server.start();
    return server;
  }

  private void answer(String name, HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (exchange.getRequestHeaders().getFirst("host").contains("-shadow")) {
      copies.add(name + " " + path);
    }
    if (path.equals("/slow")) {
      try {
        over.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (path.equals("/moved")) {
      exchange
          .getResponseHeaders()
          .set("location", "http://" + exchange.getRequestHeaders().getFirst("host") + "/shop");
      exchange.sendResponseHeaders(302, -1);
    } else {
      byte[] body = (name + " " + path).getBytes(java.nio.charset.StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private HttpResponse<String> send(String method, int port, String target, String... headers)
      throws Exception {
    int open = port == WEB ? proxy.port("web") : proxy.adminPort();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + open + target))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private String print(String line) throws Exception {
    Matcher command = COMMAND.matcher(line);
    assertThat(command.matches()).as(line).isTrue();
    HttpResponse<String> answer =
        send(
            command.group(1) == null ? "GET" : "POST",
            Integer.parseInt(command.group(3)),
            command.group(4));
    String more = command.group(2) == null ? "" : command.group(2);
    more = more.replace("%{http_code}", Integer.toString(answer.statusCode()));
    more =
        HEADER
            .matcher(more)
            .replaceAll(header -> answer.headers().firstValue(header.group(1)).orElse(""));
    return (answer.body() + more).strip();
  }

  @Test
  void theCommandsPrintWhatIsShown() throws Exception {
    List<String> shown = new ArrayList<>();
    List<String> printed = new ArrayList<>();
    Matcher commands = COMMANDS.matcher(page);
    while (commands.find()) {
      shown.add(commands.group(1));
      StringBuilder text = new StringBuilder();
      for (String line : commands.group(1).split("\n", -1)) {
        if (line.startsWith("$ ")) {
          text.append(line).append('\n').append(print(line)).append('\n');
        }
      }
      printed.add(text.toString());
    }
    assertThat(printed).hasSize(3).isEqualTo(shown);
  }

  @Test
  void copiesGoToTheNewShopOnceTheyAreAskedFor() throws Exception {
    assertThat(send("GET", WEB, "/shop/1").body()).isEqualTo("old /shop/1");
    assertThat(send("POST", 9901, "/runtime_modify?routing.copies=100").statusCode())
        .isEqualTo(200);
    assertThat(send("GET", WEB, "/shop/2").body()).isEqualTo("old /shop/2");
    await().untilAsserted(() -> assertThat(copies).containsExactly("new /shop/2"));
  }

  @Test
  void clientsStayWithTheirHosts() throws Exception {
    Set<String> ring = new HashSet<>();
    Set<String> baskets = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      String host = send("GET", WEB, "/ring", "x-user", "u" + i).body();
      assertThat(send("GET", WEB, "/ring", "x-user", "u" + i).body()).isEqualTo(host);
      ring.add(host);
      baskets.add(send("GET", WEB, "/basket", "cookie", "basket=b" + i).body());
    }
    assertThat(ring).hasSize(2);
    assertThat(baskets).hasSize(2);
    HttpResponse<String> first = send("GET", WEB, "/basket");
    String cookie = first.headers().firstValue("set-cookie").orElseThrow();
    String own = cookie.substring(0, cookie.indexOf(';'));
    assertThat(send("GET", WEB, "/basket", "cookie", own).body()).isEqualTo(first.body());
  }
}
