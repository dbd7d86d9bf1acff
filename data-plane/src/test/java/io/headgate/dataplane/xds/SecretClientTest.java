package io.headgate.dataplane.xds;

import static io.headgate.dataplane.xds.AdsServer.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
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
import io.headgate.xds.model.endpoint.Locality;
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
  private final EpollEventLoopGroup loops = new EpollEventLoopGroup(1);
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final Service service = new Service();

  @AfterEach
  void end() {
    executor.shutdownNow();
    disk.shutdownNow();
    var _ = loops.shutdownGracefully();
  }

  private static final class Service
      extends SecretDiscoveryServiceGrpc.SecretDiscoveryServiceImplBase {
    final BlockingQueue<DiscoveryRequest> requests = new LinkedBlockingQueue<>();
    final BlockingQueue<StreamObserver<DiscoveryResponse>> streams = new LinkedBlockingQueue<>();
    final BlockingQueue<DeltaDiscoveryRequest> deltaRequests = new LinkedBlockingQueue<>();
    final BlockingQueue<StreamObserver<DeltaDiscoveryResponse>> deltaStreams =
        new LinkedBlockingQueue<>();
    final BlockingQueue<String> endings = new LinkedBlockingQueue<>();

    @Override
    public StreamObserver<DiscoveryRequest> streamSecrets(StreamObserver<DiscoveryResponse> to) {
      streams.add(to);
      return into(requests, to);
    }

    @Override
    public StreamObserver<DeltaDiscoveryRequest> deltaSecrets(
        StreamObserver<DeltaDiscoveryResponse> to) {
      deltaStreams.add(to);
      return into(deltaRequests, to);
    }

    private <T> StreamObserver<T> into(BlockingQueue<T> queue, StreamObserver<?> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(T message) {
          queue.add(message);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {
          endings.add("goodbye");
          answers.onCompleted();
        }
      };
    }
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

  private Server serve() throws IOException {
    return NettyServerBuilder.forAddress(new DomainSocketAddress(socket().toFile()))
        .channelType(EpollServerDomainSocketChannel.class)
        .bossEventLoopGroup(loops)
        .workerEventLoopGroup(loops)
        .addService(service)
        .build()
        .start();
  }

  private SecretClient client(GrpcApi.ApiType protocol, Map<String, Duration> names) {
    Node node = new Node("proxy-1", "edge", Locality.NONE, new Value.Obj(Map.of()));
    SecretClient client =
        new SecretClient(
            new XdsClient.Settings(
                List.of(
                    List.of(
                        new ControlPlane(
                            ConnectingTest.controlPlane("sds", 1).cluster(),
                            UnixDomainSocketAddress.of(socket())))),
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
    Server server = serve();
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

    server.shutdownNow().awaitTermination();
    events.clear();
    Server again = serve();
    DiscoveryRequest resumed = take(service.requests);
    assertThat(resumed.getVersionInfo()).isEqualTo("v2");
    assertThat(resumed.getResourceNamesList()).containsExactly("a", "b");
    thread.execute(client::forget);
    assertThat(take(service.endings)).isEqualTo("goodbye");
    again.shutdownNow().awaitTermination();
  }

  @Test
  void deltaAndNothingButSecrets() throws Exception {
    Server server = serve();
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
    server.shutdownNow().awaitTermination();
  }

  @Test
  void whatItHadIsReadFromDiskWhenNobodyAnswersAndForgottenWithTheService() throws Exception {
    Server server = serve();
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
    server.shutdownNow().awaitTermination();

    SecretClient second = client(GrpcApi.ApiType.GRPC, Map.of("a", WAIT));
    assertThat(List.of(take(events), take(events))).containsExactly("a@v1", "settled secret a");
    thread.execute(() -> {
      second.saveFromNow();
      second.forget();
    });
    await().until(() -> !Files.exists(kept));
  }
}
