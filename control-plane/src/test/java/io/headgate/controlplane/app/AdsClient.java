package io.headgate.controlplane.app;

import com.google.protobuf.Any;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/** A delta client that acknowledges everything, but the types that it was told to refuse. */
final class AdsClient implements AutoCloseable, StreamObserver<DeltaDiscoveryResponse> {
  static final String PREFIX = "type.googleapis.com/envoy.config.";
  static final String CLUSTER = PREFIX + "cluster.v3.Cluster";
  static final String ENDPOINTS = PREFIX + "endpoint.v3.ClusterLoadAssignment";
  static final String LISTENER = PREFIX + "listener.v3.Listener";
  static final String ROUTES = PREFIX + "route.v3.RouteConfiguration";

  private final ManagedChannel channel;
  private final StreamObserver<DeltaDiscoveryRequest> requests;
  private final Map<String, Map<String, Any>> resources = new ConcurrentHashMap<>();
  private final Set<String> refused = new ConcurrentSkipListSet<>();
  private volatile @Nullable Throwable failure;

  AdsClient(String node, int port) {
    this(node, port, InsecureChannelCredentials.create());
  }

  AdsClient(String node, int port, ChannelCredentials credentials) {
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port, credentials).build();
    requests = AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(this);
    send(
        DeltaDiscoveryRequest.newBuilder()
            .setNode(Node.newBuilder().setId(node).setCluster("edge").setUserAgentName("envoy"))
            .setTypeUrl(CLUSTER));
    send(DeltaDiscoveryRequest.newBuilder().setTypeUrl(LISTENER));
  }

  void subscribe(String type, String... names) {
    send(
        DeltaDiscoveryRequest.newBuilder()
            .setTypeUrl(type)
            .addAllResourceNamesSubscribe(List.of(names)));
  }

  /** Refuses whatever comes of this type from now on. */
  void refuse(String type) {
    refused.add(type);
  }

  /** Half-closes the stream, as a proxy does that is not coming back. */
  void goodbye() {
    synchronized (requests) {
      requests.onCompleted();
    }
  }

  /** What it holds of a type, by name. */
  Map<String, Any> held(String type) {
    return resources.computeIfAbsent(type, key -> new ConcurrentSkipListMap<>());
  }

  @Nullable Throwable failure() {
    return failure;
  }

  private void send(DeltaDiscoveryRequest.Builder request) {
    synchronized (requests) {
      requests.onNext(request.build());
    }
  }

  @Override
  public void onNext(DeltaDiscoveryResponse response) {
    DeltaDiscoveryRequest.Builder answer =
        DeltaDiscoveryRequest.newBuilder()
            .setTypeUrl(response.getTypeUrl())
            .setResponseNonce(response.getNonce());
    if (refused.contains(response.getTypeUrl()) && response.getResourcesCount() > 0) {
      answer.setErrorDetail(
          Status.newBuilder()
              .setCode(3)
              .setMessage(response.getResources(0).getName() + ": not to my taste"));
    } else {
      Map<String, Any> held = held(response.getTypeUrl());
      for (Resource resource : response.getResourcesList()) {
        held.put(resource.getName(), resource.getResource());
      }
      held.keySet().removeAll(response.getRemovedResourcesList());
    }
    send(answer);
  }

  @Override
  public void onError(Throwable broken) {
    failure = broken;
  }

  @Override
  public void onCompleted() {
    failure = new IllegalStateException("completed");
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
