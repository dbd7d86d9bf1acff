package io.headgate.system;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of the aggregated discovery service that asks for everything a group has, once. */
final class AdsProbe {

  private static final String TYPE = "type.googleapis.com/envoy.config.";
  private static final String CLUSTERS = TYPE + "cluster.v3.Cluster";
  private static final String ENDPOINTS = TYPE + "endpoint.v3.ClusterLoadAssignment";
  private static final String LISTENERS = TYPE + "listener.v3.Listener";
  private static final String ROUTES = TYPE + "route.v3.RouteConfiguration";

  private final BlockingQueue<DiscoveryResponse> responses = new LinkedBlockingQueue<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final StreamObserver<DiscoveryRequest> requests;
  private final Map<String, String> everything = new TreeMap<>();

  private AdsProbe(ManagedChannel channel) {
    this.requests =
        AggregatedDiscoveryServiceGrpc.newStub(channel)
            .streamAggregatedResources(
                new StreamObserver<>() {
                  @Override
                  public void onNext(DiscoveryResponse response) {
                    responses.add(response);
                  }

                  @Override
                  public void onError(Throwable error) {
                    ended.countDown(); // shows as a response that never comes
                  }

                  @Override
                  public void onCompleted() {
                    ended.countDown();
                  }
                });
  }

  /** Every resource by type and name → version of its type and bytes in hexadecimal. */
  static Map<String, String> everything(int xdsPort) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", xdsPort).usePlaintext().build();
    try {
      return new AdsProbe(channel).run();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      channel.shutdownNow();
    }
  }

  private Map<String, String> run() throws InterruptedException, InvalidProtocolBufferException {
    DiscoveryResponse clusters = ask(CLUSTERS, List.of());
    List<String> names = new ArrayList<>();
    for (Any any : clusters.getResourcesList()) {
      var cluster = any.unpack(io.envoyproxy.envoy.config.cluster.v3.Cluster.class);
      if (cluster.hasEdsClusterConfig()) {
        names.add(cluster.getName());
      }
    }
    ask(ENDPOINTS, names);
    List<String> routes = new ArrayList<>();
    for (Any any : ask(LISTENERS, List.of()).getResourcesList()) {
      for (var chain : any.unpack(Listener.class).getFilterChainsList()) {
        for (var filter : chain.getFiltersList()) {
          HttpConnectionManager hcm = filter.getTypedConfig().unpack(HttpConnectionManager.class);
          if (hcm.hasRds()) {
            routes.add(hcm.getRds().getRouteConfigName());
          }
        }
      }
    }
    ask(ROUTES, routes);
    // A client that says goodbye is forgotten; one that vanishes would stay as unknown.
    requests.onCompleted();
    if (!ended.await(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the stream did not end");
    }
    return everything;
  }

  private DiscoveryResponse ask(String type, List<String> names)
      throws InterruptedException, InvalidProtocolBufferException {
    Node node =
        Node.newBuilder().setId("probe").setCluster("quickstart").setUserAgentName("envoy").build();
    DiscoveryRequest request =
        DiscoveryRequest.newBuilder()
            .setNode(node)
            .setTypeUrl(type)
            .addAllResourceNames(names)
            .build();
    requests.onNext(request);
    while (true) {
      DiscoveryResponse response = responses.poll(10, TimeUnit.SECONDS);
      if (response == null) {
        throw new IllegalStateException("no answer for " + type + " " + names);
      }
      requests.onNext(
          request.toBuilder()
              .setVersionInfo(response.getVersionInfo())
              .setResponseNonce(response.getNonce())
              .build());
      if (!response.getTypeUrl().equals(type)) {
        continue; // a resend after a cluster change
      }
      for (Any any : response.getResourcesList()) {
        everything.put(
            type + " " + any.getValue().hashCode(),
            java.util.HexFormat.of().formatHex(any.getValue().toByteArray()));
      }
      everything.put(type, response.getVersionInfo());
      return response;
    }
  }
}
