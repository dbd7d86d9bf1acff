package io.headgate.dataplane.app;

import static io.headgate.dataplane.app.Sample.assignment;
import static io.headgate.dataplane.app.Sample.cluster;
import static io.headgate.dataplane.app.Sample.dynamic;
import static io.headgate.dataplane.app.Sample.endpoints;
import static io.headgate.dataplane.app.Sample.listener;
import static io.headgate.dataplane.app.Sample.listenerYaml;
import static io.headgate.dataplane.app.Sample.routes;
import static io.headgate.dataplane.xds.AdsServer.take;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.headgate.dataplane.listener.handover.HandoverException;
import io.headgate.dataplane.xds.AdsServer;
import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodPlace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole proxies that succeed each other, in one process. */
class SuccessionTest {
  private static final Duration DRAIN = Duration.ofSeconds(2);

  @TempDir Path directory;

  private ProxyServer server(String yaml) throws Exception {
    return new ProxyServer(
        Proxies.bootstrap(yaml),
        new ProxyServer.Settings(
            1,
            DRAIN,
            "127.0.0.1",
            new LastKnownGoodPlace(directory.resolve("kept"), null),
            false,
            directory.resolve("next"),
            null));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String fixed(int port, HttpBackend backend) {
    return "node: {id: p, cluster: c}\nstatic_resources:\n  listeners:\n  -\n"
        + listenerYaml(
                "route_config: {name: web, virtual_hosts: [{name: all, domains: ['*'],"
                    + " routes: [{match: {prefix: /}, route: {cluster: api}}]}]}")
            .replace("port_value: 0", "port_value: " + port)
            .indent(4)
        + "  clusters:\n  - name: api\n    load_assignment:\n"
        + endpoints("api", backend.port()).indent(6);
  }

  /** Over a connection of its own: which process answers is the kernel's choice. */
  private static String get(int port) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private void awaitOffer() {
    await().until(() -> Files.exists(directory.resolve("next")));
  }

  @Test
  void eachServesUntilTheNextOneDoes() throws Exception {
    int port = freePort();
    try (HttpBackend one = new HttpBackend("one");
        HttpBackend two = new HttpBackend("two");
        ProxyServer first = server(fixed(port, one));
        ProxyServer second = server(fixed(port, two))) {
      first.start();
      first.live().get(10, TimeUnit.SECONDS);
      awaitOffer();
      assertThat(get(port)).isEqualTo("one");
      second.start();
      second.live().get(10, TimeUnit.SECONDS);
      first.handedOver().get(10, TimeUnit.SECONDS);
      assertThat(get(port)).isEqualTo("two");
      assertThat(first.drain()).isTrue();
      first.close();
      assertThat(get(port)).isEqualTo("two");
      // The second one can be succeeded as the first was.
      try (ProxyServer third = server(fixed(port, one))) {
        await()
            .ignoreExceptions()
            .until(() -> {
              third.start();
              return true;
            });
        second.handedOver().get(10, TimeUnit.SECONDS);
        assertThat(get(port)).isEqualTo("one");
      }
    }
  }

  private static String ask(Path pipe) throws IOException {
    try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(pipe))) {
      socket.write(
          ByteBuffer.wrap(
              "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(US_ASCII)));
      String answer = new String(Channels.newInputStream(socket).readAllBytes(), US_ASCII);
      return answer.substring(answer.lastIndexOf('\n') + 1);
    }
  }

  /** A Unix socket goes from one to the next with its file: there is never a moment without it. */
  @Test
  void unixSocketsAreHandedOverToo() throws Exception {
    Path pipe = directory.resolve("web.sock");
    String abstractName = "@headgate-" + System.nanoTime();
    try (HttpBackend one = new HttpBackend("one");
        HttpBackend two = new HttpBackend("two");
        ProxyServer first = server(pipes(pipe, abstractName, 384, one));
        ProxyServer second = server(pipes(pipe, abstractName, 432, two))) {
      first.start();
      first.live().get(10, TimeUnit.SECONDS);
      awaitOffer();
      assertThat(ask(pipe)).isEqualTo("one");
      Object file = Files.getAttribute(pipe, "unix:ino");
      second.start();
      second.live().get(10, TimeUnit.SECONDS);
      first.handedOver().get(10, TimeUnit.SECONDS);
      assertThat(first.drain()).isTrue();
      first.close();
      assertThat(ask(pipe)).isEqualTo("two");
      assertThat(Files.getAttribute(pipe, "unix:ino")).as("the same file").isEqualTo(file);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pipe)))
          .as("the mode of the new config")
          .isEqualTo("rw-rw----");
      assertThat(Files.readAllLines(Path.of("/proc/net/unix")))
          .as("one socket that listens at the name without a file")
          .filteredOn(line -> line.endsWith(abstractName) && line.contains(" 00010000 "))
          .hasSize(1);
    }
  }

  private static String pipes(Path pipe, String abstractName, int mode, HttpBackend backend) {
    return fixed(0, backend)
        .replace(
            "{socket_address: {address: 0.0.0.0, port_value: 0}}",
            "{pipe: {path: '%s', mode: %d}}".formatted(pipe, mode))
        .replace(
            "filter_chains:",
            "additional_addresses: [{address: {pipe: {path: '%s'}}}]\n    filter_chains:"
                .formatted(abstractName));
  }

  @Test
  void oneThatWantsNoneOfTheListenersIsNoSuccessor() throws Exception {
    int port = freePort();
    int other = freePort();
    try (HttpBackend one = new HttpBackend("one");
        ProxyServer first = server(fixed(port, one));
        ProxyServer second = server(fixed(other, one))) {
      first.start();
      first.live().get(10, TimeUnit.SECONDS);
      awaitOffer();
      second.start();
      await().until(() -> second.port("web") == other);
      // It uses nothing of what it got, so it is not taken for a successor.
      assertThat(get(port)).isEqualTo("one");
      assertThat(first.handedOver()).isNotDone();
    }
  }

  @Test
  void oneThatNeverHasConfigChangesNothing() throws Exception {
    int port = freePort();
    int nobody = freePort();
    try (HttpBackend one = new HttpBackend("one");
        ProxyServer first = server(fixed(port, one))) {
      first.start();
      first.live().get(10, TimeUnit.SECONDS);
      awaitOffer();
      try (ProxyServer waits = server(dynamic(nobody));
          ProxyServer third = server(fixed(port, one))) {
        waits.start();
        assertThatThrownBy(third::start)
            .isInstanceOf(HandoverException.class)
            .hasMessageContaining("another process is taking over");
        assertThat(waits.live()).isNotDone();
        assertThat(get(port)).isEqualTo("one");
      }
      assertThat(first.handedOver()).isNotDone();
      assertThat(get(port)).isEqualTo("one");
    }
  }

  @Test
  void theControlPlaneHearsTheGoodbyeAndOnlyOneProcessWrites() throws Exception {
    int port = freePort();
    try (HttpBackend one = new HttpBackend("one");
        AdsServer ads = new AdsServer(0, true, null);
        ProxyServer first = server(dynamic(ads.port()))) {
      first.start();
      Script script = new Script(ads);
      script.send("c1", cluster("one"));
      script.acked(Cluster.getDefaultInstance());
      script.send("e1", assignment("one", one.port()));
      script.acked(ClusterLoadAssignment.getDefaultInstance());
      Listener.Builder at = listener().toBuilder();
      at.getAddressBuilder().getSocketAddressBuilder().setPortValue(port);
      script.send("l1", at.build());
      script.acked(Listener.getDefaultInstance());
      script.send("r1", routes("one"));
      first.live().get(10, TimeUnit.SECONDS);
      awaitOffer();
      Path file = directory.resolve("kept").resolve("last-known-good");
      await().until(() -> Files.exists(file));
      // The next one starts from the file, with a control plane that does not answer.
      try (ProxyServer second = server(dynamic(freePort()))) {
        second.start();
        second.live().get(15, TimeUnit.SECONDS);
        first.handedOver().get(10, TimeUnit.SECONDS);
        assertThat(take(ads.endings)).contains("goodbye");
        byte[] left = Files.readAllBytes(file);
        assertThat(get(port)).isEqualTo("one");
        first.close();
        assertThat(Files.readAllBytes(file)).isEqualTo(left);
        assertThat(get(port)).isEqualTo("one");
      }
    }
  }
}
