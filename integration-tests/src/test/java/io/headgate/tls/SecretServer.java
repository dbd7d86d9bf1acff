package io.headgate.tls;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A control plane that knows secrets only, and sends those that it has. */
final class SecretServer extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase
    implements AutoCloseable {
  private static final String TYPE =
      "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

  private final Server server;
  private final Map<String, Secret> secrets = new HashMap<>();
  private final Set<Asking> sessions = new HashSet<>();
  private final List<String> refusals = new CopyOnWriteArrayList<>();
  private int version;

  SecretServer(int port) throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(Peer.ADDRESS, port))
            .addService(this)
            .build()
            .start();
  }

  /** Somebody who asks for secrets. Guarded by the server. */
  private interface Asking {
    void send(Set<String> removed);
  }

  /** A stream of the state of the world, and the names that it asks for. */
  private final class Session implements Asking, StreamObserver<DiscoveryRequest> {
    private final StreamObserver<DiscoveryResponse> to;
    private Set<String> names = Set.of();

    Session(StreamObserver<DiscoveryResponse> to) {
      this.to = to;
    }

    @Override
    public void onNext(DiscoveryRequest request) {
      if (!request.getTypeUrl().equals(TYPE)) {
        return;
      }
      synchronized (SecretServer.this) {
        if (request.hasErrorDetail()) {
          refusals.add(request.getErrorDetail().getMessage());
        }
        Set<String> asked = new HashSet<>(request.getResourceNamesList());
        if (!asked.equals(names)) {
          names = asked;
          send(Set.of());
        }
      }
    }

    @Override
    public void send(Set<String> removed) {
      DiscoveryResponse.Builder response =
          DiscoveryResponse.newBuilder()
              .setTypeUrl(TYPE)
              .setVersionInfo("v" + version)
              .setNonce("n" + version + "-" + names.size());
      secrets.values().stream()
          .filter(secret -> names.contains(secret.getName()))
          .forEach(secret -> response.addResources(Any.pack(secret)));
      if (response.getResourcesCount() > 0 || !removed.isEmpty()) {
        to.onNext(response.build());
      }
    }

    @Override
    public void onError(Throwable error) {
      forget();
    }

    @Override
    public void onCompleted() {
      forget();
      to.onCompleted();
    }

    private void forget() {
      synchronized (SecretServer.this) {
        sessions.remove(this);
      }
    }
  }

  /** A stream that is told of what changes, and the names that it asks for. */
  private final class DeltaSession implements Asking, StreamObserver<DeltaDiscoveryRequest> {
    private final StreamObserver<DeltaDiscoveryResponse> to;
    private final Set<String> names = new HashSet<>();
    private int sent;

    DeltaSession(StreamObserver<DeltaDiscoveryResponse> to) {
      this.to = to;
    }

    @Override
    public void onNext(DeltaDiscoveryRequest request) {
      if (!request.getTypeUrl().equals(TYPE)) {
        return;
      }
      synchronized (SecretServer.this) {
        if (request.hasErrorDetail()) {
          refusals.add(request.getErrorDetail().getMessage());
        }
        names.removeAll(request.getResourceNamesUnsubscribeList());
        if (names.addAll(request.getResourceNamesSubscribeList())) {
          send(Set.of());
        }
      }
    }

    @Override
    public void send(Set<String> removed) {
      DeltaDiscoveryResponse.Builder response =
          DeltaDiscoveryResponse.newBuilder()
              .setTypeUrl(TYPE)
              .setNonce("d" + ++sent)
              .addAllRemovedResources(removed);
      secrets.values().stream()
          .filter(secret -> names.contains(secret.getName()))
          .forEach(secret ->
              response.addResources(
                  Resource.newBuilder()
                      .setName(secret.getName())
                      .setVersion("v" + version)
                      .setResource(Any.pack(secret))));
      if (response.getResourcesCount() > 0 || !removed.isEmpty()) {
        to.onNext(response.build());
      }
    }

    @Override
    public void onError(Throwable error) {
      forget();
    }

    @Override
    public void onCompleted() {
      forget();
      to.onCompleted();
    }

    private void forget() {
      synchronized (SecretServer.this) {
        sessions.remove(this);
      }
    }
  }

  @Override
  public StreamObserver<DiscoveryRequest> streamAggregatedResources(
      StreamObserver<DiscoveryResponse> to) {
    Session session = new Session(to);
    synchronized (this) {
      sessions.add(session);
    }
    return session;
  }

  @Override
  public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
      StreamObserver<DeltaDiscoveryResponse> to) {
    DeltaSession session = new DeltaSession(to);
    synchronized (this) {
      sessions.add(session);
    }
    return session;
  }

  /** Sends new values to everybody who has asked for them. */
  synchronized void put(Secret... values) {
    version++;
    for (Secret value : values) {
      secrets.put(value.getName(), value);
    }
    sessions.forEach(session -> session.send(Set.of()));
  }

  /** Forgets secrets, and tells everybody who has asked for them. */
  synchronized void remove(String... names) {
    version++;
    secrets.keySet().removeAll(Set.of(names));
    sessions.forEach(session -> session.send(Set.of(names)));
  }

  /** What the proxy has refused. */
  List<String> refusals() {
    return refusals;
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
