package io.headgate.dataplane.xds;

import static io.headgate.dataplane.xds.AdsServer.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.stub.StreamObserver;
import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodPlace;
import io.headgate.dataplane.xds.node.ProxyIdentity;
import io.headgate.dataplane.xds.resource.ConfigReceiver;
import io.headgate.dataplane.xds.resource.ConfigSource;
import io.headgate.dataplane.xds.resource.Interest;
import io.headgate.dataplane.xds.resource.Messages;
import io.headgate.dataplane.xds.resource.Received;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.status.ProxyFacts;
import io.headgate.dataplane.xds.status.Serving;
import io.headgate.dataplane.xds.stream.ConnectingTest;
import io.headgate.dataplane.xds.stream.ControlPlane;
import io.headgate.dataplane.xds.thread.ScheduledXdsThread;
import io.headgate.proto.fleet.v1.ConfigSource.Kind;
import io.headgate.proto.fleet.v1.ProxyReport;
import io.headgate.proto.fleet.v1.ReportDirective;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.Secret;
import io.headgate.xds.model.bootstrap.GrpcApi;
import io.headgate.xds.model.bootstrap.Node;
import io.headgate.xds.model.endpoint.Locality;
import io.headgate.xds.model.value.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client over real sockets. */
class XdsClientTest {
  @TempDir Path directory;
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService disk = Executors.newSingleThreadExecutor();
  private final ScheduledXdsThread thread = new ScheduledXdsThread(executor);
  private final Recorder receiver = new Recorder();

  @AfterEach
  void end() {
    executor.shutdownNow();
    disk.shutdownNow();
  }

  private static final class Recorder implements ConfigReceiver {
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @Override
    public Map<String, String> clusters(List<Received<Cluster>> changed, Set<String> removed) {
      changed.forEach(c -> events.add("cluster " + c.name() + "@" + c.version()));
      removed.forEach(name -> events.add("no cluster " + name));
      return Map.of();
    }

    @Override
    public Map<String, String> endpoints(
        List<Received<io.headgate.xds.model.ClusterLoadAssignment>> changed, Set<String> removed) {
      changed.forEach(c -> events.add("endpoints " + c.name() + "@" + c.version()));
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

    @Override
    public Map<String, String> secrets(List<Received<Secret>> changed, Set<String> removed) {
      return Map.of();
    }

    @Override
    public void settled(ResourceType type, String name) {}
  }

  private static final class Facts implements ProxyFacts {
    @Override
    public Tls tls() {
      return Tls.NONE;
    }

    @Override
    public String serverState() {
      return "LIVE";
    }

    @Override
    public List<Serving> serving(ResourceType type) {
      return type == ResourceType.CLUSTER
          ? List.of(new Serving("a", "1", "2", "endpoints of cluster \"a\""))
          : List.of();
    }

    @Override
    public List<Quarantined> quarantined() {
      return List.of();
    }

    @Override
    public List<Loop> loops() {
      return List.of(new Loop(0, 17, 0.5, 3));
    }
  }

  private XdsClient client(GrpcApi.ApiType protocol, ControlPlane... controlPlanes) {
    Node node =
        new Node(
            "proxy-1",
            "edge",
            new Locality("r", "z", ""),
            new Value.Obj(Map.of("zone", new Value.Str("a"))));
    XdsClient client =
        new XdsClient(
            new XdsClient.Settings(
                List.of(List.of(controlPlanes)),
                protocol,
                new ProxyIdentity(node, "1.2.3", List.of("t/x.Y"), Instant.EPOCH, "h:1"),
                new LastKnownGoodPlace(directory, null),
                false),
            new XdsClient.Surroundings(
                thread, disk, receiver, new Facts(), XdsMetrics.NONE, List.of()));
    thread.execute(() -> {
      client.want(ResourceType.CLUSTER, new Interest.All(), Duration.ofSeconds(15));
      client.start();
    });
    return client;
  }

  private void stop(XdsClient client) {
    thread.execute(() -> {
      var _ = client.stop();
    });
  }

  /** Stops and waits as long as the proxy would; returns how long that took. */
  private Duration leave(XdsClient client) throws Exception {
    long before = System.nanoTime();
    CompletableFuture.supplyAsync(client::stop, thread)
        .thenCompose(left -> left)
        .get(5, TimeUnit.SECONDS);
    return Duration.ofNanos(System.nanoTime() - before);
  }

  static Any eds(String name) {
    return Any.pack(
        io.envoyproxy.envoy.config.cluster.v3.Cluster.newBuilder()
            .setName(name)
            .setType(DiscoveryType.EDS)
            .setConnectTimeout(com.google.protobuf.Duration.newBuilder().setSeconds(1))
            .setEdsClusterConfig(
                io.envoyproxy.envoy.config.cluster.v3.Cluster.EdsClusterConfig.newBuilder()
                    .setEdsConfig(
                        io.envoyproxy.envoy.config.core.v3.ConfigSource.newBuilder()
                            .setResourceApiVersion(io.envoyproxy.envoy.config.core.v3.ApiVersion.V3)
                            .setAds(
                                io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource
                                    .getDefaultInstance())))
            .build());
  }

  private static DeltaDiscoveryResponse clusters(String nonce, long revision, Any... bodies)
      throws Exception {
    DeltaDiscoveryResponse.Builder response =
        Messages.delta(ResourceType.CLUSTER, nonce, revision, List.of()).toBuilder();
    for (Any body : bodies) {
      response.addResources(
          Resource.newBuilder()
              .setName(ResourceType.CLUSTER.nameIn(body))
              .setVersion("h" + revision)
              .setResource(body));
    }
    return response.build();
  }

  @Test
  void deltaFromTheFirstRequestToTheStatusReport() throws Exception {
    try (AdsServer server = new AdsServer(0, true, null)) {
      XdsClient client =
          client(GrpcApi.ApiType.DELTA_GRPC, ConnectingTest.controlPlane("x", server.port()));
      DeltaDiscoveryRequest first = take(server.deltaRequests);
      assertThat(first.getNode().getId()).isEqualTo("proxy-1");
      assertThat(first.getNode().getUserAgentName()).isEqualTo("headgate");
      assertThat(first.getNode().getMetadata().getFieldsOrThrow("zone").getStringValue())
          .isEqualTo("a");
      assertThat(first.getNode().getExtensions(0).getTypeUrls(0)).isEqualTo("t/x.Y");

      StreamObserver<DeltaDiscoveryResponse> stream = take(server.deltaStreams);
      Any broken =
          Any.pack(
              io.envoyproxy.envoy.config.cluster.v3.Cluster.newBuilder()
                  .setName("b")
                  .setLbPolicyValue(77)
                  .build());
      stream.onNext(clusters("n1", 4, eds("a"), broken));
      DeltaDiscoveryRequest nack = take(server.deltaRequests);
      assertThat(nack.getResponseNonce()).isEqualTo("n1");
      assertThat(nack.getErrorDetail().getMessage())
          .contains("cluster \"b\"")
          .doesNotContain("cluster \"a\"");
      assertThat(take(receiver.events)).isEqualTo("cluster a@h4");

      ProxyReport identified = take(server.reports);
      assertThat(identified.getIdentity().getNodeId()).isEqualTo("proxy-1");
      assertThat(identified.getServerState()).isEqualTo("LIVE");
      await()
          .until(() -> {
            ProxyReport report = take(server.reports);
            return report.getConfigSource().getKind() == Kind.LIVE
                && report.getTypes(0).getResourcesList().stream()
                    .anyMatch(r -> r.getName().equals("b") && !r.getRejectedReason().isEmpty())
                && report.getTypes(0).getResourcesList().stream()
                    .anyMatch(r -> r.getWarmingReason().startsWith("endpoints of"));
          });
      take(server.reportStreams)
          .onNext(ReportDirective.newBuilder().setReportIntervalMs(200).build());
      take(server.reports);
      take(server.reports);
      assertThat(client.source().kind()).isEqualTo(ConfigSource.Kind.LIVE);
      stop(client);
    }
  }

  @Test
  void sotwAcksAndANewNameIsAskedForAfterTheAck() throws Exception {
    try (AdsServer server = new AdsServer(0, false, null)) {
      XdsClient client =
          client(GrpcApi.ApiType.GRPC, ConnectingTest.controlPlane("x", server.port()));
      assertThat(take(server.requests).getTypeUrl()).isEqualTo(ResourceType.CLUSTER.typeUrl());
      StreamObserver<DiscoveryResponse> stream = take(server.streams);
      stream.onNext(Messages.sotw(ResourceType.CLUSTER, "n1", "v1", eds("a")));
      DiscoveryRequest ack = take(server.requests);
      assertThat(ack.getVersionInfo()).isEqualTo("v1");
      thread.execute(() ->
          client.want(
              ResourceType.ENDPOINTS, new Interest.Names(Set.of("a")), Duration.ofSeconds(5)));
      DiscoveryRequest names = take(server.requests);
      assertThat(names.getResourceNamesList()).containsExactly("a");
      stream.onNext(
          Messages.sotw(
              ResourceType.ENDPOINTS,
              "n2",
              "e1",
              ClusterLoadAssignment.newBuilder().setClusterName("a").build()));
      assertThat(take(server.requests).getResponseNonce()).isEqualTo("n2");
      assertThat(receiver.events).containsExactly("cluster a@v1", "endpoints a@e1");
      stop(client);
    }
  }

  @Test
  void aProxyThatEndsSaysGoodbyeOnItsStreams() throws Exception {
    try (AdsServer server = new AdsServer(0, true, null)) {
      XdsClient client =
          client(GrpcApi.ApiType.DELTA_GRPC, ConnectingTest.controlPlane("x", server.port()));
      take(server.deltaStreams).onNext(clusters("n1", 4, eds("a")));
      take(receiver.events);
      take(server.reports);
      leave(client);
      assertThat(List.of(take(server.endings), take(server.endings)))
          .containsExactlyInAnyOrder("delta goodbye", "status goodbye");
      assertThat(server.endings).isEmpty();
    }
    try (AdsServer server = new AdsServer(0, false, null)) {
      XdsClient client =
          client(GrpcApi.ApiType.GRPC, ConnectingTest.controlPlane("x", server.port()));
      take(server.requests);
      leave(client);
      assertThat(take(server.endings)).isEqualTo("sotw goodbye");
    }
  }

  @Test
  void aControlPlaneThatDoesNotAnswerAGoodbyeIsLeftAfterASecond() throws Exception {
    try (AdsServer server = new AdsServer(0, false, null)) {
      server.answersGoodbye = false;
      XdsClient client =
          client(GrpcApi.ApiType.DELTA_GRPC, ConnectingTest.controlPlane("x", server.port()));
      take(server.deltaRequests);
      assertThat(leave(client)).isBetween(Duration.ofMillis(900), Duration.ofSeconds(4));
      assertThat(take(server.endings)).isEqualTo("delta goodbye");
    }
  }

  @Test
  void withoutAConnectionThereIsNobodyToWaitFor() throws Exception {
    AdsServer closed = new AdsServer(0, false, null);
    int port = closed.port();
    closed.close();
    XdsClient client = client(GrpcApi.ApiType.DELTA_GRPC, ConnectingTest.controlPlane("x", port));
    assertThat(leave(client)).isLessThan(Duration.ofMillis(900));
  }

  @Test
  void whenItsControlPlaneDiesItMovesToTheOtherAndSaysWhatItHolds() throws Exception {
    try (AdsServer one = new AdsServer(0, true, null);
        AdsServer two = new AdsServer(0, true, null)) {
      XdsClient client =
          client(
              GrpcApi.ApiType.DELTA_GRPC,
              ConnectingTest.controlPlane("x", one.port()),
              ConnectingTest.controlPlane("x", two.port()));
      await().until(() -> !one.deltaStreams.isEmpty() || !two.deltaStreams.isEmpty());
      AdsServer first = one.deltaStreams.isEmpty() ? two : one;
      AdsServer other = first == one ? two : one;
      take(first.deltaStreams).onNext(clusters("n1", 4, eds("a")));
      take(first.deltaRequests);
      take(first.deltaRequests);
      first.close();

      DeltaDiscoveryRequest again = take(other.deltaRequests);
      assertThat(again.getInitialResourceVersionsMap()).containsExactly(Map.entry("a", "h4"));
      ProxyReport identified = take(other.reports);
      assertThat(identified.hasIdentity()).isTrue();
      stop(client);
    }
  }

  @Test
  void aRestartWithoutAnyControlPlaneReadsTheDisk() throws Exception {
    try (AdsServer server = new AdsServer(0, true, null)) {
      XdsClient client =
          client(GrpcApi.ApiType.DELTA_GRPC, ConnectingTest.controlPlane("x", server.port()));
      take(server.deltaStreams).onNext(clusters("n1", 4, eds("a")));
      take(receiver.events);
      thread.execute(client::saveFromNow);
      await().until(() -> directory.resolve("last-known-good").toFile().exists());
      stop(client);
    }
    AdsServer closed = new AdsServer(0, true, null);
    int port = closed.port();
    closed.close();
    XdsClient restarted =
        client(GrpcApi.ApiType.DELTA_GRPC, ConnectingTest.controlPlane("x", port));
    assertThat(take(receiver.events)).isEqualTo("cluster a@h4");
    assertThat(restarted.source().kind()).isEqualTo(ConfigSource.Kind.LAST_KNOWN_GOOD);

    try (AdsServer back = new AdsServer(port, true, null)) {
      DeltaDiscoveryRequest first = take(back.deltaRequests);
      assertThat(first.getInitialResourceVersionsMap()).containsExactly(Map.entry("a", "h4"));
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> restarted.source().kind() == ConfigSource.Kind.LIVE);
      stop(restarted);
    }
  }
}
