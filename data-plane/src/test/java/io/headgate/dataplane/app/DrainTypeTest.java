package io.headgate.dataplane.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A listener with {@code drain_type: MODIFY_ONLY} beside one with the default. */
class DrainTypeTest {
  private static final String CONFIG =
      """
      node: {id: p, cluster: c}
      static_resources:
        listeners:
        - name: out
          address: {socket_address: {address: 127.0.0.1, port_value: 0}}
          drain_type: MODIFY_ONLY
          filter_chains: &chains
          - filters:
            - name: manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: web
                route_config: {name: r, virtual_hosts: [{name: v, domains: ['*'], routes: [{match: {prefix: /}, direct_response: {status: 200}}]}]}
                http_filters:
                - name: router
                  typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        - name: in
          address: {socket_address: {address: 127.0.0.1, port_value: 0}}
          filter_chains: *chains
      """;

  private static String answer(Socket socket) throws IOException {
    socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
    StringBuilder head = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int b = in.read();
      assertThat(b).as("after " + head).isNotNegative();
      head.append((char) b);
    }
    return head.toString();
  }

  private static Socket client(ProxyServer server, String listener) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port(listener));
    socket.setSoTimeout(10_000);
    return socket;
  }

  @Test
  void aFailingHealthCheckLeavesItAloneAndTheEndOfTheProcessDoesNot() throws Exception {
    try (ProxyServer server = Proxies.live(CONFIG);
        Socket out = client(server, "out");
        Socket in = client(server, "in")) {
      assertThat(answer(out)).doesNotContain("connection: close");
      assertThat(answer(in)).doesNotContain("connection: close");
      server.failHealthcheck(true);
      assertThat(answer(out)).doesNotContain("connection: close");
      assertThat(answer(in)).contains("connection: close");
      FutureTask<Boolean> drain = new FutureTask<>(server::drain);
      Thread.ofVirtual().start(drain);
      await().until(() -> server.status().state() == ServerStatus.State.DRAINING);
      assertThat(drain.get(20, TimeUnit.SECONDS)).isTrue();
      assertThat(out.getInputStream().read()).isNegative();
    }
  }
}
