package io.headgate.dataplane.app;

import static io.headgate.dataplane.xds.AdsServer.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.TextFormat;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.headgate.dataplane.harness.TestCertificate;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.xds.AdsServer;
import io.headgate.dataplane.xds.SecretStreams;
import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodPlace;
import io.headgate.dataplane.xds.resource.ResourceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole proxies that take a certificate from a service of secrets. */
class SecretServicesTest {
  private static final String SITE = "site.test";

  private static final String TLS =
      """
      common_tls_context {
        tls_certificate_sds_secret_configs {
          name: "site"
          sds_config {
            resource_api_version: V3
            api_config_source {
              api_type: GRPC transport_api_version: V3
              grpc_services { envoy_grpc { cluster_name: "SERVICE" } }
            }
          }
        }
      }
      """;

  private static final String CHAIN =
      """
      transport_socket:
        name: tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
          common_tls_context:
            tls_certificate_sds_secret_configs:
            - name: site
              sds_config:
                resource_api_version: V3
                api_config_source:
                  api_type: GRPC
                  transport_api_version: V3
                  grpc_services: [{envoy_grpc: {cluster_name: sds}}]
      """;

  @TempDir Path directory;

  private Path socket() {
    return directory.resolve("sds.sock");
  }

  private String cluster() {
    return """
      - name: sds
        connect_timeout: 1s
        load_assignment: {cluster_name: sds, endpoints: [{lb_endpoints: [{endpoint: {address: {pipe: {path: "%s"}}}}]}]}
    """
        .formatted(socket());
  }

  private static ProxyServer proxy(String yaml, @Nullable Path kept) throws Exception {
    ProxyServer server =
        new ProxyServer(
            Proxies.bootstrap(yaml),
            new ProxyServer.Settings(
                1,
                Duration.ofSeconds(5),
                "127.0.0.1",
                kept == null ? null : new LastKnownGoodPlace(kept, null),
                false));
    server.start();
    return server;
  }

  private static DataSource inline(Path file) throws IOException {
    return DataSource.newBuilder()
        .setInlineBytes(ByteString.copyFrom(Files.readAllBytes(file)))
        .build();
  }

  private static void send(SecretStreams service, TestCertificate certificate) throws Exception {
    take(service.streams)
        .onNext(
            DiscoveryResponse.newBuilder()
                .setTypeUrl(ResourceType.SECRET.typeUrl())
                .setNonce("n")
                .setVersionInfo("s1")
                .addResources(
                    Any.pack(
                        Secret.newBuilder()
                            .setName("site")
                            .setTlsCertificate(
                                TlsCertificate.newBuilder()
                                    .setCertificateChain(inline(certificate.chain()))
                                    .setPrivateKey(inline(certificate.key())))
                            .build()))
                .build());
  }

  /** Fails while the certificate is not there. */
  private static void shakesHands(ProxyServer server, TestCertificate certificate)
      throws IOException {
    try (SSLSocket socket =
        (SSLSocket)
            certificate.client().getSocketFactory().createSocket("127.0.0.1", server.port("web"))) {
      socket.startHandshake();
    }
  }

  private static Listener listener(String service) throws TextFormat.ParseException {
    DownstreamTlsContext.Builder tls = DownstreamTlsContext.newBuilder();
    TextFormat.merge(TLS.replace("SERVICE", service), tls);
    Listener.Builder listener = Sample.listener().toBuilder();
    listener
        .getFilterChainsBuilder(0)
        .setTransportSocket(
            TransportSocket.newBuilder().setName("tls").setTypedConfig(Any.pack(tls.build())));
    return listener.build();
  }

  private static long gauge(ProxyServer server, String name) {
    for (Meters.Meter meter : server.meters().all()) {
      if (meter.name().equals(name) && meter instanceof Meters.GaugeMeter gauge) {
        return gauge.gauge().value();
      }
    }
    throw new AssertionError("no gauge " + name);
  }

  @Test
  void theStreamIsThereWhileAListenerOfTheControlPlaneNamesIt() throws Exception {
    TestCertificate certificate = TestCertificate.of(SITE, directory);
    try (SecretStreams service = new SecretStreams(socket(), null);
        HttpBackend backend = new HttpBackend("one");
        AdsServer ads = new AdsServer(0, false, null);
        ProxyServer server = proxy(Sample.dynamic(ads.port()) + cluster(), null)) {
      Script script = new Script(ads);
      script.send("c1", Sample.cluster("one"));
      script.send("e1", Sample.assignment("one", backend.port()));
      assertThat(service.streams).as("nothing names it yet").isEmpty();
      script.send("l1", listener("sds"));
      script.send("r1", Sample.routes("one"));
      DiscoveryRequest first = take(service.requests);
      assertThat(first.getResourceNamesList()).containsExactly("site");
      assertThat(first.getNode().getId()).isEqualTo("p");
      assertThat(server.live()).isNotDone();
      send(service, certificate);
      server.live().get(10, TimeUnit.SECONDS);
      shakesHands(server, certificate);
      assertThat(gauge(server, "headgate_sds.sds.connected_state")).isEqualTo(1);

      script.send("l2", listener("one"));
      assertThat(nack(ads))
          .contains("names cluster \"one\": it is not among the bootstrap's static_resources");
      shakesHands(server, certificate);

      script.stream.onNext(
          DeltaDiscoveryResponse.newBuilder()
              .setTypeUrl(ResourceType.LISTENER.typeUrl())
              .setSystemVersionInfo("l3")
              .setNonce("l3")
              .addRemovedResources("web")
              .build());
      assertThat(take(service.endings)).isEqualTo("goodbye");
      await().until(() -> gauge(server, "headgate_sds.sds.connected_state") == 0);
      assertThat(service.streams).isEmpty();
    }
  }

  private static String nack(AdsServer ads) throws InterruptedException {
    while (true) {
      DeltaDiscoveryRequest request = take(ads.deltaRequests);
      if (request.hasErrorDetail()) {
        return request.getErrorDetail().getMessage();
      }
    }
  }

  @Test
  void aStartWithoutTheServiceServesWhatItSentBefore() throws Exception {
    TestCertificate certificate = TestCertificate.of(SITE, directory);
    String yaml =
        Proxies.web(
                "route_config: {virtual_hosts: [{name: all, domains: [\"*\"], routes: [{match:"
                    + " {prefix: /}, direct_response: {status: 200}}]}]}",
                CHAIN)
            + cluster();
    Path kept = directory.resolve("kept");
    try (SecretStreams service = new SecretStreams(socket(), null);
        ProxyServer server = proxy(yaml, kept)) {
      send(service, certificate);
      server.live().get(10, TimeUnit.SECONDS);
      shakesHands(server, certificate);
    }
    try (ProxyServer server = proxy(yaml, kept)) {
      server.live().get(10, TimeUnit.SECONDS);
      shakesHands(server, certificate);
    }
  }
}
