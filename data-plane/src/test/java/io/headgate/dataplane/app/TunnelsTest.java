package io.headgate.dataplane.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Upgrades and CONNECT through a whole proxy, with raw bytes at both ends. */
class TunnelsTest {
  private static final String UPGRADE =
      "GET /chat HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n";
  private static final String SWITCH =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

  private final HttpClient http = HttpClient.newHttpClient();
  private ServerSocket backend;
  private ProxyServer server;

  @BeforeEach
  void start() throws Exception {
    backend = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    backend.setSoTimeout(10_000);
    server = proxy("300s");
  }

  private ProxyServer proxy(String idle) throws Exception {
    String manager =
        """
        stream_idle_timeout: IDLE
        upgrade_configs: [{upgrade_type: websocket}, {upgrade_type: CONNECT}, {upgrade_type: raw, enabled: false}]
        route_config:
          name: web
          virtual_hosts:
          - name: none
            domains: ['none.test:443']
            routes: [{match: {prefix: /}, route: {cluster: up}}]
          - name: all
            domains: ['*']
            routes:
            - match: {connect_matcher: {}}
              route: {cluster: up}
            - match: {prefix: /off}
              route: {cluster: up, upgrade_configs: [{upgrade_type: websocket, enabled: false}]}
            - match: {prefix: /raw}
              route: {cluster: up, upgrade_configs: [{upgrade_type: raw}]}
            - match: {prefix: /}
              route: {cluster: up, timeout: 1s}
        """
            .replace("IDLE", idle);
    return Proxies.live(Proxies.web(manager, "", "", backend.getLocalPort()));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    backend.close();
  }

  private Socket client(String raw) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port("web"));
    socket.setSoTimeout(10_000);
    send(socket, raw);
    return socket;
  }

  private static void send(Socket socket, String raw) throws IOException {
    socket.getOutputStream().write(raw.getBytes(ISO_8859_1));
  }

  private static String head(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        return head + "<end>";
      }
      head.append((char) c);
    }
    return head.toString();
  }

  private static String read(Socket socket, int bytes) throws IOException {
    return new String(socket.getInputStream().readNBytes(bytes), ISO_8859_1);
  }

  private static String rest(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  private Socket accept() throws IOException {
    Socket socket = backend.accept();
    socket.setSoTimeout(10_000);
    return socket;
  }

  private String stats() {
    try {
      return http.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + server.adminPort() + "/stats"))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aTunnelOpensWithTheOriginsAnswerAndEndsOneDirectionAtATime() throws Exception {
    try (Socket client = client(UPGRADE + "early");
        Socket origin = accept()) {
      assertThat(head(origin))
          .startsWith("GET /chat HTTP/1.1\r\nhost: a.test\r\n")
          .contains("connection: upgrade\r\nupgrade: websocket\r\n")
          .doesNotContain("content-length", "transfer-encoding");
      assertThat(origin.getInputStream().available()).as("nothing before the answer").isZero();
      send(origin, SWITCH + "hello");
      assertThat(head(client))
          .startsWith(
              "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n")
          .doesNotContain("content-length");
      assertThat(read(client, 5)).isEqualTo("hello");
      assertThat(read(origin, 5)).isEqualTo("early");
      assertThat(stats()).contains("http.web.downstream_cx_upgrades_active: 1");
      client.shutdownOutput();
      assertThat(rest(origin)).isEmpty();
      send(origin, "last words");
      origin.shutdownOutput();
      assertThat(rest(client)).isEqualTo("last words");
    }
    await().until(() -> stats().contains("http.web.downstream_cx_upgrades_active: 0"));
    assertThat(stats())
        .contains("http.web.downstream_cx_upgrades_total: 1")
        .contains("cluster.up.upstream_rq_active: 0");
    await().until(() -> stats().contains("cluster.up.upstream_cx_active: 0"));
  }

  @Test
  void theOriginMayEndFirst() throws Exception {
    try (Socket client = client(UPGRADE);
        Socket origin = accept()) {
      head(origin);
      send(origin, SWITCH + "bye");
      origin.shutdownOutput();
      head(client);
      assertThat(rest(client)).isEqualTo("bye");
      send(client, "still here");
      client.shutdownOutput();
      assertThat(rest(origin)).isEqualTo("still here");
    }
  }

  @Test
  void anOrdinaryAnswerIsNoTunnelAndDropsWhatWasSentBehind() throws Exception {
    try (Socket client = client(UPGRADE + "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n");
        Socket origin = accept()) {
      head(origin);
      send(origin, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      assertThat(head(client)).startsWith("HTTP/1.1 200 OK\r\n").contains("connection: close\r\n");
      assertThat(rest(client)).isEqualTo("ok");
      assertThat(rest(origin)).as("never pooled, nothing more sent").isEmpty();
    }
  }

  @Test
  void aSwitchToSomethingElseIsAnError() throws Exception {
    for (String wrong :
        new String[] {
          "HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n",
          "HTTP/1.1 101 x\r\nUpgrade: websocket\r\n\r\n",
          "HTTP/1.1 101 x\r\nConnection: Upgrade\r\n\r\n"
        }) {
      try (Socket client = client(UPGRADE + "early");
          Socket origin = accept()) {
        head(origin);
        send(origin, wrong);
        assertThat(head(client)).startsWith("HTTP/1.1 502 ");
        assertThat(rest(origin)).isEmpty();
      }
    }
  }

  @Test
  void whatTheConfigDoesNotAllowIs403() throws Exception {
    for (String raw :
        new String[] {
          UPGRADE.replace("WebSocket", "other"),
          UPGRADE.replace("WebSocket", "raw"),
          UPGRADE.replace("WebSocket", "websocket, other"),
          UPGRADE.replace("/chat", "/off")
        }) {
      try (Socket client = client(raw)) {
        assertThat(head(client)).startsWith("HTTP/1.1 403 ").contains("connection: close\r\n");
        assertThat(rest(client)).isEmpty();
      }
    }
    assertThat(stats()).contains("http.web.downstream_rq_ws_on_non_ws_route: 4");
    try (Socket client = client(UPGRADE.replace("WebSocket", "raw").replace("/chat", "/raw"));
        Socket origin = accept()) {
      assertThat(head(origin)).contains("upgrade: raw\r\n");
    }
  }

  @Test
  void anUpgradeWithABodyIsAnOrdinaryRequest() throws Exception {
    try (Socket client = client(UPGRADE.replace("\r\n\r\n", "\r\nContent-Length: 3\r\n\r\nabc"));
        Socket origin = accept()) {
      assertThat(head(origin)).doesNotContain("upgrade");
      assertThat(read(origin, 3)).isEqualTo("abc");
      send(origin, "HTTP/1.1 204 No Content\r\n\r\n");
      assertThat(head(client)).startsWith("HTTP/1.1 204 ").doesNotContain("connection: close");
    }
  }

  @Test
  void connectIsForwardedWhereARouteMatchesIt() throws Exception {
    String connect = "CONNECT b.test:443 HTTP/1.1\r\nHost: b.test:443\r\n\r\n";
    try (Socket client = client(connect + "early");
        Socket origin = accept()) {
      assertThat(head(origin)).startsWith("CONNECT b.test:443 HTTP/1.1\r\nhost: b.test:443\r\n");
      send(origin, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
      assertThat(head(client)).startsWith("HTTP/1.1 200 ").doesNotContain("content-length");
      assertThat(read(client, 5)).isEqualTo("hello");
      assertThat(read(origin, 5)).isEqualTo("early");
    }
    try (Socket client = client(connect);
        Socket origin = accept()) {
      head(origin);
      send(origin, "HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno");
      assertThat(head(client)).startsWith("HTTP/1.1 407 ").contains("connection: close\r\n");
      assertThat(rest(client)).isEqualTo("no");
    }
    try (Socket client = client(connect.replace("b.test", "none.test"))) {
      assertThat(head(client)).startsWith("HTTP/1.1 404 ");
    }
  }

  @Test
  void aFullPeerStopsTheOtherAtItsSource() throws Exception {
    AtomicLong written = new AtomicLong();
    byte[] block = new byte[64 * 1024];
    long total = 64L << 20;
    try (Socket client = client(UPGRADE);
        Socket origin = accept()) {
      head(origin);
      send(origin, SWITCH);
      head(client);
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (written.get() < total) {
                    client.getOutputStream().write(block);
                    written.addAndGet(block.length);
                  }
                  client.shutdownOutput();
                } catch (IOException e) {
                  written.set(-1);
                }
              });
      AtomicLong last = new AtomicLong(-1);
      await()
          .pollInterval(Duration.ofMillis(300))
          .atMost(Duration.ofSeconds(15))
          .until(() -> last.getAndSet(written.get()) == written.get() && last.get() > 0);
      assertThat(written.get()).as("bytes under way").isLessThan(total / 2);
      assertThat(origin.getInputStream().transferTo(java.io.OutputStream.nullOutputStream()))
          .isEqualTo(total);
      writer.join();
    }
  }

  @Test
  void anIdleTunnelIsCutAndCounted() throws Exception {
    server.close();
    server = proxy("0.3s");
    try (Socket client = client(UPGRADE);
        Socket origin = accept()) {
      head(origin);
      send(origin, SWITCH);
      head(client);
      assertThat(rest(client)).isEmpty();
      assertThat(rest(origin)).isEmpty();
      await().until(() -> stats().contains("http.web.downstream_rq_idle_timeout: 1"));
      await().until(() -> stats().contains("http.web.downstream_cx_upgrades_active: 0"));
    }
  }

  @Test
  void aTunnelLivesThroughADrain() throws Exception {
    try (Socket client = client(UPGRADE);
        Socket origin = accept()) {
      head(origin);
      send(origin, SWITCH);
      head(client);
      FutureTask<Boolean> drain = new FutureTask<>(server::drain);
      Thread.ofVirtual().start(drain);
      await().until(() -> server.status().state() == ServerStatus.State.DRAINING);
      send(client, "more");
      assertThat(read(origin, 4)).isEqualTo("more");
      send(origin, "and back");
      assertThat(read(client, 8)).isEqualTo("and back");
      drain.get(10, TimeUnit.SECONDS);
      assertThat(rest(client)).isEmpty();
    }
  }

  @Test
  void aResetGoesThrough() throws Exception {
    try (Socket client = client(UPGRADE);
        Socket origin = accept()) {
      head(origin);
      send(origin, SWITCH);
      head(client);
      client.setSoLinger(true, 0);
      client.close();
      assertThat(rest(origin)).isEmpty();
    }
    await().until(() -> stats().contains("http.web.downstream_cx_upgrades_active: 0"));
  }
}
