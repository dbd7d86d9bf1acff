package io.headgate.controlplane.discovery;

import static io.headgate.controlplane.discovery.TestResources.cluster;
import static io.headgate.controlplane.discovery.TestResources.endpoints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.headgate.controlplane.discovery.DiscoveryTracker.Nack;
import io.headgate.controlplane.discovery.DiscoveryTracker.Sent;
import io.headgate.controlplane.discovery.DiscoveryTracker.StreamInfo;
import io.headgate.controlplane.discovery.DiscoveryTracker.StreamTracker;
import io.headgate.controlplane.snapshot.EncodedResource;
import io.headgate.controlplane.snapshot.NodeGroup.ClientKind;
import io.headgate.controlplane.snapshot.ResourceType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The aggregated service over real connections, with the generated client stub. */
class AggregatedDiscoveryTest {
  private static final String CDS = ResourceType.CLUSTER.typeUrl();
  private static final String EDS = ResourceType.ENDPOINTS.typeUrl();

  private final TestSnapshots snapshots = new TestSnapshots();
  private final RecordingTracker tracker = new RecordingTracker();
  private final ExecutorService work = Executors.newFixedThreadPool(2);
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private AggregatedDiscovery service =
      new AggregatedDiscovery(
          snapshots,
          tracker,
          DiscoveryLimits.DEFAULT,
          new AggregatedDiscovery.Threads(work, timer));
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(service)
            .build()
            .start();
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
            .usePlaintext()
            .maxInboundMessageSize(64 << 20)
            .build();
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow();
    server.shutdownNow();
    channel.awaitTermination(5, TimeUnit.SECONDS);
    server.awaitTermination(5, TimeUnit.SECONDS);
    work.shutdownNow();
    timer.shutdownNow();
  }

  private AdsClient<DiscoveryRequest, DiscoveryResponse> sotw() {
    AdsClient<DiscoveryRequest, DiscoveryResponse> client = new AdsClient<>();
    AggregatedDiscoveryServiceGrpc.newStub(channel).streamAggregatedResources(client);
    return client;
  }

  private AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta() {
    return delta(new AdsClient<>());
  }

  private AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta(
      AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> client) {
    AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(client);
    return client;
  }

  private static DiscoveryRequest.Builder first(String type) {
    return DiscoveryRequest.newBuilder().setNode(AdsClient.NODE).setTypeUrl(type);
  }

  private static DeltaDiscoveryRequest.Builder firstDelta(String type) {
    return DeltaDiscoveryRequest.newBuilder().setNode(AdsClient.NODE).setTypeUrl(type);
  }

  private static List<String> names(DeltaDiscoveryResponse response) {
    return response.getResourcesList().stream().map(Resource::getName).toList();
  }

  private static DeltaDiscoveryRequest ack(DeltaDiscoveryResponse response) {
    return DeltaDiscoveryRequest.newBuilder()
        .setTypeUrl(response.getTypeUrl())
        .setResponseNonce(response.getNonce())
        .build();
  }

  @Test
  void bytesAreWhatTheProtosSay() throws Exception {
    EncodedResource a = cluster("a", "1");
    snapshots.publish(a);
    AdsClient<DiscoveryRequest, DiscoveryResponse> sotw = sotw();
    sotw.send(first(CDS).build());
    DiscoveryResponse full = sotw.next();
    assertThat(full.getTypeUrl()).isEqualTo(CDS);
    assertThat(full.getControlPlane().getIdentifier()).isEqualTo("0123456789abcdef/1");
    assertThat(full.getVersionInfo()).hasSize(32);
    assertThat(full.getResources(0).unpack(Cluster.class).getAltStatName()).isEqualTo("1");
    assertThat(full.getUnknownFields().asMap()).isEmpty();

    AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta = delta();
    delta.send(
        firstDelta(CDS).addResourceNamesSubscribe("a").addResourceNamesSubscribe("x").build());
    DeltaDiscoveryResponse part = delta.next();
    assertThat(part.getSystemVersionInfo()).isEqualTo("0123456789abcdef/1");
    assertThat(part.getControlPlane().getIdentifier()).isEqualTo("0123456789abcdef/1");
    assertThat(part.getRemovedResourcesList()).containsExactly("x");
    assertThat(part.getResources(0).getVersion()).isEqualTo(a.version());
    assertThat(part.getResources(0).getResource()).isEqualTo(Any.parseFrom(a.any()));
    assertThat(part.getUnknownFields().asMap()).isEmpty();
  }

  @Test
  void aSotwNackOfAnUnchangedSnapshotIsNotResent() throws Exception {
    snapshots.publish(cluster("a", "1"));
    AdsClient<DiscoveryRequest, DiscoveryResponse> client = sotw();
    client.send(first(CDS).build());
    DiscoveryResponse response = client.next();
    client.send(
        DiscoveryRequest.newBuilder()
            .setTypeUrl(CDS)
            .setResponseNonce(response.getNonce())
            .setErrorDetail(Status.newBuilder().setCode(13).setMessage("a: no"))
            .build());
    client.silence();
    await().until(() -> tracker.nacks.size() == 1);
    assertThat(tracker.nacks.getFirst().owners()).containsKey("a");
  }

  @Test
  void theNodeIsRememberedFromTheFirstMessage() throws Exception {
    snapshots.publish(cluster("a", "1"), endpoints("a", "1"));
    AdsClient<DiscoveryRequest, DiscoveryResponse> client = sotw();
    client.send(first(CDS).build());
    client.next();
    client.send(DiscoveryRequest.newBuilder().setTypeUrl(EDS).addResourceNames("a").build());
    assertThat(client.next().getResourcesCount()).isEqualTo(1);
    assertThat(tracker.streams).hasSize(1);
    StreamInfo stream = tracker.streams.getFirst();
    assertThat(stream.node().id()).isEqualTo("proxy-1");
    assertThat(stream.group().proxyGroup()).isEqualTo("edge");
    assertThat(stream.group().kind()).isEqualTo(ClientKind.ENVOY);
    assertThat(stream.group().gateways())
        .hasValueSatisfying(g -> assertThat(g).containsExactly("default/web"));
    assertThat(stream.group().confidential()).isTrue();
  }

  @Test
  void aMissingNameInASotwRequestHoldsUpNothing() throws Exception {
    snapshots.publish(endpoints("a", "1"));
    AdsClient<DiscoveryRequest, DiscoveryResponse> client = sotw();
    client.send(first(EDS).addResourceNames("a").addResourceNames("missing").build());
    assertThat(client.next().getResourcesCount()).isEqualTo(1);
  }

  @Test
  void aStarInASotwRequestIsAnswered() throws Exception {
    snapshots.publish(cluster("a", "1"));
    AdsClient<DiscoveryRequest, DiscoveryResponse> client = sotw();
    client.send(first(CDS).addResourceNames("*").build());
    assertThat(client.next().getResourcesCount()).isEqualTo(1);
  }

  @Test
  void afterUnsubscribingAllNothingIsSent() throws Exception {
    snapshots.publish(cluster("a", "1"));
    AdsClient<DiscoveryRequest, DiscoveryResponse> client = sotw();
    client.send(first(CDS).addResourceNames("a").build());
    DiscoveryResponse response = client.next();
    client.send(
        DiscoveryRequest.newBuilder()
            .setTypeUrl(CDS)
            .setVersionInfo(response.getVersionInfo())
            .setResponseNonce(response.getNonce())
            .build());
    await().until(() -> tracker.acked.size() == 1);
    snapshots.publish(cluster("a", "2"), cluster("b", "1"));
    client.silence();
  }

  @Test
  void aDeltaSubscriptionToAMissingNameIsAnswered() throws Exception {
    snapshots.publish();
    AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> client = delta();
    client.send(firstDelta(EDS).addResourceNamesSubscribe("missing").build());
    assertThat(client.next().getRemovedResourcesList()).containsExactly("missing");
  }

  @Test
  void aDeltaReconnectThatHoldsADeletedClusterIsTold() throws Exception {
    EncodedResource a = cluster("a", "1");
    snapshots.publish(a);
    AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> client = delta();
    client.send(
        firstDelta(CDS)
            .putInitialResourceVersions("a", a.version())
            .putInitialResourceVersions("deleted", "1")
            .build());
    DeltaDiscoveryResponse response = client.next();
    assertThat(response.getRemovedResourcesList()).containsExactly("deleted");
    assertThat(response.getResourcesCount()).isZero();
    client.silence();
  }

  @Test
  void aFixedResourceIsSentWithItsCompanions() throws Exception {
    snapshots.publish(cluster("good", "1"), cluster("bad", "1"));
    AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> client = delta();
    client.send(firstDelta(CDS).build());
    DeltaDiscoveryResponse refused = client.next();
    client.send(
        ack(refused).toBuilder()
            .setErrorDetail(Status.newBuilder().setMessage("bad is bad"))
            .build());
    await().until(() -> tracker.nacks.size() == 1);
    snapshots.publish(cluster("good", "1"), cluster("bad", "2"));
    assertThat(names(client.next())).containsExactly("bad", "good");
  }

  @Test
  void versionsAreTheSameEverywhere() throws Exception {
    snapshots.publish(cluster("a", "1"));
    AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> client = delta();
    client.send(firstDelta(CDS).build());
    assertThat(client.next().getResources(0).getVersion()).isEqualTo(cluster("a", "1").version());
  }

  @Test
  void aClientThatDoesNotReadCostsNothingAndGetsTheLatest() throws Exception {
    String large = "x".repeat(200_000);
    snapshots.publish(endpoints("a", large + 0));
    AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> slow = delta(new AdsClient<>(true));
    slow.send(firstDelta(EDS).addResourceNamesSubscribe("a").build());
    AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> fast = delta();
    fast.send(firstDelta(EDS).addResourceNamesSubscribe("a").build());
    fast.send(ack(fast.next()));
    for (int i = 1; i <= 50; i++) {
      snapshots.publish(endpoints("a", large + i));
      fast.send(ack(fast.next()));
    }
    slow.take(1);
    slow.send(ack(slow.next()));
    slow.take(100);
    DeltaDiscoveryResponse response = slow.next();
    while (!response.getResources(0).getVersion().equals(endpoints("a", large + 50).version())) {
      slow.send(ack(response));
      response = slow.next();
    }
    assertThat(tracker.sent.stream().filter(sent -> sent.resources().size() == 1).count())
        .isLessThan(56);
  }

  @Test
  void manyStreamsShareTheBytes() throws Exception {
    snapshots.publish(endpoints("a", "1"));
    List<AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse>> clients =
        new CopyOnWriteArrayList<>();
    for (int i = 0; i < 200; i++) {
      AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> client = delta();
      client.send(firstDelta(EDS).addResourceNamesSubscribe("a").build());
      clients.add(client);
    }
    for (AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> client : clients) {
      client.send(ack(client.next()));
    }
    snapshots.publish(endpoints("a", "2"));
    for (AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> client : clients) {
      assertThat(names(client.next())).containsExactly("a");
    }
    EncodedResource one = tracker.sent.getLast().resources().getFirst();
    assertThat(
            tracker.sent.stream()
                .filter(sent -> sent.origin().revision() == 2)
                .map(s -> s.resources().getFirst().any()))
        .hasSize(200)
        .allSatisfy(bytes -> assertThat(bytes).isSameAs(one.any()));
    clients.forEach(AdsClient::cancel);
    await().until(() -> snapshots.followers() == 0);
    await().until(() -> service.meters().openStreams() == 0);
  }

  @Test
  void aGoodbyeIsToldApartFromALoss() throws Exception {
    snapshots.publish();
    AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> leaver = delta();
    leaver.send(firstDelta(CDS).build());
    leaver.next();
    leaver.close();
    await()
        .untilAsserted(
            () -> assertThat(tracker.closed).containsExactly(DiscoveryTracker.Ending.GOODBYE));

    AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> vanisher = delta();
    vanisher.send(firstDelta(CDS).build());
    vanisher.next();
    vanisher.cancel();
    await()
        .untilAsserted(() ->
            assertThat(tracker.closed)
                .containsExactly(DiscoveryTracker.Ending.GOODBYE, DiscoveryTracker.Ending.LOST));
  }

  @Test
  void tooManyStreamsAreTurnedAway() throws Exception {
    service =
        new AggregatedDiscovery(
            snapshots,
            tracker,
            new DiscoveryLimits(10, 1_000, 1),
            new AggregatedDiscovery.Threads(work, timer));
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    channel.shutdownNow();
    start();
    snapshots.publish();
    AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> first = delta();
    first.send(firstDelta(CDS).build());
    first.next();
    AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> second = delta();
    Throwable end = second.ended.get(10, TimeUnit.SECONDS);
    assertThat(((StatusRuntimeException) end).getStatus().getCode())
        .isEqualTo(io.grpc.Status.Code.RESOURCE_EXHAUSTED);
    first.close();
    await().until(() -> tracker.closed.size() == 1);
  }

  private static final class RecordingTracker implements DiscoveryTracker {
    final List<StreamInfo> streams = new CopyOnWriteArrayList<>();
    final List<Sent> sent = new CopyOnWriteArrayList<>();
    final List<Sent> acked = new CopyOnWriteArrayList<>();
    final List<Nack> nacks = new CopyOnWriteArrayList<>();
    final List<Ending> closed = new CopyOnWriteArrayList<>();

    @Override
    public StreamTracker opened(StreamInfo stream) {
      streams.add(stream);
      return new StreamTracker() {
        @Override
        public void sent(Sent response) {
          sent.add(response);
        }

        @Override
        public void acked(Sent response) {
          acked.add(response);
        }

        @Override
        public void nacked(Nack nack) {
          nacks.add(nack);
        }

        @Override
        public void known(ResourceType type, Map<String, String> versions) {}

        @Override
        public void unsubscribed(ResourceType type, List<String> names) {}

        @Override
        public void closed(Ending ending, String reason) {
          closed.add(ending);
        }
      };
    }
  }
}
