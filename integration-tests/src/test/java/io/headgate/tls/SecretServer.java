package io.headgate.tls;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.envoyproxy.envoy.service.secret.v3.SecretDiscoveryServiceGrpc;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A control plane that knows secrets only, and sends those that it has; on the aggregated stream
 * and as a service of secrets.
 */
final class SecretServer implements AutoCloseable {
  private static final String TYPE =
      "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

  private final List<Server> servers = new ArrayList<>();
  private final EpollEventLoopGroup loops = new EpollEventLoopGroup(2);
  private final Map<String, Secret> secrets = new HashMap<>();
  private final Set<Session<?, ?>> sessions = new HashSet<>();
  private final List<String> refusals = new CopyOnWriteArrayList<>();
  private int version;

  SecretServer(int port) throws IOException {
    serve(NettyServerBuilder.forAddress(new InetSocketAddress(Peer.ADDRESS, port)));
  }

  /** Listens on a Unix socket as well. */
  SecretServer(int port, Path socket) throws IOException {
    this(port);
    serve(
        NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .channelType(EpollServerDomainSocketChannel.class)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops));
  }

  private void serve(NettyServerBuilder at) throws IOException {
    servers.add(at.addService(new Aggregated()).addService(new Service()).build().start());
  }

  /** The clusters {@code sds} and {@code sds-socket} of a bootstrap, at which it is a service. */
  static String clusters(int port, Path socket) {
    return cluster(
            "sds", "socket_address: {address: %s, port_value: %d}".formatted(Peer.ADDRESS, port))
        + cluster("sds-socket", "pipe: {path: \"" + socket + "\"}");
  }

  private static String cluster(String name, String address) {
    return """
    - name: %s
      connect_timeout: 1s
      typed_extension_protocol_options:
        envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
          "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
          explicit_http_config: {http2_protocol_options: {}}
      load_assignment:
        cluster_name: %s
        endpoints: [{lb_endpoints: [{endpoint: {address: {%s}}}]}]
    """
        .formatted(name, name, address);
  }

  /** What is in an {@code sds_config} for the service at a cluster. */
  static String source(String cluster, String api) {
    return """
    api_config_source: {api_type: %s, transport_api_version: V3, \
    grpc_services: [{envoy_grpc: {cluster_name: %s}}]}\
    """
        .formatted(api, cluster);
  }

  /** A certificate with its key, in PEM. */
  static Secret certificate(String name, String chain, String key) {
    return Secret.newBuilder()
        .setName(name)
        .setTlsCertificate(
            TlsCertificate.newBuilder()
                .setCertificateChain(inline(chain))
                .setPrivateKey(inline(key)))
        .build();
  }

  /** Authorities of peers, in PEM. */
  static Secret authority(String name, String pem) {
    return Secret.newBuilder()
        .setName(name)
        .setValidationContext(CertificateValidationContext.newBuilder().setTrustedCa(inline(pem)))
        .build();
  }

  private static DataSource inline(String text) {
    return DataSource.newBuilder()
        .setInlineBytes(ByteString.copyFrom(text, StandardCharsets.UTF_8))
        .build();
  }

  /** A stream, and the names that it asks for. Guarded by the server. */
  private abstract class Session<Q, R> implements StreamObserver<Q> {
    final StreamObserver<R> to;
    final Set<String> names = new HashSet<>();

    Session(StreamObserver<R> to) {
      this.to = to;
      synchronized (SecretServer.this) {
        sessions.add(this);
      }
    }

    /** Takes a request; says whether there is something new to be sent. */
    abstract boolean take(Q request);

    abstract void send(Set<String> removed);

    @Override
    public void onNext(Q request) {
      synchronized (SecretServer.this) {
        if (take(request)) {
          send(Set.of());
        }
      }
    }

    List<Secret> asked() {
      return secrets.values().stream().filter(secret -> names.contains(secret.getName())).toList();
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

  /** A stream of the state of the world. */
  private final class WholeSession extends Session<DiscoveryRequest, DiscoveryResponse> {
    WholeSession(StreamObserver<DiscoveryResponse> to) {
      super(to);
    }

    @Override
    boolean take(DiscoveryRequest request) {
      if (!request.getTypeUrl().equals(TYPE)) {
        return false;
      }
      if (request.hasErrorDetail()) {
        refusals.add(request.getErrorDetail().getMessage());
      }
      Set<String> asked = new HashSet<>(request.getResourceNamesList());
      if (asked.equals(names)) {
        return false;
      }
      names.clear();
      names.addAll(asked);
      return true;
    }

    @Override
    void send(Set<String> removed) {
      DiscoveryResponse.Builder response =
          DiscoveryResponse.newBuilder()
              .setTypeUrl(TYPE)
              .setVersionInfo("v" + version)
              .setNonce("n" + version + "-" + names.size());
      asked().forEach(secret -> response.addResources(Any.pack(secret)));
      if (response.getResourcesCount() > 0 || !removed.isEmpty()) {
        to.onNext(response.build());
      }
    }
  }

  /** A stream that is told of what changes. */
  private final class DeltaSession extends Session<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {
    private int sent;

    DeltaSession(StreamObserver<DeltaDiscoveryResponse> to) {
      super(to);
    }

    @Override
    boolean take(DeltaDiscoveryRequest request) {
      if (!request.getTypeUrl().equals(TYPE)) {
        return false;
      }
      if (request.hasErrorDetail()) {
        refusals.add(request.getErrorDetail().getMessage());
      }
      names.removeAll(request.getResourceNamesUnsubscribeList());
      return names.addAll(request.getResourceNamesSubscribeList());
    }

    @Override
    void send(Set<String> removed) {
      DeltaDiscoveryResponse.Builder response =
          DeltaDiscoveryResponse.newBuilder()
              .setTypeUrl(TYPE)
              .setNonce("d" + ++sent)
              .addAllRemovedResources(removed);
      asked()
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
  }

  private final class Aggregated
      extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase {
    @Override
    public StreamObserver<DiscoveryRequest> streamAggregatedResources(
        StreamObserver<DiscoveryResponse> to) {
      return new WholeSession(to);
    }

    @Override
    public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
        StreamObserver<DeltaDiscoveryResponse> to) {
      return new DeltaSession(to);
    }
  }

  private final class Service extends SecretDiscoveryServiceGrpc.SecretDiscoveryServiceImplBase {
    @Override
    public StreamObserver<DiscoveryRequest> streamSecrets(StreamObserver<DiscoveryResponse> to) {
      return new WholeSession(to);
    }

    @Override
    public StreamObserver<DeltaDiscoveryRequest> deltaSecrets(
        StreamObserver<DeltaDiscoveryResponse> to) {
      return new DeltaSession(to);
    }
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

  /** How many streams are open. */
  synchronized int streams() {
    return sessions.size();
  }

  @Override
  public void close() {
    servers.forEach(Server::shutdownNow);
    var _ = loops.shutdownGracefully();
  }
}
