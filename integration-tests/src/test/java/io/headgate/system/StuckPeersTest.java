package io.headgate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.headgate.deploy.fleet.LocalFleet;
import io.headgate.deploy.fleet.ProxyProcess;
import io.headgate.deploy.quickstart.DemoFleet;
import io.headgate.deploy.quickstart.Traffic;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Clients that do not read or do not finish, backends that do not answer: buffers are bounded,
 * others do not notice.
 */
class StuckPeersTest {

  private static final long BODY = 256L << 20;

  /** Socket buffers of three hops on loopback and what the proxy itself may hold. */
  private static final long BOUND = 32L << 20;

  private static final String HOSTS = "/headgate/v1/hosts/default/";

  private final DemoFleet demo = Fleets.shared();
  private final LocalFleet fleet = demo.fleet();
  private final ProxyProcess proxy = fleet.proxies().getFirst();

  @Test
  void aClientThatDoesNotReadHoldsABoundedBuffer() throws IOException {
    AtomicLong written = new AtomicLong();
    HttpServer backend = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 16);
    backend.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    backend.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, BODY);
          byte[] chunk = new byte[64 << 10];
          try (OutputStream body = exchange.getResponseBody()) {
            for (long sent = 0; sent < BODY; sent += chunk.length) {
              body.write(chunk);
              written.addAndGet(chunk.length);
            }
          }
        });
    backend.start();
    List<Socket> clients = new ArrayList<>();
    serve("big", backend.getAddress().getPort());
    try {
      long before = resident();
      for (int i = 0; i < 4; i++) {
        clients.add(ask("GET /big HTTP/1.1\r\nHost: x\r\n\r\n"));
      }
      // The backend is stopped by backpressure: what it has written no longer grows.
      await().atMost(Duration.ofSeconds(10)).until(() -> written.get() > 0);
      long[] last = {-1};
      await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> last[0] == (last[0] = written.get()));
      assertThat(written.get() / clients.size()).isLessThan(BOUND);
      assertThat(resident() - before).isLessThan(BOUND);
      assertThat(Traffic.send(200, List.of(demo.url(proxy, "/shop"))).statuses())
          .containsOnlyKeys(200);
    } finally {
      for (Socket client : clients) {
        client.close();
      }
      forget("big");
      backend.stop(0);
    }
  }

  @Test
  void aClientThatDoesNotFinishItsRequestDisturbsNobody() throws IOException {
    List<Socket> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        clients.add(ask("POST /shop HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nhalf"));
        clients.add(ask("GET /shop HTTP/1.1\r\nHost: x\r\nX-Half: a"));
      }
      assertThat(Traffic.send(200, List.of(demo.url(proxy, "/shop"))).statuses())
          .containsOnlyKeys(200);
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  @Test
  void aBackendThatNeverAnswersCostsItsOwnRequestsOnly() throws IOException {
    try (ServerSocket silent = new ServerSocket()) {
      silent.bind(new InetSocketAddress("127.0.0.1", 0), 128);
      serve("silent", silent.getLocalPort());
      List<Socket> clients = new ArrayList<>();
      try {
        for (int i = 0; i < 20; i++) {
          clients.add(ask("GET /silent HTTP/1.1\r\nHost: x\r\n\r\n"));
        }
        assertThat(Traffic.send(200, List.of(demo.url(proxy, "/shop"))).statuses())
            .containsOnlyKeys(200);
        // The route's timeout is 15 seconds.
        Socket first = clients.getFirst();
        first.setSoTimeout(30_000);
        String head =
            new String(first.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
        assertThat(head).isEqualTo("HTTP/1.1 504");
      } finally {
        for (Socket client : clients) {
          client.close();
        }
        forget("silent");
      }
    }
  }

  private Socket ask(String request) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 << 10);
    socket.connect(new InetSocketAddress(proxy.address(), Fleets.PORT), 2_000);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return socket;
  }

  /** A service with one host and a route of its name. */
  private void serve(String name, int port) {
    fleet.etcd().put(HOSTS + name + "/one", "{\"Op\":0,\"Addr\":\"127.0.0.1:" + port + "\"}");
    demo.applyAndWait(
        Fleets.manifest(
            """
            apiVersion: gateway.headgate.io/v1
            kind: Service
            metadata:
              name: %s
            spec:
              ports:
                - name: http
                  port: 80
            """
                .formatted(name)));
    demo.applyAndWait(BadInputTest.route(name, "/" + name, name));
  }

  private void forget(String name) {
    fleet.commandLine().must("delete", "httproute", name);
    fleet.commandLine().must("delete", "service", name);
    fleet.etcd().delete(HOSTS + name + "/one");
  }

  private long resident() {
    try {
      String statm = Files.readString(Path.of("/proc/" + proxy.process().pid() + "/statm"));
      int second = statm.indexOf(' ') + 1;
      return Long.parseLong(statm, second, statm.indexOf(' ', second), 10) * 4096;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
