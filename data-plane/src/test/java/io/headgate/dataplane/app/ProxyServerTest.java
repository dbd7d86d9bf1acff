package io.headgate.dataplane.app;

import static io.headgate.dataplane.app.Sample.assignment;
import static io.headgate.dataplane.app.Sample.cluster;
import static io.headgate.dataplane.app.Sample.dynamic;
import static io.headgate.dataplane.app.Sample.endpoints;
import static io.headgate.dataplane.app.Sample.listener;
import static io.headgate.dataplane.app.Sample.listenerYaml;
import static io.headgate.dataplane.app.Sample.routes;
import static io.headgate.dataplane.xds.AdsServer.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.headgate.dataplane.xds.AdsServer;
import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodPlace;
import io.headgate.dataplane.xds.resource.ConfigSource;
import io.headgate.proto.fleet.v1.ProxyReport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole proxy in this process, over real sockets. */
class ProxyServerTest {
  @TempDir Path directory;
  private final HttpClient client = HttpClient.newHttpClient();

  private ProxyServer server(String yaml, @Nullable Path lastKnownGood) throws Exception {
    ProxyServer server =
        new ProxyServer(
            Proxies.bootstrap(yaml),
            new ProxyServer.Settings(
                2,
                Duration.ofSeconds(5),
                "127.0.0.1",
                lastKnownGood == null ? null : new LastKnownGoodPlace(lastKnownGood, null),
                false));
    server.start();
    return server;
  }

  private HttpResponse<String> get(ProxyServer server, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port("web") + path))
            .timeout(Duration.ofSeconds(10))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> admin(ProxyServer server, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.adminPort() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aStaticBootstrapServesAndDrains() throws Exception {
    try (HttpBackend backend = new HttpBackend("one");
        ProxyServer server =
            server(
                "node: {id: p, cluster: c}\nstatic_resources:\n  listeners:\n  -\n"
                    + listenerYaml(
                            "route_config: {name: web, virtual_hosts: [{name: all, domains: ['*'],"
                                + " routes: [{match: {prefix: /}, route: {cluster: api}}]}]}")
                        .indent(4)
                    + "  clusters:\n  - name: api\n    load_assignment:\n"
                    + endpoints("api", backend.port()).indent(6),
                null)) {
      server.live().get(10, TimeUnit.SECONDS);
      assertThat(server.status().state()).isEqualTo(ServerStatus.State.LIVE);
      assertThat(get(server, "/").body()).isEqualTo("one");
      assertThat(server.drain()).isTrue();
      assertThat(server.status().state()).isEqualTo(ServerStatus.State.DRAINING);
    }
  }

  @Test
  void fromTheFirstStreamOverAChangeToTheDisk() throws Exception {
    try (HttpBackend one = new HttpBackend("one");
        HttpBackend two = new HttpBackend("two")) {
      int port;
      try (AdsServer ads = new AdsServer(0, true, null);
          ProxyServer server = server(dynamic(ads.port()), directory)) {
        port = ads.port();
        Script script = new Script(ads);
        script.send("c1", cluster("one"));
        script.acked(Cluster.getDefaultInstance());
        assertThat(server.live()).isNotDone();
        script.send("e1", assignment("one", one.port()));
        script.acked(ClusterLoadAssignment.getDefaultInstance());
        script.send("l1", listener());
        script.acked(Listener.getDefaultInstance());
        script.send("r1", routes("one"));
        server.live().get(10, TimeUnit.SECONDS);
        assertThat(get(server, "/").body()).isEqualTo("one");
        assertThat(admin(server, "/ready").statusCode()).isEqualTo(200);
        assertThat(admin(server, "/config_dump").body()).contains("route_config_name");
        assertThat(admin(server, "/listeners").body()).contains(":" + server.port("web"));

        // A route to a cluster whose endpoints are late: no request fails meanwhile.
        script.send("c2", cluster("two"));
        script.send("r2", routes("two"));
        script.acked(RouteConfiguration.getDefaultInstance());
        for (int i = 0; i < 20; i++) {
          assertThat(get(server, "/").body()).isEqualTo("one");
        }
        script.send("e2", assignment("two", two.port()));
        await().until(() -> get(server, "/").body().equals("two"));
        await().until(() -> serving(ads, "web", "r2"));
        await().until(() -> directory.resolve("last-known-good.previous").toFile().exists());
        assertThat(server.source().kind()).isEqualTo(ConfigSource.Kind.LIVE);

        ads.close();
        await().until(() -> server.source().kind() == ConfigSource.Kind.RETAINED);
        assertThat(get(server, "/").body()).isEqualTo("two");
        // The last change is on disk within two seconds.
        await()
            .atMost(Duration.ofSeconds(5))
            .until(() ->
                new String(
                        java.nio.file.Files.readAllBytes(directory.resolve("last-known-good")),
                        java.nio.charset.StandardCharsets.ISO_8859_1)
                    .contains("r2"));
      }
      try (ProxyServer restarted = server(dynamic(port), directory)) {
        restarted.live().get(10, TimeUnit.SECONDS);
        assertThat(get(restarted, "/").body()).isEqualTo("two");
        assertThat(restarted.source().kind()).isEqualTo(ConfigSource.Kind.LAST_KNOWN_GOOD);
        assertThat(restarted.status().state()).isEqualTo(ServerStatus.State.LIVE);
      }
    }
  }

  private static boolean serving(AdsServer ads, String name, String version)
      throws InterruptedException {
    ProxyReport report = take(ads.reports);
    return report.getTypesList().stream()
        .filter(type -> type.getTypeUrl().endsWith("RouteConfiguration"))
        .flatMap(type -> type.getResourcesList().stream())
        .anyMatch(resource ->
            resource.getName().equals(name) && resource.getServingVersion().equals(version));
  }

  @Test
  void aProxyThatIsClosedSaysGoodbyeToItsControlPlane() throws Exception {
    try (AdsServer ads = new AdsServer(0, true, null)) {
      try (ProxyServer server = server(dynamic(ads.port()), null)) {
        take(ads.deltaStreams);
        take(ads.reports);
        assertThat(server.drain()).isTrue();
        assertThat(ads.endings).isEmpty();
      }
      assertThat(List.of(take(ads.endings), take(ads.endings)))
          .containsExactlyInAnyOrder("delta goodbye", "status goodbye");
    }
  }

  @Test
  void aControlPlaneThatIsAskedForNothingIsNotWaitedFor() throws Exception {
    try (AdsServer closed = new AdsServer(0, false, null);
        ProxyServer server =
            server(
                dynamic(closed.port()).replaceAll("(?m)^ *[cl]ds_config:.*\n", "")
                    + "  listeners:\n  -\n"
                    + listenerYaml(
                            "route_config: {name: web, virtual_hosts: [{name: all, domains: ['*'],"
                                + " routes: [{match: {prefix: /}, direct_response: {status:"
                                + " 204}}]}]}")
                        .indent(4),
                null)) {
      server.live().get(10, TimeUnit.SECONDS);

      await().untilAsserted(() -> assertThat(admin(server, "/ready").statusCode()).isEqualTo(200));
      assertThat(get(server, "/").statusCode()).isEqualTo(204);
    }
  }

  @Test
  void withoutAControlPlaneAndWithoutAFileItStaysAliveAndIsNotReady() throws Exception {
    try (AdsServer closed = new AdsServer(0, false, null)) {
      int port = closed.port();
      closed.close();
      try (ProxyServer server = server(dynamic(port), directory)) {
        assertThat(server.failed()).isNotDone();
        assertThat(server.status().state()).isNotEqualTo(ServerStatus.State.LIVE);
        assertThat(admin(server, "/ready").statusCode()).isEqualTo(503);
        try (AdsServer back = new AdsServer(port, true, null)) {
          Script script = new Script(back);
          script.send("c1", cluster("one"));
          script.acked(Cluster.getDefaultInstance());
          await().until(() -> server.source().kind() == ConfigSource.Kind.LIVE);
        }
      }
    }
  }
}
