package io.headgate.controlplane.fleetstate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.headgate.controlplane.fleetstate.ProxyStatus.State;
import io.headgate.proto.fleet.v1.FleetStatusGrpc;
import io.headgate.proto.fleet.v1.ProxyReport;
import io.headgate.proto.fleet.v1.ReportDirective;
import io.headgate.proto.fleet.v1.ResourceStatus;
import io.headgate.proto.fleet.v1.TypeStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two replicas and a proxy's status stream over real sockets. */
class ExchangeTest {
  private static final String CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster";

  private final Replica first = new Replica("cp-1");
  private final Replica second = new Replica("cp-2");

  @AfterEach
  void stop() {
    first.stop();
    second.stop();
  }

  @Test
  void eachReplicaAnswersForTheWholeFleet() {
    Map<String, String> members = Map.of("cp-1", first.address(), "cp-2", second.address());
    first.links.members(members);
    second.links.members(members);
    for (Replica replica : List.of(first, second)) {
      replica.groups.expect(CLUSTER, "v1", Map.of("a", "1"));
      replica.fleet.connected(
          "s", new ProxyIdentity("at-" + replica.id, "edge", "envoy", "1", List.of("default/gw")));
      replica.fleet.subscribed("s", CLUSTER, true, Set.of());
      replica.fleet.sent("s", CLUSTER, "v1", 7);
      replica.fleet.acked("s", CLUSTER, "v1", 7, Map.of("a", "1"));
    }
    for (Replica replica : List.of(first, second)) {
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() ->
              assertThat(replica.fleet.proxies())
                  .extracting(p -> p.identity().nodeId() + " " + p.state())
                  .containsExactly("at-cp-1 CONVERGED", "at-cp-2 CONVERGED"));
    }
    assertThat(second.fleet.proxy("at-cp-1")).isEqualTo(first.fleet.proxy("at-cp-1"));

    first.fleet.nacked("s", CLUSTER, "v2", 8, "a: no", List.of("a"));
    await().untilAsserted(() -> assertThat(second.fleet.nacks()).isEqualTo(first.fleet.nacks()));

    LoadWindow window =
        new LoadWindow(
            Instant.parse("2026-03-01T12:00:00Z"),
            Duration.ofSeconds(5),
            List.of(
                new LoadWindow.HostLoad(
                    "default/cart:80",
                    "127.0.0.1:1",
                    new LoadWindow.Requests(10, 9, 1, 2),
                    Map.of("application_utilization", new LoadWindow.MetricSum(9, 4.5)),
                    1)));
    first.load.publish(window);
    await().untilAsserted(() -> assertThat(second.windows).containsExactly(window));

    second.fleet.connected("t", new ProxyIdentity("t", "edge", "envoy", "1", List.of()));
    await().untilAsserted(() -> assertThat(first.fleet.proxy("t")).isPresent());
    second.fleet.left("t");
    await().untilAsserted(() -> assertThat(first.fleet.proxy("t")).isEmpty());
    second.fleet.connected("u", new ProxyIdentity("u", "edge", "envoy", "1", List.of()));
    second.fleet.disconnected("u");
    await().untilAsserted(() -> assertThat(first.fleet.proxy("u")).isPresent());
    assertThat(first.fleet.forget("u")).isEqualTo(Fleet.Forgetting.DONE);
    await().untilAsserted(() -> assertThat(second.fleet.proxy("u")).isEmpty());
    await().untilAsserted(() -> assertThat(first.fleet.proxy("u")).isEmpty());

    first.stop();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThat(second.fleet.proxy("at-cp-1").orElseThrow().state())
                .isEqualTo(State.UNKNOWN));
    assertThat(second.fleet.replicas("x").getLast().connected()).isFalse();
  }

  @Test
  void aProxyReportsWhatItServes() {
    first.groups.expect(CLUSTER, "v1", Map.of("a", "1"));
    ManagedChannel channel = channel(first.address());
    StreamObserver<ProxyReport> reports =
        FleetStatusGrpc.newStub(channel).report(new Ignored<ReportDirective>());
    ProxyReport.Builder report =
        ProxyReport.newBuilder()
            .setServerState("LIVE")
            .addTypes(
                TypeStatus.newBuilder()
                    .setTypeUrl(CLUSTER)
                    .addResources(ResourceStatus.newBuilder().setName("a").setServingVersion("1")));
    report.getIdentityBuilder().setNodeId("proxy-1").setAdminAddress("127.0.0.1:9901");
    reports.onNext(report.build());
    reports.onNext(report.clearIdentity().build());
    await().untilAsserted(() -> assertThat(first.fleet.proxies()).hasSize(1));
    first.fleet.connected("s", new ProxyIdentity("proxy-1", "edge", "headgate", "1", List.of()));
    first.fleet.subscribed("s", CLUSTER, true, Set.of());
    await()
        .untilAsserted(() ->
            assertThat(first.fleet.proxy("proxy-1").orElseThrow().state())
                .isEqualTo(State.CONVERGED));
    SelfReport own = first.fleet.proxy("proxy-1").orElseThrow().report();
    assertThat(own).extracting(SelfReport::adminAddress).isEqualTo("127.0.0.1:9901");
    channel.shutdownNow();
    await()
        .untilAsserted(
            () -> assertThat(first.fleet.proxy("proxy-1").orElseThrow().report()).isNull());
  }

  private static ManagedChannel channel(String address) {
    return NettyChannelBuilder.forTarget(address, InsecureChannelCredentials.create()).build();
  }

  private static final class Replica {
    final String id;
    final TestGroups groups = new TestGroups();
    final Fleet fleet;
    final LoadBoard load = new LoadBoard();
    final BlockingQueue<LoadWindow> windows = new LinkedBlockingQueue<>();
    final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    final Server server;
    final ReplicaLinks links;

    Replica(String id) {
      this.id = id;
      this.fleet = new Fleet(id, groups, Clock.systemUTC());
      load.addListener((replica, window) -> windows.add(window));
      try {
        server =
            NettyServerBuilder.forAddress(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    InsecureServerCredentials.create())
                .addService(new ExchangeService(fleet, load, groups, Clock.systemUTC(), scheduler))
                .addService(new StatusService(fleet, 0))
                .build()
                .start();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      links = new ReplicaLinks(fleet, load, ExchangeTest::channel, new Random(1), scheduler);
    }

    String address() {
      return "127.0.0.1:" + server.getPort();
    }

    void stop() {
      links.close();
      server.shutdownNow();
      scheduler.shutdown();
    }
  }

  private static final class Ignored<T> implements StreamObserver<T> {
    @Override
    public void onNext(T value) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
