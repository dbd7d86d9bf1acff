package io.headgate.dataplane.app;

import static io.headgate.dataplane.xds.AdsServer.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.stub.StreamObserver;
import io.headgate.dataplane.xds.AdsServer;
import io.headgate.dataplane.xds.ConfigSource;
import io.headgate.fleet.codec.MessageReader;
import io.headgate.fleet.codec.ReadMessage;
import io.headgate.proto.fleet.v1.ProxyReport;
import io.headgate.xds.codec.EnvoyTypes;
import io.headgate.xds.model.Bootstrap;
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
  /** A listener whose connection manager has these routes, one line in flow style. */
  private static String listenerYaml(String routes) {
    return """
    name: web
    address: {socket_address: {address: 0.0.0.0, port_value: 0}}
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: web
          http_filters:
          - name: router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
          %s
    """
        .formatted(routes);
  }

  @TempDir Path directory;
  private final HttpClient client = HttpClient.newHttpClient();

  private ProxyServer server(String yaml, @Nullable Path lastKnownGood) throws Exception {
    Bootstrap bootstrap =
        BootstrapLoader.load(
            new Options.Source(null, yaml, false, false), new Options.Identity(null, null));
    ProxyServer server =
        new ProxyServer(
            bootstrap,
            new ProxyServer.Settings(2, Duration.ofSeconds(5), "127.0.0.1", lastKnownGood, false));
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

  private static String endpoints(String cluster, int... ports) {
    StringBuilder yaml =
        new StringBuilder("cluster_name: " + cluster + "\nendpoints:\n- lb_endpoints:\n");
    for (int port : ports) {
      yaml.append("  - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: ")
          .append(port)
          .append("}}}\n");
    }
    return yaml.toString();
  }

  private static String dynamic(int... controlPlanes) {
    return """
    node: {id: p, cluster: c}
    admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
    dynamic_resources:
      ads_config:
        api_type: DELTA_GRPC
        transport_api_version: V3
        grpc_services: [{envoy_grpc: {cluster_name: cp}}]
      cds_config: {ads: {}, resource_api_version: V3}
      lds_config: {ads: {}, resource_api_version: V3}
    static_resources:
      clusters:
      - name: cp
        connect_timeout: 1s
        typed_extension_protocol_options:
          envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
            "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
            explicit_http_config: {http2_protocol_options: {}}
        load_assignment:
    """
        + endpoints("cp", controlPlanes).indent(6);
  }

  /** Answers requests of a delta stream from a fixed set of resources. */
  private static final class Script {
    final AdsServer server;
    final StreamObserver<DeltaDiscoveryResponse> stream;
    private int nonce;

    Script(AdsServer server) throws InterruptedException {
      this.server = server;
      stream = take(server.deltaStreams);
    }

    /** Sends resources of one type, name to message, at a version. */
    void send(String version, Message... resources) {
      DeltaDiscoveryResponse.Builder response =
          DeltaDiscoveryResponse.newBuilder()
              .setTypeUrl(Any.pack(resources[0]).getTypeUrl())
              .setSystemVersionInfo(version)
              .setNonce("n" + nonce++);
      for (Message resource : resources) {
        response.addResources(
            Resource.newBuilder()
                .setName(name(resource))
                .setVersion(version)
                .setResource(Any.pack(resource)));
      }
      stream.onNext(response.build());
    }

    private static String name(Message resource) {
      return switch (resource) {
        case Cluster cluster -> cluster.getName();
        case ClusterLoadAssignment endpoints -> endpoints.getClusterName();
        case Listener listener -> listener.getName();
        case RouteConfiguration routes -> routes.getName();
        default -> throw new IllegalArgumentException(resource.getClass().getName());
      };
    }

    /** Waits for an ACK of this type; NACKs fail the test. */
    void acked(Message prototype) throws InterruptedException {
      String type = Any.pack(prototype).getTypeUrl();
      while (true) {
        DeltaDiscoveryRequest request = take(server.deltaRequests);
        assertThat(request.getErrorDetail().getMessage()).isEmpty();
        if (request.getTypeUrl().equals(type) && !request.getResponseNonce().isEmpty()) {
          return;
        }
      }
    }
  }

  private static <M extends Message> M read(String yaml, M prototype) {
    ReadMessage<M> read =
        MessageReader.read(
            yaml, prototype, MessageReader.Options.bootstrap(EnvoyTypes.REGISTRY::find, false));
    assertThat(read.violations()).isEmpty();
    return read.message();
  }

  private static Cluster cluster(String name) {
    return read(
        "name: "
            + name
            + "\ntype: EDS\neds_cluster_config: {eds_config: {ads: {}, resource_api_version: V3}}",
        Cluster.getDefaultInstance());
  }

  private static ClusterLoadAssignment assignment(String name, int... ports) {
    return read(endpoints(name, ports), ClusterLoadAssignment.getDefaultInstance());
  }

  private static Listener listener() {
    return read(
        listenerYaml(
            "rds: {route_config_name: web, config_source: {ads: {}, resource_api_version: V3}}"),
        Listener.getDefaultInstance());
  }

  private static RouteConfiguration routes(String cluster) {
    return read(
        """
        name: web
        virtual_hosts:
        - name: all
          domains: ["*"]
          routes: [{match: {prefix: /}, route: {cluster: %s}}]
        """
            .formatted(cluster),
        RouteConfiguration.getDefaultInstance());
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
