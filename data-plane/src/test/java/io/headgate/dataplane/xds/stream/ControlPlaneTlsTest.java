package io.headgate.dataplane.xds.stream;

import static io.headgate.dataplane.xds.AdsServer.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.headgate.dataplane.harness.TestCertificate;
import io.headgate.dataplane.xds.AdsServer;
import io.headgate.dataplane.xds.resource.Interest;
import io.headgate.dataplane.xds.resource.Ledger;
import io.headgate.dataplane.xds.resource.RecordingSink;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.resource.ResponseJudge;
import io.headgate.dataplane.xds.thread.ScheduledXdsThread;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.cluster.ClusterOptions;
import io.headgate.xds.model.tls.CertificateValidation;
import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.TlsParameters;
import io.headgate.xds.model.tls.TlsSettings;
import io.headgate.xds.model.tls.UpstreamTls;
import io.headgate.xds.model.tls.ValidationSource;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS and mutual TLS towards the control plane, by the files of its cluster. */
class ControlPlaneTlsTest {
  @TempDir Path directory;
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledXdsThread thread = new ScheduledXdsThread(executor);
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

  @AfterEach
  void end() {
    executor.shutdownNow();
  }

  private static ControlPlane controlPlane(
      AdsServer server, @Nullable TestCertificate own, @Nullable Path ca) {
    Cluster plain = ConnectingTest.cluster("cp");
    List<SecretRef> certificates = own == null ? List.of() : List.of(own.own());
    UpstreamTls tls =
        new UpstreamTls(
            new TlsSettings(
                certificates,
                ca == null
                    ? null
                    : ValidationSource.of(
                        new CertificateValidation(
                            CertificateValidation.Trust.of(new DataSource.File(ca.toString())),
                            CertificateValidation.PeerIdentity.ANY)),
                List.of(),
                TlsParameters.DEFAULT),
            "");
    Cluster secure =
        new Cluster(
            plain.name(),
            plain.endpoints(),
            plain.loadBalancing(),
            plain.connectTimeout(),
            plain.circuitBreakers(),
            null,
            new ClusterOptions(
                plain.options().http(),
                tls,
                false,
                plain.options().perConnectionBufferLimitBytes(),
                plain.options().metadata()));
    return new ControlPlane(secure, new InetSocketAddress("127.0.0.1", server.port()));
  }

  private void open(ControlPlane controlPlane) {
    Ledger ledger = new Ledger();
    ledger.of(ResourceType.CLUSTER).want(new Interest.All());
    GrpcAdsStreams<
            io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest,
            io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse>
        streams =
            new GrpcAdsStreams<>(
                thread,
                io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc
                    .getDeltaAggregatedResourcesMethod(),
                () ->
                    new DeltaSession(
                        ledger,
                        new ResponseJudge(new RecordingSink()),
                        io.envoyproxy.envoy.config.core.v3.Node.getDefaultInstance(),
                        false),
                List.of());
    thread.execute(() ->
        streams.open(
            controlPlane,
            new AdsStream.Events() {
              @Override
              public void connected() {
                events.add("connected");
              }

              @Override
              public void answered(Optional<ResourceType> type, ResponseJudge.Verdict verdict) {}

              @Override
              public void ended(String reason) {
                events.add("ended " + reason);
              }
            }));
  }

  private static SslContext server(TestCertificate own, @Nullable TestCertificate client)
      throws Exception {
    var builder = GrpcSslContexts.forServer(own.chain().toFile(), own.key().toFile());
    if (client != null) {
      builder.trustManager(client.chain().toFile()).clientAuth(ClientAuth.REQUIRE);
    }
    return builder.build();
  }

  @Test
  void mutualTls() throws Exception {
    TestCertificate serverCertificate = TestCertificate.of("control-plane", directory);
    TestCertificate proxyCertificate = TestCertificate.of("proxy", directory);
    try (AdsServer ads = new AdsServer(0, false, server(serverCertificate, proxyCertificate))) {
      open(controlPlane(ads, proxyCertificate, serverCertificate.chain()));
      assertThat(take(events)).isEqualTo("connected");
      assertThat(take(ads.deltaRequests).getTypeUrl()).isEqualTo(ResourceType.CLUSTER.typeUrl());
    }
  }

  @Test
  void withoutItsCertificateAProxyIsNotLetIn() throws Exception {
    TestCertificate serverCertificate = TestCertificate.of("control-plane", directory);
    TestCertificate proxyCertificate = TestCertificate.of("proxy", directory);
    try (AdsServer ads = new AdsServer(0, false, server(serverCertificate, proxyCertificate))) {
      open(controlPlane(ads, null, serverCertificate.chain()));
      String event = take(events);
      // With TLS 1.3 the client learns only after its own side of the handshake is done.
      assertThat(event.equals("connected") ? take(events) : event).startsWith("ended UNAVAILABLE");
      assertThat(ads.deltaRequests).isEmpty();
    }
  }

  @Test
  void aServerOfAnotherAuthorityIsNotTrusted() throws Exception {
    TestCertificate serverCertificate = TestCertificate.of("control-plane", directory);
    TestCertificate other = TestCertificate.of("other", directory);
    try (AdsServer ads = new AdsServer(0, false, server(serverCertificate, null))) {
      open(controlPlane(ads, null, other.chain()));
      assertThat(take(events)).startsWith("ended UNAVAILABLE");
      assertThat(ads.deltaRequests).isEmpty();
    }
  }

  @Test
  void filesThatAreMissingAreSaid() throws Exception {
    TestCertificate serverCertificate = TestCertificate.of("control-plane", directory);
    try (AdsServer ads = new AdsServer(0, false, server(serverCertificate, null))) {
      open(controlPlane(ads, null, directory.resolve("none.pem")));
      assertThat(take(events)).startsWith("ended TLS files: ").contains("none.pem");
    }
  }
}
