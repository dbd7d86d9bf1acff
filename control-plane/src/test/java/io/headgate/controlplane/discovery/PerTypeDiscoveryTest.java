package io.headgate.controlplane.discovery;

import static io.headgate.controlplane.discovery.TestResources.cluster;
import static io.headgate.controlplane.discovery.TestResources.endpoints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.Status;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.service.cluster.v3.ClusterDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.endpoint.v3.EndpointDiscoveryServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.headgate.controlplane.snapshot.ResourceType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The services of one type each, over real connections. */
class PerTypeDiscoveryTest {
  private final TestSnapshots snapshots = new TestSnapshots();
  private final ExecutorService work = Executors.newFixedThreadPool(2);
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addServices(
                List.copyOf(
                    new PerTypeDiscovery(snapshots, DiscoveryTracker.NONE, work).services()))
            .build()
            .start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    work.shutdownNow();
  }

  private AdsClient<DiscoveryRequest, DiscoveryResponse> clusters() {
    AdsClient<DiscoveryRequest, DiscoveryResponse> client = new AdsClient<>();
    ClusterDiscoveryServiceGrpc.newStub(channel).streamClusters(client);
    return client;
  }

  private static DiscoveryRequest.Builder answer(DiscoveryResponse response) {
    return DiscoveryRequest.newBuilder()
        .setTypeUrl(response.getTypeUrl())
        .setResponseNonce(response.getNonce());
  }

  @Test
  void clustersAreTheFullSetAndFollowTheSnapshot() throws Exception {
    snapshots.publish(cluster("a", "1"), cluster("b", "1"));
    AdsClient<DiscoveryRequest, DiscoveryResponse> client = clusters();
    client.send(
        DiscoveryRequest.newBuilder()
            .setNode(AdsClient.NODE)
            .setTypeUrl(ResourceType.CLUSTER.typeUrl())
            .build());
    DiscoveryResponse first = client.next();
    assertThat(first.getResourcesCount()).isEqualTo(2);
    assertThat(first.getResources(0).unpack(Cluster.class).getName()).isEqualTo("a");
    client.send(answer(first).setVersionInfo(first.getVersionInfo()).build());
    client.silence();
    snapshots.publish(cluster("a", "2"), cluster("b", "1"));
    assertThat(client.next().getResourcesCount()).isEqualTo(2);
    client.cancel();
    await().until(() -> snapshots.followers() == 0);
  }

  @Test
  void endpointsOfAMissingNameComeWhenTheyAppear() throws Exception {
    snapshots.publish(endpoints("a", "1"));
    AdsClient<DiscoveryRequest, DiscoveryResponse> client = new AdsClient<>();
    EndpointDiscoveryServiceGrpc.newStub(channel).streamEndpoints(client);
    client.send(
        DiscoveryRequest.newBuilder()
            .setNode(AdsClient.NODE)
            .setTypeUrl(ResourceType.ENDPOINTS.typeUrl())
            .addResourceNames("a")
            .addResourceNames("missing")
            .build());
    DiscoveryResponse first = client.next();
    assertThat(first.getResourcesCount()).isEqualTo(1);
    // The node comes only once.
    client.send(
        answer(first)
            .setVersionInfo(first.getVersionInfo())
            .addResourceNames("a")
            .addResourceNames("missing")
            .build());
    client.silence();
    snapshots.publish(endpoints("a", "1"), endpoints("missing", "1"));
    assertThat(client.next().getResourcesCount()).isEqualTo(2);
  }

  @Test
  void aRefusedSetIsNotSentAgain() throws Exception {
    snapshots.publish(cluster("a", "1"));
    AdsClient<DiscoveryRequest, DiscoveryResponse> client = clusters();
    client.send(
        DiscoveryRequest.newBuilder()
            .setNode(AdsClient.NODE)
            .setTypeUrl(ResourceType.CLUSTER.typeUrl())
            .build());
    DiscoveryResponse first = client.next();
    client.send(answer(first).setErrorDetail(Status.newBuilder().setMessage("no")).build());
    client.silence();
    snapshots.publish(cluster("a", "2"));
    assertThat(client.next().getVersionInfo()).isNotEqualTo(first.getVersionInfo());
  }

  @Test
  void aReconnectWithTheSameSetIsSentNothing() throws Exception {
    snapshots.publish(cluster("a", "1"));
    AdsClient<DiscoveryRequest, DiscoveryResponse> client = clusters();
    DiscoveryRequest request =
        DiscoveryRequest.newBuilder()
            .setNode(AdsClient.NODE)
            .setTypeUrl(ResourceType.CLUSTER.typeUrl())
            .build();
    client.send(request);
    String version = client.next().getVersionInfo();
    client.cancel();
    AdsClient<DiscoveryRequest, DiscoveryResponse> again = clusters();
    again.send(request.toBuilder().setVersionInfo(version).build());
    again.silence();
  }

  @Test
  void incrementalCallsAreRefusedByName() throws Exception {
    AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> client = new AdsClient<>();
    ClusterDiscoveryServiceGrpc.newStub(channel).deltaClusters(client);
    Throwable end = client.ended.get(10, TimeUnit.SECONDS);
    assertThat(((StatusRuntimeException) end).getStatus().getCode())
        .isEqualTo(io.grpc.Status.Code.UNIMPLEMENTED);
    assertThat(end).hasMessageContaining("DeltaClusters");
  }
}
