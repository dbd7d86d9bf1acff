package io.headgate.dataplane.xds;

import static io.headgate.dataplane.xds.AdsServer.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.stub.StreamObserver;
import io.headgate.dataplane.harness.TestCertificate;
import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodPlace;
import io.headgate.dataplane.xds.node.ProxyIdentity;
import io.headgate.dataplane.xds.resource.ConfigReceiver;
import io.headgate.dataplane.xds.resource.Messages;
import io.headgate.dataplane.xds.resource.Received;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.stream.ConnectingTest;
import io.headgate.dataplane.xds.stream.ControlPlane;
import io.headgate.dataplane.xds.thread.ScheduledXdsThread;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.bootstrap.GrpcApi;
import io.headgate.xds.model.bootstrap.Node;
import io.headgate.xds.model.cluster.ClusterOptions;
import io.headgate.xds.model.endpoint.Locality;
import io.headgate.xds.model.tls.CertificateValidation;
import io.headgate.xds.model.tls.TlsParameters;
import io.headgate.xds.model.tls.TlsSettings;
import io.headgate.xds.model.tls.UpstreamTls;
import io.headgate.xds.model.tls.ValidationSource;
import io.headgate.xds.model.value.Value;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets from a service of their own, over a Unix socket. */
class SecretClientTest {
  private static final Duration WAIT = Duration.ofSeconds(15);

  @TempDir Path directory;
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService disk = Executors.newSingleThreadExecutor();
  private final ScheduledXdsThread thread = new ScheduledXdsThread(executor);
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

  @AfterEach
  void end() {
    executor.shutdownNow();
    disk.shutdownNow();
  }

  /** Takes secrets, and refuses those whose name begins with "bad". */
  private final class Receiver implements ConfigReceiver {
    @Override
    public Map<String, String> secrets(
        List<Received<io.headgate.xds.model.Secret>> changed, Set<String> removed) {
      Map<String, String> refused = new LinkedHashMap<>();
      for (Received<io.headgate.xds.model.Secret> secret : changed) {
        if (secret.name().startsWith("bad")) {
          refused.put(secret.name(), "it is bad");
        } else {
          events.add(secret.name() + "@" + secret.version());
        }
      }
      return refused;
    }

    @Override
    public void settled(ResourceType type, String name) {
      events.add("settled " + type.label() + " " + name);
    }

    @Override
    public Map<String, String> clusters(List<Received<Cluster>> changed, Set<String> removed) {
      events.add("clusters");
      return Map.of();
    }

    @Override
    public Map<String, String> endpoints(
        List<Received<ClusterLoadAssignment>> changed, Set<String> removed) {
      return Map.of();
    }

    @Override
    public Map<String, String> listeners(List<Received<Listener>> changed, Set<String> removed) {
      return Map.of();
    }

    @Override
    public Map<String, String> routes(
        List<Received<RouteConfiguration>> changed, Set<String> removed) {
      return Map.of();
    }
  }

  private Path socket() {
    return directory.resolve("api.sock");
  }

  private SecretStreams serve() throws IOException {
    return new SecretStreams(socket(), null);
  }

  private SecretClient client(GrpcApi.ApiType protocol, Map<String, Duration> names) {
    return client(ConnectingTest.controlPlane("sds", 1).cluster(), protocol, names);
  }

  private SecretClient client(
      Cluster cluster, GrpcApi.ApiType protocol, Map<String, Duration> names) {
    Node node = new Node("proxy-1", "edge", Locality.NONE, new Value.Obj(Map.of()));
    SecretClient client =
        new SecretClient(
            new XdsClient.Settings(
                List.of(List.of(new ControlPlane(cluster, UnixDomainSocketAddress.of(socket())))),
                protocol,
                new ProxyIdentity(node, "1.2.3", List.of(), Instant.EPOCH, ""),
                new LastKnownGoodPlace(directory.resolve("kept"), null).of("sds"),
                false),
            new SecretClient.Surroundings(thread, disk, new Receiver(), XdsMetrics.NONE));
    thread.execute(() -> {
      client.want(names);
      client.start();
    });
    return client;
  }

  private static Secret secret(String name) {
    return Secret.newBuilder()
        .setName(name)
        .setValidationContext(
            CertificateValidationContext.newBuilder()
                .setTrustedCa(DataSource.newBuilder().setFilename("/ca.pem")))
        .build();
  }

  @Test
  void oneStreamOfTheStateOfTheWorldForAllNames() throws Exception {
    SecretStreams service = serve();
    SecretClient client = client(GrpcApi.ApiType.GRPC, Map.of("a", WAIT, "bad", WAIT));
    DiscoveryRequest first = take(service.requests);
    assertThat(first.getNode().getId()).isEqualTo("proxy-1");
    assertThat(first.getTypeUrl()).isEqualTo(ResourceType.SECRET.typeUrl());
    assertThat(first.getResourceNamesList()).containsExactly("a", "bad");
    StreamObserver<DiscoveryResponse> stream = take(service.streams);
    stream.onNext(
        Messages.sotw(ResourceType.SECRET, "n1", "v1", secret("a"), secret("bad"), secret("c")));
    DiscoveryRequest nack = take(service.requests);
    assertThat(nack.getErrorDetail().getMessage()).isEqualTo("secret \"bad\": it is bad");
    assertThat(nack.getVersionInfo()).isEmpty();
    assertThat(List.of(take(events), take(events), take(events)))
        .containsExactlyInAnyOrder("a@v1", "settled secret a", "settled secret bad");
    thread.execute(() -> client.want(Map.of("a", WAIT, "b", WAIT)));
    assertThat(take(service.requests).getResourceNamesList()).containsExactly("a", "b");
    stream.onNext(Messages.sotw(ResourceType.SECRET, "n2", "v2", secret("a"), secret("b")));
    assertThat(take(service.requests).getVersionInfo()).isEqualTo("v2");
    assertThat(service.streams).isEmpty();

    service.close();
    events.clear();
    SecretStreams again = serve();
    DiscoveryRequest resumed = take(again.requests);
    assertThat(resumed.getVersionInfo()).isEqualTo("v2");
    assertThat(resumed.getResourceNamesList()).containsExactly("a", "b");
    thread.execute(client::forget);
    assertThat(take(again.endings)).isEqualTo("goodbye");
    again.close();
  }

  @Test
  void deltaAndNothingButSecrets() throws Exception {
    SecretStreams service = serve();
    SecretClient client = client(GrpcApi.ApiType.DELTA_GRPC, Map.of("a", WAIT));
    assertThat(take(service.deltaRequests).getResourceNamesSubscribeList()).containsExactly("a");
    StreamObserver<DeltaDiscoveryResponse> stream = take(service.deltaStreams);
    stream.onNext(
        DeltaDiscoveryResponse.newBuilder()
            .setTypeUrl(ResourceType.CLUSTER.typeUrl())
            .setNonce("n0")
            .addResources(Resource.newBuilder().setName("x").setResource(XdsClientTest.eds("x")))
            .build());
    assertThat(take(service.deltaRequests).getResponseNonce()).isEqualTo("n0");
    stream.onNext(
        DeltaDiscoveryResponse.newBuilder()
            .setTypeUrl(ResourceType.SECRET.typeUrl())
            .setNonce("n1")
            .addResources(
                Resource.newBuilder()
                    .setName("a")
                    .setVersion("7")
                    .setResource(Any.pack(secret("a"))))
            .build());
    assertThat(take(service.deltaRequests).hasErrorDetail()).isFalse();
    assertThat(List.of(take(events), take(events))).containsExactly("a@7", "settled secret a");
    thread.execute(() -> {
      var _ = client.stop();
    });
    assertThat(take(service.endings)).isEqualTo("goodbye");
    service.close();
  }

  @Test
  void whatItHadIsReadFromDiskWhenNobodyAnswersAndForgottenWithTheService() throws Exception {
    SecretStreams service = serve();
    SecretClient first = client(GrpcApi.ApiType.GRPC, Map.of("a", WAIT));
    thread.execute(first::saveFromNow);
    take(service.streams).onNext(Messages.sotw(ResourceType.SECRET, "n1", "v1", secret("a")));
    assertThat(List.of(take(events), take(events))).containsExactly("a@v1", "settled secret a");
    await().until(() -> Files.exists(directory.resolve("kept")));
    Path kept;
    try (var places = Files.list(directory.resolve("kept"))) {
      kept = places.findFirst().orElseThrow();
    }
    await().until(() -> Files.exists(kept.resolve("last-known-good")));
    thread.execute(() -> {
      var _ = first.stop();
    });
    take(service.endings);
    service.close();

    SecretClient second = client(GrpcApi.ApiType.GRPC, Map.of("a", WAIT));
    assertThat(List.of(take(events), take(events))).containsExactly("a@v1", "settled secret a");
    thread.execute(() -> {
      second.saveFromNow();
      second.forget();
    });
    await().until(() -> !Files.exists(kept));
  }

  @Test
  void tlsAtAUnixSocket() throws Exception {
    TestCertificate own = TestCertificate.of("sds.test", directory);
    SecretStreams service =
        new SecretStreams(
            socket(), GrpcSslContexts.forServer(own.chain().toFile(), own.key().toFile()).build());
    TestCertificate other = TestCertificate.of("other.test", directory);
    SecretClient refusing =
        client(trusting(other.chain()), GrpcApi.ApiType.GRPC, Map.of("a", Duration.ofMillis(500)));
    assertThat(take(events)).isEqualTo("settled secret a");
    assertThat(service.requests).isEmpty();
    thread.execute(refusing::forget);
    client(trusting(own.chain()), GrpcApi.ApiType.GRPC, Map.of("b", WAIT));
    assertThat(take(service.requests).getResourceNamesList()).containsExactly("b");
    service.close();
  }

  private static Cluster trusting(Path authority) {
    Cluster plain = ConnectingTest.controlPlane("sds", 1).cluster();
    ClusterOptions options = ClusterOptions.DEFAULT;
    UpstreamTls tls =
        new UpstreamTls(
            new TlsSettings(
                List.of(),
                ValidationSource.of(
                    new CertificateValidation(
                        CertificateValidation.Trust.of(
                            new io.headgate.xds.model.tls.DataSource.File(authority.toString())),
                        CertificateValidation.PeerIdentity.ANY)),
                List.of(),
                TlsParameters.DEFAULT),
            "");
    return new Cluster(
        plain.name(),
        plain.endpoints(),
        plain.loadBalancing(),
        plain.connectTimeout(),
        plain.circuitBreakers(),
        null,
        new ClusterOptions(
            options.http(),
            tls,
            options.lrsSelf(),
            options.lrsMetrics(),
            options.perConnectionBufferLimitBytes(),
            options.metadata()));
  }
}
